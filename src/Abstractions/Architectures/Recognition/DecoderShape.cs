using System;
using System.Globalization;
using System.Linq;

namespace ModelGen.Architectures;

/// <summary>The sizes of a decoder.</summary>
/// <param name="Embedding">Floats of the residual stream.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key/value heads of each layer; 0 where the layer has no attention.</param>
/// <param name="HeadDimension">Floats of a head.</param>
/// <param name="Hidden">Hidden units of each layer's feed-forward network; 0 where the layer has none.</param>
/// <param name="Vocabulary">Tokens of the vocabulary.</param>
/// <param name="Context">Tokens that the model was trained on.</param>
/// <param name="Layers">Layers that are computed.</param>
internal sealed record DecoderShape(
    int Embedding, int Heads, int[] KeyValueHeads, int HeadDimension, int[] Hidden, int Vocabulary, int Context, int Layers)
{
    /// <summary>The tensor whose rows the vocabulary's tokens are.</summary>
    public const string TokenEmbedding = "token_embd.weight";

    private const string PredictionLayers = "nextn_predict_layers";
    private const string HiddenKey = "feed_forward_length";

    public static DecoderShape Read(HeaderQuery header, DecoderTraits traits)
    {
        int embedding = header.Size("embedding_length");
        if (!traits.HasAttention)
        {
            return WithoutAttention(header, traits, embedding);
        }

        int heads = header.Size("attention.head_count");
        bool hasOwnOfLayers = traits.Recurrent is not null && traits.IsRecurrent is null;
        int keyValueHeads = hasOwnOfLayers ? heads : header.Size("attention.head_count_kv", heads);
        int headDimension = header.Size("attention.key_length", embedding / heads);
        header.OnlySize("attention.value_length", headDimension, embedding / heads, "as attention.key_length is");

        int hidden = traits.Form == BlockForm.MixerOrNetwork ? 0 : header.Size(HiddenKey);
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
        int[] hiddenOfLayers = traits.Form == BlockForm.MixerOrNetwork
            ? header.SizesOfLayers(HiddenKey, layers)
            : [.. Enumerable.Repeat(traits.HiddenLength ?? hidden, layers)];
        return new DecoderShape(
            embedding,
            heads,
            keyValueHeadsOfLayers,
            headDimension,
            hiddenOfLayers,
            vocabulary,
            context,
            Math.Min(keyValueHeadsOfLayers.Length, hiddenOfLayers.Length));
    }

    /// <summary>What there is to read of a model whose layers are recurrent mixers alone.</summary>
    private static DecoderShape WithoutAttention(HeaderQuery header, DecoderTraits traits, int embedding)
    {
        // Converters write 0 for what llama.cpp asks of every model.
        header.Ignore("attention.head_count", "attention.head_count_kv", "attention.key_length", "attention.value_length", HiddenKey);
        int vocabulary = header.VocabularySize(TokenEmbedding);
        int context = header.Size("context_length");
        int layers = LayersOf(header, traits);
        return new DecoderShape(embedding, 0, new int[layers], 0, new int[layers], vocabulary, context, layers);
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
