namespace ModelGen.Architectures;

/// <summary>"nanbeige": as llama; x goes through all layers several times, normalised in between (Nanbeige lab 2026, Nanbeige 4.2).</summary>
internal sealed class NanbeigeArchitecture : DecoderArchitecture
{
    private const string RoundsKey = "num_loops";

    // Layers of all rounds at most, as in llama.cpp.
    private const int MaxLayers = 512;

    public override string Name => "nanbeige";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int rounds = header.Size(RoundsKey, 1);
        int layers = header.Size("block_count");
        bool isTooMany = (long)rounds * layers > MaxLayers;
        if (isTooMany)
        {
            header.Refuse(RoundsKey, $"is {rounds}; that makes more than {MaxLayers} layers of {layers}");
        }

        return new DecoderTraits
        {
            Pairing = RotaryPairing.Adjacent,
            MayStretchRotation = true,
            Rounds = isTooMany ? 1 : rounds,
            NormsRounds = !header.Flag("skip_loop_final_norm", fallback: false),
        };
    }
}
