using System;
using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>Collects how the work of a model's attentions is shared out, and sees to the room for what is merged afterwards.</summary>
/// <param name="buffers">The model's buffers.</param>
/// <param name="contextLength">Positions of the longest text.</param>
internal sealed class AttentionPatterns(Buffers buffers, int contextLength)
{
    /// <summary>Buffer of the sums of ranges that are shared out one by one.</summary>
    public const string Partials = "Partials";

    // Rows whose ranges are shared out one by one: enough for eight short texts side by side, and for one of any length.
    private const int SplitRows = 8;
    private const int SplitRanges = 64;

    private readonly List<AttentionPattern> _patterns = [];

    /// <summary>The patterns.</summary>
    public EquatableArray<AttentionPattern> All => _patterns.ToEquatableArray();

    /// <summary>The pattern of an attention.</summary>
    /// <param name="window">Keys that a query sees; 0: all.</param>
    /// <param name="isChunked">Whether the window stands still.</param>
    /// <param name="ahead">Keys behind its own position that a query sees.</param>
    /// <param name="heads">Its heads.</param>
    /// <param name="layout">Layout of its keys and values.</param>
    /// <param name="rowQueries">Queries of one item of a single row at most.</param>
    /// <returns>Its index.</returns>
    public int Of(int window, bool isChunked, int ahead, HeadShape heads, KeyValueLayout layout, int rowQueries)
    {
        int ranges = window == 0 ? KeyValueLayout.Ranges(contextLength) : (window + ahead + KeyValueLayout.RangeKeys - 2) / KeyValueLayout.RangeKeys + 1;
        int itemsOfRow = (heads.GroupSize + rowQueries - 1) / rowQueries;
        int rows = Math.Max(ranges, Math.Min(SplitRows * ranges, SplitRanges)) * itemsOfRow * AttentionKernels.PaddedRows(rowQueries);
        buffers.Add(Partials, "sums of ranges of keys that are merged afterwards", layout.SumFloats, rows * heads.KeyValues);
        var pattern = new AttentionPattern(window, isChunked, ahead, heads, rowQueries, AttentionKernels.ChunkRows(layout), rows);
        int index = _patterns.IndexOf(pattern);
        if (index < 0)
        {
            index = _patterns.Count;
            _patterns.Add(pattern);
        }

        return index;
    }
}
