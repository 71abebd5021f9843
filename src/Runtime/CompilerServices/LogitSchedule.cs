using System.ComponentModel;
using System.Numerics;

namespace ModelGen.CompilerServices;

/// <summary>
/// Which strips of the output matrix are multiplied for some rows of a batch: all of them, or, where none of the rows wants all logits,
/// those that one of them wants. What a strip gives does not depend on the strips beside it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe struct LogitSchedule
{
    private readonly int _strips;
    private readonly int _fewestOfChunk;

    // The numbers of all strips, and of those that were wanted last.
    private int* _all;
    private int* _some;

    /// <summary>Sets up the schedule of a matrix.</summary>
    /// <param name="strips">Its strips.</param>
    /// <param name="fewestOfChunk">Strips that are worth a chunk of their own where there is one row.</param>
    public LogitSchedule(int strips, int fewestOfChunk)
    {
        _strips = strips;
        _fewestOfChunk = fewestOfChunk;
    }

    /// <summary>Numbers of the strips that are multiplied, in ascending order.</summary>
    public int* Strips { readonly get; private set; }

    /// <summary>How many they are.</summary>
    public int Count { readonly get; private set; }

    /// <summary>Strips of a chunk; the last one may have fewer.</summary>
    public int ChunkStrips { readonly get; private set; }

    /// <summary>Number of chunks.</summary>
    public readonly int ChunkCount => (Count + ChunkStrips - 1) / ChunkStrips;

    /// <summary>Bytes of memory.</summary>
    public readonly long Bytes => 2L * _strips * sizeof(int);

    /// <summary>Gives the schedule its memory.</summary>
    /// <param name="memory">As many bytes as <see cref="Bytes"/> says.</param>
    public void Place(byte* memory)
    {
        _all = (int*)memory;
        _some = _all + _strips;
        for (int strip = 0; strip < _strips; strip++)
        {
            _all[strip] = strip;
        }
    }

    /// <summary>Finds the strips that some rows want.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="count">Their number, at least 1.</param>
    /// <param name="chunks">Chunks that all strips make.</param>
    public void ShareOut(Row* rows, int count, int chunks)
    {
        if (WantAll(rows, count))
        {
            Strips = _all;
            Count = _strips;
        }
        else
        {
            Strips = _some;
            Count = Collect(rows, count);
            chunks = count == 1 ? int.Clamp(Count / _fewestOfChunk, 1, chunks) : chunks;
        }

        ChunkStrips = int.Max((Count + chunks - 1) / chunks, 1);
    }

    /// <summary>How many of the strips from one on lie side by side in the matrix.</summary>
    /// <param name="index">Index of that one in <see cref="Strips"/>.</param>
    public readonly int RunFrom(int index)
    {
        int end = Count == _strips ? _strips : index + 1;
        while (end < Count && Strips[end] == Strips[end - 1] + 1)
        {
            end++;
        }

        return end - index;
    }

    private static bool WantAll(Row* rows, int count)
    {
        for (int row = 0; row < count; row++)
        {
            if (rows[row].Strips == null)
            {
                return true;
            }
        }

        return false;
    }

    private readonly int Collect(Row* rows, int count)
    {
        int found = 0;
        for (int word = 0; word * 64 < _strips; word++)
        {
            ulong wanted = 0;
            for (int row = 0; row < count; row++)
            {
                wanted |= rows[row].Strips[word];
            }

            for (; wanted != 0; wanted &= wanted - 1)
            {
                _some[found++] = word * 64 + BitOperations.TrailingZeroCount(wanted);
            }
        }

        return found;
    }
}
