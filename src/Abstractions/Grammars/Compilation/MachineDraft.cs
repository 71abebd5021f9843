using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>A machine while it is made.</summary>
/// <param name="kind">What it does.</param>
/// <param name="name">Name of the rule that it belongs to.</param>
internal sealed class MachineDraft(MachineKind kind, string name)
{
    public MachineKind Kind { get; } = kind;

    /// <summary>Name of the rule that it belongs to.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Its texts; those of an item for a counter, separators and openings for members. Null where <see cref="Automaton"/> is known.
    /// </summary>
    public Nfa? Nfa { get; set; }

    /// <summary>The same, deterministic and as small as it can be.</summary>
    public SymbolAutomaton? Automaton { get; set; }

    /// <summary>The token, where one is taken.</summary>
    public TokenTerminal? Terminal { get; set; }

    /// <summary>Fewest items or members; at least 1, because no machine has the empty text.</summary>
    public int Minimum { get; set; }

    /// <summary>Most items or members; null where there is no limit.</summary>
    public int? Maximum { get; set; }

    /// <summary>Members: where it goes on behind one.</summary>
    public int Between { get; set; }

    /// <summary>Members, those that can never be left out.</summary>
    public List<MachineMember> Members { get; } = [];
}
