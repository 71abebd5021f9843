using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>Reads what a decoder has to look at another text.</summary>
internal sealed class SourceReader(HeaderQuery header, DecoderTraits traits, DecoderShape shape)
{
    private const string StartToken = "decoder_start_token_id";

    /// <summary>The encoder, with the keys and values that each layer of the decoder has of what it gives.</summary>
    /// <param name="encoder">The encoder.</param>
    public SourceSpec Read(ModelSpec encoder)
    {
        int start = header.SizeOrZero(StartToken);
        if (start >= shape.Vocabulary)
        {
            header.Refuse(StartToken, $"is {start}, and the vocabulary has {shape.Vocabulary} tokens");
        }

        IEnumerable<LayerSpec> keys = Enumerable.Range(0, shape.Layers).Select(ReadKeys);
        return new SourceSpec(encoder with { Layers = encoder.Layers.Concat(keys).ToEquatableArray() }, start);
    }

    /// <summary>How a layer looks at it.</summary>
    /// <param name="prefix">Begin of its tensors' names.</param>
    /// <param name="layer">Its number.</param>
    /// <param name="norms">Reads its norms.</param>
    public SourceAttentionSpec ReadAttention(string prefix, int layer, NormReader norms)
    {
        HeadShape heads = HeadsOf(layer);

        // Converters write biases by distance for it too, which no program adds.
        header.IgnoreTensors(prefix + "cross_attn_rel_b");
        return new SourceAttentionSpec(
            norms.Norm(prefix + "cross_attn_norm"),
            heads,
            header.Matrix(prefix + "cross_attn_q.weight", shape.Embedding, heads.QueryLength),
            header.Matrix(prefix + "cross_attn_o.weight", heads.QueryLength, shape.Embedding));
    }

    // The first of them normalises what the encoder's last layer leaves.
    private LayerSpec ReadKeys(int layer)
    {
        string prefix = traits.LayerPrefix + layer.ToString(CultureInfo.InvariantCulture) + ".";
        HeadShape heads = HeadsOf(layer);
        return new LayerSpec(
            MixerNorm: null,
            Mixers: EquatableArray<MixerSpec>.Empty,
            MixerPostNorm: null,
            IsParallel: false,
            FeedForwardNorm: null,
            Network: null,
            FeedForwardPostNorm: null)
        {
            NormsRound = layer == 0,
            SourceKeys = new SourceKeysSpec(
                heads,
                header.Matrix(prefix + "cross_attn_k.weight", shape.Embedding, heads.KeyValueLength),
                header.Matrix(prefix + "cross_attn_v.weight", shape.Embedding, heads.KeyValueLength)),
        };
    }

    private HeadShape HeadsOf(int layer) => new(shape.Heads[layer], shape.KeyValueHeads[layer], shape.HeadDimension);
}
