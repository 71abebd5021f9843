namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>Time mixing in all layers in place of attention.</summary>
/// <param name="IsGoose">That of RWKV-7; else that of RWKV-6.</param>
internal sealed record TimeMixPreset(bool IsGoose)
{
    /// <summary>Floats of a head: llama.cpp's kernels take 64 at a time.</summary>
    public const int Dimension = 64;

    /// <summary>Of low-rank functions, a rank each, no two alike and not all of them whole vectors.</summary>
    public const int DecayRank = 20;

    public const int RateRank = 16;

    public const int ValueMixRank = 24;

    public const int GateRank = 36;

    /// <summary>Of RWKV-6's offsets.</summary>
    public const int OffsetRank = 32;

    /// <summary>Shifts stand in one tensor; RWKV-7's do always.</summary>
    public bool IsFused { get; init; } = true;

    public bool HasGate { get; init; } = true;

    /// <summary>Heads' outputs have a norm.</summary>
    public bool HasNorm { get; init; } = true;

    /// <summary>Channel mixing in place of the usual feed-forward network.</summary>
    public bool HasChannelMix { get; init; } = true;

    /// <summary>How often a layer looks at the token before; 0: the file does not say it.</summary>
    public int Shifts { get; init; }
}
