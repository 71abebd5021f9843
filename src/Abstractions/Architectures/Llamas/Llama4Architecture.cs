namespace ModelGen.Architectures;

/// <summary>
/// "llama4": three of four layers see chunks of the text, and rotate; the fourth sees all of it, does not rotate, and its queries grow with their
/// position. Experts in every n-th layer, whose input is weighed, and beside them a network that every token takes (Meta 2025, Llama 4).
/// </summary>
internal sealed class Llama4Architecture : DecoderArchitecture
{
    // Layers from one that sees all to the next, and from one without rotation to the next.
    private const int LayersOfPattern = 4;

    // Positions of a chunk, and from one step of the queries' growth to the next, whatever the file says.
    private const int Chunk = 8192;
    private const float GrowthOfQueries = 0.1f;

    // The model of so many experts has no norms of heads.
    private const int ExpertsWithoutHeadNorms = 128;

    public override string Name => "llama4";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // Without chunks llama.cpp ends.
        if (header.SizeOrZero("attention.sliding_window", Chunk) == 0)
        {
            header.RefuseSetting("attention.sliding_window", "0");
        }

        int hidden = header.Size("expert_feed_forward_length");
        int step = header.Size("interleave_moe_layer_step");
        bool normsHeads = header.Size("expert_count") != ExpertsWithoutHeadNorms;
        bool[] hasWindow = header.PatternOfLayers("attention.sliding_window_pattern", header.Size("block_count"), LayersOfPattern);
        return new DecoderTraits
        {
            Pairing = RotaryPairing.Adjacent,
            MayStretchRotation = true,
            Rotates = Rotates,
            HasWindow = layer => hasWindow[layer],
            HasChunks = true,
            FixedWindow = Chunk,
            HeadNorm = normsHeads ? Presence.Required : Presence.Absent,
            NormsHeads = Rotates,
            HasHeadNormWeights = false,
            NormsHeadsAfterRotation = true,
            Temperature = new TemperatureSpec(GrowthOfQueries, Offset: 1, Chunk, IsOfUnrotated: true),
            Experts = new ExpertTraits
            {
                HasExperts = layer => (layer + 1) % step == 0,
                Gating = GatingFunction.Sigmoid,
                WeighsInput = true,
                SharedLength = hidden,
            },
        };

        static bool Rotates(int layer) => (layer + 1) % LayersOfPattern != 0;
    }
}
