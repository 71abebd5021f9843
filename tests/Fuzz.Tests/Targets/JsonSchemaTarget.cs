using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>JSON Schemas: compiled, and an answer chosen token by token. Declared: GrammarException.</summary>
internal sealed class JsonSchemaTarget : IFuzzTarget
{
    public string Name => "json-schema";

    public int Share => 20;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. SeedGrammars.Schemas.Select(TextInput.Of)];

    public IMutator Mutator { get; } = new TextMutator(SeedGrammars.SchemaFragments);

    // An automaton may have 20,000 states, whatever the length of the text is.
    public long MostAllocatedBytes(int inputBytes) => (256L << 20) + 4096L * inputBytes;

    // Patterns of names and lengths are as many states as all of them multiplied, up to a limit.
    public TimeSpan Patience => TimeSpan.FromSeconds(10);

    public FuzzOutcome Run(byte[] input)
    {
        string text = TextInput.Read(input);
        return GrammarUse.Try(() => Grammar.FromJsonSchema(text), new Random(input.Length));
    }
}
