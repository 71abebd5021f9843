using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Elements in sets that are split again and again: those that are marked go apart from those that are not.</summary>
internal sealed class Partition
{
    // The elements of a set lie side by side, the marked ones in front.
    private readonly int[] _elements;
    private readonly int[] _places;
    private readonly int[] _setOf;
    private readonly List<int> _firsts = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _marked = [];
    private readonly List<int> _touched = [];

    /// <param name="keys">For each element what it starts in a set with: those with the same key.</param>
    public Partition(int[] keys)
    {
        int count = keys.Length;
        _elements = new int[count];
        _places = new int[count];
        _setOf = new int[count];
        int[] sorted = (int[])keys.Clone();
        for (int element = 0; element < count; element++)
        {
            _elements[element] = element;
        }

        System.Array.Sort(sorted, _elements);
        for (int place = 0; place < count; place++)
        {
            if (place == 0 || sorted[place] != sorted[place - 1])
            {
                AddSet(place, place);
            }

            _ends[_ends.Count - 1] = place + 1;
            _places[_elements[place]] = place;
            _setOf[_elements[place]] = _ends.Count - 1;
        }
    }

    public int SetCount => _firsts.Count;

    public int SetOf(int element) => _setOf[element];

    /// <summary>Number of elements of a set.</summary>
    public int CountOf(int set) => _ends[set] - _firsts[set];

    /// <summary>One of the elements of a set, which nothing is marked in.</summary>
    public int Element(int set, int index) => _elements[_firsts[set] + index];

    /// <summary>Marks an element that is not marked.</summary>
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

            int added = _firsts.Count - 1;
            for (int place = _firsts[added]; place < _ends[added]; place++)
            {
                _setOf[_elements[place]] = added;
            }
        }

        _touched.Clear();
    }

    private void AddSet(int first, int end)
    {
        _firsts.Add(first);
        _ends.Add(end);
        _marked.Add(0);
    }
}
