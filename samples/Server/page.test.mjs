// The server's page in a real browser: node page.test.mjs URL SCREENSHOT. Needs playwright-core beside it or in NODE_PATH, and chromium.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const [url, screenshot] = process.argv.slice(2);
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

function check(condition, message) {
  if (!condition) { throw new Error(message); }
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
  const problems = [];
  const foreign = [];
  page.on("console", message => { if (message.type() === "error" && !message.text().includes("status of 400")) { problems.push(message.text()); } });
  page.on("pageerror", error => problems.push(String(error)));
  page.on("request", request => { if (!request.url().startsWith(url) && !request.url().startsWith("data:")) { foreign.push(request.url()); } });
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector("#model").options.length === 1);

  // An answer is what the interface gives for the same question.
  await page.click("#options summary");
  await page.fill("#temperature", "0");
  await page.fill("#max_tokens", "40");
  await page.fill("#seed", "1");
  await page.click("#options summary");
  const question = "Can we go to the park?";
  await page.fill("#text", question);
  await page.press("#text", "Enter");
  await page.waitForSelector(".figures");
  const answer = await page.textContent(".assistant");
  const direct = await page.request.post(url + "v1/chat/completions", {
    data: { messages: [{ role: "user", content: question }], temperature: 0, max_tokens: 40, seed: 1 },
  });
  const expected = (await direct.json()).choices[0].message.content;
  check(answer.length > 0 && answer === expected, `The page shows "${answer}" and the interface says "${expected}".`);
  check(/^[0-9.]+ tokens\/s, [0-9]+ tokens behind [0-9]+, [0-9]+ of them known/.test(await page.textContent(".figures")), "There are no figures.");

  // A second turn goes on from the first.
  await page.fill("#text", "Why?");
  await page.click("#go");
  await page.waitForFunction(() => document.querySelectorAll(".figures").length === 2);
  const known = Number((await page.locator(".figures").nth(1).textContent()).match(/, ([0-9]+) of them known/)[1]);
  check(known > 0, "The second turn read the first one again.");
  if (screenshot) { await page.screenshot({ path: screenshot }); }

  // What the server refuses is shown.
  await page.click("#options summary");
  await page.fill("#max_tokens", "0");
  await page.fill("#text", "And then?");
  await page.click("#go");
  await page.waitForSelector(".error");
  check((await page.textContent(".error")).includes("max_tokens"), "The error does not name its field.");

  // An answer that is stopped is.
  await page.fill("#max_tokens", "400");
  await page.fill("#temperature", "1");
  await page.click("#clear");
  check(await page.locator(".message").count() === 0, "The conversation is still there.");
  await page.route("**/v1/chat/completions", async route => {
    const body = JSON.parse(route.request().postData());
    await route.continue({ postData: JSON.stringify({ ...body, min_tokens: 400 }) });
  });
  await page.fill("#text", "Tell me a story.");
  await page.click("#go");
  await page.waitForFunction(() => (document.querySelector(".assistant")?.textContent.length ?? 0) > 0);
  await page.click("#go");
  await page.waitForSelector(".figures");
  check((await page.textContent("#go")) === "Send", "The page still waits.");
  check(problems.length === 0, "The page has errors: " + problems.join("; "));
  check(foreign.length === 0, "The page asks elsewhere: " + foreign.join("; "));
  console.log(`The page answers: "${answer.trim()}"`);
} finally {
  await browser.close();
}
