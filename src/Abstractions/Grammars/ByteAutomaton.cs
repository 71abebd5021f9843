namespace ModelGen.Grammars;

/// <summary>
/// A deterministic finite automaton over bytes: its states are 0 to StateCount − 1, and it starts in 0. Bytes that no state tells apart share
/// a class, so that a state's row is short.
/// </summary>
internal sealed class ByteAutomaton
{
    /// <summary>The state that no text leads out of and that accepts nothing.</summary>
    public const int Dead = -1;

    private readonly byte[] _classes;
    private readonly int[] _transitions;
    private readonly bool[] _accepts;

    /// <param name="classes">[256] the class of each byte.</param>
    /// <param name="transitions">[state, class] the state that a byte of the class leads to, or <see cref="Dead"/>.</param>
    /// <param name="accepts">[state] whether a text that ends there is accepted.</param>
    public ByteAutomaton(byte[] classes, int[] transitions, bool[] accepts)
    {
        _classes = classes;
        _transitions = transitions;
        _accepts = accepts;
        ClassCount = accepts.Length == 0 ? 0 : transitions.Length / accepts.Length;
    }

    /// <summary>Number of states; 0 accepts nothing.</summary>
    public int StateCount => _accepts.Length;

    /// <summary>Number of classes of bytes.</summary>
    public int ClassCount { get; }

    /// <summary>The class of a byte.</summary>
    public int ClassOf(byte value) => _classes[value];

    /// <summary>Whether a text that ends in the state is accepted.</summary>
    public bool Accepts(int state) => _accepts[state];

    /// <summary>The state that a byte leads to, or <see cref="Dead"/>.</summary>
    public int Next(int state, byte value) => NextOfClass(state, _classes[value]);

    /// <summary>The state that a byte of a class leads to, or <see cref="Dead"/>.</summary>
    public int NextOfClass(int state, int byteClass) => _transitions[(state * ClassCount) + byteClass];
}
