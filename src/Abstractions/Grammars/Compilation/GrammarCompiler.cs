using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Compiles grammars.</summary>
internal static class GrammarCompiler
{
    /// <summary>Compiles a grammar to machines that a <c>GrammarMatcher</c> runs.</summary>
    /// <param name="grammar">The grammar.</param>
    /// <param name="withoutText">Says what is wrong where the grammar has no text; null for a sentence about rules.</param>
    /// <exception cref="GrammarException">It has no text, does not hold together or is too large; the message names the rule.</exception>
    public static CompiledGrammar Compile(GrammarDefinition grammar, Func<GrammarException>? withoutText = null)
    {
        GrammarChecks.Check(grammar);
        GrammarFacts facts = new(grammar);
        RuleExpression root = new(grammar.Root);
        if (!facts.HasText(root))
        {
            throw withoutText?.Invoke() ?? new GrammarException(
                $"The rule '{grammar.Rules[grammar.Root].Name}' has no text: whatever it begins with never comes to an end; "
                + "give it, or what it leads to, an alternative that does.");
        }

        MachineDrafts drafts = new(grammar, facts, new RulePlan(grammar));
        IReadOnlyList<int> order = LeftRecursion.Remove(drafts.All);
        return Finish(drafts, order, facts.HasEmptyText(root));
    }

    private static CompiledGrammar Finish(MachineDrafts drafts, IReadOnlyList<int> order, bool acceptsEmptyText)
    {
        int[] numbers = new int[order.Count];
        for (int index = 0; index < numbers.Length; index++)
        {
            numbers[order[index]] = index;
        }

        StateTableBuilder states = new();
        GrammarMachine[] machines = new GrammarMachine[numbers.Length];
        for (int index = 0; index < machines.Length; index++)
        {
            MachineDraft draft = drafts.All[order[index]];
            bool hasMembers = draft.Kind == MachineKind.Members;
            SymbolAutomaton automaton = draft.Automaton ?? Minimizer.Minimize(
                Determinizer.Of(draft.Name, draft.Nfa!, hasMembers ? draft.Between : SymbolAutomaton.Dead),
                keepsStart: draft.Kind == MachineKind.Counter);
            int start = states.Add(automaton, hasMembers ? null : numbers, out int between);
            MachineMember[] members = new MachineMember[draft.Members.Count];
            for (int member = 0; member < members.Length; member++)
            {
                int value = draft.Members[member].Value;
                members[member] = draft.Members[member] with { Value = value == SymbolAutomaton.Dead ? value : numbers[value] };
            }

            machines[index] = new GrammarMachine(draft.Kind, start, between, draft.Minimum, draft.Maximum, members, draft.Terminal);
        }

        CompiledGrammar result = new(
            machines, drafts.Root == SymbolAutomaton.Dead ? SymbolAutomaton.Dead : numbers[drafts.Root], acceptsEmptyText, states.Build());
        CounterChecks.Check(result, index => drafts.All[order[index]].Name);
        return result;
    }
}
