using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Grammars.Compilation;

/// <summary>
/// Takes away left recursion: machines that may call each other again before a byte is taken, such as sum = sum "+" number | number.
/// </summary>
/// <remarks>
/// Such a machine begins with what any of them begins with that is no call of one of them (the left corner), goes through the machine that
/// this belongs to, and at its end goes on behind a call with which another of them begins, until its own end is reached.
/// </remarks>
internal static class LeftRecursion
{
    private const int MostMachines = 64;

    /// <summary>Replaces automata so that no machine calls itself before a byte is taken.</summary>
    /// <returns>The machines, those that call before those that are called before a byte is taken.</returns>
    /// <exception cref="GrammarException">A machine that counts is called again before a byte is taken.</exception>
    public static IReadOnlyList<int> Remove(IReadOnlyList<MachineDraft> drafts)
    {
        Components components = new([.. drafts.Select(draft => FirstCallsOf(draft))]);
        List<int> order = [];
        foreach (int[] component in components.All)
        {
            order.AddRange(component);
            if (components.IsCyclic(component[0]))
            {
                Remove(drafts, component);
            }
        }

        order.Reverse();
        return order;
    }

    // Machines that a machine may call before it takes a byte.
    private static List<int> FirstCallsOf(MachineDraft draft)
    {
        List<int> calls = [];
        if (draft.Nfa is Nfa nfa)
        {
            foreach (int state in nfa.Closure(nfa.Start))
            {
                foreach (NfaEdge edge in nfa.EdgesOf(state))
                {
                    int callee = edge.Kind != NfaEdgeKind.Call ? SymbolAutomaton.Dead
                        : draft.Kind == MachineKind.Members ? draft.Members[edge.Callee].Value
                        : edge.Callee;
                    if (callee != SymbolAutomaton.Dead && !calls.Contains(callee))
                    {
                        calls.Add(callee);
                    }
                }
            }
        }

        return calls;
    }

    private static void Remove(IReadOnlyList<MachineDraft> drafts, int[] component)
    {
        foreach (int machine in component)
        {
            if (drafts[machine].Kind != MachineKind.Plain || component.Length > MostMachines)
            {
                throw new GrammarException(
                    $"The rule '{drafts[machine].Name}' leads back to itself before it takes a byte, "
                    + (component.Length > MostMachines
                        ? $"through more than {MostMachines} rules"
                        : "through a counted repetition or a list of members")
                    + "; write what is repeated behind what it begins with.");
            }
        }

        Nfa[] before = [.. component.Select(machine => drafts[machine].Nfa!)];
        foreach (int machine in component)
        {
            drafts[machine].Nfa = WithoutLeftCalls(before, component, machine);
        }
    }

    private static Nfa WithoutLeftCalls(Nfa[] nfas, int[] component, int goal)
    {
        Nfa result = new();
        int[] offsets = new int[nfas.Length];
        for (int index = 0; index < nfas.Length; index++)
        {
            offsets[index] = result.StateCount;
            for (int state = 0; state < nfas[index].StateCount; state++)
            {
                result.AddState();
            }
        }

        for (int index = 0; index < nfas.Length; index++)
        {
            Nfa nfa = nfas[index];
            for (int state = 0; state < nfa.StateCount; state++)
            {
                foreach (NfaEdge edge in nfa.EdgesOf(state))
                {
                    result.Add(offsets[index] + state, edge with { To = offsets[index] + edge.To });
                }
            }

            foreach (int state in nfa.Closure(nfa.Start))
            {
                foreach (NfaEdge edge in nfa.EdgesOf(state))
                {
                    int to = offsets[index] + edge.To;
                    int called = edge.Kind == NfaEdgeKind.Call ? System.Array.IndexOf(component, edge.Callee) : -1;
                    if (called >= 0)
                    {
                        result.AddEmpty(offsets[called] + nfas[called].Accept, to);
                    }
                    else if (edge.Kind != NfaEdgeKind.Empty)
                    {
                        result.Add(result.Start, edge with { To = to });
                    }
                }
            }

            if (component[index] == goal)
            {
                result.AddEmpty(offsets[index] + nfa.Accept, result.Accept);
            }
        }

        return result;
    }
}
