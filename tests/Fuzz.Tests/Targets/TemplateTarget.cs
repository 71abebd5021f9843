using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Generator.Templates;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>Chat templates: parsed, and written as C# that is parsed in turn. Declared: a problem with its place in the template.</summary>
internal sealed class TemplateTarget : IFuzzTarget
{
    public string Name => "template";

    public int Share => 80;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. SeedTemplates.All.Select(template => TextInput.Of(template.Text))];

    public IMutator Mutator { get; } = new TextMutator(SeedTemplates.Fragments);

    // The C# compiler's tree of what is emitted, which is several times as long as the template.
    public long MostAllocatedBytes(int inputBytes) => (4L << 20) + 2048L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        string text = TextInput.Read(input);
        ParsedTemplate parsed = TemplateCompiler.Parse(text);
        if (parsed.Problem is not TemplateProblem problem)
        {
            return FuzzOutcome.Accepted;
        }

        int lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).AsSpan().CountAny('\n', '\r') + 1;
        return problem.Position.Line >= 1 && problem.Position.Line <= lines && problem.Position.Column >= 1 && problem.Message.Length > 0
            ? FuzzOutcome.Refused
            : throw new InvalidOperationException($"{problem} names no place in a template of {lines} lines.");
    }
}
