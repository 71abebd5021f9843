using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Plan;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>A format of keys and values at a head's dimension and a number of query heads a key/value head, planned as for a model.</summary>
internal sealed record AttentionShape(KeyValueFormat Format, int HeadDimension, int GroupSize)
{
    public const int BlockKeys = KeyValueLayout.BlockKeys;
    public const int RangeKeys = KeyValueLayout.RangeKeys;

    /// <summary>Role of the kernel that appends a key and a value.</summary>
    public const string Append = "Append";

    private static readonly int[] HeadDimensions = [8, 32, 64, 80, 96, 128];
    private static readonly int[] GroupSizes = [1, 2, 3, 4, 7, 8];

    /// <summary>Every format and dimension; all group sizes for one dimension that fills its vectors and one that does not.</summary>
    public static AttentionShape[] All { get; } =
    [
        .. from format in Enum.GetValues<KeyValueFormat>()
           from head in HeadDimensions
           from size in head is 64 or 80 ? GroupSizes : [2, 7]
           select new AttentionShape(format, head, size),
    ];

    /// <summary>Rows that a chunk of a batch takes at most.</summary>
    public int ChunkRows => Generator.Plan.AttentionKernels.ChunkRows(KeyValue);

    public int Stride => KeyValue.Stride;

    public int SumFloats => KeyValue.SumFloats;

    public int KeyBlockBytes => KeyValue.KeyBlockBytes;

    public int ValueBlockBytes => KeyValue.ValueBlockBytes;

    public int Parts => KeyValue.Parts;

    public int KeyScaleGroups => KeyValue.KeyScaleGroups;

    public float Scale => (float)(1 / Math.Sqrt(HeadDimension));

    /// <summary>
    /// How far an element of a key or value may be from what went in: half a step of the format, a little more where the fraction of a word's
    /// lower elements is itself rounded; rows whose scale would be subnormal count as zero.
    /// </summary>
    public double StepOf(float[] row) => Parts == 1 ? 0 : 0.503 * row.Max(Math.Abs) / ((1 << (32 / Parts - 1)) - 1) + 1e-28;

    /// <summary>Name of the kernel that appends a key and a value.</summary>
    public string AppendName => Generator.Plan.AttentionKernels.Append(new Generator.Plan.Kernels(), KeyValue, HeadDimension);

    private KeyValueLayout KeyValue => KeyValueLayout.Create(Format, HeadDimension, contextLength: 1024);

    /// <summary>The kernels that a plan asks for.</summary>
    public (Generator.Plan.AttentionKernels Names, IReadOnlyDictionary<string, KernelPlan> Plans) Plan()
    {
        var kernels = new Generator.Plan.Kernels();
        var names = Generator.Plan.AttentionKernels.Plan(kernels, KeyValue, HeadDimension, GroupSize, Scale);
        Generator.Plan.AttentionKernels.Append(kernels, KeyValue, HeadDimension);
        return (names, kernels.All.ToDictionary(plan => plan.Name));
    }
}
