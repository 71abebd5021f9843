using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Extensions.AI;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;
using CallOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ModelGen.EndToEnd.Tests.Clients;

/// <summary>The lines of C# of docs/chat-clients.md and those of README about chat clients, as they stand there.</summary>
public sealed class DocumentationTests
{
    private static readonly TinyModel Tiny = new()
    {
        Name = "chat-client-documentation", Seed = 52, ContextLength = 400,
        ChatTemplate = "{{ bos_token }}{% for m in messages %}{{ m.content }}{% for c in m.tool_calls or [] %}<tool_call>{{ c.function.arguments }}{% endfor %}{{ eos_token }}{% endfor %}",
    };

    [Fact]
    public void TheLinesAreInThisFile()
    {
        string[] own = [.. File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "tests", "EndToEnd.Tests", "Clients", "DocumentationTests.cs")).Select(line => line.Trim())];
        string[] lines = [.. Lines(File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "docs", "chat-clients.md")))];
        lines.Length.ShouldBeGreaterThanOrEqualTo(20);
        lines.ShouldAllBe(line => own.Contains(line));
        lines = [.. Lines(File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "README.md")), "using IChatClient client")];
        lines.Length.ShouldBeInRange(8, 12);
        lines.ShouldAllBe(line => own.Contains(line));
    }

#pragma warning disable xUnit1051 // The lines are those of a program, which has no test to be cancelled with.
    [Fact]
    public async Task TheLinesAnswer()
    {
        using CompiledDecoder model = ModelCompiler.Compile(Tiny).Load();
        CallOptions options = new() { MaxOutputTokens = 20 };
        using IChatClient client = model.AsIChatClient();
        ChatResponse response = await client.GetResponseAsync("Is it raining in Oslo?", options);
        response.Usage!.OutputTokenCount!.Value.ShouldBeLessThanOrEqualTo(20);

        AIFunction weather = AIFunctionFactory.Create((string city) => "rain", "get_weather", "Weather of a city");
        IChatClient agent = client.AsBuilder().UseFunctionInvocation().Build();
        ChatResponse answer = await agent.GetResponseAsync("Is it raining in Oslo?", new() { Tools = [weather] });
        answer.FinishReason.ShouldNotBeNull();

        Recipe recipe = await client.GetOutputAsync<Recipe>("A soup");
        recipe.Minutes.ShouldBeInRange(1, 600);
    }

    [Fact]
    public async Task TheLinesOfAnEngineAnswer()
    {
        using CompiledDecoder model = ModelCompiler.Compile(Tiny).Load();
        await using Engine engine = model.CreateEngine(new EngineOptions { MaxConcurrency = 32 });
        using IChatClient chat = engine.AsIChatClient(requests: new EngineRequestOptions { Priority = 1 });
        ChatResponse response = await chat.GetResponseAsync("Is it raining in Oslo?", new() { MaxOutputTokens = 5 });
        response.Usage!.OutputTokenCount!.Value.ShouldBeLessThanOrEqualTo(5);
    }

    [Fact]
    public async Task TheLinesOfReadmeAnswer()
    {
        using CompiledDecoder model = ModelCompiler.Compile(Tiny).Load();
        using IChatClient client = model.AsIChatClient().AsBuilder().UseFunctionInvocation().Build();
        AIFunction status = AIFunctionFactory.Create((int order) => order == 7 ? "on its way" : "unknown", "order_status", "Where an order is");
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Where is order 7?", new() { Tools = [status] }))
        {
            Console.Write(update.Text);
        }

        ChatResponse<Difficulty> response = await client.GetResponseAsync<Difficulty>("How hard is it to cook a soup?");
        Console.WriteLine($"{response.Result}, {response.Usage!.CachedInputTokenCount} of {response.Usage.InputTokenCount} tokens were known");
        Enum.IsDefined(response.Result).ShouldBeTrue();
    }
#pragma warning restore xUnit1051

    [Fact]
    public void TheLinesOfASessionFindACall()
    {
        using CompiledDecoder model = ModelCompiler.Compile(Tiny).Load();
        using Session session = model.CreateSession();
        ChatMessage[] messages = [ChatMessage.User("yes or no?")];
        ChatTool[] tools = [new("answer", "", (JsonObject)JsonNode.Parse("""{"type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"]}""")!)];
        ChatPrompt prompt = model.ChatTemplate!.CreatePrompt(messages, new ChatTemplateOptions { Tools = tools });
        ChatAnswerOptions answer = new() { ToolChoice = ToolChoice.Required };
        ChatAnswerReader reader = prompt.CreateReader(answer);
        foreach (GeneratedToken token in session.GenerateTokens(prompt.Ids, new GenerationOptions { Grammar = prompt.CreateGrammar(answer) }))
        {
            reader.Append(token);
        }

        reader.Complete();
        while (reader.TryTake(out ChatAnswerPart part))
        {
            Console.WriteLine(part.ToolCall is ChatToolCall call ? $"{call.Name} {call.Arguments}" : part.Text);
        }

        model.Tokenizer.Decode(session.Tokens[prompt.Ids.Count..].ToArray()).ShouldStartWith("<tool_call>\n{\"name\": \"answer\", ");
    }

    // Of all samples, or of the one that begins with a line.
    private static IEnumerable<string> Lines(string[] text, string first = "")
    {
        for (int i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] == "```csharp" && text[i + 1].StartsWith(first, StringComparison.Ordinal))
            {
                foreach (string line in text.Skip(i + 1).TakeWhile(line => line != "```"))
                {
                    yield return line.Trim();
                }
            }
        }
    }

    private enum Difficulty
    {
        Easy,
        Medium,
        Hard,
    }

    // As the generator would write it.
    private sealed record Recipe(int Minutes) : IGeneratedOutput<Recipe>
    {
        public static ReadOnlySpan<byte> GrammarTables => [];

        public static string JsonSchema =>
            """{"type": "object", "properties": {"Minutes": {"type": "integer", "minimum": 1, "maximum": 600}}, "required": ["Minutes"], "additionalProperties": false}""";

        public static Recipe Read(ref Utf8JsonReader reader, bool isPartial)
        {
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return new Recipe((int)document.RootElement.GetProperty("Minutes").GetDouble());
        }
    }
}
