using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>A machine of a <see cref="CompiledGrammar"/>.</summary>
/// <param name="kind">What it does.</param>
/// <param name="start">The state that its automaton starts in. For a counter no edge leads there.</param>
/// <param name="between">Members: the state that it goes on in behind a member, and ends in. No edge leads there.</param>
/// <param name="minimum">Fewest items or members, at least 1.</param>
/// <param name="maximum">Most items or members, or null where there is no limit.</param>
/// <param name="members">The members, which its automaton's calls name by their number.</param>
/// <param name="terminal">The token, where one is taken.</param>
internal sealed class GrammarMachine(
    MachineKind kind, int start, int between, int minimum, int? maximum, IReadOnlyList<MachineMember> members,
    TokenTerminal? terminal = null)
{
    public MachineKind Kind { get; } = kind;

    public int Start { get; } = start;

    public int Between { get; } = between;

    public int Minimum { get; } = minimum;

    public int? Maximum { get; } = maximum;

    public IReadOnlyList<MachineMember> Members { get; } = members;

    /// <summary>The token, where one is taken.</summary>
    public TokenTerminal? Terminal { get; } = terminal;
}
