using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>
/// A deterministic automaton over symbols: first the classes of bytes, then machines that are called. It starts in state 0, which accepts
/// nothing: no machine has the empty text.
/// </summary>
internal sealed class SymbolAutomaton
{
    /// <summary>No state.</summary>
    public const int Dead = -1;

    /// <param name="classes">The bytes of each class; no two have a byte in common.</param>
    /// <param name="callees">What is called by each symbol behind the classes.</param>
    public SymbolAutomaton(IReadOnlyList<ByteSet> classes, IReadOnlyList<int> callees)
    {
        Classes = classes;
        Callees = callees;
    }

    public IReadOnlyList<ByteSet> Classes { get; }

    public IReadOnlyList<int> Callees { get; }

    /// <summary>Whether a text ends in a state.</summary>
    public List<bool> Accepts { get; } = [];

    public int StateCount => Accepts.Count;

    /// <summary>Edges: from where, by which symbol, to where.</summary>
    public List<SymbolEdge> Edges { get; } = [];

    /// <summary>A second state that it may start in, where there is one, and that is told from all others.</summary>
    public int SecondStart { get; set; } = Dead;

    public int AddState(bool accepts)
    {
        Accepts.Add(accepts);
        return Accepts.Count - 1;
    }
}

/// <summary>An edge of a <see cref="SymbolAutomaton"/>.</summary>
internal readonly record struct SymbolEdge(int From, int Symbol, int To);
