using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Layout;

/// <summary>A tensor of the packed file.</summary>
/// <param name="Offset">Bytes from the start of the weights section.</param>
internal abstract record PackedTensor(long Offset)
{
    /// <summary>What it is for, e.g. QueryKeyValue; the same in every layer.</summary>
    public abstract string Name { get; }

    /// <summary>Bytes in the packed file, without the gap to the next tensor.</summary>
    public abstract long Length { get; }
}

/// <summary>A vector, kept as 32-bit floats whatever its format in the file, padded with zeros to the 32 of a block of activations.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Sources">The tensors in the GGUF file whose elements it has, one behind the other; one, where it is a stack.</param>
/// <param name="Offset">Bytes from the start of the weights section.</param>
/// <param name="Taps">
/// Of a filter, which the file has channel by channel, the taps of a channel: it is kept tap by tap, each for all channels. 1: any other vector.
/// </param>
internal sealed record PackedVector(string Role, EquatableArray<TensorSpec> Sources, long Offset, int Taps = 1) : PackedTensor(Offset)
{
    public override string Name => Role;

    public override long Length => Count * (long)PaddedFloats * sizeof(float);

    /// <summary>Vectors of a stack; 1: it is none.</summary>
    public int Count => Sources[0].Count;

    /// <summary>Elements; of a stack, of each of its vectors.</summary>
    public int Columns => Sources.Sum(source => source.Columns);

    /// <summary>Floats that it takes; of a stack, that each of its vectors takes.</summary>
    public int PaddedFloats => PaddedLength(Columns);

    /// <summary>Where the element at <paramref name="index"/> stands among those of its sources.</summary>
    public int SourceIndexOf(int index)
    {
        int channels = Columns / Taps;
        return Taps == 1 || index >= Columns ? index : index % channels * Taps + index / channels;
    }

    /// <summary>Floats that a vector of <paramref name="length"/> takes.</summary>
    public static int PaddedLength(int length) => (length + 31) / 32 * 32;
}

/// <summary>
/// One or more matrices of the same format and row length as one stream of strips. Each source is padded with zero rows to whole strips.
/// Where the sources are stacks, one such matrix stands behind the other; what is said of rows and strips is said of each.
/// </summary>
/// <param name="Sources">The tensors, in the order of their rows.</param>
/// <param name="Paired">
/// False: all strips of the first source, then all of the second, … True (gate and up, or up alone): two strips of the first, two of the
/// second, and so on, so that 32 hidden units, one block of quantised activations, are computed from neighbouring strips.
/// </param>
/// <param name="Prefix">What its name begins with: Expert, Shared, or nothing.</param>
/// <param name="Offset">Bytes from the start of the weights section.</param>
internal sealed record PackedMatrix(EquatableArray<MatrixSource> Sources, bool Paired, string Prefix, long Offset) : PackedTensor(Offset)
{
    /// <summary>Strips of one source that stand together in a paired matrix.</summary>
    public const int PairedStrips = 2;

    public override string Name => Prefix + string.Concat(Sources.Select(source => source.Role));

    /// <summary>Matrices of a stack; 1: it is none.</summary>
    public int Count => Sources[0].Tensor.Count;

    public TensorFormat Format => Sources[0].Tensor.PackedFormat;

    public int Columns => Sources[0].Tensor.Columns;

    /// <summary>Rows of all sources, without padding.</summary>
    public int Rows => Sources.Sum(source => source.Tensor.Rows);

    /// <summary>Rows with the padding of each source.</summary>
    public int PaddedRows => Strips * TensorFormat.StripRows;

    public int Strips => Sources.Sum(StripsOf);

    public long StripBytes => Format.StripBytes(Columns);

    /// <summary>Bytes of one matrix of a stack.</summary>
    public long MatrixBytes => Strips * StripBytes;

    public override long Length => Count * MatrixBytes;

    /// <summary>First output row of source <paramref name="index"/> in a matrix that is not paired.</summary>
    public int FirstRowOf(int index) => Sources.Take(index).Sum(StripsOf) * TensorFormat.StripRows;

    /// <summary>Which strip of which source stands at <paramref name="strip"/> of a matrix.</summary>
    public (TensorSpec Source, int Strip) SourceOf(int strip)
    {
        if (Paired)
        {
            int unit = strip / (PairedStrips * Sources.Count);
            int inUnit = strip % (PairedStrips * Sources.Count);
            return (Sources[inUnit / PairedStrips].Tensor, unit * PairedStrips + inUnit % PairedStrips);
        }

        int source = 0;
        while (strip >= StripsOf(Sources[source]))
        {
            strip -= StripsOf(Sources[source]);
            source++;
        }

        return (Sources[source].Tensor, strip);
    }

    /// <summary>Strips that a source takes.</summary>
    public int StripsOf(MatrixSource source)
    {
        int strips = (source.Tensor.Rows + TensorFormat.StripRows - 1) / TensorFormat.StripRows;
        return Paired ? (strips + PairedStrips - 1) / PairedStrips * PairedStrips : strips;
    }
}

/// <summary>A tensor that is a part of a packed matrix.</summary>
/// <param name="Role">What it is for, e.g. Query.</param>
/// <param name="Tensor">The tensor in the GGUF file.</param>
internal sealed record MatrixSource(string Role, TensorSpec Tensor);
