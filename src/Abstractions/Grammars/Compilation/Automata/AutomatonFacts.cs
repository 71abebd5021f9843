using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>What texts a <see cref="ByteAutomaton"/> has.</summary>
internal static class AutomatonFacts
{
    /// <summary>Whether it accepts anything.</summary>
    public static bool HasText(ByteAutomaton automaton) =>
        automaton.StateCount > 0 && (automaton.Accepts(0) || HasLongText(automaton));

    /// <summary>The bytes that lead from its start to a state.</summary>
    public static ByteSet FirstBytes(ByteAutomaton automaton)
    {
        ByteSet bytes = ByteSet.Empty;
        for (int value = 0; value < 256 && automaton.StateCount > 0; value++)
        {
            bytes |= automaton.Next(0, (byte)value) == ByteAutomaton.Dead ? ByteSet.Empty : ByteSet.Of((byte)value);
        }

        return bytes;
    }

    /// <summary>Whether a state leads back to itself.</summary>
    public static bool HasLoops(ByteAutomaton automaton)
    {
        List<int>[] nexts = new List<int>[automaton.StateCount];
        for (int state = 0; state < nexts.Length; state++)
        {
            nexts[state] = [];
            for (int byteClass = 0; byteClass < automaton.ClassCount; byteClass++)
            {
                int to = automaton.NextOfClass(state, byteClass);
                if (to != ByteAutomaton.Dead && !nexts[state].Contains(to))
                {
                    nexts[state].Add(to);
                }
            }
        }

        Components components = new(nexts);
        for (int state = 0; state < nexts.Length; state++)
        {
            if (components.IsCyclic(state))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it accepts a text of a byte or more.</summary>
    public static bool HasLongText(ByteAutomaton automaton)
    {
        if (automaton.StateCount == 0)
        {
            return false;
        }

        bool[] isTaken = new bool[automaton.ClassCount];
        for (int value = 0; value < 256; value++)
        {
            isTaken[automaton.ClassOf((byte)value)] = true;
        }

        bool[] seen = new bool[automaton.StateCount];
        Stack<int> open = new([0]);
        while (open.Count > 0)
        {
            int state = open.Pop();
            for (int byteClass = 0; byteClass < automaton.ClassCount; byteClass++)
            {
                int to = isTaken[byteClass] ? automaton.NextOfClass(state, byteClass) : ByteAutomaton.Dead;
                if (to != ByteAutomaton.Dead && !seen[to])
                {
                    if (automaton.Accepts(to))
                    {
                        return true;
                    }

                    seen[to] = true;
                    open.Push(to);
                }
            }
        }

        return false;
    }
}
