using ModelGen.Formats;

namespace ModelGen.Architectures;

/// <summary>A tensor of the file, or some of its rows.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="TypeId">Its ggml type.</param>
/// <param name="Columns">Elements of a row (the first dimension in GGUF's order).</param>
/// <param name="Rows">Rows; 1 for a vector.</param>
/// <param name="First">Elements that the file's tensor has before these: a tensor of queries, keys and values is three.</param>
/// <param name="Count">Of a stack, the matrices or vectors of Columns and Rows in it, one an expert; 1: no stack.</param>
/// <param name="Pitch">Of a stack, elements of the file's tensor from one of them to the next.</param>
/// <param name="Run">Rows that stand together in the file's tensor, where others stand between them; 0: all do.</param>
/// <param name="RunPitch">Elements of the file's tensor from the first row of such a run to that of the next.</param>
/// <param name="IsTransposed">
/// Whether the file has the matrix, or each of a stack, the other way round: rows of Rows elements, Columns of them. A block of the file then spans rows
/// of the matrix, which is therefore kept as floats.
/// </param>
internal sealed record TensorSpec(
    string Name,
    int TypeId,
    int Columns,
    int Rows,
    long First = 0,
    int Count = 1,
    long Pitch = 0,
    int Run = 0,
    long RunPitch = 0,
    bool IsTransposed = false)
{
    /// <summary>Format in the file.</summary>
    public TensorFormat Format => TensorFormat.Find(TypeId)!;

    /// <summary>Format in the packed file: that of the file, but for a transposed matrix, whose blocks become halves.</summary>
    public TensorFormat PackedFormat => IsTransposed && Format.Activation != ActivationFormat.Float32 ? TensorFormat.Halves : Format;

    /// <summary>Bytes from the start of the file's tensor to the first of its elements.</summary>
    public long FirstByte => BytesOf(First);

    /// <summary>Bytes of the file's tensor from one matrix or vector of a stack to the next.</summary>
    public long PitchBytes => BytesOf(Pitch);

    /// <summary>Bytes from the first of its elements to those of a row.</summary>
    public long RowByte(long row) => BytesOf(Run == 0 ? row * Columns : row / Run * RunPitch + row % Run * Columns);

    /// <summary>Some of its rows: of each <paramref name="pitch"/> of them <paramref name="run"/>.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="run">Rows that stand together.</param>
    /// <param name="pitch">Rows from the first of a run to that of the next.</param>
    /// <param name="runs">How many runs there are.</param>
    public TensorSpec RunsOfRows(int first, int run, int pitch, int runs) =>
        this with { Rows = runs * run, First = First + (long)first * Columns, Run = run, RunPitch = (long)pitch * Columns };

    /// <summary>Bytes of so many elements, whole blocks of them.</summary>
    private long BytesOf(long elements) => elements / Format.Type.BlockLength * Format.Type.BlockBytes;
}
