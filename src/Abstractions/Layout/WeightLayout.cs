using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Layout;

/// <summary>
/// Where every tensor lies in the weights section of a packed file: a pure function of the spec, the same in the generator, in the
/// packing task and at run time. Tensors stand in the order in which a decoded token reads them.
/// </summary>
/// <param name="TokenEmbedding">[vocabulary × embedding].</param>
/// <param name="RotaryFactors">What the rotation's frequencies are divided by, or null.</param>
/// <param name="Layers">The blocks, first to last.</param>
/// <param name="OutputNorm">[embedding].</param>
/// <param name="Output">[vocabulary × embedding]; the token embedding where the head is tied.</param>
/// <param name="Length">Bytes of the whole section.</param>
internal sealed record WeightLayout(
    PackedMatrix TokenEmbedding,
    PackedVector? RotaryFactors,
    EquatableArray<PackedLayer> Layers,
    PackedVector OutputNorm,
    PackedMatrix Output,
    long Length)
{
    /// <summary>Raised whenever the same header would be packed or checksummed differently; a part of every fingerprint.</summary>
    public const int Version = 2;

    /// <summary>Tensors start on cache lines, so that no vector of a strip crosses one.</summary>
    public const int TensorAlignment = 64;

    public static WeightLayout Create(ModelSpec spec)
    {
        var placer = new Placer();
        PackedMatrix tokenEmbedding = placer.Matrix(("TokenEmbedding", spec.TokenEmbedding));
        PackedVector? rotaryFactors = placer.Vectors(("RotaryFactors", spec.Rotary.Factors)).FirstOrDefault();
        var layers = new List<PackedLayer>();
        foreach (LayerSpec layer in spec.Layers)
        {
            layers.Add(new PackedLayer(
                AttentionNorm: placer.Vector("AttentionNorm", layer.AttentionNorm),
                QueryKeyValue: placer.Grouped(("Query", layer.Query), ("Key", layer.Key), ("Value", layer.Value)),
                Projections: placer.Vectors(
                    ("QueryBias", layer.QueryBias),
                    ("KeyBias", layer.KeyBias),
                    ("ValueBias", layer.ValueBias),
                    ("QueryNorm", layer.QueryNorm),
                    ("KeyNorm", layer.KeyNorm)),
                AttentionOutput: placer.Matrix(("AttentionOutput", layer.AttentionOutput)),
                FeedForwardNorm: placer.Vector("FeedForwardNorm", layer.FeedForwardNorm),
                GateUp: layer.Gate.TypeId == layer.Up.TypeId
                    ? new[] { placer.Paired(("Gate", layer.Gate), ("Up", layer.Up)) }.ToEquatableArray()
                    : new[] { placer.Matrix(("Gate", layer.Gate)), placer.Matrix(("Up", layer.Up)) }.ToEquatableArray(),
                Down: placer.Matrix(("Down", layer.Down))));
        }

        PackedVector outputNorm = placer.Vector("OutputNorm", spec.OutputNorm);
        PackedMatrix output = spec.HasTiedOutput ? tokenEmbedding : placer.Matrix(("Output", spec.Output));
        return new WeightLayout(tokenEmbedding, rotaryFactors, layers.ToEquatableArray(), outputNorm, output, placer.Length);
    }

    /// <summary>All matrices and vectors once, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors()
    {
        yield return TokenEmbedding;
        if (RotaryFactors is not null)
        {
            yield return RotaryFactors;
        }

        foreach (PackedLayer layer in Layers)
        {
            foreach (PackedTensor tensor in layer.Tensors())
            {
                yield return tensor;
            }
        }

        yield return OutputNorm;
        if (Output != TokenEmbedding)
        {
            yield return Output;
        }
    }

    /// <summary>Hands out offsets one after the other.</summary>
    private sealed class Placer
    {
        public long Length { get; private set; }

        public PackedVector Vector(string role, TensorSpec tensor) =>
            new(role, tensor, Place(PackedVector.PaddedLength(tensor.Columns) * (long)sizeof(float)));

        /// <summary>Those vectors that the model has.</summary>
        public EquatableArray<PackedVector> Vectors(params (string Role, TensorSpec? Tensor)[] vectors) => vectors
            .Where(vector => vector.Tensor is not null)
            .Select(vector => Vector(vector.Role, vector.Tensor!))
            .ToArray()
            .ToEquatableArray();

        /// <summary>One matrix of one or more sources, each a tensor with what it is for.</summary>
        public PackedMatrix Matrix(params (string Role, TensorSpec Tensor)[] sources) => Matrix(sources, isPaired: false);

        /// <summary>Two sources of as many rows, interleaved.</summary>
        public PackedMatrix Paired(params (string Role, TensorSpec Tensor)[] sources) => Matrix(sources, isPaired: true);

        /// <summary>Neighbours of one format become one matrix, so that one pass over the activations serves them all.</summary>
        public EquatableArray<PackedMatrix> Grouped(params (string Role, TensorSpec Tensor)[] sources)
        {
            var matrices = new List<PackedMatrix>();
            var group = new List<(string Role, TensorSpec Tensor)>();
            foreach ((string Role, TensorSpec Tensor) source in sources)
            {
                if (group.Count > 0 && group[0].Tensor.TypeId != source.Tensor.TypeId)
                {
                    matrices.Add(Matrix(group.ToArray()));
                    group.Clear();
                }

                group.Add(source);
            }

            matrices.Add(Matrix(group.ToArray()));
            return matrices.ToEquatableArray();
        }

        private PackedMatrix Matrix((string Role, TensorSpec Tensor)[] sources, bool isPaired)
        {
            var matrix = new PackedMatrix(sources.Select(source => new MatrixSource(source.Role, source.Tensor)).ToEquatableArray(), isPaired, Offset: 0);
            return matrix with { Offset = Place(matrix.Length) };
        }

        private long Place(long length)
        {
            long offset = Length;
            Length = checked(offset + (length + TensorAlignment - 1) / TensorAlignment * TensorAlignment);
            return offset;
        }
    }
}

/// <summary>The tensors of one block.</summary>
/// <param name="AttentionNorm">[embedding].</param>
/// <param name="QueryKeyValue">Query, key and value rows: one matrix where they have one format, else one a run of equal formats.</param>
/// <param name="Projections">Biases of queries, keys and values and norms of their heads, those that the model has.</param>
/// <param name="AttentionOutput">[embedding × heads · head dimension].</param>
/// <param name="FeedForwardNorm">[embedding].</param>
/// <param name="GateUp">Gate and up rows: one paired matrix where they have one format, else gate and up apart.</param>
/// <param name="Down">[embedding × hidden].</param>
internal sealed record PackedLayer(
    PackedVector AttentionNorm,
    EquatableArray<PackedMatrix> QueryKeyValue,
    EquatableArray<PackedVector> Projections,
    PackedMatrix AttentionOutput,
    PackedVector FeedForwardNorm,
    EquatableArray<PackedMatrix> GateUp,
    PackedMatrix Down)
{
    /// <summary>True where gate and up are interleaved and the activation is computed in the same pass.</summary>
    public bool HasFusedGateUp => GateUp.Count == 1;

    /// <summary>All of them, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors() =>
        [AttentionNorm, .. QueryKeyValue, .. Projections, AttentionOutput, FeedForwardNorm, .. GateUp, Down];
}
