using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Layout;

/// <summary>
/// Where every tensor lies in the weights section of a packed file: a pure function of the spec, the same in the generator, in the
/// packing task and at run time. Tensors stand in the order in which a decoded token reads them.
/// </summary>
/// <param name="TokenEmbedding">[vocabulary × embedding].</param>
/// <param name="Layers">The blocks, first to last.</param>
/// <param name="OutputNorm">[embedding].</param>
/// <param name="Output">[vocabulary × embedding]; the token embedding where the head is tied.</param>
/// <param name="Length">Bytes of the whole section.</param>
internal sealed record WeightLayout(
    PackedMatrix TokenEmbedding,
    EquatableArray<PackedLayer> Layers,
    PackedVector OutputNorm,
    PackedMatrix Output,
    long Length)
{
    /// <summary>Raised whenever the same header would be packed differently; a part of every fingerprint.</summary>
    public const int Version = 1;

    /// <summary>Tensors start on cache lines, so that no vector of a strip crosses one.</summary>
    public const int TensorAlignment = 64;

    public static WeightLayout Create(ModelSpec spec)
    {
        var placer = new Placer();
        PackedMatrix tokenEmbedding = placer.Matrix(spec.TokenEmbedding.Name, [spec.TokenEmbedding]);
        var layers = new List<PackedLayer>();
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            LayerSpec layer = spec.Layers[i];
            string prefix = $"blk.{i}.";
            layers.Add(new PackedLayer(
                AttentionNorm: placer.Vector(layer.AttentionNorm),
                QueryKeyValue: placer.Grouped(prefix + "attn_qkv", [layer.Query, layer.Key, layer.Value]),
                AttentionOutput: placer.Matrix(layer.AttentionOutput.Name, [layer.AttentionOutput]),
                FeedForwardNorm: placer.Vector(layer.FeedForwardNorm),
                GateUp: layer.Gate.TypeId == layer.Up.TypeId
                    ? new[] { placer.Matrix(prefix + "ffn_gate_up", [layer.Gate, layer.Up], paired: true) }.ToEquatableArray()
                    : new[] { placer.Matrix(layer.Gate.Name, [layer.Gate]), placer.Matrix(layer.Up.Name, [layer.Up]) }.ToEquatableArray(),
                Down: placer.Matrix(layer.Down.Name, [layer.Down])));
        }

        PackedVector outputNorm = placer.Vector(spec.OutputNorm);
        PackedMatrix output = spec.HasTiedOutput ? tokenEmbedding : placer.Matrix(spec.Output.Name, [spec.Output]);
        return new WeightLayout(tokenEmbedding, layers.ToEquatableArray(), outputNorm, output, placer.Length);
    }

    /// <summary>All matrices and vectors once, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors()
    {
        yield return TokenEmbedding;
        foreach (PackedLayer layer in Layers)
        {
            yield return layer.AttentionNorm;
            foreach (PackedMatrix matrix in layer.QueryKeyValue)
            {
                yield return matrix;
            }

            yield return layer.AttentionOutput;
            yield return layer.FeedForwardNorm;
            foreach (PackedMatrix matrix in layer.GateUp)
            {
                yield return matrix;
            }

            yield return layer.Down;
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

        public PackedVector Vector(TensorSpec tensor) =>
            new(tensor.Name, tensor, Place(PackedVector.PaddedLength(tensor.Columns) * (long)sizeof(float)));

        public PackedMatrix Matrix(string name, TensorSpec[] sources, bool paired = false)
        {
            var matrix = new PackedMatrix(name, sources.ToEquatableArray(), paired, Offset: 0);
            return matrix with { Offset = Place(matrix.Length) };
        }

        /// <summary>Neighbours of one format become one matrix, so that one pass over the activations serves them all.</summary>
        public EquatableArray<PackedMatrix> Grouped(string name, TensorSpec[] sources)
        {
            var matrices = new List<PackedMatrix>();
            for (int first = 0; first < sources.Length;)
            {
                int end = first + 1;
                while (end < sources.Length && sources[end].TypeId == sources[first].TypeId)
                {
                    end++;
                }

                var group = new List<TensorSpec>();
                for (int i = first; i < end; i++)
                {
                    group.Add(sources[i]);
                }

                matrices.Add(Matrix(group.Count == 1 ? group[0].Name : name, group.ToArray()));
                first = end;
            }

            return matrices.ToEquatableArray();
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
/// <param name="AttentionOutput">[embedding × heads · head dimension].</param>
/// <param name="FeedForwardNorm">[embedding].</param>
/// <param name="GateUp">Gate and up rows: one paired matrix where they have one format, else gate and up apart.</param>
/// <param name="Down">[embedding × hidden].</param>
internal sealed record PackedLayer(
    PackedVector AttentionNorm,
    EquatableArray<PackedMatrix> QueryKeyValue,
    PackedMatrix AttentionOutput,
    PackedVector FeedForwardNorm,
    EquatableArray<PackedMatrix> GateUp,
    PackedMatrix Down)
{
    /// <summary>True where gate and up are interleaved and the activation is computed in the same pass.</summary>
    public bool HasFusedGateUp => GateUp.Count == 1;
}
