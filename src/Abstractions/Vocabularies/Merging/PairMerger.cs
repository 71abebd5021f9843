using System;

namespace ModelGen.Vocabularies;

/// <summary>
/// Merges the symbols of a word pair by pair: of all adjacent pairs that merge, the one of the lowest rank first, the leftmost on ties,
/// until no pair is left. Buffers are kept from word to word; one thread at a time.
/// </summary>
/// <remarks>
/// The symbols are a linked list in arrays, and a binary heap holds the pairs, so that a word of n symbols takes O(n log n): each merge adds
/// at most two pairs. A pair in the heap is (rank, position of its left symbol); it is out of date where the pair that starts there now has
/// another rank. (One that has become current again at the same rank is the same merge.)
/// </remarks>
internal abstract unsafe class PairMerger(VocabularyTables tables)
{
    /// <summary>Ends the list.</summary>
    public const int End = -1;

    // No pair of a sound vocabulary has this rank: merges are fewer, and no score but a NaN maps to it. One of a damaged vocabulary does not merge.
    private const uint NoPair = uint.MaxValue;

    private int[] _symbols = [];
    private int[] _starts = [];
    private int[] _nexts = [];
    private int[] _previous = [];
    private uint[] _ranks = [];
    private int[] _merged = [];
    private ulong[] _heap = [];
    private int _heapCount;
    private byte* _text;
    private int _length;

    protected VocabularyTables Tables { get; } = tables;

    /// <summary>Bytes that the buffers take.</summary>
    public long BufferBytes => 24L * _symbols.Length + 8L * _heap.Length;

    /// <summary>The merger that a vocabulary asks for; null where it merges nothing.</summary>
    public static PairMerger? Of(VocabularyTables tables) => tables.Kind switch
    {
        TokenizerKind.SentencePiece => new ScoreMerger(tables),
        TokenizerKind.BytePair => new RankMerger(tables),
        _ => null,
    };

    /// <summary>Merges a word. The result is a list that starts at 0; see <see cref="Next"/>.</summary>
    /// <param name="text">First byte of the word.</param>
    /// <param name="length">Bytes of the word, at least 1.</param>
    public void Merge(byte* text, int length)
    {
        _text = text;
        _length = length;
        Reserve(length);
        int count = 0;
        if (Tables.Has(VocabularyFlags.StartsFromBytes))
        {
            for (; count < length; count++)
            {
                Add(count, count, Tables.SymbolOf(text[count]));
            }
        }
        else
        {
            for (int start = 0; start < length; count++)
            {
                int bytes = Math.Min(Utf8.LengthOf(text[start]), length - start);
                Add(count, start, Tables.Find(text + start, bytes));
                start += bytes;
            }
        }

        _nexts[count - 1] = End;
        for (int position = 0; position < count; position++)
        {
            Rank(position);
        }

        while (_heapCount > 0)
        {
            ulong pair = Pop();
            int left = (int)(uint)pair;
            if (_ranks[left] == (uint)(pair >> 32))
            {
                MergeAt(left);
            }
        }
    }

    /// <summary>The symbol at a position of the list, −1 where its text is none; its bytes in the word; and the position behind it.</summary>
    public int Next(int position, out int symbol, out int start, out int length)
    {
        symbol = _symbols[position];
        start = _starts[position];
        length = EndOf(position) - start;
        return _nexts[position];
    }

    /// <summary>Whether two adjacent symbols merge.</summary>
    /// <param name="left">The left symbol, −1 where its text is none.</param>
    /// <param name="right">The right one.</param>
    /// <param name="text">First byte of both.</param>
    /// <param name="length">Bytes of both.</param>
    /// <param name="rank">Pairs of lower ranks merge first.</param>
    /// <param name="merged">The symbol that they give.</param>
    protected abstract bool TryFindPair(int left, int right, byte* text, int length, out uint rank, out int merged);

    private void Reserve(int count)
    {
        _heapCount = 0;
        if (_symbols.Length < count)
        {
            int capacity = Math.Max(count, Math.Min(2 * _symbols.Length, 1 << 20));
            _symbols = new int[capacity];
            _starts = new int[capacity];
            _nexts = new int[capacity];
            _previous = new int[capacity];
            _ranks = new uint[capacity];
            _merged = new int[capacity];
        }
    }

    private void Add(int position, int start, int symbol)
    {
        _symbols[position] = symbol;
        _starts[position] = start;
        _nexts[position] = position + 1;
        _previous[position] = position - 1;
    }

    private void MergeAt(int left)
    {
        int right = _nexts[left];
        _symbols[left] = _merged[left];
        _ranks[right] = NoPair;
        _nexts[left] = _nexts[right];
        if (_nexts[left] != End)
        {
            _previous[_nexts[left]] = left;
        }

        Rank(left);
        if (_previous[left] != End)
        {
            Rank(_previous[left]);
        }
    }

    private void Rank(int left)
    {
        int right = _nexts[left];
        _ranks[left] = NoPair;
        if (right != End
            && TryFindPair(_symbols[left], _symbols[right], _text + _starts[left], EndOf(right) - _starts[left], out uint rank, out int merged)
            && rank != NoPair)
        {
            _ranks[left] = rank;
            _merged[left] = merged;
            Push((ulong)rank << 32 | (uint)left);
        }
    }

    private int EndOf(int position) => _nexts[position] == End ? _length : _starts[_nexts[position]];

    private void Push(ulong pair)
    {
        if (_heapCount == _heap.Length)
        {
            Array.Resize(ref _heap, Math.Max(64, 2 * _heapCount));
        }

        int index = _heapCount++;
        while (index > 0)
        {
            int parent = (index - 1) >> 1;
            if (_heap[parent] <= pair)
            {
                break;
            }

            _heap[index] = _heap[parent];
            index = parent;
        }

        _heap[index] = pair;
    }

    private ulong Pop()
    {
        ulong top = _heap[0];
        ulong last = _heap[--_heapCount];
        int index = 0;
        while (true)
        {
            int child = 2 * index + 1;
            if (child >= _heapCount)
            {
                break;
            }

            if (child + 1 < _heapCount && _heap[child + 1] < _heap[child])
            {
                child++;
            }

            if (last <= _heap[child])
            {
                break;
            }

            _heap[index] = _heap[child];
            index = child;
        }

        _heap[index] = last;
        return top;
    }
}
