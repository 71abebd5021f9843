using System;

namespace ModelGen.Architectures;

/// <summary>Reads what layers get of a token beside x: the table and projection of all, and the branch of each.</summary>
internal sealed class PerLayerReader(HeaderQuery header, DecoderTraits traits, DecoderShape shape, NormReader norms)
{
    // Hidden values are made in blocks of so many.
    private const int BlockLength = 32;

    private const string LengthKey = "embedding_length_per_layer_input";

    /// <summary>What all layers share; null: they get nothing.</summary>
    public PerLayerInputSpec? ReadInputs()
    {
        int length = traits.PerLayerLength;
        if (length == 0)
        {
            return null;
        }

        TensorSpec table = header.Matrix("per_layer_token_embd.weight", length * shape.Layers, shape.Vocabulary);
        int block = Math.Max(BlockLength, table.Format?.Type.BlockLength ?? 1);
        if (length % block != 0)
        {
            header.Refuse(LengthKey, $"is {length}, which is no multiple of {block}");
        }

        return new PerLayerInputSpec(
            length,
            table with { Columns = length, Rows = shape.Layers * shape.Vocabulary },
            EmbeddingScale: (float)Math.Sqrt(length),
            header.Matrix("per_layer_model_proj.weight", shape.Embedding, length * shape.Layers),
            ProjectionScale: (float)(1 / Math.Sqrt(shape.Embedding)),
            new NormSpec(NormKind.RootMeanSquare, norms.Epsilon, header.Vector("per_layer_proj_norm.weight", length), Bias: null),
            InputScale: (float)(1 / Math.Sqrt(2)));
    }

    /// <summary>A layer's branch; null: it has none.</summary>
    public PerLayerBranchSpec? Read(string prefix, int layer) => traits.PerLayerLength == 0 ? null : new PerLayerBranchSpec(
        header.Matrix(prefix + "inp_gate.weight", shape.Embedding, traits.PerLayerLength),
        traits.Activation(layer),
        header.Matrix(prefix + "proj.weight", traits.PerLayerLength, shape.Embedding),
        norms.Norm(prefix + "post_norm"));
}
