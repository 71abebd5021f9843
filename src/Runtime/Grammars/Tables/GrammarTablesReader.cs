using System;
using System.Linq;
using ModelGen.Grammars.Compilation;

namespace ModelGen.Grammars.Tables;

/// <summary>Reads what <see cref="GrammarTables"/> has written.</summary>
internal ref struct GrammarTablesReader
{
    private ReadOnlySpan<byte> _bytes;

    private GrammarTablesReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The grammar of some tables.</summary>
    /// <exception cref="ModelGenException">They are not tables of this version, or damaged.</exception>
    public static CompiledGrammar Read(ReadOnlySpan<byte> tables)
    {
        GrammarTablesReader reader = new(tables);
        Require(reader.Byte() == GrammarTables.Version);
        CompiledGrammar grammar = reader.Grammar();
        Require(reader._bytes.IsEmpty);
        return grammar;
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new ModelGenException(
                "The tables of a grammar are damaged, or of another version: build the program again with one version of ModelGen throughout.");
        }
    }

    private CompiledGrammar Grammar()
    {
        GrammarMachine[] machines = new GrammarMachine[Count()];
        int root = Index(machines.Length + 1) - 1;
        bool acceptsEmptyText = Index(2) == 1;
        for (int i = 0; i < machines.Length; i++)
        {
            machines[i] = Machine(machines.Length);
        }

        // Calls in automata of members name members, all others machines.
        GrammarStateTable states = States(Math.Max(machines.Length, machines.Select(machine => machine.Members.Count).DefaultIfEmpty().Max()));
        foreach (GrammarMachine machine in machines)
        {
            Require(machine.Start < states.StateCount && machine.Between < states.StateCount);
        }

        return new CompiledGrammar(machines, root, acceptsEmptyText, states);
    }

    private GrammarMachine Machine(int machines)
    {
        var kind = (MachineKind)Index((int)MachineKind.Members + 1);
        int start = Number();
        int between = Number() - 1;
        int minimum = Number();
        long maximum = Long();
        Require(maximum <= int.MaxValue + 1L);
        MachineMember[] members = new MachineMember[Count()];
        for (int i = 0; i < members.Length; i++)
        {
            int value = Index(machines + 1) - 1;
            int flags = Index(8);
            members[i] = new MachineMember(
                value, (flags & GrammarTables.MayBeEmpty) != 0, (flags & GrammarTables.IsRequired) != 0, (flags & GrammarTables.Repeats) != 0);
        }

        return new GrammarMachine(kind, start, between, minimum, maximum == 0 ? null : (int)(maximum - 1), members);
    }

    private GrammarStateTable States(int callable)
    {
        int states = Count();
        int edges = Count();
        int calls = Count();
        int[] firstEdges = new int[states + 1];
        byte[] edgeFirsts = new byte[edges];
        byte[] edgeLasts = new byte[edges];
        int[] edgeTargets = new int[edges];
        int[] firstCalls = new int[states + 1];
        int[] callees = new int[calls];
        int[] returns = new int[calls];
        bool[] accepts = new bool[states];
        int edge = 0;
        int call = 0;
        for (int state = 0; state < states; state++)
        {
            int counted = Number();
            accepts[state] = (counted & 1) != 0;
            int lastEdge = edge + (counted >> 1);
            int lastCall = call + Number();
            Require(lastEdge <= edges && lastCall <= calls && lastCall >= call);
            for (int next = 0; edge < lastEdge; edge++)
            {
                edgeFirsts[edge] = Byte();
                edgeLasts[edge] = Byte();
                edgeTargets[edge] = Index(states);
                Require(edgeFirsts[edge] >= next && edgeLasts[edge] >= edgeFirsts[edge]);
                next = edgeLasts[edge] + 1;
            }

            for (; call < lastCall; call++)
            {
                callees[call] = Index(callable);
                returns[call] = Index(states);
            }

            firstEdges[state + 1] = edge;
            firstCalls[state + 1] = call;
        }

        Require(edge == edges && call == calls);
        return new GrammarStateTable(firstEdges, edgeFirsts, edgeLasts, edgeTargets, firstCalls, callees, returns, accepts);
    }

    private byte Byte()
    {
        Require(!_bytes.IsEmpty);
        byte value = _bytes[0];
        _bytes = _bytes[1..];
        return value;
    }

    private long Long()
    {
        long number = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte value = Byte();
            Require(shift < 42);
            number |= (long)(value & 127) << shift;
            if (value < 128)
            {
                return number;
            }
        }
    }

    private int Number()
    {
        long number = Long();
        Require(number <= int.MaxValue);
        return (int)number;
    }

    /// <summary>A number below a limit.</summary>
    private int Index(int limit)
    {
        int index = Number();
        Require(index < limit);
        return index;
    }

    /// <summary>How many of something there are: not more than there are bytes, each taking one at least.</summary>
    private int Count()
    {
        int count = Number();
        Require(count <= _bytes.Length);
        return count;
    }
}
