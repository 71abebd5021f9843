using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>modelgen logits: what llama.cpp answers, all at once and one id at a time.</summary>
public sealed class LogitsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void StepsAndPromptsGiveTheSameBits()
    {
        const string Ids = "1,403,407,261,378";
        ToolRun steps = Logits("--ids", Ids, "--step", "--out", _folder["steps.f32"]);
        ToolRun prompt = Logits("--ids", Ids, "--out", _folder["prompt.f32"]);
        steps.ExitCode.ShouldBe(0, steps.Error);
        prompt.ExitCode.ShouldBe(0, prompt.Error);
        float[] all = Floats("steps.f32");
        float[] last = Floats("prompt.f32");
        last.Length.ShouldBe(2048);
        all.Length.ShouldBe(5 * 2048);
        all[^2048..].ShouldBe(last);
    }

    [Fact]
    public void TheyAreThoseOfLlamaCpp()
    {
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(ToolRun.Stories, ".truth.json")));
        JsonElement first = truth.RootElement.GetProperty("cases")[0];
        string ids = string.Join(',', first.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32()));
        JsonElement top = Logits("--ids", ids, "--json", "--key-value", "float32").Json.GetProperty("positions")[0].GetProperty("top");
        JsonElement expected = first.GetProperty("steps")[0].GetProperty("top");
        top.GetArrayLength().ShouldBe(5);
        for (int i = 0; i < 2; i++)
        {
            // What rounding activations to 8 bits costs both.
            top[i].GetProperty("id").GetInt32().ShouldBe(expected[i][0].GetInt32());
            top[i].GetProperty("logit").GetDouble().ShouldBe(expected[i][1].GetDouble(), tolerance: 0.12);
        }
    }

    [Fact]
    public void TheTableHasARowForEachCandidate()
    {
        ToolRun run = Logits("--ids", "1,2", "--step", "--top", "3");
        run.Output.TrimEnd().Split('\n').Length.ShouldBe(1 + 2 * 3);
        run.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("99999", "Id 99999 is not in the vocabulary, whose ids are 0 to 2047.")]
    [InlineData("-1", "-1")]
    [InlineData("1,x", "x")]
    public void IdsThatThereAreNot(string ids, string sentence)
    {
        ToolRun run = Logits("--ids", ids);
        run.ExitCode.ShouldNotBe(0);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(sentence);
        run.Error.TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public void MoreIdsThanASessionHolds()
    {
        ToolRun run = Logits("--context", "4", "--ids", "1,2,3,4,5");
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("There are 5 ids where a session holds 4");
    }

    private ToolRun Logits(params string[] arguments) => ToolRun.Start(_folder["cache"], ["logits", ToolRun.Stories, .. arguments]);

    private float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_folder[name])).ToArray();
}
