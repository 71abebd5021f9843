using System;

namespace ModelGen.Generator.Plan;

/// <summary>How many strips a chunk has, and how many chunks that makes.</summary>
internal sealed record Chunks(int Strips, int Count)
{
    /// <summary>
    /// Chunks of a step of one row: none smaller than this, because below some 16 KB a chunk takes less time than the cores need to agree
    /// who does it.
    /// </summary>
    private const long SmallestChunkOfOneRow = 16 << 10;

    /// <summary>Bytes that stay in a second-level cache beside a tile's activations while all tiles of a batch pass over them.</summary>
    private const long LargestChunkOfManyRows = 192 << 10;

    // Enough that the last one to finish keeps the others waiting for 1/32 of the step at most.
    private const int MostChunks = 32;

    /// <summary>Shares out a step that reads each strip once.</summary>
    /// <param name="strips">Strips of a matrix.</param>
    /// <param name="stripBytes">Bytes of a strip.</param>
    /// <param name="matrices">Matrices that the step reads: one, or those of a token's experts.</param>
    /// <returns>The chunks of a matrix.</returns>
    public static Chunks ForOneRow(int strips, long stripBytes, int matrices = 1)
    {
        long count = Math.Max(1, Math.Min(MostOf(matrices), strips * stripBytes / SmallestChunkOfOneRow));
        return Of(strips, count);
    }

    /// <summary>How many strips a chunk of one row has at least, where not all strips of a matrix are read.</summary>
    /// <param name="stripBytes">Bytes of a strip.</param>
    public static int FewestStripsOfOneRow(long stripBytes) => (int)Math.Max(1, SmallestChunkOfOneRow / stripBytes);

    /// <summary>Shares out a step that multiplies each strip with many rows, tile after tile.</summary>
    /// <param name="strips">Strips of a matrix.</param>
    /// <param name="stripBytes">Bytes of a strip.</param>
    /// <param name="matrices">Matrices that the step reads: one, or those of all experts.</param>
    /// <returns>The chunks of a matrix.</returns>
    public static Chunks ForManyRows(int strips, long stripBytes, int matrices = 1) =>
        Of(strips, Math.Min(strips, Math.Max(MostOf(matrices), strips * stripBytes / LargestChunkOfManyRows)));

    private static int MostOf(int matrices) => (MostChunks + matrices - 1) / matrices;

    private static Chunks Of(int strips, long count)
    {
        int size = (int)((strips + count - 1) / count);
        return new Chunks(size, (strips + size - 1) / size);
    }
}
