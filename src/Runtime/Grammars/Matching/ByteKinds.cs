using ModelGen.Grammars.Compilation;

namespace ModelGen.Grammars.Matching;

/// <summary>
/// Kinds of bytes in texts, a bit each. Within free text most kinds, such as all letters, lead back to the same state; a trie of tokens says
/// which kinds are below a node, so that tokens of kinds that change nothing need not be walked over one by one.
/// </summary>
internal static class ByteKinds
{
    /// <summary>A byte of a character beyond ASCII.</summary>
    public const ulong BeyondAscii = 1UL << 62;

    /// <summary>A byte that is no part of a character, or of one that began before.</summary>
    public const ulong Malformed = 1UL << 63;

    private const int AsciiCount = 128;

    // What texts hardly tell apart: most control characters, digits, hexadecimal digits among the letters, other letters.
    private static readonly (char First, char Last)[] Groups =
        [('\0', '\b'), ('\v', '\f'), ('\x0E', '\x1F'), ('0', '9'), ('A', 'F'), ('G', 'Z'), ('a', 'f'), ('g', 'z')];

    private static readonly byte[] NumbersOfAscii = MakeNumbers();
    private static readonly ulong AllOfAscii = (OfAscii(AsciiCount - 1) << 1) - 1;

    /// <summary>The kind of a byte below 128.</summary>
    public static ulong OfAscii(byte value) => 1UL << NumbersOfAscii[value];

    /// <summary>
    /// The kinds of bytes that lead from a state of an automaton back to it, where texts of such bytes meet no end and no call on their way.
    /// </summary>
    /// <param name="states">The automaton's states.</param>
    /// <param name="state">The state.</param>
    public static ulong LoopsOf(GrammarStateTable states, int state)
    {
        if (!TakesBytesAlone(states, state))
        {
            return 0;
        }

        ulong kinds = AllOfAscii;
        bool any = false;
        for (int value = 0; value < AsciiCount; value++)
        {
            bool loops = states.Next(state, (byte)value) == state;
            any |= loops;
            kinds &= loops ? ulong.MaxValue : ~OfAscii((byte)value);
        }

        return !any ? 0 : TakesAllBeyondAscii(states, state, state, Utf8Phase.Between) ? kinds | BeyondAscii : kinds;
    }

    private static bool TakesBytesAlone(GrammarStateTable states, int state) =>
        !states.Accepts(state) && states.FirstCall(state) == states.FirstCall(state + 1);

    // Whether every rest of a character leads back to where the character began.
    private static bool TakesAllBeyondAscii(GrammarStateTable states, int start, int at, Utf8Phase phase)
    {
        (int State, Utf8Phase Phase) before = (start, Utf8Phase.Between);
        for (int value = AsciiCount; value < 256; value++)
        {
            Utf8Phase reached = Utf8Phases.Next(phase, (byte)value);
            if (reached == Utf8Phase.Malformed)
            {
                continue;
            }

            // Bytes side by side mostly lead to the same state.
            (int State, Utf8Phase Phase) next = (states.Next(at, (byte)value), reached);
            if (next == before)
            {
                continue;
            }

            if (reached == Utf8Phase.Between
                || next.State == SymbolAutomaton.Dead
                || !TakesBytesAlone(states, next.State)
                || !TakesAllBeyondAscii(states, start, next.State, reached))
            {
                return false;
            }

            before = next;
        }

        return true;
    }

    private static byte[] MakeNumbers()
    {
        byte[] numbers = new byte[AsciiCount];
        byte count = 0;
        for (int value = 0; value < numbers.Length; value++)
        {
            bool isInGroup = false;
            foreach ((char first, char last) in Groups)
            {
                isInGroup |= value > first && value <= last;
            }

            numbers[value] = isInGroup ? numbers[value - 1] : count++;
        }

        return numbers;
    }
}
