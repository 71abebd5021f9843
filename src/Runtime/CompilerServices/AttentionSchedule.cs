using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace ModelGen.CompilerServices;

/// <summary>Some queries of one sequence over some ranges of its keys: what one chunk of attention does, for one key/value head.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct AttentionItem
{
    /// <summary>First row of the sequence's rows.</summary>
    public int Row;

    /// <summary>First query, counted from that row on: a row has as many as query heads share a key/value head.</summary>
    public int Query;

    /// <summary>Number of queries.</summary>
    public int Queries;

    /// <summary>First range of keys.</summary>
    public int FirstRange;

    /// <summary>Range behind the last one.</summary>
    public int EndRange;

    /// <summary>Where the sums of a single range go, for the first head; -1: all ranges are here.</summary>
    public int Partial;

    /// <summary>Rows of partial sums from one head to the next.</summary>
    public int RowsOfHead;

    /// <summary>Keys behind its own position that a query sees, up to <see cref="TextLength"/>.</summary>
    public int Ahead;

    /// <summary>Position behind the last key of the text.</summary>
    public int TextLength;

    /// <summary>Whether the queries are those of one row, which read keys and values in their own format.</summary>
    public bool IsOneRow;

    /// <summary>Whether the ranges of these queries are shared out one by one.</summary>
    public readonly bool IsPartial => Partial >= 0;

    /// <summary>Row of the partial sums of a head's first query.</summary>
    /// <param name="head">The head.</param>
    public readonly int PartialOf(int head) => Partial + head * RowsOfHead;

    /// <summary>Keys that a query sees, counted from the start of the text.</summary>
    /// <param name="query">The query, counted from the item's first.</param>
    /// <param name="position">Position of the item's first row.</param>
    /// <param name="groupSize">Queries of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int LimitOf(int query, int position, int groupSize) =>
        int.Min(position + (Query + query) / groupSize + 1 + Ahead, TextLength);
}

/// <summary>Queries whose ranges were shared out one by one.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct AttentionMerge
{
    /// <summary>First row of the sequence's rows.</summary>
    public int Row;

    /// <summary>First query, counted from that row on.</summary>
    public int Query;

    /// <summary>Number of queries.</summary>
    public int Queries;

    /// <summary>First range of keys.</summary>
    public int FirstRange;

    /// <summary>Number of ranges.</summary>
    public int Ranges;

    /// <summary>Row of the sums of the first range and head.</summary>
    public int Partial;

    /// <summary>Rows of sums from one range to the next.</summary>
    public int RowsOfRange;

    /// <summary>Keys behind its own position that a query sees, up to <see cref="TextLength"/>.</summary>
    public int Ahead;

    /// <summary>Position behind the last key of the text.</summary>
    public int TextLength;

    /// <summary>Keys that a query sees, counted from the start of the text.</summary>
    /// <param name="query">The query, counted from <see cref="Row"/> on.</param>
    /// <param name="position">Position of that row.</param>
    /// <param name="groupSize">Queries of a row.</param>
    public readonly int LimitOf(int query, int position, int groupSize) => int.Min(position + query / groupSize + 1 + Ahead, TextLength);

    /// <summary>Row of the sums of a head's query over the first range.</summary>
    /// <param name="head">The head.</param>
    /// <param name="query">The query, counted from the first.</param>
    public readonly int PartialOf(int head, int query) => Partial + head * Ranges * RowsOfRange + query;
}

