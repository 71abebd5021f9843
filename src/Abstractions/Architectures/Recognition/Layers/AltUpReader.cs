using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>Reads the streams of AltUp and the branches of LAUREL, where a model has them.</summary>
internal sealed class AltUpReader(HeaderQuery header, DecoderTraits traits, DecoderShape shape, NormReader norms)
{
    private const int Others = AltUpSpec.Streams - 1;

    /// <summary>What stands before the first layer and behind the last; null: there is one stream.</summary>
    public AltUpSpec? Read()
    {
        if (!traits.HasAltUp)
        {
            return null;
        }

        // A stack of matrices is one matrix of the rows of all.
        TensorSpec projection = header.Stack("altup_proj.weight", shape.Embedding, shape.Embedding, Others);
        TensorSpec output = header.Stack("altup_unembd_proj.weight", shape.Embedding, shape.Embedding, Others);
        return new AltUpSpec(
            projection with { Rows = Others * shape.Embedding, Count = 1, Pitch = 0 },
            Enumerable.Range(0, Others).Select(i => output with { First = i * output.Pitch, Count = 1, Pitch = 0 }).ToEquatableArray());
    }

    /// <summary>A layer's part; null: there is one stream.</summary>
    public AltUpLayerSpec? ReadLayer(string prefix)
    {
        const int Streams = AltUpSpec.Streams;
        return !traits.HasAltUp ? null : new AltUpLayerSpec(
            header.Matrix(prefix + "altup_router.weight", shape.Embedding, Streams),
            norms.Norm(prefix + "altup_router_norm"),
            header.Vector(prefix + "altup_predict_coef.weight", Streams * Streams * Streams, [Streams, Streams * Streams]),
            header.Vector(prefix + "altup_correct_coef.weight", Streams * Streams, [Streams, Streams]),
            header.Vector(prefix + "altup_correct_scale.weight", shape.Embedding));
    }

    /// <summary>A layer's branch of low rank; null: it has none.</summary>
    public LaurelSpec? ReadLaurel(string prefix) => traits.LaurelRank == 0 ? null : new LaurelSpec(
        header.Matrix(prefix + "laurel_l.weight", shape.Embedding, traits.LaurelRank),
        header.Matrix(prefix + "laurel_r.weight", traits.LaurelRank, shape.Embedding),
        norms.Norm(prefix + "laurel_post_norm"));
}
