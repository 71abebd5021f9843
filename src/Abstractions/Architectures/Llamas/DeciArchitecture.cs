using System.Linq;

namespace ModelGen.Architectures;

/// <summary>
/// "deci": as llama, with a number of heads and of hidden units of its own in each layer, in some none (Bercovich et al. 2024, Puzzle: Llama-Nemotron).
/// </summary>
internal sealed class DeciArchitecture : DecoderArchitecture
{
    public override string Name => "deci";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        const string Hidden = "feed_forward_length";
        int layers = header.Size("block_count");
        int[] heads = header.SizesOfLayers("attention.head_count", layers, least: 0);
        int[] hidden = header.SizesOfLayers(Hidden, layers, least: 0);
        if (heads.Zip(hidden, (queries, units) => queries > 0 && units == 0).Contains(true))
        {
            // llama.cpp leaves such a layer's attention out, which no model means.
            header.RefuseSetting(Hidden, "0 in a layer with heads");
        }

        return new DecoderTraits
        {
            Pairing = RotaryPairing.Adjacent,
            MayStretchRotation = true,
            DiffersByLayer = true,
            MayLackParts = true,
            ProjectionBias = Presence.Optional,
            OutputBias = Presence.Optional,
            FeedForwardBias = Presence.Optional,
        };
    }
}
