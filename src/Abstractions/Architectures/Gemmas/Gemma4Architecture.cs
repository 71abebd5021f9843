using System;

namespace ModelGen.Architectures;

/// <summary>
/// "gemma4": as gemma3 with longer heads in layers without a window, whose rotation leaves most of them as they are, normalised values, an input of
/// each layer's own of a token, last layers that read the keys and values of earlier ones, and in some models experts beside each dense network.
/// </summary>
internal sealed class Gemma4Architecture : DecoderArchitecture
{
    private const float DefaultWindowRotaryBase = 10000f;

    public override string Name => "gemma4";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int embedding = header.Size("embedding_length");
        int layers = header.Size("block_count");
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", layers, period: null);
        return new DecoderTraits
        {
            HasWindow = layer => hasWindow[layer],
            HasWindowHeads = true,
            WindowRotaryBase = header.Real("rope.freq_base_swa", DefaultWindowRotaryBase),
            MayStretchRotation = true,
            DiffersByLayer = true,
            LayersWithKeys = layers - header.SizeOrZero("attention.shared_kv_layers"),
            MayTakeKeysForValues = true,
            HasValueNorm = true,
            PerLayerLength = header.SizeOrZero("embedding_length_per_layer_input"),
            OutputScale = Presence.Optional,
            Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
            EmbeddingScale = (float)Math.Sqrt(embedding),
            HeadNorm = Presence.Required,
            AttentionPostNorm = "post_attention_norm",
            FeedForwardPostNorm = "post_ffw_norm",
            ScoreScale = 1f,
            LogitSoftCap = header.RealOrZero("final_logit_softcapping"),
            Experts = header.SizeOrZero("expert_count") == 0 ? null : new ExpertTraits
            {
                Normalises = true,
                RouterScale = (float)(1 / Math.Sqrt(embedding)),
                OutputScales = Presence.Optional,
                HasDenseBeside = true,
            },
        };
    }
}
