using System.Text;

namespace ModelGen.Grammars.Compilation;

/// <summary>
/// A compiled grammar as bytes: what the generator emits into an assembly, so that nothing is compiled at run time. Numbers take seven bits a
/// byte, low ones first; a checksum stands at the end.
/// </summary>
internal static class GrammarTables
{
    // Changes with the form, and with what the numbers mean.
    private const int Version = 1;

    private const int AcceptsFlag = 1;
    private const int MayBeEmptyFlag = 1;
    private const int IsRequiredFlag = 2;
    private const int RepeatsFlag = 4;
    private const int IsComplementFlag = 1;
    private const int HasTextFlag = 2;

    /// <summary>Writes a grammar.</summary>
    public static byte[] Write(CompiledGrammar grammar)
    {
        TableWriter writer = new();
        writer.Write(Version);
        writer.Write(grammar.AcceptsEmptyText ? AcceptsFlag : 0);
        writer.Write(grammar.Root + 1);
        writer.Write(grammar.States.StateCount);
        writer.Write(grammar.States.EdgeCount);
        writer.Write(grammar.States.CallCount);
        writer.Write(grammar.Machines.Count);
        foreach (GrammarMachine machine in grammar.Machines)
        {
            writer.Write((int)machine.Kind);
            writer.Write(machine.Start);
            if (Counts(machine.Kind))
            {
                writer.Write(machine.Minimum);
                writer.Write(machine.Maximum is int maximum ? maximum - machine.Minimum + 1 : 0);
            }

            if (machine.Terminal is TokenTerminal terminal)
            {
                WriteTerminal(writer, terminal);
            }

            if (machine.Kind == MachineKind.Members)
            {
                writer.Write(machine.Between);
                writer.Write(machine.Members.Count);
                foreach (MachineMember member in machine.Members)
                {
                    writer.Write(member.Value + 1);
                    writer.Write(
                        (member.MayBeEmpty ? MayBeEmptyFlag : 0)
                        | (member.IsRequired ? IsRequiredFlag : 0)
                        | (member.Repeats ? RepeatsFlag : 0));
                }
            }
        }

        GrammarStateTable states = grammar.States;
        for (int state = 0; state < states.StateCount; state++)
        {
            int edges = states.FirstEdge(state + 1) - states.FirstEdge(state);
            int calls = states.FirstCall(state + 1) - states.FirstCall(state);
            writer.Write((((edges << 1) | (calls > 0 ? 1 : 0)) << 1) | (states.Accepts(state) ? AcceptsFlag : 0));
            for (int edge = states.FirstEdge(state); edge < states.FirstEdge(state + 1); edge++)
            {
                writer.WriteByte(states.EdgeFirst(edge));
                writer.WriteByte(states.EdgeLast(edge));
                writer.WriteSigned(states.EdgeTarget(edge) - state);
            }

            if (calls > 0)
            {
                writer.Write(calls);
                for (int call = states.FirstCall(state); call < states.FirstCall(state + 1); call++)
                {
                    writer.Write(states.Callee(call));
                    writer.WriteSigned(states.Return(call) - state);
                }
            }
        }

        return writer.ToArray();
    }

    /// <summary>Reads a grammar that was written.</summary>
    /// <param name="bytes">What <see cref="Write"/> gave.</param>
    /// <exception cref="GrammarException">The bytes are damaged, or of another version.</exception>
    public static CompiledGrammar Read(byte[] bytes)
    {
        TableReader reader = new(bytes);
        if (reader.Read() is int version && version != Version)
        {
            throw new GrammarException(
                $"The tables of a grammar have version {version}, but this runtime reads version {Version}; "
                + "build the program with the ModelGen package of the runtime's version.");
        }

        bool acceptsEmptyText = reader.Read(below: 2) == AcceptsFlag;
        int root = reader.Read() - 1;

        // Each takes a byte at least.
        int stateCount = reader.ReadCount();
        int edgeCount = reader.ReadCount();
        int callCount = reader.ReadCount();
        int machineCount = reader.ReadCount();
        GrammarMachine[] machines = new GrammarMachine[machineCount];
        for (int machine = 0; machine < machineCount; machine++)
        {
            machines[machine] = ReadMachine(reader, machineCount, stateCount);
        }

        GrammarStateTable states = ReadStates(reader, stateCount, edgeCount, callCount);
        reader.CheckEnd();
        TableChecks.Check(machines, states, root);
        return new CompiledGrammar(machines, root, acceptsEmptyText, states);
    }

