using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>What a sequence remembers, by classes.</summary>
/// <param name="PagePositions">Positions of a page.</param>
/// <param name="Pages">Pages of a full context, and so entries of a class in a sequence's table.</param>
/// <param name="Classes">The classes.</param>
/// <param name="FixedBytes">Bytes of the state of all layers whose state has a fixed size; 0: there are none.</param>
internal sealed record StatePlan(int PagePositions, int Pages, EquatableArray<StateClassPlan> Classes, long FixedBytes)
{
    // The fixed state that a batch reads, and the one that it writes.
    private const int FixedEntries = 2;

    /// <summary>Pages of the source text, which hold as many positions as the others; null: there is none.</summary>
    public StateClassPlan? Source { get; init; }

    /// <summary>Where a sequence's table has the pages of the source text.</summary>
    public int SourceEntry => FixedEntry + FixedEntries;

    /// <summary>Where a sequence's table has the fixed state that a batch reads; behind it is the one that it writes.</summary>
    public int FixedEntry => Classes.Count * Pages;

    /// <summary>Bytes of a sequence that takes a whole context.</summary>
    /// <param name="contextLength">Its positions.</param>
    /// <param name="batchRows">Rows of a batch at most.</param>
    public long BytesOf(int contextLength, int batchRows) =>
        Classes.Sum(state => state.PageBytes * StateMemory.Pages(state.Window, Pages, PagePositions, batchRows))
        + FixedBytes * StateMemory.States(contextLength / PagePositions)
        + (Source?.PageBytes ?? 0) * Pages;
}

/// <summary>
/// The layers that remember the same positions: all, or those of a window. A page has some neighbouring positions of all of them.
/// </summary>
/// <param name="Window">Positions that are looked back to, the row's own counted; 0: all.</param>
/// <param name="PageBytes">Bytes of a page.</param>
/// <param name="Parts">What a page holds, one after the other.</param>
internal sealed record StateClassPlan(int Window, long PageBytes, EquatableArray<StatePartPlan> Parts);

/// <summary>Keys and values of some heads, of one layout.</summary>
/// <param name="Heads">Heads, of one layer or several.</param>
/// <param name="Layout">Their layout.</param>
internal sealed record StatePartPlan(int Heads, KeyValueLayout Layout)
{
    public long Bytes => (long)Heads * Layout.HeadBytes;
}

/// <summary>Collects what the layers remember.</summary>
/// <param name="isOfOneLayer">
/// Whether no layer remembers anything once the next one begins, as in an encoder, which has all rows of a text at once: layers then share
/// one place.
/// </param>
internal sealed class StatePlanner(bool isOfOneLayer = false)
{
    private readonly List<(int Window, List<StatePartPlan> Parts)> _classes = [];
    private long _fixedBytes;

    /// <summary>Adds a layer's keys and values.</summary>
    /// <param name="window">Keys that a query sees; 0: all.</param>
    /// <param name="heads">Key/value heads.</param>
    /// <param name="layout">Their layout.</param>
    /// <returns>The class, and the bytes from the start of one of its pages to the layer's first head.</returns>
    public (int Class, long Offset) Add(int window, int heads, KeyValueLayout layout)
    {
        // What lives as long as a layer keeps the whole text, whatever a query sees of it.
        window = isOfOneLayer ? 0 : window;
        int index = _classes.FindIndex(candidate => candidate.Window == window);
        if (index < 0)
        {
            index = _classes.Count;
            _classes.Add((window, []));
        }

        List<StatePartPlan> parts = _classes[index].Parts;
        if (isOfOneLayer && parts.Count > 0)
        {
            return (index, parts[0].Bytes >= (long)heads * layout.HeadBytes && parts[0].Layout == layout
                ? 0
                : throw new System.InvalidOperationException("The layers of an encoder differ in their keys and values."));
        }

        long offset = parts.Sum(part => part.Bytes);
        if (parts.Count > 0 && parts[parts.Count - 1].Layout == layout)
        {
            parts[parts.Count - 1] = parts[parts.Count - 1] with { Heads = parts[parts.Count - 1].Heads + heads };
        }
        else
        {
            parts.Add(new StatePartPlan(heads, layout));
        }

        return (index, offset);
    }

    /// <summary>Adds what a layer remembers that has a fixed size.</summary>
    /// <param name="bytes">Its size.</param>
    /// <returns>Bytes from the start of a sequence's fixed state to the layer's.</returns>
    public long AddFixed(long bytes)
    {
        long offset = _fixedBytes;
        _fixedBytes = offset + Buffers.Align(bytes);
        return offset;
    }

    /// <summary>What has been added.</summary>
    /// <param name="contextLength">Positions of the longest text.</param>
    public StatePlan Plan(int contextLength) => new(
        KeyValueLayout.PagePositionsOf(contextLength),
        KeyValueLayout.Ranges(contextLength),
        _classes.Select(state => new StateClassPlan(
            state.Window, state.Parts.Sum(part => part.Bytes), state.Parts.ToEquatableArray())).ToEquatableArray(),
        _fixedBytes);
}
