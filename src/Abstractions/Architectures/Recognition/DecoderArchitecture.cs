using System;
using System.Globalization;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>
/// A decoder of blocks of attention and feed-forward network. A subclass names its architecture and says by its <see cref="DecoderTraits"/> how
/// it differs from the usual one; the tensors have the names that all GGUF files share.
/// </summary>
internal abstract class DecoderArchitecture : Architecture
{
    private const string TokenEmbedding = "token_embd.weight";
    private const string PredictionLayers = "nextn_predict_layers";

    protected override ModelSpec Read(HeaderQuery header)
    {
        DecoderTraits traits = Describe(header);
        DecoderShape shape = DecoderShape.Read(header, traits);
        NormReader norms = new(header, traits, shape.Embedding);
        RotarySpec[] rotaries = RotaryReader.Read(header, traits, shape.HeadDimension);
        LayerReader layers = new(header, traits, shape, norms, rotaries.Length > 1);
        TensorSpec tokens = header.Matrix(TokenEmbedding, shape.Embedding, shape.Vocabulary);
        bool isTied = traits.MayTieOutput && !header.HasTensor("output.weight");
        header.Ignore("tensor_data_layout");
        return new ModelSpec(
            Architecture: Name,
            Name: header.Text("general.name", Name),
            ContextLength: shape.Context,
            EmbeddingLength: shape.Embedding,
            VocabularySize: shape.Vocabulary,
            Embedding: new EmbeddingSpec(
                tokens,
                traits.EmbeddingScale,
                traits.Positions == Presence.Required || (traits.Positions == Presence.Optional && header.HasTensor("position_embd.weight"))
                    ? header.Matrix("position_embd.weight", shape.Embedding, shape.Context)
                    : null,
                traits.HasEmbeddingNorm ? norms.Norm("token_embd_norm") : null),
            Scores: new ScoreSpec(
                traits.ScoreScale ?? (float)(1 / Math.Sqrt(shape.HeadDimension)), traits.ScoreSoftCap, traits.MaxBias, traits.Clamp, traits.Temperature),
            Rotaries: rotaries.ToEquatableArray(),
            Layers: Enumerable.Range(0, shape.Layers).Select(layers.Read).ToEquatableArray(),
            ResidualScale: traits.ResidualScale,
            Head: new HeadSpec(
                norms.Norm(traits.OutputNorm),
                isTied ? tokens : header.Matrix("output.weight", shape.Embedding, shape.Vocabulary),
                header.Vector("output.bias", shape.Vocabulary, traits.LogitBias),
                traits.LogitScale,
                traits.LogitSoftCap),
            ParameterCount: header.ParameterCount);
    }

    /// <summary>Says how the model differs from the usual decoder; settings that it does so by are asked of the header.</summary>
    protected virtual DecoderTraits Describe(HeaderQuery header) => new();