    private static GrammarMachine ReadMachine(TableReader reader, int machineCount, int stateCount)
    {
        MachineKind kind = (MachineKind)reader.Read(below: (int)MachineKind.Token + 1);
        int start = reader.Read(below: stateCount);
        int minimum = 1;
        int? maximum = null;
        if (Counts(kind))
        {
            minimum = reader.Read();
            int more = reader.Read();
            maximum = more == 0 ? null : reader.Sum(minimum, more - 1);
        }

        if (kind != MachineKind.Members)
        {
            return new GrammarMachine(kind, start, start, minimum, maximum, [], kind == MachineKind.Token ? ReadTerminal(reader) : null);
        }

        int between = reader.Read(below: stateCount);
        MachineMember[] members = new MachineMember[reader.ReadCount()];
        for (int member = 0; member < members.Length; member++)
        {
            int value = reader.Read(below: machineCount + 1) - 1;
            int flags = reader.Read(below: 2 * RepeatsFlag);
            members[member] = new MachineMember(
                value, (flags & MayBeEmptyFlag) != 0, (flags & IsRequiredFlag) != 0, (flags & RepeatsFlag) != 0);
        }

        return new GrammarMachine(kind, start, between, minimum, maximum, members);
    }

    private static bool Counts(MachineKind kind) => kind is MachineKind.Counter or MachineKind.Members;

    private static void WriteTerminal(TableWriter writer, TokenTerminal terminal)
    {
        writer.Write((terminal.IsComplement ? IsComplementFlag : 0) | (terminal.Text is null ? 0 : HasTextFlag));
        if (terminal.Text is null)
        {
            writer.Write(terminal.Id);
            return;
        }

        byte[] text = Encoding.UTF8.GetBytes(terminal.Text);
        writer.Write(text.Length);
        foreach (byte value in text)
        {
            writer.WriteByte(value);
        }
    }

    private static TokenTerminal ReadTerminal(TableReader reader)
    {
        int flags = reader.Read(below: 2 * HasTextFlag);
        bool isComplement = (flags & IsComplementFlag) != 0;
        if ((flags & HasTextFlag) == 0)
        {
            return new TokenTerminal(null, reader.Read(), isComplement);
        }

        byte[] text = new byte[reader.ReadCount()];
        for (int index = 0; index < text.Length; index++)
        {
            text[index] = reader.ReadByte();
        }

        return new TokenTerminal(Encoding.UTF8.GetString(text), 0, isComplement);
    }

    private static GrammarStateTable ReadStates(TableReader reader, int stateCount, int edgeCount, int callCount)
    {
        int[] firstEdges = new int[stateCount + 1];
        byte[] edgeFirsts = new byte[edgeCount];
        byte[] edgeLasts = new byte[edgeCount];
        int[] edgeTargets = new int[edgeCount];
        int[] firstCalls = new int[stateCount + 1];
        int[] callees = new int[callCount];
        int[] returns = new int[callCount];
        bool[] accepts = new bool[stateCount];
        int edge = 0;
        int call = 0;
        for (int state = 0; state < stateCount; state++)
        {
            int head = reader.Read();
            accepts[state] = (head & AcceptsFlag) != 0;
            int edges = head >> 2;
            for (reader.CheckBelow(edges, edgeCount - edge + 1); edges > 0; edges--, edge++)
            {
                edgeFirsts[edge] = reader.ReadByte();
                edgeLasts[edge] = reader.ReadByte();
                edgeTargets[edge] = reader.ReadSigned(state, stateCount);
            }

            int calls = (head & 2) != 0 ? reader.Read() : 0;
            for (reader.CheckBelow(calls, callCount - call + 1); calls > 0; calls--, call++)
            {
                // Of a machine, or of a member of one: which is checked where the machine is known.
                callees[call] = reader.Read();
                returns[call] = reader.ReadSigned(state, stateCount);
            }

            firstEdges[state + 1] = edge;
            firstCalls[state + 1] = call;
        }

        reader.CheckBelow(edgeCount - edge, 1);
        reader.CheckBelow(callCount - call, 1);
        return new GrammarStateTable(firstEdges, edgeFirsts, edgeLasts, edgeTargets, firstCalls, callees, returns, accepts);
    }
}
