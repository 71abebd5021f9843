using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;
using System.Linq;
using ModelGen.Layout;

namespace ModelGen.CompilerServices;

/// <summary>
/// What a sequence remembers of its text. Layers that remember positions are in classes, by which positions those are; it lies in pages, each of
/// which has some neighbouring positions of all layers of its class. What the other layers remember has a fixed size, however long the text is:
/// it is one state of all of them.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class StateLayout
{
    /// <summary>Says what was compiled.</summary>
    /// <param name="pagePositions">Positions of a page.</param>
    /// <param name="pages">Pages of a full context: entries of each class in a sequence's table.</param>
    /// <param name="batchRows">Rows of a batch at most.</param>
    /// <param name="classes">The classes, in the order of the table.</param>
    /// <param name="fixedBytes">Bytes of the state of all layers whose state has a fixed size; 0: there are none.</param>
    /// <param name="source">What layers find of the source text; null: there is none.</param>
    public StateLayout(
        int pagePositions, int pages, int batchRows, IReadOnlyList<StateClass> classes, long fixedBytes = 0, StateClass? source = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        PagePositions = pagePositions;
        Pages = pages;
        BatchRows = batchRows;
        Classes = classes;
        FixedBytes = fixedBytes;
        Source = source;
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

    /// <summary>Bytes of the state of all layers whose state has a fixed size; 0: there are none.</summary>
    public long FixedBytes { get; }

    /// <summary>What layers find of the source text, in pages of their own; null: there is none.</summary>
    public StateClass? Source { get; }

    /// <summary>Kinds of memory that a sequence has: a class is one, in their order, and behind them the fixed state and pages of the source text.</summary>
    internal int Kinds => SourceKind + 1;

    /// <summary>The kind of memory that holds a fixed state.</summary>
    internal int FixedKind => Classes.Count;

    /// <summary>The kind of memory that holds a page of the source text.</summary>
    internal int SourceKind => FixedKind + 1;

    /// <summary>Where a sequence's table has the fixed state that a batch reads, and behind it the one that it writes.</summary>
    internal int FixedEntry => Classes.Count * Pages;

    /// <summary>Where it has the pages of the source text.</summary>
    internal int SourceEntry => FixedEntry + 2;

    /// <summary>Entries of a sequence's table: the pages of a full context of each class, two fixed states, the pages of the source text.</summary>
    internal int TableLength => SourceEntry + (Source is null ? 0 : Pages);

    /// <summary>Pages or states that a text of so many positions has at most.</summary>
    internal int PagesOf(int kind, int contextLength)
    {
        int all = (contextLength + PagePositions - 1) / PagePositions;
        return kind == SourceKind ? (Source is null ? 0 : all)
            : kind < FixedKind ? StateMemory.Pages(Classes[kind].Window, all, PagePositions, BatchRows)
            : FixedBytes > 0 ? StateMemory.States(contextLength / PagePositions)
            : 0;
    }

    /// <summary>Bytes of a page or state.</summary>
    internal long PageBytesOf(int kind) => kind == FixedKind ? FixedBytes
        : (kind == SourceKind ? Source : Classes[kind])?.Parts.Sum(part => part.Heads * (long)PageBlocks * (part.KeyBlockBytes + part.ValueBlockBytes)) ?? 0;

    /// <summary>Bytes that a text of so many positions takes at most.</summary>
    internal long BytesOf(int contextLength) => Enumerable.Range(0, Kinds).Sum(kind => PageBytesOf(kind) * PagesOf(kind, contextLength));

    /// <summary>What a page of a class holds of some positions: whole blocks of each head's keys and values.</summary>
    internal static long BytesOf(StateClass state, int positions) =>
        state.Parts.Sum(part => part.Heads * (long)BlocksOf(positions) * (part.KeyBlockBytes + part.ValueBlockBytes));

    /// <summary>
    /// The runs of neighbouring bytes that some positions take of a page: of each head the blocks of its keys, then those of its values.
    /// </summary>
    internal IEnumerable<BlockRun> RunsOf(StateClass state, int positions)
    {
        int blocks = BlocksOf(positions);
        long offset = 0;
        foreach (StatePart part in state.Parts)
        {
            for (int head = 0; head < part.Heads; head++)
            {
                yield return new BlockRun(offset, blocks, part.KeyBlockBytes, part.KeyBlockBytes);
                offset += PageBlocks * (long)part.KeyBlockBytes;
                yield return new BlockRun(offset, blocks, part.ValueBlockBytes, part.ValueScales * StatePart.BlockPositions * sizeof(int));
                offset += PageBlocks * (long)part.ValueBlockBytes;
            }
        }
    }

    /// <summary>Blocks that some positions take.</summary>
    internal static int BlocksOf(int positions) => (positions + StatePart.BlockPositions - 1) / StatePart.BlockPositions;

    /// <summary>The layout as a text, equal for equal layouts.</summary>
    internal string Description
    {
        get
        {
            string classes = string.Join("; ", Classes.Select(state => string.Create(CultureInfo.InvariantCulture, $"window {state.Window}, {PartsOf(state)}")));
            string source = Source is null ? "" : "; source " + PartsOf(Source);
            return string.Create(CultureInfo.InvariantCulture, $"pages of {PagePositions}: {classes}{source}");
        }
    }

    private static string PartsOf(StateClass state) => string.Join(
        " + ",
        state.Parts.Select(part => string.Create(
            CultureInfo.InvariantCulture, $"{part.Heads} heads of {part.KeyBlockBytes}/{part.ValueBlockBytes}/{part.ValueScales}")));
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

/// <summary>Neighbouring blocks of a page.</summary>
/// <param name="Offset">Bytes from the start of the page.</param>
/// <param name="Blocks">Blocks.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
/// <param name="WordBytes">Bytes at a block's start that are rows of words, a word a position; behind them each position's bytes stand together.</param>
internal readonly record struct BlockRun(long Offset, int Blocks, int BlockBytes, int WordBytes)
{
    /// <summary>Bytes of all blocks.</summary>
    public int Bytes => Blocks * BlockBytes;
}
