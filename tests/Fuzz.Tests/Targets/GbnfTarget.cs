using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>Grammars in GBNF: compiled, and an answer chosen token by token. Declared: GrammarException.</summary>
internal sealed class GbnfTarget : IFuzzTarget
{
    public string Name => "gbnf";

    public int Share => 40;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. SeedGrammars.Gbnf.Select(TextInput.Of)];

    public IMutator Mutator { get; } = new TextMutator(SeedGrammars.GbnfFragments);

    // An automaton may have 20,000 states, whatever the length of the text is.
    public long MostAllocatedBytes(int inputBytes) => (256L << 20) + 4096L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        string text = TextInput.Read(input);
        return GrammarUse.Try(() => Grammar.FromGbnf(text), new Random(input.Length));
    }
}
