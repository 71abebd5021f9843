using System;
using ModelGen.CompilerServices;

namespace ModelGen.Execution;

/// <summary>
/// The contents of a page as they stand in a saved session: of each head the blocks of its keys and values that some positions fill. What a block
/// has behind the last of them is zeros there: it is of a text that was rewound, and not for others to see.
/// </summary>
internal static unsafe class PageContents
{
    /// <summary>Copies them out of a page.</summary>
    public static void CopyTo(Span<byte> contents, byte* page, StateLayout layout, StateClass state, int positions)
    {
        int rest = positions % StatePart.BlockPositions;
        foreach (BlockRun run in layout.RunsOf(state, positions))
        {
            new ReadOnlySpan<byte>(page + run.Offset, run.Bytes).CopyTo(contents);
            if (rest > 0)
            {
                ClearBehind(contents.Slice(run.Bytes - run.BlockBytes, run.BlockBytes), run.WordBytes, rest);
            }

            contents = contents[run.Bytes..];
        }
    }

    /// <summary>Copies them into a page.</summary>
    public static void CopyFrom(ReadOnlySpan<byte> contents, byte* page, StateLayout layout, StateClass state, int positions)
    {
        foreach (BlockRun run in layout.RunsOf(state, positions))
        {
            contents[..run.Bytes].CopyTo(new Span<byte>(page + run.Offset, run.Bytes));
            contents = contents[run.Bytes..];
        }
    }

    /// <summary>Clears what a block has behind its first positions.</summary>
    private static void ClearBehind(Span<byte> block, int wordBytes, int positions)
    {
        const int RowBytes = StatePart.BlockPositions * sizeof(int);
        for (int row = 0; row < wordBytes; row += RowBytes)
        {
            block[(row + positions * sizeof(int))..(row + RowBytes)].Clear();
        }

        block[(wordBytes + (block.Length - wordBytes) / StatePart.BlockPositions * positions)..].Clear();
    }
}
