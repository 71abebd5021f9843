using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Holds tables that were read to what matching counts on, so that no bytes can lead it astray.</summary>
internal static class TableChecks
{
    /// <exception cref="GrammarException">Something does not hold.</exception>
    public static void Check(IReadOnlyList<GrammarMachine> machines, GrammarStateTable states, int root)
    {
        Check(root >= SymbolAutomaton.Dead && root < machines.Count);
        for (int state = 0; state < states.StateCount; state++)
        {
            int before = -1;
            for (int edge = states.FirstEdge(state); edge < states.FirstEdge(state + 1); edge++)
            {
                Check(states.EdgeFirst(edge) > before && states.EdgeLast(edge) >= states.EdgeFirst(edge));
                before = states.EdgeLast(edge);
            }
        }

        // Which states are a machine's, and so what their calls call.
        bool[] ofMachines = new bool[states.StateCount];
        bool[] ofMembers = new bool[states.StateCount];
        for (int machine = 0; machine < machines.Count; machine++)
        {
            Check(machines, states, machine, machines[machine].Kind == MachineKind.Members ? ofMembers : ofMachines);
        }

        for (int state = 0; state < states.StateCount; state++)
        {
            Check(!(ofMachines[state] && ofMembers[state]));
        }
    }

    private static void Check(IReadOnlyList<GrammarMachine> machines, GrammarStateTable states, int number, bool[] isKnown)
    {
        GrammarMachine machine = machines[number];
        bool hasMembers = machine.Kind == MachineKind.Members;
        Check(machine.Minimum >= 1 && (machine.Maximum ?? int.MaxValue) >= machine.Minimum);
        Check(!states.Accepts(machine.Start));

        // What is called before a byte is taken stands behind, so that calls come to an end.
        foreach (int callee in states.CalleesOf(machine.Start))
        {
            if (hasMembers)
            {
                Check(callee < machine.Members.Count && !machine.Members[callee].MayBeEmpty && machine.Members[callee].Value > number);
            }
            else
            {
                Check(callee > number);
            }
        }

        List<int> open = [];
        HashSet<int> found = [];
        Find(machine.Start);
        if (hasMembers)
        {
            Check(machine.Between != machine.Start);
            Find(machine.Between);
            foreach (int callee in states.CalleesOf(machine.Between))
            {
                Check(callee < machine.Members.Count && !machine.Members[callee].MayBeEmpty);
            }
        }

        for (int index = 0; index < open.Count; index++)
        {
            int state = open[index];
            for (int edge = states.FirstEdge(state); edge < states.FirstEdge(state + 1); edge++)
            {
                Lead(states.EdgeTarget(edge));
            }

            for (int call = states.FirstCall(state); call < states.FirstCall(state + 1); call++)
            {
                Check(states.Callee(call) < (hasMembers ? machine.Members.Count : machines.Count));
                Lead(states.Return(call));
            }
        }

        void Lead(int state)
        {
            // Counters and members know by these states where they are.
            Check(machine.Kind != MachineKind.Counter || state != machine.Start);
            Check(!hasMembers || state != machine.Between);
            Find(state);
        }

        void Find(int state)
        {
            if (found.Add(state))
            {
                isKnown[state] = true;
                open.Add(state);
            }
        }
    }

    private static void Check(bool holds)
    {
        if (!holds)
        {
            throw TableReader.Damaged();
        }
    }
}
