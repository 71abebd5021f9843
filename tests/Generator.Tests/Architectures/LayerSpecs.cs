using System.Linq;
using ModelGen.Architectures;
using ModelGen.Layout;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>Layers whose mixer is known to be attention, and whose network is one that all tokens take.</summary>
internal static class LayerSpecs
{
    /// <summary>The attention of a layer that has one.</summary>
    public static AttentionSpec Attention(this LayerSpec layer) => (AttentionSpec)layer.Mixers.Single();

    /// <summary>Its weights.</summary>
    public static PackedAttention Attention(this PackedLayer layer) => (PackedAttention)layer.Mixers.Single();

    /// <summary>The feed-forward network of a layer that has no experts.</summary>
    public static FeedForwardSpec FeedForward(this LayerSpec layer) => (FeedForwardSpec)layer.Network!;

    /// <summary>Its weights.</summary>
    public static PackedFeedForward FeedForward(this PackedLayer layer) => (PackedFeedForward)layer.Network!;
}
