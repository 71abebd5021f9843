using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>What an edge of an <see cref="Nfa"/> takes.</summary>
internal enum NfaEdgeKind
{
    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>One byte of a set.</summary>
    Bytes,

    /// <summary>A text of a machine.</summary>
    Call,
}

/// <summary>An edge of an <see cref="Nfa"/>.</summary>
/// <param name="Kind">What it takes.</param>
/// <param name="Bytes">The bytes that it takes, where it takes bytes.</param>
/// <param name="Callee">The machine that it calls, where it calls one.</param>
/// <param name="To">Where it leads.</param>
internal readonly record struct NfaEdge(NfaEdgeKind Kind, ByteSet Bytes, int Callee, int To);

/// <summary>A finite automaton, not yet deterministic, that takes bytes and texts of other machines.</summary>
internal sealed class Nfa
{
    private const int None = -1;

    private readonly List<int> _lastEdges = new(32);
    private readonly List<NfaEdge> _edges = new(32);
    private readonly List<int> _edgesBefore = new(32);

    public Nfa()
    {
        Start = AddState();
        Accept = AddState();
    }

    /// <summary>Where it starts. No edge leads there.</summary>
    public int Start { get; }

    /// <summary>Where a text ends. No edge leads on from there.</summary>
    public int Accept { get; }

    public int StateCount => _lastEdges.Count;

    public int AddState()
    {
        _lastEdges.Add(None);
        return _lastEdges.Count - 1;
    }

    /// <summary>An edge that takes nothing.</summary>
    public void AddEmpty(int from, int to) => Add(from, new NfaEdge(NfaEdgeKind.Empty, ByteSet.Empty, None, to));

    /// <summary>An edge that takes a byte of a set.</summary>
    public void AddBytes(int from, ByteSet bytes, int to)
    {
        if (!bytes.IsEmpty)
        {
            Add(from, new NfaEdge(NfaEdgeKind.Bytes, bytes, None, to));
        }
    }

    /// <summary>An edge that takes a text of a machine, which is never empty.</summary>
    public void AddCall(int from, int callee, int to) => Add(from, new NfaEdge(NfaEdgeKind.Call, ByteSet.Empty, callee, to));

    /// <summary>An edge like another one, to a state that is given.</summary>
    public void Add(int from, NfaEdge edge)
    {
        _edgesBefore.Add(_lastEdges[from]);
        _lastEdges[from] = _edges.Count;
        _edges.Add(edge);
    }

    /// <summary>The state's edges.</summary>
    public IEnumerable<NfaEdge> EdgesOf(int state)
    {
        for (int edge = FirstEdge(state); edge != None; edge = NextEdge(edge))
        {
            yield return Edge(edge);
        }
    }

    /// <summary>The number of one of the state's edges, or −1.</summary>
    public int FirstEdge(int state) => _lastEdges[state];

    /// <summary>The number of the next edge of the same state, or −1.</summary>
    public int NextEdge(int edge) => _edgesBefore[edge];

    public NfaEdge Edge(int edge) => _edges[edge];

    /// <summary>All edges.</summary>
    public IReadOnlyList<NfaEdge> Edges => _edges;

    /// <summary>The states that nothing leads to from a state, itself among them.</summary>
    public List<int> Closure(int state)
    {
        List<int> reached = [state];
        HashSet<int> known = [state];
        for (int index = 0; index < reached.Count; index++)
        {
            for (int edge = FirstEdge(reached[index]); edge != None; edge = NextEdge(edge))
            {
                if (_edges[edge].Kind == NfaEdgeKind.Empty && known.Add(_edges[edge].To))
                {
                    reached.Add(_edges[edge].To);
                }
            }
        }

        return reached;
    }
}
