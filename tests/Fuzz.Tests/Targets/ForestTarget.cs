using System;
using System.Collections.Generic;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Generator.Forests.Reading;
using ModelGen.Generator.Forests.Tables;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>Random forests, as the compiler reads them: parsed, checked, laid out; what emitted code would go to is then in bounds. Declared: ModelGenException.</summary>
internal sealed class ForestTarget : IFuzzTarget
{
    public string Name => "forest";

    public int Share => 40;

    public IReadOnlyList<byte[]> Seeds { get; } = [TextInput.Of(SeedForests.Leaf), TextInput.Of(SeedForests.Trees)];

    public IMutator Mutator { get; } = new TextMutator(
    [
        "{", "}", "[", "]", ",", ":", "\"", " ", "\n", "\\", "-", "-1", "[-1]", "0", "1", "2", "0.5", "1e400", "1e-400", "-0", ".5", "1.", "01", "1e", "NaN",
        "Infinity", "null", "true", "\"version\"", "\"features\"", "\"classes\"", "\"trees\"", "\"feature\"", "\"threshold\"", "\"left\"", "\"right\"",
        "\"value\"", "[[1, 0]]", "0.1000000000000000055511151231257827", "\0", "\ud800", "é",
    ]);

    public long MostAllocatedBytes(int inputBytes) => (1L << 20) + 512L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        try
        {
            ForestTables tables = ForestTablesBuilder.Build(ForestReader.Read(TextInput.Read(input)));
            Check(tables);
            return FuzzOutcome.Accepted;
        }
        catch (ModelGenException)
        {
            return FuzzOutcome.Refused;
        }
    }

    /// <summary>Goes from every node to where emitted code can go from it.</summary>
    private static void Check(ForestTables tables)
    {
        for (int place = 0; place < tables.Nodes.Count; place++)
        {
            ulong node = tables.Nodes[place];
            int distance = (int)(node & ((1UL << NodeCode.DistanceBits) - 1));
            int feature = (int)(node >> NodeCode.DistanceBits) & ((1 << NodeCode.FeatureBits) - 1);
            bool isInBounds = distance == 0
                ? (int)(node >> 32) + tables.Classes.Count <= tables.Probabilities.Count
                : place + distance < tables.Nodes.Count && distance > 1 && feature < tables.FeatureCount;
            if (!isInBounds)
            {
                throw new InvalidOperationException($"Node {place} leads out of the forest.");
            }
        }
    }
}
