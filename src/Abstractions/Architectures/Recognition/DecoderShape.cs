using System;
using System.Globalization;
using System.Linq;

namespace ModelGen.Architectures;

/// <summary>The sizes of a decoder.</summary>
/// <param name="Embedding">Floats of the residual stream.</param>
/// <param name="Heads">Query heads of each layer; 0 where the layer has no attention.</param>
/// <param name="KeyValueHeads">Key/value heads of each layer; 0 where the layer has no attention.</param>
/// <param name="HeadDimension">Floats of a head's query.</param>
/// <param name="Hidden">Hidden units of each layer's feed-forward network; 0 where the layer has none.</param>
/// <param name="Vocabulary">Tokens of the vocabulary.</param>
/// <param name="Context">Tokens that the model was trained on.</param>
/// <param name="Layers">Layers that are computed.</param>
internal sealed record DecoderShape(
    int Embedding, int[] Heads, int[] KeyValueHeads, int HeadDimension, int[] Hidden, int Vocabulary, int Context, int Layers)
{
    /// <summary>The tensor whose rows the vocabulary's tokens are.</summary>
    public const string TokenEmbedding = "token_embd.weight";

    private const string PredictionLayers = "nextn_predict_layers";
    private const string HeadCount = "attention.head_count";
    private const string KeyValueHeadCount = "attention.head_count_kv";
    private const string HiddenLength = "feed_forward_length";

    /// <summary>Floats of a head of layers with a window.</summary>
    public int WindowHeadDimension { get; init; } = HeadDimension;

    public static DecoderShape Read(HeaderQuery header, DecoderTraits traits)
    {
        int embedding = header.Size("embedding_length");
        if (!traits.HasAttention)
        {
            return WithoutAttention(header, traits, embedding);
        }

        bool hasNone = traits.Recurrent is not null && traits.IsRecurrent is null;
        int[] ownHeads = traits.DiffersByLayer
            ? header.SizesOfLayers(HeadCount, LayersOf(header, traits), traits.MayLackParts ? 0 : 1)
            : [hasNone ? header.SizeOfSomeLayers(HeadCount) : header.Size(HeadCount)];
        int heads = ownHeads.FirstOrDefault(count => count > 0) is > 0 and int first ? first : 1;
        if (ownHeads.Length > 0 && ownHeads.Max() == 0)
        {
            header.Refuse(HeadCount, "is 0 for all layers, of which one at least must see the tokens before it");
        }

        bool hasOwnOfLayers = hasNone || traits.DiffersByLayer;
        int keyValueHeads = hasOwnOfLayers ? heads : header.Size(KeyValueHeadCount, heads);
        int headDimension = traits.HasLatents ? LatentAttentionReader.QueryLength(header) : header.Size("attention.key_length", embedding / heads);
        if (!traits.HasLatents)
        {
            header.OnlySize("attention.value_length", headDimension, embedding / heads, "as attention.key_length is");
        }

        int windowDimension = traits.HasWindowHeads ? header.Size("attention.key_length_swa", headDimension) : headDimension;
        if (traits.HasWindowHeads)
        {
            header.OnlySize("attention.value_length_swa", windowDimension, headDimension, "as attention.key_length_swa is");
        }

        if (heads % keyValueHeads != 0)
        {
            header.Refuse(KeyValueHeadCount, $"is {keyValueHeads}, which does not divide {HeadCount} = {heads}");
        }

        int vocabulary = header.VocabularySize(TokenEmbedding);
        int context = header.Size("context_length");
        int layers = LayersOf(header, traits);
        int[] headsOfLayers = traits.DiffersByLayer ? ownHeads : [.. Enumerable.Repeat(heads, layers)];
        int[] keyValueHeadsOfLayers = hasOwnOfLayers
            ? header.DivisorsOfLayers(KeyValueHeadCount, headsOfLayers, HeadCount)
            : [.. Enumerable.Repeat(keyValueHeads, layers)];
        if (!hasNone && keyValueHeadsOfLayers.Zip(headsOfLayers, (own, queries) => own == 0 && queries > 0).Contains(true))
        {
            header.Refuse(KeyValueHeadCount, "is 0 for a layer, which has no other way to see the tokens before it");
            keyValueHeadsOfLayers = [];
        }

        if (hasNone)
        {
            header.RefuseNone(HeadCount, keyValueHeadsOfLayers, "key/value heads");
        }

        int[] hiddenOfLayers = HiddenOf(header, traits, layers);
        int known = Math.Min(keyValueHeadsOfLayers.Length, hiddenOfLayers.Length);
        return new DecoderShape(embedding, headsOfLayers, keyValueHeadsOfLayers, headDimension, hiddenOfLayers, vocabulary, context, known)
        {
            WindowHeadDimension = windowDimension,
        };
    }

    /// <summary>Hidden units of each layer's feed-forward network.</summary>
    private static int[] HiddenOf(HeaderQuery header, DecoderTraits traits, int layers)
    {
        bool mayHaveNone = traits.Form == BlockForm.MixerOrNetwork || traits.MayLackParts;
        return mayHaveNone || traits.DiffersByLayer
            ? header.SizesOfLayers(HiddenLength, layers, mayHaveNone ? 0 : 1)
            : [.. Enumerable.Repeat(traits.HiddenLength ?? header.Size(HiddenLength), layers)];
    }

    /// <summary>What there is to read of a model whose mixers are all recurrent.</summary>
    private static DecoderShape WithoutAttention(HeaderQuery header, DecoderTraits traits, int embedding)
    {
        // Converters write 0 for what llama.cpp asks of every model.
        header.Ignore(HeadCount, KeyValueHeadCount, "attention.key_length", "attention.value_length");
        int vocabulary = header.VocabularySize(TokenEmbedding);
        int context = header.Size("context_length");
        int layers = LayersOf(header, traits);
        if (traits.Form == BlockForm.Mixer)
        {
            header.Ignore(HiddenLength);
            return new DecoderShape(embedding, new int[layers], new int[layers], 0, new int[layers], vocabulary, context, layers);
        }

        int[] hidden = HiddenOf(header, traits, layers);
        return new DecoderShape(embedding, new int[hidden.Length], new int[hidden.Length], 0, hidden, vocabulary, context, hidden.Length);
    }

    /// <summary>The layers but for those behind the last that guess tokens further ahead, which block_count counts.</summary>
    private static int LayersOf(HeaderQuery header, DecoderTraits traits)
    {
        int layers = header.LayerCount(traits.LayerCount);
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
