using System;
using ModelGen.Architectures;
using ModelGen.Generator;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Templates;
using ModelGen.Gguf;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>What generator and packing do with a header, whichever way it came.</summary>
internal static class ModelReading
{
    private const string FileName = "fuzzed.gguf";

    /// <summary>Recognises a model and plans its code.</summary>
    /// <returns>Null where problems say why it cannot be compiled.</returns>
    public static ModelSpec? Plan(GgufHeader header)
    {
        Recognition recognition = Architecture.Recognise(header);
        if (recognition.Spec is not ModelSpec spec)
        {
            return recognition.Problems.Count > 0 ? null : throw new InvalidOperationException("Neither a model nor a problem.");
        }

        int contextLength = Math.Min(spec.ContextLength, ModelGenerator.DefaultContextLength);
        ModelPlan plan = Planner.Create(header, spec, FileName, contextLength, default, ChatTemplates.Of(header).Templates);
        return plan is { WeightBytes: > 0, ScratchBytes: > 0 } ? spec : throw new InvalidOperationException("The plan has no memory.");
    }

    /// <summary>Checks that the header has one snapshot, and the snapshot one header.</summary>
    public static void CheckSnapshot(GgufHeader header)
    {
        string snapshot = GgufSnapshot.Write(header, FileName);
        if (GgufSnapshot.Write(GgufSnapshot.Parse(snapshot), FileName) != snapshot)
        {
            throw new InvalidOperationException("The snapshot of the header's snapshot is another one.");
        }
    }
}
