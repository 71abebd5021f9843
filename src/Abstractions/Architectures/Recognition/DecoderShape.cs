using System.Globalization;
using System.Linq;

namespace ModelGen.Architectures;

/// <summary>The sizes of a decoder.</summary>
/// <param name="Embedding">Floats of the residual stream.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key/value heads of each layer; 0 where the layer has no attention.</param>
/// <param name="HeadDimension">Floats of a head's query.</param>
/// <param name="Hidden">Hidden units of a feed-forward network.</param>
/// <param name="Vocabulary">Tokens of the vocabulary.</param>
/// <param name="Context">Tokens that the model was trained on.</param>
/// <param name="Layers">Layers that are computed.</param>
internal sealed record DecoderShape(
    int Embedding, int Heads, int[] KeyValueHeads, int HeadDimension, int Hidden, int Vocabulary, int Context, int Layers)
{
    /// <summary>The tensor whose rows the vocabulary's tokens are.</summary>
    public const string TokenEmbedding = "token_embd.weight";

    private const string PredictionLayers = "nextn_predict_layers";

    public static DecoderShape Read(HeaderQuery header, DecoderTraits traits)
    {
        int embedding = header.Size("embedding_length");
        int heads = header.Size("attention.head_count");
        bool hasOwnOfLayers = traits.Recurrent is not null && traits.IsRecurrent is null;
        int keyValueHeads = hasOwnOfLayers ? heads : header.Size("attention.head_count_kv", heads);
        int headDimension = traits.HasLatents ? LatentAttentionReader.QueryLength(header) : header.Size("attention.key_length", embedding / heads);
        if (!traits.HasLatents)
        {
            header.OnlySize("attention.value_length", headDimension, embedding / heads, "as attention.key_length is");
        }

        int hidden = traits.HiddenLength ?? header.Size("feed_forward_length");
        if (heads % keyValueHeads != 0)
        {
            header.Refuse("attention.head_count_kv", $"is {keyValueHeads}, which does not divide attention.head_count = {heads}");
        }

        int vocabulary = header.VocabularySize(TokenEmbedding);
        int context = header.Size("context_length");
        int layers = LayersOf(header, traits);
        int[] keyValueHeadsOfLayers = hasOwnOfLayers
            ? header.DivisorsOfLayers("attention.head_count_kv", layers, heads, "attention.head_count")
            : [.. Enumerable.Repeat(keyValueHeads, layers)];
        return new DecoderShape(
            embedding, heads, keyValueHeadsOfLayers, headDimension, hidden, vocabulary, context, keyValueHeadsOfLayers.Length);
    }

    /// <summary>The layers but for those behind the last that guess tokens further ahead, which block_count counts.</summary>
    private static int LayersOf(HeaderQuery header, DecoderTraits traits)
    {
        int layers = header.LayerCount();
        int ahead = traits.MayPredictAhead ? header.SizeOrZero(PredictionLayers) : 0;
        if (ahead >= layers && ahead > 0)
        {
            header.Refuse(PredictionLayers, $"is {ahead}, and block_count, which counts them, is {layers}");
            return layers;
        }

        for (int layer = layers - ahead; layer < layers; layer++)
        {
            header.IgnoreTensors("blk." + layer.ToString(CultureInfo.InvariantCulture) + ".");
        }

        return layers - ahead;
    }
}
