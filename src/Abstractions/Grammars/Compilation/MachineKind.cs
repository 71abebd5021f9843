namespace ModelGen.Grammars.Compilation;

/// <summary>What a machine of a compiled grammar does.</summary>
internal enum MachineKind : byte
{
    /// <summary>It runs through its automaton once.</summary>
    Plain,

    /// <summary>It runs through its automaton a number of times.</summary>
    Counter,

    /// <summary>It runs through its automaton once for each member and remembers which ones have been.</summary>
    Members,

    /// <summary>It takes one token of the vocabulary.</summary>
    Token,
}
