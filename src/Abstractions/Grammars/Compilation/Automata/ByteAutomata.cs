using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace ModelGen.Grammars.Compilation;

/// <summary>Takes over automata that are deterministic already.</summary>
internal static class ByteAutomata
{
    // Readers of grammars give the same automata again and again, such as that of any string.
    private static readonly ConditionalWeakTable<ByteAutomaton, SymbolAutomaton> Known = new();

    /// <summary>The smallest automaton with the texts of another one, but for the empty text.</summary>
    public static SymbolAutomaton Minimize(ByteAutomaton automaton) =>
        Known.GetValue(automaton, static each => Minimizer.Minimize(Convert(each), keepsStart: false));

    /// <summary>The bytes of each of an automaton's classes.</summary>
    public static ByteSet[] ClassesOf(ByteAutomaton automaton)
    {
        ByteSet[] classes = new ByteSet[automaton.ClassCount];
        int first = 0;
        for (int value = 1; value <= 256; value++)
        {
            int byteClass = automaton.ClassOf((byte)first);
            if (value == 256 || automaton.ClassOf((byte)value) != byteClass)
            {
                if (byteClass < classes.Length)
                {
                    classes[byteClass] |= ByteSet.Range((byte)first, (byte)(value - 1));
                }

                first = value;
            }
        }

        return classes;
    }

    private static SymbolAutomaton Convert(ByteAutomaton automaton)
    {
        ByteSet[] classes = ClassesOf(automaton);
        SymbolAutomaton result = new(classes, []);
        int[] numbers = new int[automaton.StateCount];

        // The start stands for itself, because a text that leads back to it is not empty.
        List<int> found = [0];
        result.AddState(accepts: false);
        for (int index = 0; index < found.Count; index++)
        {
            for (int byteClass = 0; byteClass < classes.Length; byteClass++)
            {
                int to = automaton.NextOfClass(found[index], byteClass);
                if (to != ByteAutomaton.Dead && !classes[byteClass].IsEmpty)
                {
                    if (numbers[to] == 0)
                    {
                        numbers[to] = result.AddState(automaton.Accepts(to));
                        found.Add(to);
                    }

                    result.Edges.Add(new SymbolEdge(index, byteClass, numbers[to]));
                }
            }
        }

        return result;
    }
}
