using System;
using ModelGen.Collections;

namespace ModelGen.Gguf;

/// <summary>
/// Everything that ModelGen decides from: a GGUF file's metadata and tensor table, without the weights and without the
/// vocabulary's text (large arrays are kept as a count and a hash).
/// </summary>
/// <param name="Version">GGUF version, 2 or 3.</param>
/// <param name="FileLength">Length of the whole file in bytes; of a split model, of its first part, as are the next two.</param>
/// <param name="Alignment">Alignment of the data section and of each tensor in it, in bytes (general.alignment, 32 if absent).</param>
/// <param name="DataOffset">Where the data section starts, in bytes from the start of the file.</param>
/// <param name="HeaderHash">SHA-256 of the bytes from the magic to the end of the tensor table, as 64 lower-case hexadecimal digits; of a split
/// model, of these digits of all parts, one behind the other.</param>
/// <param name="Metadata">Key/value pairs in the file's order.</param>
/// <param name="Tensors">Tensor table in the file's order, part by part.</param>
internal sealed record GgufHeader(
    int Version,
    long FileLength,
    int Alignment,
    long DataOffset,
    string HeaderHash,
    EquatableArray<GgufMetadata> Metadata,
    EquatableArray<GgufTensor> Tensors)
{
    /// <summary>The parts of a split model behind the first one; none where the model is one file.</summary>
    public EquatableArray<GgufPart> OtherParts { get; init; } = EquatableArray<GgufPart>.Empty;

    /// <summary>Number of the files that the model is in.</summary>
    public int PartCount => 1 + OtherParts.Count;

    /// <summary>Bytes of all parts.</summary>
    public long TotalLength => StartOf(PartCount + 1);

    /// <summary>A part.</summary>
    /// <param name="number">Which one, from 1 on.</param>
    public GgufPart PartOf(int number) => number == 1 ? new GgufPart(FileLength, Alignment, DataOffset) : OtherParts[number - 2];

    /// <summary>
    /// Where a tensor's bytes start: bytes from the start of the file; of a split model, from the start of the first part where all parts lie
    /// one behind the other.
    /// </summary>
    public long PositionOf(GgufTensor tensor) => StartOf(tensor.Part) + PartOf(tensor.Part).DataOffset + tensor.Offset;

    /// <summary>The value of <paramref name="key"/>, or null.</summary>
    public GgufValue? Find(string key)
    {
        foreach (GgufMetadata entry in Metadata)
        {
            if (entry.Key == key)
            {
                return entry.Value;
            }
        }

        return null;
    }

    /// <summary>Bytes of the parts in front of one.</summary>
    private long StartOf(int number)
    {
        long start = 0;
        for (int i = 1; i < number; i++)
        {
            start += PartOf(i).FileLength;
        }

        return start;
    }
}

/// <summary>One file of a split model.</summary>
/// <param name="FileLength">Its length in bytes.</param>
/// <param name="Alignment">Alignment of its data section and of each tensor in it, in bytes.</param>
/// <param name="DataOffset">Where its data section starts, in bytes from its own start.</param>
internal sealed record GgufPart(long FileLength, int Alignment, long DataOffset);

/// <summary>One key/value pair of the metadata.</summary>
internal sealed record GgufMetadata(string Key, GgufValue Value);

/// <summary>Value types of GGUF metadata, with the ids of the GGUF specification.</summary>
internal enum GgufValueType
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    UInt64 = 10,
    Int64 = 11,
    Float64 = 12,
}

/// <summary>
/// A metadata value. Scalars have exactly one of the fields that fits their type; arrays have <see cref="Array"/>.
/// </summary>
/// <param name="Type">The value's type as the file declares it.</param>
/// <param name="Integer">Integers and booleans (0 or 1); UInt64 above Int64.MaxValue is kept by its bits.</param>
/// <param name="Real">Float32 and Float64.</param>
/// <param name="Text">Strings of at most <see cref="MaxKeptTextBytes"/> bytes; bytes that are not UTF-8 are replaced by U+FFFD.</param>
/// <param name="Array">Arrays; and a longer string as what it is to the header, an array of UInt8 known by count and hash only.</param>
internal sealed record GgufValue(
    GgufValueType Type,
    long Integer = 0,
    double Real = 0,
    string? Text = null,
    GgufArray? Array = null)
{
    /// <summary>
    /// Strings up to this many bytes keep their text: chat templates and licences have some 30 KB. What is longer is a whole file
    /// inside the file (tokenizer.huggingface.json has megabytes), which nothing is decided from.
    /// </summary>
    public const int MaxKeptTextBytes = 64 * 1024;

    public bool IsInteger => Type
        is GgufValueType.UInt8 or GgufValueType.UInt16 or GgufValueType.UInt32 or GgufValueType.UInt64
        or GgufValueType.Int8 or GgufValueType.Int16 or GgufValueType.Int32 or GgufValueType.Int64;

    public bool IsReal => Type is GgufValueType.Float32 or GgufValueType.Float64;
}

/// <summary>
/// An array value. Short arrays keep their elements; long ones (vocabularies, merges) are known by count and hash only.
/// </summary>
/// <param name="ElementType">Type of the elements.</param>
/// <param name="Count">Number of elements.</param>
/// <param name="Hash">SHA-256 of the array's bytes in the file (after element type and count), 64 lower-case hexadecimal digits.</param>
/// <param name="Elements">The elements where Count is at most <see cref="MaxKeptElements"/>, else empty.</param>
internal sealed record GgufArray(
    GgufValueType ElementType,
    long Count,
    string Hash,
    EquatableArray<GgufValue> Elements)
{
    /// <summary>
    /// Arrays up to this length keep their elements in the header: per-layer settings (a few hundred layers at most) are needed
    /// at compile time, vocabularies (hundreds of entries and more, with long text) are not.
    /// </summary>
    public const int MaxKeptElements = 256;

    public bool HasElements => Elements.Count == Count;
}

/// <summary>One row of the tensor table.</summary>
/// <param name="Name">Tensor name, e.g. "blk.0.attn_q.weight".</param>
/// <param name="TypeId">ggml type id (<see cref="Formats.GgmlType"/>).</param>
/// <param name="Shape">Dimensions, fastest first as GGUF has them: [columns, rows] for a matrix.</param>
/// <param name="Offset">Bytes from the start of the data section of its file.</param>
/// <param name="Part">Which part of a split model has it, from 1 on; 1 where the model is one file.</param>
internal sealed record GgufTensor(string Name, int TypeId, EquatableArray<long> Shape, long Offset, int Part = 1)
{
    /// <summary>Number of elements.</summary>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long dimension in Shape)
            {
                count = checked(count * dimension);
            }

            return count;
        }
    }

    /// <summary>Dimensions without those of 1 at the end, at least one: some converters write a vector as a matrix of one row.</summary>
    public int Rank
    {
        get
        {
            int rank = Shape.Count;
            while (rank > 1 && Shape[rank - 1] == 1)
            {
                rank--;
            }

            return rank;
        }
    }

    /// <summary>Whether the tensor has this shape; dimensions of 1 at the end, of either, make no difference.</summary>
    public bool HasShape(params long[] shape)
    {
        for (int i = 0; i < Math.Max(Shape.Count, shape.Length); i++)
        {
            if ((i < Shape.Count ? Shape[i] : 1) != (i < shape.Length ? shape[i] : 1))
            {
                return false;
            }
        }

        return true;
    }
}
