using System;

namespace ModelGen.Grammars.Compilation;

/// <summary>
/// The states of a compiled grammar's automata, one behind the other: an automaton's states lie side by side. Edges take ranges of bytes, in
/// order, and no two of a state have a byte in common.
/// </summary>
/// <param name="firstEdges">[state + 1] where its edges begin; the last one says where all end.</param>
/// <param name="edgeFirsts">[edge] the first byte that it takes.</param>
/// <param name="edgeLasts">[edge] the last byte that it takes.</param>
/// <param name="edgeTargets">[edge] the state that it leads to.</param>
/// <param name="firstCalls">[state + 1] where its calls begin.</param>
/// <param name="callees">[call] what is called: a machine, or in an automaton of members the number of a member.</param>
/// <param name="returns">[call] the state that it goes on in behind the call.</param>
/// <param name="accepts">[state] whether a text of the automaton ends there.</param>
internal sealed class GrammarStateTable(
    int[] firstEdges, byte[] edgeFirsts, byte[] edgeLasts, int[] edgeTargets, int[] firstCalls, int[] callees, int[] returns, bool[] accepts)
{
    public int StateCount => accepts.Length;

    public int EdgeCount => edgeTargets.Length;

    public int CallCount => callees.Length;

    public bool Accepts(int state) => accepts[state];

    /// <summary>The state's first edge; the next state's first edge is behind its last one.</summary>
    public int FirstEdge(int state) => firstEdges[state];

    public byte EdgeFirst(int edge) => edgeFirsts[edge];

    public byte EdgeLast(int edge) => edgeLasts[edge];

    public int EdgeTarget(int edge) => edgeTargets[edge];

    /// <summary>The state's first call; the next state's first call is behind its last one.</summary>
    public int FirstCall(int state) => firstCalls[state];

    public int Callee(int call) => callees[call];

    public int Return(int call) => returns[call];

    /// <summary>What the state calls.</summary>
    public ArraySegment<int> CalleesOf(int state) => new(callees, firstCalls[state], firstCalls[state + 1] - firstCalls[state]);

    /// <summary>The bytes that the state's edges take.</summary>
    public ByteSet BytesOf(int state)
    {
        ByteSet bytes = ByteSet.Empty;
        for (int edge = firstEdges[state]; edge < firstEdges[state + 1]; edge++)
        {
            bytes |= ByteSet.Range(edgeFirsts[edge], edgeLasts[edge]);
        }

        return bytes;
    }

    /// <summary>Whether nothing leads on from the state.</summary>
    public bool IsEnd(int state) => firstEdges[state] == firstEdges[state + 1] && firstCalls[state] == firstCalls[state + 1];

    /// <summary>The state that a byte leads to, or −1.</summary>
    public int Next(int state, byte value)
    {
        int end = firstEdges[state + 1];
        for (int edge = firstEdges[state]; edge < end; edge++)
        {
            if (value <= edgeLasts[edge])
            {
                return value >= edgeFirsts[edge] ? edgeTargets[edge] : SymbolAutomaton.Dead;
            }
        }

        return SymbolAutomaton.Dead;
    }
}
