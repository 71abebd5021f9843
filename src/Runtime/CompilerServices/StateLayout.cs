using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;
using System.Linq;

namespace ModelGen.CompilerServices;

/// <summary>
/// What a sequence remembers of its text, by classes of layers that remember the same positions. It lies in pages, each of which has some
/// neighbouring positions of all layers of its class.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class StateLayout
{
    /// <summary>Says what was compiled.</summary>
    /// <param name="pagePositions">Positions of a page.</param>
    /// <param name="pages">Pages of a full context: entries of each class in a sequence's table.</param>
    /// <param name="batchRows">Rows of a batch at most.</param>
    /// <param name="classes">The classes, in the order of the table.</param>
    public StateLayout(int pagePositions, int pages, int batchRows, IReadOnlyList<StateClass> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        PagePositions = pagePositions;
        Pages = pages;
        BatchRows = batchRows;
        Classes = classes;
        PageBlocks = pagePositions / StatePart.BlockPositions;
    }

    /// <summary>Positions of a page.</summary>
    public int PagePositions { get; }

    /// <summary>Pages of a full context.</summary>
    public int Pages { get; }

    /// <summary>Blocks of positions of a page.</summary>
    internal int PageBlocks { get; }

    /// <summary>Rows of a batch at most.</summary>
    public int BatchRows { get; }

    /// <summary>The classes.</summary>
    public IReadOnlyList<StateClass> Classes { get; }

    /// <summary>Pages that a text of so many positions takes at most in a class: all, or those of its window and of the batch that moves it.</summary>
    internal int PagesOf(StateClass state, int contextLength)
    {
        int all = (contextLength + PagePositions - 1) / PagePositions;
        return state.Window == 0 ? all : int.Min(all, (state.Window + BatchRows - 2) / PagePositions + 2);
    }

    /// <summary>Bytes that a text of so many positions takes at most.</summary>
    internal long BytesOf(int contextLength) => Classes.Sum(state => PageBytesOf(state) * PagesOf(state, contextLength));

    /// <summary>What a page of a class holds of some positions: whole blocks of each head's keys and values.</summary>
    internal static long BytesOf(StateClass state, int positions) =>
        state.Parts.Sum(part => part.Heads * (long)BlocksOf(positions) * (part.KeyBlockBytes + part.ValueBlockBytes));

    /// <summary>Blocks that some positions take.</summary>
    internal static int BlocksOf(int positions) => (positions + StatePart.BlockPositions - 1) / StatePart.BlockPositions;

    /// <summary>The layout as a text, equal for equal layouts.</summary>
    internal string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"pages of {PagePositions}: {string.Join("; ", Classes.Select(state => $"window {state.Window}, {string.Join(" + ", state.Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Heads} heads of {part.KeyBlockBytes}/{part.ValueBlockBytes}/{part.ValueScales}")))}"))}");

    /// <summary>Bytes of a page of a class.</summary>
    internal long PageBytesOf(StateClass state) =>
        state.Parts.Sum(part => part.Heads * (long)PageBlocks * (part.KeyBlockBytes + part.ValueBlockBytes));
}

/// <summary>The layers that remember the same positions of a text.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class StateClass
{
    /// <summary>Says what was compiled.</summary>
    /// <param name="window">Positions that are looked back to, a row's own counted; 0: all.</param>
    /// <param name="parts">What a page holds, one after the other.</param>
    public StateClass(int window, params StatePart[] parts)
    {
        Window = window;
        Parts = parts;
    }

    /// <summary>Positions that are looked back to, a row's own counted; 0: all.</summary>
    public int Window { get; }

    /// <summary>What a page holds.</summary>
    public IReadOnlyList<StatePart> Parts { get; }
}

/// <summary>Keys and values of some heads: of each its keys, then its values, both in blocks of 64 positions.</summary>
/// <param name="Heads">Heads, of one layer or several.</param>
/// <param name="KeyBlockBytes">
/// Bytes of a block of keys. It is rows of 64 words of 32 bits, word i of a row being that of position i of the block.
/// </param>
/// <param name="ValueBlockBytes">Bytes of a block of values: as many rows of scales as it has, then each position's words.</param>
/// <param name="ValueScales">Rows of 64 scales of a block of values, a word a position.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StatePart(int Heads, int KeyBlockBytes, int ValueBlockBytes, int ValueScales)
{
    /// <summary>Positions of a block.</summary>
    internal const int BlockPositions = 64;
}
