using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Generator.Templates;
using ModelGen.Templates;
using ModelGen.Tool.Compilation;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>
/// Chat templates compiled all the way and rendered. What the parser takes the C# compiler must take. Declared: a problem, and
/// ChatTemplateException when it is rendered.
/// </summary>
internal sealed class CompiledTemplateTarget : IFuzzTarget
{
    public string Name => "compiled-template";

    // The C# compiler takes a thousand times as long as anything else here.
    public int Share => 4;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. SeedTemplates.All.Select(template => TextInput.Of(template.Text))];

    public IMutator Mutator { get; } = new TextMutator(SeedTemplates.Fragments);

    // The C# compiler with its view of the framework.
    public long MostAllocatedBytes(int inputBytes) => (64L << 20) + 4096L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        string text = TextInput.Read(input);
        if (TemplateCompiler.Parse(text).Problem is not null)
        {
            return FuzzOutcome.Refused;
        }

        CompiledTemplate template;
        try
        {
            template = new TemplateSource("fuzzed", text, Tokenizer: null).Compile();
        }
        catch (ModelGenException error)
        {
            throw new InvalidOperationException("The parser took what the C# compiler refuses.", error);
        }

        try
        {
            template.Render(Variables(), DateTime.UnixEpoch);
            return FuzzOutcome.Accepted;
        }
        catch (ChatTemplateException)
        {
            return FuzzOutcome.Refused;
        }
    }

    private static JsonObject Variables() => new()
    {
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "user", ["content"] = "U" },
            new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = null,
                ["tool_calls"] = new JsonArray(new ChatToolCall("f", new JsonObject { ["a"] = 1 }, "123456789").ToJson()),
            },
            new JsonObject { ["role"] = "tool", ["content"] = "{}", ["tool_call_id"] = "123456789" }),
        ["tools"] = new JsonArray(new ChatTool("f", "does f", []).ToJson()),
        ["bos_token"] = "<s>",
        ["eos_token"] = "</s>",
        ["add_generation_prompt"] = true,
    };
}
