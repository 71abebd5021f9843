using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>
/// A grammar as machines that call each other. A machine is an automaton whose states take bytes or call machines; some count its runs, or
/// remember which of them have been. No machine has the empty text, none calls itself before a byte is taken, and from each state that can
/// be reached a text leads to an end.
/// </summary>
/// <param name="machines">The machines. What a machine calls before it takes a byte stands behind it.</param>
/// <param name="root">The machine of the grammar's texts, or −1 where it has no text but the empty one.</param>
/// <param name="acceptsEmptyText">Whether the empty text is one of the grammar's.</param>
/// <param name="states">The states of all automata.</param>
internal sealed class CompiledGrammar(
    IReadOnlyList<GrammarMachine> machines, int root, bool acceptsEmptyText, GrammarStateTable states)
{
    public IReadOnlyList<GrammarMachine> Machines { get; } = machines;

    public int Root { get; } = root;

    public bool AcceptsEmptyText { get; } = acceptsEmptyText;

    public GrammarStateTable States { get; } = states;
}
