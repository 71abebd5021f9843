namespace ModelGen.Vocabularies;

/// <summary>
/// A trie of byte strings in three arrays. Nodes are numbered breadth first, so that the children of a node lie side by side and a node
/// needs only to know its first one. Node 0 is the root.
/// </summary>
internal sealed unsafe class ByteTrie
{
    /// <summary>No such node.</summary>
    public const int Dead = -1;

    private readonly VocabularyTables _tables;
    private readonly byte* _labels;
    private readonly int* _firstChildren;
    private readonly int* _values;
    private readonly int _count;

    public ByteTrie(VocabularyTables tables, VocabularyTable labels, VocabularyTable firstChildren, VocabularyTable? values)
    {
        _tables = tables;
        _labels = tables.Table(labels, out long count);
        _firstChildren = (int*)tables.Table(firstChildren, out long firsts);
        long valueCount = count;
        _values = values is VocabularyTable table ? (int*)tables.Table(table, out valueCount) : null;
        if (count >= int.MaxValue || firsts != (count == 0 ? 0 : count + 1) || valueCount != count)
        {
            throw VocabularyTables.Damaged("the arrays of a trie have not the same length");
        }

        _count = (int)count;
    }

    /// <summary>Whether it holds any string.</summary>
    public bool IsEmpty => _count <= 1;

    /// <summary>The child of a node that a byte leads to, or <see cref="Dead"/>.</summary>
    public int Child(int node, byte label)
    {
        if (_count == 0)
        {
            return Dead;
        }

        int first = _firstChildren[node];
        int end = _firstChildren[node + 1];
        if (first < 0 || end < first || end > _count)
        {
            throw VocabularyTables.Damaged("a node of a trie does not lie in it");
        }

        // Sorted, at most 256.
        while (first < end)
        {
            int middle = (first + end) >>> 1;
            if (_labels[middle] < label)
            {
                first = middle + 1;
            }
            else if (_labels[middle] > label)
            {
                end = middle;
            }
            else
            {
                return middle;
            }
        }

        return Dead;
    }

    /// <summary>The id of the token that ends at a node, or −1.</summary>
    public int ValueOf(int node) => _values[node] == VocabularySection.None ? VocabularySection.None : _tables.Token(_values[node]);

    /// <summary>The longest of its strings that the text starts with.</summary>
    /// <param name="text">First byte of the text.</param>
    /// <param name="length">Bytes of the text.</param>
    /// <param name="id">The string's id, or −1 where no string fits.</param>
    /// <returns>Bytes of the string.</returns>
    public int LongestMatch(byte* text, int length, out int id)
    {
        int matched = 0;
        id = VocabularySection.None;
        int node = 0;
        for (int index = 0; index < length; index++)
        {
            node = Child(node, text[index]);
            if (node == Dead)
            {
                break;
            }

            int value = ValueOf(node);
            if (value != VocabularySection.None)
            {
                id = value;
                matched = index + 1;
            }
        }

        return matched;
    }

    /// <summary>How many bytes of the text lead along the trie, whether a string ends there or not.</summary>
    public int LongestPath(byte* text, int length)
    {
        int node = 0;
        for (int index = 0; index < length; index++)
        {
            node = Child(node, text[index]);
            if (node == Dead)
            {
                return index;
            }
        }

        return length;
    }
}