    /// <summary>The sizes of a model; key/value heads a layer, where 0 says that it is a convolution.</summary>
    private sealed record DecoderShape(
        int Embedding, int Heads, int[] KeyValueHeads, int HeadDimension, int Hidden, int Vocabulary, int Context, int Layers)
    {
        public static DecoderShape Read(HeaderQuery header, DecoderTraits traits)
        {
            int embedding = header.Size("embedding_length");
            int heads = header.Size("attention.head_count");
            int keyValueHeads = traits.HasConvolutions ? heads : header.Size("attention.head_count_kv", heads);
            int headDimension = header.Size("attention.key_length", embedding / heads);
            header.OnlySize("attention.value_length", headDimension, embedding / heads, "as attention.key_length is");

            int hidden = header.Size("feed_forward_length");
            if (heads % keyValueHeads != 0)
            {
                header.Refuse("attention.head_count_kv", $"is {keyValueHeads}, which does not divide attention.head_count = {heads}");
            }

            int vocabulary = header.VocabularySize(TokenEmbedding);
            int context = header.Size("context_length");
            int layers = LayersOf(header, traits);
            int[] keyValueHeadsOfLayers = traits.HasConvolutions
                ? header.DivisorsOfLayers("attention.head_count_kv", layers, heads, "attention.head_count")
                : [.. Enumerable.Repeat(keyValueHeads, layers)];
            return new DecoderShape(
                embedding, heads, keyValueHeadsOfLayers, headDimension, traits.HiddenLength ?? hidden, vocabulary, context, keyValueHeadsOfLayers.Length);
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

    /// <summary>Reads norms of the residual stream.</summary>
    private sealed class NormReader
    {
        private readonly HeaderQuery _header;
        private readonly DecoderTraits _traits;
        private readonly int _embedding;

        public NormReader(HeaderQuery header, DecoderTraits traits, int embedding)
        {
            _header = header;
            _traits = traits;
            _embedding = embedding;
            string key = traits.Norm == NormKind.Layer ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon";
            Epsilon = header.Real(key, traits.NormEpsilon);
        }

        public float Epsilon { get; }

        public NormSpec Norm(string name) => new(
            _traits.Norm,
            Epsilon,
            _traits.HasNormWeights ? _header.Vector(name + ".weight", _embedding) : null,
            _header.Vector(name + ".bias", _embedding, _traits.NormBias));
    }

    /// <summary>Reads the layers.</summary>
    private sealed class LayerReader(HeaderQuery header, DecoderTraits traits, DecoderShape shape, NormReader norms, bool hasWindowRotary)
    {
        private readonly NetworkReader _networks = new(header, traits, shape.Embedding, shape.Hidden);
        private readonly int _queryRows = header.HeadRows("attention.head_count", shape.Heads, shape.HeadDimension);
        private readonly int _taps = traits.HasConvolutions ? ReadTaps(header) : 0;
        private readonly int _window = traits.FixedWindow ?? header.SizeOrZero("attention.sliding_window", traits.DefaultWindow);

        public LayerSpec Read(int layer)
        {
            string prefix = "blk." + layer.ToString(CultureInfo.InvariantCulture) + ".";
            return new LayerSpec(
                MixerNorm: Norm(prefix, traits.AttentionNorm),
                Mixer: shape.KeyValueHeads[layer] == 0 ? Convolution(prefix) : Attention(prefix, layer),
                MixerPostNorm: Norm(prefix, traits.AttentionPostNorm),
                IsParallel: traits.IsParallel,
                FeedForwardNorm: Norm(prefix, traits.FeedForwardNorm),
                Network: _networks.Read(prefix, layer),
                FeedForwardPostNorm: Norm(prefix, traits.FeedForwardPostNorm));
        }

        private static int ReadTaps(HeaderQuery header)
        {
            int taps = header.Size("shortconv.l_cache");
            if (taps < ConvolutionSpec.LeastTaps)
            {
                header.Refuse("shortconv.l_cache", $"is {taps}; a convolution sees at least {ConvolutionSpec.LeastTaps} tokens");
            }

            return taps;
        }

        private NormSpec? Norm(string prefix, string? name) => name is null ? null : norms.Norm(prefix + name);

        private ConvolutionSpec Convolution(string prefix) => new(
            shape.Embedding,
            _taps,
            header.Matrix(prefix + "shortconv.in_proj.weight", shape.Embedding, 3 * shape.Embedding),
            header.Vector(prefix + "shortconv.conv.weight", _taps * shape.Embedding, [_taps, shape.Embedding]),
            header.Matrix(prefix + "shortconv.out_proj.weight", shape.Embedding, shape.Embedding));

        private AttentionSpec Attention(string prefix, int layer)
        {
            int keyValueHeads = shape.KeyValueHeads[layer];
            int keyValueRows = header.HeadRows("attention.head_count_kv", keyValueHeads, shape.HeadDimension);
            int[] rows = [_queryRows, keyValueRows, keyValueRows];
            TensorSpec[] weights = header.Parts(prefix + "attn_qkv", [prefix + "attn_q", prefix + "attn_k", prefix + "attn_v"], shape.Embedding, rows);
            TensorSpec?[] biases = header.Biases(
                prefix + "attn_qkv", [prefix + "attn_q", prefix + "attn_k", prefix + "attn_v"], rows, traits.ProjectionBias);
            bool hasWindow = _window > 0 && traits.HasWindow(layer);
            (string queryNorm, string keyNorm) = (prefix + "attn_q_norm", prefix + "attn_k_norm");
            bool hasHeadNorms = (traits.HeadNorm == Presence.Required && traits.NormsHeads(layer))
                || (traits.HeadNorm == Presence.Optional && (header.HasTensor(queryNorm + ".weight") || header.HasTensor(keyNorm + ".weight")));
            return new AttentionSpec(
                Heads: new HeadShape(shape.Heads, keyValueHeads, shape.HeadDimension),
                Query: weights[0],
                Key: weights[1],
                Value: weights[2],
                QueryBias: biases[0],
                KeyBias: biases[1],
                ValueBias: biases[2],
                QueryNorm: hasHeadNorms ? HeadNorm(queryNorm, shape.Heads) : null,
                KeyNorm: hasHeadNorms ? HeadNorm(keyNorm, keyValueHeads) : null,
                NormExtent: traits.HeadNormExtent,
                NormsAfterRotation: traits.NormsHeadsAfterRotation,
                Rotary: traits.Pairing is null || !traits.Rotates(layer) ? null : hasWindow && hasWindowRotary ? 1 : 0,
                Window: hasWindow ? _window : 0,
                IsChunked: hasWindow && traits.HasChunks,
                Sinks: header.Vector(prefix + "attn_sinks.weight", shape.Heads, traits.Sinks),
                Output: header.Matrix(prefix + "attn_output.weight", _queryRows, shape.Embedding),
                OutputBias: header.Vector(prefix + "attn_output.bias", shape.Embedding, traits.OutputBias));
        }

        private NormSpec HeadNorm(string name, int heads)
        {
            int length = traits.HeadNormExtent == HeadNormExtent.Head ? shape.HeadDimension : heads * shape.HeadDimension;
            long[] dimensions = traits.HeadNormExtent == HeadNormExtent.OwnHead ? [shape.HeadDimension, heads] : [length];
            TensorSpec? weight = traits.HasHeadNormWeights ? header.Vector(name + ".weight", length, dimensions) : null;
            return new NormSpec(traits.HeadNormKind, norms.Epsilon, weight, Bias: null);
        }
    }
}
