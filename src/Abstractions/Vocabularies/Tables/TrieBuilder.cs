using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Vocabularies;

/// <summary>Builds the arrays of a <see cref="ByteTrie"/>.</summary>
internal sealed class TrieBuilder
{
    private TrieBuilder(byte[] labels, int[] firstChildren, int[] values)
    {
        Labels = labels;
        FirstChildren = firstChildren;
        Values = values;
    }

    /// <summary>No trie: no nodes.</summary>
    public static TrieBuilder Empty { get; } = new([], [], []);

    public byte[] Labels { get; }

    public int[] FirstChildren { get; }

    public int[] Values { get; }

    /// <summary>Builds the trie of strings that are not empty; of equal ones the last one counts.</summary>
    public static TrieBuilder Create(IEnumerable<(byte[] Text, int Id)> strings)
    {
        // Sorted, the strings below a node are a range, and OrderBy keeps the order of equal ones.
        (byte[] Text, int Id)[] sorted = [.. strings.OrderBy(entry => entry.Text, ByteStrings.Comparer)];
        List<byte> labels = [0];
        List<int> firstChildren = [];
        List<int> values = [];
        Queue<(int Start, int End, int Depth)> nodes = new();
        nodes.Enqueue((0, sorted.Length, 0));
        while (nodes.Count > 0)
        {
            (int start, int end, int depth) = nodes.Dequeue();
            int value = VocabularySection.None;
            for (; start < end && sorted[start].Text.Length == depth; start++)
            {
                value = sorted[start].Id;
            }

            values.Add(value);
            firstChildren.Add(labels.Count);
            while (start < end)
            {
                byte label = sorted[start].Text[depth];
                int next = start + 1;
                while (next < end && sorted[next].Text[depth] == label)
                {
                    next++;
                }

                labels.Add(label);
                nodes.Enqueue((start, next, depth + 1));
                start = next;
            }
        }

        firstChildren.Add(labels.Count);
        return new TrieBuilder([.. labels], [.. firstChildren], [.. values]);
    }
}
