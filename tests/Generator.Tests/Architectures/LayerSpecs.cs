using ModelGen.Architectures;
using ModelGen.Layout;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>Layers whose mixer is known to be attention.</summary>
internal static class LayerSpecs
{
    /// <summary>The attention of a layer that has one.</summary>
    public static AttentionSpec Attention(this LayerSpec layer) => (AttentionSpec)layer.Mixer;

    /// <summary>Its weights.</summary>
    public static PackedAttention Attention(this PackedLayer layer) => (PackedAttention)layer.Mixer;
}
