using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Bytes that no edge of an automaton tells apart share a class.</summary>
internal static class ByteClasses
{
    /// <summary>The classes of the bytes that edges take.</summary>
    public static List<ByteSet> Of(IReadOnlyList<NfaEdge> edges)
    {
        HashSet<ByteSet> sets = [];
        for (int index = 0; index < edges.Count; index++)
        {
            if (edges[index].Kind == NfaEdgeKind.Bytes)
            {
                sets.Add(edges[index].Bytes);
            }
        }

        List<ByteSet> classes = [];
        foreach (ByteSet set in sets)
        {
            ByteSet rest = set;
            int count = classes.Count;
            for (int index = 0; index < count && !rest.IsEmpty; index++)
            {
                ByteSet both = classes[index] & set;
                if (both.IsEmpty)
                {
                    continue;
                }

                rest &= ~both;
                if (both != classes[index])
                {
                    classes.Add(classes[index] & ~both);
                    classes[index] = both;
                }
            }

            if (!rest.IsEmpty)
            {
                classes.Add(rest);
            }
        }

        return classes;
    }

    /// <summary>The numbers of the classes that a set consists of.</summary>
    public static int[] Within(ByteSet set, IReadOnlyList<ByteSet> classes)
    {
        List<int> numbers = [];
        for (int index = 0; index < classes.Count; index++)
        {
            if (!(set & classes[index]).IsEmpty)
            {
                numbers.Add(index);
            }
        }

        return [.. numbers];
    }
}
