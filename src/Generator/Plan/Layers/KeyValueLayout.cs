namespace ModelGen.Generator.Plan;

/// <summary>
/// How the keys and values of one head lie in a page: its keys, then its values, so that what is asked for ahead of the keys' end is the
/// values. Both lie in blocks of 64 positions; docs/kernels.md has the layout of each format.
/// </summary>
/// <param name="Format">Format of the elements.</param>
/// <param name="PagePositions">Positions of a page: a range of 256, or fewer blocks where the whole context has no more.</param>
/// <param name="Stride">Elements of a key or value: the head's dimension rounded up to what the format's kernels take.</param>
/// <param name="Parts">Elements of a 32-bit word.</param>
/// <param name="KeyScaleGroups">Scales of a key; 0 where it has none.</param>
/// <param name="KeyBlockBytes">Bytes of a block of keys.</param>
/// <param name="ValueBlockBytes">Bytes of a block of values.</param>
/// <param name="LatentLength">Elements with which a key begins that are its value too, which is then kept nowhere else; 0: values are kept.</param>
internal sealed record KeyValueLayout(
    KeyValueFormat Format, int PagePositions, int Stride, int Parts, int KeyScaleGroups, int KeyBlockBytes, int ValueBlockBytes, int LatentLength = 0)
{
    /// <summary>Positions of a block: keys of a block lie transposed, so that a vector holds one element of neighbouring positions.</summary>
    public const int BlockKeys = 64;

    /// <summary>
    /// Positions of a range. A row's softmax runs over one range at a time, and ranges are merged in their order, whatever the rows beside it:
    /// one row's work is shared out by ranges too, so that few key/value heads keep all threads busy.
    /// </summary>
    public const int RangeKeys = 256;

    // Elements of a part of a row: a vector of 16, at the widest.
    private const int StrideOfPart = 16;

    // Elements of an 8-bit key that share a scale.
    private const int ElementsOfScale = 32;

    /// <summary>Blocks of a page.</summary>
    public int PageBlocks => PagePositions / BlockKeys;

    /// <summary>Bytes of the keys of one head in a page.</summary>
    public int KeyBytes => PageBlocks * KeyBlockBytes;

    /// <summary>Bytes of the keys and values of one head in a page.</summary>
    public int HeadBytes => PageBlocks * (KeyBlockBytes + ValueBlockBytes);

    /// <summary>Elements of a key that share a scale.</summary>
    public int GroupElements => KeyScaleGroups == 0 ? Stride : Stride / KeyScaleGroups;

    /// <summary>Scales of a value, 0 or 1.</summary>
    public int ValueScaleGroups => KeyScaleGroups == 0 || LatentLength > 0 ? 0 : 1;

    /// <summary>Elements of a value as kernels sum them up.</summary>
    public int ValueStride => LatentLength == 0 ? Stride : RoundUp(LatentLength, 2 * StrideOfPart);

    /// <summary>Floats of a row's sums of one range: ValueStride of them, the largest score, the sum of weights, padding to a cache line.</summary>
    public int SumFloats => ValueStride + 16;

    /// <summary>Ranges of a context, each a page.</summary>
    public static int Ranges(int contextLength) => (contextLength + RangeKeys - 1) / RangeKeys;

    /// <summary>Positions of a page of a context.</summary>
    public static int PagePositionsOf(int contextLength) =>
        System.Math.Min(RangeKeys, (contextLength + BlockKeys - 1) / BlockKeys * BlockKeys);

    /// <summary>Lays out the keys and values of a head.</summary>
    /// <param name="format">Format of the elements.</param>
    /// <param name="headDimension">Floats of a head.</param>
    /// <param name="contextLength">Positions of the longest text.</param>
    /// <param name="latentLength">Elements with which a key begins that are its value; 0: values are kept beside keys.</param>
    public static KeyValueLayout Create(KeyValueFormat format, int headDimension, int contextLength, int latentLength = 0)
    {
        int parts = format switch
        {
            KeyValueFormat.Float32 => 1,
            KeyValueFormat.Int16 => 2,
            _ => 4,
        };
        int stride = RoundUp(headDimension, System.Math.Max(parts, 2) * StrideOfPart);
        int groups = format switch
        {
            KeyValueFormat.Float32 => 0,
            KeyValueFormat.Int16 => 1,
            _ => stride / ElementsOfScale,
        };
        int keyBlock = BlockKeys * sizeof(float) * (groups + stride / parts);
        int valueBlock = latentLength > 0 ? 0 : BlockKeys * sizeof(float) * (System.Math.Min(groups, 1) + stride / parts);
        return new KeyValueLayout(format, PagePositionsOf(contextLength), stride, parts, groups, keyBlock, valueBlock, latentLength);
    }

    private static int RoundUp(int length, int multiple) => (length + multiple - 1) / multiple * multiple;
}
