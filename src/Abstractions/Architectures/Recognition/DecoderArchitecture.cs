using System;
using System.Collections.Generic;
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
    protected override ModelSpec Read(HeaderQuery header) => Read(header, Describe(header));

    /// <summary>Says how the model differs from the usual decoder; settings that it does so by are asked of the header.</summary>
    protected virtual DecoderTraits Describe(HeaderQuery header) => new();

    private ModelSpec Read(HeaderQuery header, DecoderTraits traits)
    {
        DecoderShape shape = DecoderShape.Read(header, traits);
        NormReader norms = new(header, traits, shape.Embedding);
        RotarySpec[] rotaries = RotaryReader.Read(header, traits, shape);
        PerLayerReader perLayer = new(header, traits, shape, norms);
        AltUpReader altUp = new(header, traits, shape, norms);
        LayerReader layers = new(header, traits, shape, norms, perLayer, altUp, rotaries);
        TensorSpec tokens = header.Matrix(DecoderShape.TokenEmbedding, shape.Embedding, shape.Vocabulary);
        bool isTied = traits.MayTieOutput && !header.HasTensor("output.weight");
        EncoderReader encoder = new(header, traits, shape, norms);
        TensorSpec? output = encoder.GivesVectors ? null
            : isTied ? tokens
            : header.Matrix("output.weight", shape.Embedding, shape.Vocabulary);
        EquatableArray<LayerSpec> blocks = Enumerable.Range(0, traits.Rounds).SelectMany(round => layers.ReadRound(round)).ToEquatableArray();
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
                traits.HasEmbeddingNorm ? norms.Norm("token_embd_norm") : null)
            {
                Types = header.Table("token_types.weight", shape.Embedding, traits.TokenTypes),
            },
            Scores: new ScoreSpec(
                traits.ScoreScale ?? (float)(RotaryReader.ScoreFactor(header, traits, rotaries) / Math.Sqrt(Math.Max(shape.HeadDimension, 1))),
                traits.ScoreSoftCap,
                traits.MaxBias,
                traits.Clamp,
                traits.Temperature),
            Rotaries: rotaries.ToEquatableArray(),
            Layers: blocks,
            ResidualScale: traits.ResidualScale,
            Head: new HeadSpec(
                traits.OutputNorm is string outputNorm ? norms.Norm(outputNorm) : null,
                output,
                encoder.GivesVectors ? null : header.Vector("output.bias", shape.Vocabulary, traits.LogitBias),
                traits.LogitScale,
                traits.LogitSoftCap),
            ParameterCount: header.ParameterCount)
        {
            PerLayerInputs = perLayer.ReadInputs(),
            AltUp = altUp.Read(),
            Rounds = traits.Rounds,
            Encoder = encoder.Read(blocks, tokens),
            Source = traits.Source is DecoderTraits source
                ? new SourceReader(header, traits, shape).Read(Read(header, source))
                : null,
        };
    }

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
        private readonly INetworkReader _networks = traits.Network?.Invoke(header, shape) ?? new NetworkReader(header, traits, norms, shape);
        private readonly IMixerReader? _attentions = !traits.HasAttention ? null
            : traits.HasLatents ? new LatentAttentionReader(header, shape, norms, rotaries)
            : new AttentionReader(header, traits, shape, norms, rotaries.Length > 1);
        private readonly SourceReader _source = new(header, traits, shape);
        private readonly IMixerReader? _recurrent = traits.Recurrent?.Invoke(header, shape);

        /// <summary>All layers, but for those that have neither mixer nor network.</summary>
        public LayerSpec[] ReadRound(int round) =>
        [
            .. Enumerable.Range(0, shape.Layers)
                .Select(layer => Read(layer) with { NormsRound = traits.NormsRounds && round > 0 && layer == 0 })
                .Where(layer => layer.Mixers.Count > 0 || layer.Network is not null),
        ];

        private LayerSpec Read(int layer)
        {
            string prefix = traits.LayerPrefix + layer.ToString(CultureInfo.InvariantCulture) + ".";
            bool hasMixers = (traits.Form != BlockForm.MixerOrNetwork || shape.Hidden[layer] == 0) && !(traits.MayLackParts && shape.Heads[layer] == 0);
            bool hasNetwork = traits.Form != BlockForm.Mixer && !(traits.Form == BlockForm.MixerOrNetwork && hasMixers)
                && !(traits.MayLackParts && shape.Hidden[layer] == 0);
            string? networkNorm = traits.Form == BlockForm.MixerOrNetwork ? traits.AttentionNorm : traits.FeedForwardNorm;
            return new LayerSpec(
                MixerNorm: hasMixers && traits.NormsMixers(layer) ? Norm(prefix, traits.AttentionNorm) : null,
                Mixers: hasMixers ? ReadersOf(layer).Select(reader => reader.Read(prefix, layer)).ToEquatableArray() : EquatableArray<MixerSpec>.Empty,
                MixerPostNorm: hasMixers ? Norm(prefix, traits.AttentionPostNorm, traits.HasBarePostNorms) : null,
                IsParallel: traits.IsParallel,
                FeedForwardNorm: hasNetwork ? Norm(prefix, networkNorm, traits.HasBareFeedForwardNorm) : null,
                Network: hasNetwork ? _networks.Read(prefix, layer) : null,
                FeedForwardPostNorm: hasNetwork ? Norm(prefix, traits.FeedForwardPostNorm, traits.HasBarePostNorms) : null)
            {
                MixerSumNorm = hasMixers ? Norm(prefix, traits.MixerSumNorm) : null,
                SecondMixerSumNorm = hasMixers ? Norm(prefix, traits.SecondMixerSumNorm) : null,
                FeedForwardSumNorm = hasNetwork ? Norm(prefix, traits.FeedForwardSumNorm) : null,
                SourceAttention = traits.Source is null ? null : _source.ReadAttention(prefix, layer, norms),
                PerLayer = perLayer.Read(prefix, layer),
                AltUp = altUp.ReadLayer(prefix),
                Laurel = altUp.ReadLaurel(prefix),
                OutputScale = header.Vector(prefix + "layer_output_scale.weight", 1, traits.OutputScale),
                IsHalved = traits.HalvedEvery > 0 && (layer + 1) % traits.HalvedEvery == 0,
            };
        }

        // The attention last: behind what all rows of a batch must go through, few of the last layer's rows go on.
        private IEnumerable<IMixerReader> ReadersOf(int layer)
        {
            bool isRecurrent = _recurrent is not null
                && (traits.Form == BlockForm.BothMixersAndNetwork || (traits.IsRecurrent?.Invoke(layer) ?? shape.KeyValueHeads[layer] == 0));
            bool isAttention = !isRecurrent || traits.Form == BlockForm.BothMixersAndNetwork;
            return new[] { isRecurrent ? _recurrent : null, isAttention ? _attentions : null }.OfType<IMixerReader>();
        }

        private NormSpec? Norm(string prefix, string? name, bool isBare = false) => name is null ? null : norms.Norm(prefix + name, isBare);
    }
}
