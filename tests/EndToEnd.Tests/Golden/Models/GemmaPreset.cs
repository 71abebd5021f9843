namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>What Gemma 4's and 3n's layers differ in, from those of other decoders and from each other.</summary>
/// <param name="Windows">Which layers have a window, as attention.sliding_window_pattern has it.</param>
internal sealed record GemmaPreset(bool[] Windows)
{
    /// <summary>Floats of a head of layers with a window; null: as of the others, and no key says it.</summary>
    public int? WindowHeadDimension { get; init; }

    /// <summary>Last layers that read the keys and values of earlier ones; null: no key says it.</summary>
    public int? SharedLayers { get; init; }

    /// <summary>Layers without a window have no values: these are their keys.</summary>
    public bool TakesKeysForValues { get; init; }

    /// <summary>Key/value heads of layers without a window; null: as of the others.</summary>
    public int? FullKeyValueHeads { get; init; }

    /// <summary>Floats that each layer gets of a token beside x; 0: none.</summary>
    public int PerLayer { get; init; }

    /// <summary>Last layers whose networks are twice as wide.</summary>
    public int WideLayers { get; init; }

    /// <summary>x is multiplied with a factor behind each layer.</summary>
    public bool HasOutputScales { get; init; }

    /// <summary>Three of four pairs of layers without a window are not turned.</summary>
    public bool HasProportionalRotation { get; init; }

    /// <summary>Four streams, and a branch of low rank beside each attention.</summary>
    public bool HasStreams { get; init; }

    /// <summary>A dense network with norms of its own stands beside the experts.</summary>
    public bool HasDenseBeside { get; init; }
}
