using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>What texts a <see cref="ByteAutomaton"/> has.</summary>
internal static class AutomatonFacts
{
    /// <summary>Whether it accepts anything.</summary>
    public static bool HasText(ByteAutomaton automaton) =>
        automaton.StateCount > 0 && (automaton.Accepts(0) || HasLongText(automaton));

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
