namespace ModelGen.Generator.Plan;

/// <summary>
/// The key/value buffers: a layer after the other, in it a key/value head after the other, of it a range of 256 positions after the other: its
/// keys, then its values, so that what is asked for ahead of the keys' end is the values. Both lie in blocks of 64 positions; docs/kernels.md
/// has the layout of each format.
/// </summary>
/// <param name="Format">Format of the elements.</param>
/// <param name="Positions">ContextLength rounded up to whole blocks, and to whole ranges where it has more than one.</param>
/// <param name="Stride">Elements of a key or value: the head's dimension rounded up to what the format's kernels take.</param>
/// <param name="Parts">Elements of a 32-bit word.</param>
/// <param name="KeyScaleGroups">Scales of a key; 0 where it has none.</param>
/// <param name="KeyBlockBytes">Bytes of a block of keys.</param>
/// <param name="ValueBlockBytes">Bytes of a block of values.</param>
/// <param name="KeyRangeBytes">Bytes of the keys of a range of one head.</param>
/// <param name="RangeBytes">Bytes of a range of one head.</param>
/// <param name="HeadBytes">Bytes of one head.</param>
/// <param name="LayerBytes">Bytes of a layer.</param>
/// <param name="Bytes">Bytes of all layers.</param>
internal sealed record KeyValuePlan(
    KeyValueFormat Format,
    int Positions,
    int Stride,
    int Parts,
    int KeyScaleGroups,
    int KeyBlockBytes,
    int ValueBlockBytes,
    int KeyRangeBytes,
    long RangeBytes,
    long HeadBytes,
    long LayerBytes,
    long Bytes)
{
    /// <summary>Positions of a block: keys of a block lie transposed, so that a vector holds one element of neighbouring positions.</summary>
    public const int BlockKeys = 64;

    /// <summary>
    /// Positions of a range. A row's softmax runs over one range at a time, and ranges are merged in their order, in prefill as in decode:
    /// a decoded token's work is shared out by ranges too, so that few key/value heads keep all threads busy.
    /// </summary>
    public const int RangeKeys = 256;

    // Elements of a part of a row: a vector of 16, at the widest.
    private const int StrideOfPart = 16;

    // Elements of an 8-bit key that share a scale.
    private const int ElementsOfScale = 32;

    /// <summary>Ranges of a full context.</summary>
    public int Ranges => (Positions + RangeKeys - 1) / RangeKeys;

    /// <summary>Elements of a key that share a scale.</summary>
    public int GroupElements => KeyScaleGroups == 0 ? Stride : Stride / KeyScaleGroups;

    /// <summary>Scales of a value, 0 or 1.</summary>
    public int ValueScaleGroups => KeyScaleGroups == 0 ? 0 : 1;

    /// <summary>Floats of a row's sums of one range: Stride of them, the largest score, the sum of weights, padding to a cache line.</summary>
    public int SumFloats => Stride + 16;

    /// <summary>Lays out the buffers.</summary>
    public static KeyValuePlan Create(KeyValueFormat format, int headDimension, int keyValueHeads, int layers, int contextLength)
    {
        int parts = format switch
        {
            KeyValueFormat.Float32 => 1,
            KeyValueFormat.Int16 => 2,
            _ => 4,
        };
        int padding = System.Math.Max(parts, 2) * StrideOfPart;
        int stride = (headDimension + padding - 1) / padding * padding;
        int groups = format switch
        {
            KeyValueFormat.Float32 => 0,
            KeyValueFormat.Int16 => 1,
            _ => stride / ElementsOfScale,
        };
        int keyBlock = BlockKeys * sizeof(float) * (groups + stride / parts);
        int valueBlock = BlockKeys * sizeof(float) * (System.Math.Min(groups, 1) + stride / parts);
        int ranges = (contextLength + RangeKeys - 1) / RangeKeys;
        int blocks = ranges > 1 ? RangeKeys / BlockKeys : (contextLength + BlockKeys - 1) / BlockKeys;
        long range = (long)blocks * (keyBlock + valueBlock);
        long layer = keyValueHeads * ranges * range;
        return new KeyValuePlan(
            format,
            ranges * blocks * BlockKeys,
            stride,
            parts,
            groups,
            keyBlock,
            valueBlock,
            blocks * keyBlock,
            range,
            ranges * range,
            layer,
            layer * layers);
    }
}
