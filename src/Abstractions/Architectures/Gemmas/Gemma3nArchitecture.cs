using System;
using System.Linq;

namespace ModelGen.Architectures;

/// <summary>
/// "gemma3n": as gemma4 with heads of one length, four streams of which one goes through the layers (AltUp), a branch of low rank beside each
/// attention (LAUREL), and few active hidden units in the first layers (Google DeepMind 2025, Gemma 3n).
/// </summary>
internal sealed class Gemma3nArchitecture : DecoderArchitecture
{
    private const float DefaultWindowRotaryBase = 10000f;

    // Layers from one without a window to the next.
    private const int LayersOfPattern = 5;

    // These are the same in all models of the family, and llama.cpp takes them for granted.
    private const int LayersWithKeys = 20;
    private const int SparseLayers = 10;
    private const float SparseDeviations = 1.6448533535003662f;     // of a normal distribution 95 % is below
    private const int PerLayerLength = 256;
    private const int LaurelRank = 64;
    private const float LogitSoftCap = 30f;

    public override string Name => "gemma3n";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int embedding = header.Size("embedding_length");
        int layers = header.Size("block_count");
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", layers, LayersOfPattern);
        const string Family = "as in all models of the family";
        header.OnlySize("embedding_length_per_layer_input", PerLayerLength, PerLayerLength, Family);
        header.OnlySize("altup.num_inputs", AltUpSpec.Streams, AltUpSpec.Streams, Family);
        header.OnlySize("altup.active_idx", 0, 0, Family);
        header.OnlySize("attention.shared_kv_layers", Math.Max(0, layers - LayersWithKeys), Math.Max(0, layers - LayersWithKeys), Family);
        header.OnlyCutsOfLayers("activation_sparsity_scale", [.. Enumerable.Range(0, layers).Select(SparsityOf)]);
        return new DecoderTraits
        {
            HasWindow = layer => hasWindow[layer],
            WindowRotaryBase = header.Real("rope.freq_base_swa", DefaultWindowRotaryBase),
            LayersWithKeys = LayersWithKeys,
            HasValueNorm = true,
            PerLayerLength = PerLayerLength,
            HasAltUp = true,
            LaurelRank = LaurelRank,
            Sparsity = SparsityOf,
            Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
            EmbeddingScale = (float)Math.Sqrt(embedding),
            HeadNorm = Presence.Required,
            AttentionPostNorm = "post_attention_norm",
            FeedForwardPostNorm = "post_ffw_norm",
            ScoreScale = 1f,
            LogitSoftCap = LogitSoftCap,
        };
    }

    private static float SparsityOf(int layer) => layer < SparseLayers ? SparseDeviations : 0;
}
