namespace ModelGen.Grammars.Compilation;

/// <summary>
/// The automaton of machines that take a token. It stands there for whoever looks at what machines begin and go on with, as a byte that no
/// text in UTF-8 has; which token is taken is not its business.
/// </summary>
internal static class TokenAutomaton
{
    private const byte NoTextHasIt = 0xFF;

    public static SymbolAutomaton Instance { get; } = Create();

    private static SymbolAutomaton Create()
    {
        SymbolAutomaton automaton = new([ByteSet.Of(NoTextHasIt)], []);
        int start = automaton.AddState(accepts: false);
        int end = automaton.AddState(accepts: true);
        automaton.Edges.Add(new SymbolEdge(start, 0, end));
        return automaton;
    }
}
