using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Grammars.Compilation;

/// <summary>
/// Writes a compiled grammar as bytes, for programs that have theirs from the compiler. Numbers are written in groups of seven bits, the low
/// ones first, the highest bit of a byte saying that another one follows; what may be missing is written one higher, 0 where it is missing.
/// </summary>
internal static class GrammarTables
{
    /// <summary>The first byte. Tables are read by the version of the runtime that their program was compiled for; another one refuses them.</summary>
    public const byte Version = 1;

    public const int IsRequired = 1;
    public const int Repeats = 2;
    public const int MayBeEmpty = 4;

    public static byte[] Write(CompiledGrammar grammar)
    {
        List<byte> bytes = [Version];
        Add(grammar.Machines.Count);
        Add(grammar.Root + 1);
        Add(grammar.AcceptsEmptyText ? 1 : 0);
        foreach (GrammarMachine machine in grammar.Machines)
        {
            Add((int)machine.Kind);
            Add(machine.Start);
            Add(machine.Between + 1);
            Add(machine.Minimum);
            Add(machine.Maximum is int maximum ? maximum + 1L : 0);
            Add(machine.Members.Count);
            foreach (MachineMember member in machine.Members)
            {
                Add(member.Value + 1);
                Add((member.IsRequired ? IsRequired : 0) | (member.Repeats ? Repeats : 0) | (member.MayBeEmpty ? MayBeEmpty : 0));
            }
        }

        GrammarStateTable states = grammar.States;
        Add(states.StateCount);
        Add(states.EdgeCount);
        Add(states.CallCount);
        foreach (int state in Enumerable.Range(0, states.StateCount))
        {
            int edges = states.FirstEdge(state + 1) - states.FirstEdge(state);
            int calls = states.FirstCall(state + 1) - states.FirstCall(state);
            Add(((long)edges << 1) | (states.Accepts(state) ? 1L : 0));
            Add(calls);
            for (int edge = states.FirstEdge(state); edge < states.FirstEdge(state + 1); edge++)
            {
                bytes.Add(states.EdgeFirst(edge));
                bytes.Add(states.EdgeLast(edge));
                Add(states.EdgeTarget(edge));
            }

            for (int call = states.FirstCall(state); call < states.FirstCall(state + 1); call++)
            {
                Add(states.Callee(call));
                Add(states.Return(call));
            }
        }

        return [.. bytes];

        void Add(long number)
        {
            for (; number > 127; number >>= 7)
            {
                bytes.Add((byte)(number | 128));
            }

            bytes.Add((byte)number);
        }
    }
}
