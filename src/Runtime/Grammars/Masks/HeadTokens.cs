using System;
using System.Collections.Concurrent;
using System.Collections.Generic;

namespace ModelGen.Grammars.Masks;

/// <summary>
/// Where tokens lead from a head, whatever lies below it: which ones stay in what the head belongs to, and where others leave it. This is found
/// by one walk over the vocabulary, and holds wherever such a head is met again. Safe for concurrent use.
/// </summary>
internal sealed class HeadTokens
{
    private readonly TokenSet _all;
    private readonly ConcurrentDictionary<int, TokenSet> _withinItems = [];
    private readonly int[] _ids;
    private readonly int[] _firstIds;
    private readonly int _maskLength;

    /// <param name="stays">By number of items that come to their end within a token: the tokens that stay inside.</param>
    /// <param name="exits">The ways out.</param>
    /// <param name="maskLength">Words of a mask.</param>
    public HeadTokens(IReadOnlyList<List<int>> stays, HeadExit[] exits, int maskLength)
    {
        _maskLength = maskLength;
        Exits = exits;
        List<int> ids = [];
        _firstIds = new int[stays.Count + 1];
        for (int items = 0; items < stays.Count; items++)
        {
            ids.AddRange(stays[items]);
            _firstIds[items + 1] = ids.Count;
        }

        int[] all = [.. ids];
        _all = TokenSet.Of(all, maskLength);

        // Where nothing is counted nobody asks for a part.
        _ids = stays.Count > 1 ? all : [];
    }

    /// <summary>The ways out.</summary>
    public HeadExit[] Exits { get; }

    /// <summary>The tokens that stay inside.</summary>
    /// <param name="mostItems">Most items that may come, the one that is begun among them.</param>
    public TokenSet Stays(int mostItems)
    {
        // The item that a token stays in must come to its end as well.
        if (mostItems >= _firstIds.Length - 1)
        {
            return _all;
        }

        if (!_withinItems.TryGetValue(mostItems, out TokenSet? set))
        {
            // Few tokens have many items: those that do are taken from all where they are fewer than the others.
            int count = _firstIds[mostItems];
            set = count < _ids.Length - count
                ? TokenSet.Of(_ids.AsSpan(0, count), _maskLength)
                : _all.Without(_ids.AsSpan(count), _maskLength);
            _withinItems[mostItems] = set;
        }

        return set;
    }
}
