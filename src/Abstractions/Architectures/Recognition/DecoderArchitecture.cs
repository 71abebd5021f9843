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
    protected override ModelSpec Read(HeaderQuery header)
    {
        DecoderTraits traits = Describe(header);
        DecoderShape shape = DecoderShape.Read(header, traits);
        NormReader norms = new(header, traits, shape.Embedding);
        RotarySpec[] rotaries = RotaryReader.Read(header, traits, shape);
        PerLayerReader perLayer = new(header, traits, shape, norms);
        AltUpReader altUp = new(header, traits, shape, norms);
        LayerReader layers = new(header, traits, shape, norms, perLayer, altUp, rotaries);
        TensorSpec tokens = header.Matrix(DecoderShape.TokenEmbedding, shape.Embedding, shape.Vocabulary);
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
                traits.ScoreScale ?? (float)(RotaryReader.ScoreFactor(header, traits, rotaries) / Math.Sqrt(shape.HeadDimension)), traits.ScoreSoftCap, traits.MaxBias, traits.Clamp, traits.Temperature),
            Rotaries: rotaries.ToEquatableArray(),
            Layers: Enumerable.Range(0, shape.Layers).Select(layers.Read).ToEquatableArray(),
            ResidualScale: traits.ResidualScale,
            Head: new HeadSpec(
                norms.Norm(traits.OutputNorm),
                isTied ? tokens : header.Matrix("output.weight", shape.Embedding, shape.Vocabulary),
                header.Vector("output.bias", shape.Vocabulary, traits.LogitBias),
                traits.LogitScale,
                traits.LogitSoftCap),
            ParameterCount: header.ParameterCount)
        {
            PerLayerInputs = perLayer.ReadInputs(),
            AltUp = altUp.Read(),
        };
    }

    /// <summary>Says how the model differs from the usual decoder; settings that it does so by are asked of the header.</summary>
    protected virtual DecoderTraits Describe(HeaderQuery header) => new();

    /// <summary>Reads the layers.</summary>
    private sealed class LayerReader(
        HeaderQuery header,
        DecoderTraits traits,
        DecoderShape shape,
        NormReader norms,
        PerLayerReader perLayer,
        AltUpReader altUp,
        RotarySpec[] rotaries)
    {
        private readonly NetworkReader _networks = new(header, traits, norms, shape);
        private readonly IMixerReader _attentions = traits.HasLatents
            ? new LatentAttentionReader(header, shape, norms, rotaries[0].Dimensions)
            : new AttentionReader(header, traits, shape, norms, rotaries.Length > 1);
        private readonly IMixerReader? _recurrent = traits.Recurrent?.Invoke(header, shape);

        public LayerSpec Read(int layer)
        {
            string prefix = "blk." + layer.ToString(CultureInfo.InvariantCulture) + ".";
            return new LayerSpec(
                MixerNorm: Norm(prefix, traits.AttentionNorm),
                Mixer: MixerOf(layer).Read(prefix, layer),
                MixerPostNorm: Norm(prefix, traits.AttentionPostNorm),
                IsParallel: traits.IsParallel,
                FeedForwardNorm: Norm(prefix, traits.FeedForwardNorm),
                Network: _networks.Read(prefix, layer),
                FeedForwardPostNorm: Norm(prefix, traits.FeedForwardPostNorm))
            {
                PerLayer = perLayer.Read(prefix, layer),
                AltUp = altUp.ReadLayer(prefix),
                Laurel = altUp.ReadLaurel(prefix),
                OutputScale = header.Vector(prefix + "layer_output_scale.weight", 1, traits.OutputScale),
            };
        }

        private IMixerReader MixerOf(int layer) =>
            _recurrent is not null && (traits.IsRecurrent?.Invoke(layer) ?? shape.KeyValueHeads[layer] == 0) ? _recurrent : _attentions;

        private NormSpec? Norm(string prefix, string? name) => name is null ? null : norms.Norm(prefix + name);
    }
}