/// <summary>
/// Shares the attention of a batch out: rows of one sequence that stand together share what is read of its keys, rows of different lengths
/// are different work. The longest items come first, so that no thread ends with one; the ranges of few queries are shared out one by one,
/// as long as there is room for their sums. Which of that is done does not change a bit of the result: each query's ranges are merged in
/// their order.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe struct AttentionSchedule
{
    // Positions of a range.
    private const int RangeKeys = 256;

    // Queries whose ranges are worth sharing out one by one: those of a draft. A prompt's are many items anyway.
    private const int MostQueriesOfPartial = 64;

    private readonly int _window;
    private readonly bool _isChunked;
    private readonly int _heads;
    private readonly int _groupSize;
    private readonly int _rowQueries;
    private readonly int _tileQueries;
    private readonly int _surplusQueries;
    private readonly int _partialQueries;
    private readonly int _ahead;

    // Items before they are shared out further.
    private AttentionItem* _whole;

    /// <summary>Sets up the schedule of a pattern.</summary>
    /// <param name="window">Keys that a query sees; 0: all.</param>
    /// <param name="isChunked">Whether the window stands still: a query sees the keys of its chunk of so many positions up to itself.</param>
    /// <param name="heads">Key/value heads.</param>
    /// <param name="groupSize">Queries of a row for one key/value head.</param>
    /// <param name="rowQueries">Queries of an item of a single row at most.</param>
    /// <param name="tileQueries">Queries of an item of several rows at most.</param>
    /// <param name="surplusQueries">Rows of sums that kernels may write behind those of an item's queries.</param>
    /// <param name="partialQueries">Rows of partial sums that there is room for, for one key/value head.</param>
    /// <param name="ahead">Keys behind its own position that a query sees, as far as the row's text goes.</param>
    public AttentionSchedule(
        int window, bool isChunked, int heads, int groupSize, int rowQueries, int tileQueries, int surplusQueries, int partialQueries, int ahead = 0)
    {
        _ahead = ahead;
        _window = window;
        _isChunked = isChunked;
        _heads = heads;
        _groupSize = groupSize;
        _rowQueries = rowQueries;
        _tileQueries = tileQueries;
        _surplusQueries = surplusQueries;
        _partialQueries = partialQueries;
    }

    /// <summary>The items; each is a chunk for every key/value head.</summary>
    public AttentionItem* Items { readonly get; private set; }

    /// <summary>Their number.</summary>
    public int ItemCount { readonly get; private set; }

    /// <summary>What is merged when all items are done.</summary>
    public AttentionMerge* Merges { readonly get; private set; }

    /// <summary>Their number.</summary>
    public int MergeCount { readonly get; private set; }

    /// <summary>Bytes of memory for batches of so many rows.</summary>
    /// <param name="rows">Rows of a batch at most.</param>
    public readonly long BytesOf(int rows) =>
        (MostWhole(rows) + MostItems(rows)) * (long)sizeof(AttentionItem) + MostWhole(rows) * (long)sizeof(AttentionMerge);

    /// <summary>Gives the schedule its memory.</summary>
    /// <param name="memory">As many bytes as <see cref="BytesOf"/> says.</param>
    /// <param name="rows">Rows of a batch at most.</param>
    public void Place(byte* memory, int rows)
    {
        Items = (AttentionItem*)memory;
        _whole = Items + MostItems(rows);
        Merges = (AttentionMerge*)(_whole + MostWhole(rows));
    }

    /// <summary>Shares a batch out.</summary>
    /// <param name="rows">The rows; those of a sequence stand together.</param>
    /// <param name="count">Their number.</param>
    public void ShareOut(Row* rows, int count)
    {
        int whole = 0;
        for (int first = 0, end; first < count; first = end)
        {
            end = first + 1;
            while (end < count && rows[end - 1].IsFollowedBy(rows[end]))
            {
                end++;
            }

            int queries = (end - first) * _groupSize;
            int tile = end - first == 1 ? _rowQueries : _tileQueries;
            for (int query = 0; query < queries; query += tile)
            {
                Insert(ItemOf(rows, first, query, int.Min(tile, queries - query), isOneRow: end - first == 1), whole++);
            }
        }

        ItemCount = 0;
        MergeCount = 0;
        int partials = 0;
        for (int i = 0; i < whole; i++)
        {
            AttentionItem* item = _whole + i;
            int ranges = item->EndRange - item->FirstRange;
            int rowsOfRange = item->Queries + _surplusQueries;
            bool isPartial = ranges > 1 && item->Queries <= int.Max(_groupSize, MostQueriesOfPartial) && partials + ranges * rowsOfRange <= _partialQueries;
            if (!isPartial)
            {
                Items[ItemCount++] = *item;
            }
            else
            {
                partials += ranges * rowsOfRange;
            }

            item->Partial = isPartial ? 0 : -1;
        }

        // Single ranges are the smallest work: they come last.
        partials = 0;
        for (int i = 0; i < whole; i++)
        {
            if (_whole[i].IsPartial)
            {
                AddRanges(_whole[i], ref partials);
            }
        }
    }

    private readonly int MostWhole(int rows)
    {
        int tile = int.Min(_rowQueries, _tileQueries);
        return rows * ((_groupSize + tile - 1) / tile + 1);
    }

    private readonly int MostItems(int rows) => MostWhole(rows) + _partialQueries / (1 + _surplusQueries);

    private readonly AttentionItem ItemOf(Row* rows, int first, int query, int queries, bool isOneRow)
    {
        int firstPosition = rows[first].Position + query / _groupSize;
        int lastPosition = rows[first].Position + (query + queries - 1) / _groupSize;
        int textLength = _ahead == 0 ? int.MaxValue : rows[first].TextLength;
        int limit = int.Min(lastPosition + 1 + _ahead, textLength);
        return new AttentionItem
        {
            Ahead = _ahead,
            TextLength = textLength,
            Row = first,
            Query = query,
            Queries = queries,
            FirstRange = FirstKeyOf(firstPosition) / RangeKeys,
            EndRange = (limit - 1) / RangeKeys + 1,
            Partial = -1,
            IsOneRow = isOneRow,
        };
    }

    /// <summary>The first key that the query at a position sees.</summary>
    private readonly int FirstKeyOf(int position) => _window switch
    {
        0 => 0,
        _ when _isChunked => position / _window * _window,
        _ => int.Max(position + 1 - _window, 0),
    };

    /// <summary>Puts an item where the items before it are no shorter.</summary>
    private readonly void Insert(AttentionItem item, int count)
    {
        int i = count;
        for (; i > 0 && WorkOf(_whole[i - 1]) < WorkOf(item); i--)
        {
            _whole[i] = _whole[i - 1];
        }

        _whole[i] = item;
    }

    private static int WorkOf(in AttentionItem item) => (item.EndRange - item.FirstRange) * item.Queries;

    /// <summary>Shares an item out by ranges: of every head there is a place for the sums of each.</summary>
    private void AddRanges(AttentionItem item, ref int partials)
    {
        int ranges = item.EndRange - item.FirstRange;
        int rowsOfRange = item.Queries + _surplusQueries;
        int first = partials * _heads;
        for (int range = 0; range < ranges; range++)
        {
            AttentionItem one = item;
            one.FirstRange = item.FirstRange + range;
            one.EndRange = one.FirstRange + 1;
            one.Partial = first + range * rowsOfRange;
            one.RowsOfHead = ranges * rowsOfRange;
            Items[ItemCount++] = one;
        }

        partials += ranges * rowsOfRange;
        Merges[MergeCount++] = new AttentionMerge
        {
            Ahead = item.Ahead,
            TextLength = item.TextLength,
            Row = item.Row,
            Query = item.Query,
            Queries = item.Queries,
            FirstRange = item.FirstRange,
            Ranges = ranges,
            Partial = first,
            RowsOfRange = rowsOfRange,
        };
    }
}
