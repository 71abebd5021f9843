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
        int blocks = StateLayout.BlocksOf(positions);
        int rest = positions % StatePart.BlockPositions;
        foreach (StatePart part in state.Parts)
        {
            for (int head = 0; head < part.Heads; head++)
            {
                new ReadOnlySpan<byte>(page, blocks * part.KeyBlockBytes).CopyTo(contents);
                if (rest > 0)
                {
                    ClearColumns(contents.Slice((blocks - 1) * part.KeyBlockBytes, part.KeyBlockBytes), rest);
                }

                contents = contents[(blocks * part.KeyBlockBytes)..];
                page += layout.PageBlocks * (long)part.KeyBlockBytes;
                new ReadOnlySpan<byte>(page, blocks * part.ValueBlockBytes).CopyTo(contents);
                if (rest > 0)
                {
                    ClearRows(contents.Slice((blocks - 1) * part.ValueBlockBytes, part.ValueBlockBytes), part.ValueScales, rest);
                }

                contents = contents[(blocks * part.ValueBlockBytes)..];
                page += layout.PageBlocks * (long)part.ValueBlockBytes;
            }
        }
    }

    /// <summary>Copies them into a page.</summary>
    public static void CopyFrom(ReadOnlySpan<byte> contents, byte* page, StateLayout layout, StateClass state, int positions)
    {
        int blocks = StateLayout.BlocksOf(positions);
        foreach (StatePart part in state.Parts)
        {
            for (int head = 0; head < part.Heads; head++)
            {
                foreach (int blockBytes in (ReadOnlySpan<int>)[part.KeyBlockBytes, part.ValueBlockBytes])
                {
                    contents[..(blocks * blockBytes)].CopyTo(new Span<byte>(page, blocks * blockBytes));
                    contents = contents[(blocks * blockBytes)..];
                    page += layout.PageBlocks * (long)blockBytes;
                }
            }
        }
    }

    /// <summary>Of rows of 64 words, a word a position, clears those behind the first positions.</summary>
    private static void ClearColumns(Span<byte> block, int positions)
    {
        const int RowBytes = StatePart.BlockPositions * sizeof(int);
        for (int row = 0; row < block.Length; row += RowBytes)
        {
            block[(row + positions * sizeof(int))..(row + RowBytes)].Clear();
        }
    }

    /// <summary>Of rows of scales, a word a position, and then as many bytes for each position, clears those behind the first positions.</summary>
    private static void ClearRows(Span<byte> block, int scales, int positions)
    {
        int scaleBytes = scales * StatePart.BlockPositions * sizeof(int);
        ClearColumns(block[..scaleBytes], positions);
        block[(scaleBytes + (block.Length - scaleBytes) / StatePart.BlockPositions * positions)..].Clear();
    }
}
