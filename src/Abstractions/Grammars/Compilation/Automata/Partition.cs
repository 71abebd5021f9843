using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Elements in sets that are split again and again: those that are marked go apart from those that are not.</summary>
internal sealed class Partition
{
    // The elements of a set lie side by side, the marked ones in front.
    private readonly int[] _elements;
    private readonly int[] _places;
    private readonly int[] _setOf;

    // There are never more sets than elements.
    private readonly int[] _firsts;
    private readonly int[] _ends;
    private readonly int[] _marked;
    private readonly List<int> _touched = [];

    /// <param name="keys">For each element what it starts in a set with: those with the same key.</param>
    /// <param name="keyCount">Keys are smaller.</param>
    public Partition(int[] keys, int keyCount)
    {
        int count = keys.Length;
        _elements = new int[count];
        _places = new int[count];
        _setOf = new int[count];
        _firsts = new int[count];
        _ends = new int[count];
        _marked = new int[count];
        int[] next = new int[keyCount + 1];
        foreach (int key in keys)
        {
            next[key + 1]++;
        }

        int[] setOfKey = new int[keyCount];
        for (int key = 0; key < keyCount; key++)
        {
            if (next[key + 1] > 0)
            {
                setOfKey[key] = SetCount;
                AddSet(next[key], next[key] + next[key + 1]);
            }

            next[key + 1] += next[key];
        }

        for (int element = 0; element < count; element++)
        {
            int place = next[keys[element]]++;
            _elements[place] = element;
            _places[element] = place;
            _setOf[element] = setOfKey[keys[element]];
        }
    }

    public int SetCount { get; private set; }

    public int SetOf(int element) => _setOf[element];

    /// <summary>Number of elements of a set.</summary>
    public int CountOf(int set) => _ends[set] - _firsts[set];

    /// <summary>One of the elements of a set, which nothing is marked in.</summary>
    public int Element(int set, int index) => _elements[_firsts[set] + index];

    /// <summary>Marks an element.</summary>
    public void Mark(int element)
    {
        int set = _setOf[element];
        int place = _places[element];
        int to = _firsts[set] + _marked[set];
        if (place < to)
        {
            return;
        }

        if (_marked[set]++ == 0)
        {
            _touched.Add(set);
        }

        int other = _elements[to];
        _elements[to] = element;
        _places[element] = to;
        _elements[place] = other;
        _places[other] = place;
    }

    /// <summary>Splits all sets that have marked elements and others; the smaller part gets a new number. Then nothing is marked.</summary>
    public void Split()
    {
        foreach (int set in _touched)
        {
            int first = _firsts[set];
            int middle = first + _marked[set];
            int end = _ends[set];
            _marked[set] = 0;
            if (middle == end)
            {
                continue;
            }

            int added = SetCount;
            if (middle - first <= end - middle)
            {
                _firsts[set] = middle;
                AddSet(first, middle);
            }
            else
            {
                _ends[set] = middle;
                AddSet(middle, end);
            }

            for (int place = _firsts[added]; place < _ends[added]; place++)
            {
                _setOf[_elements[place]] = added;
            }
        }

        _touched.Clear();
    }

    private void AddSet(int first, int end)
    {
        _firsts[SetCount] = first;
        _ends[SetCount] = end;
        SetCount++;
    }
}
