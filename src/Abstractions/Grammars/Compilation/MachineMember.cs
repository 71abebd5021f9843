namespace ModelGen.Grammars.Compilation;

/// <summary>A member of a machine of members.</summary>
/// <param name="Value">The machine of its value, or −1 where the only value is the empty text.</param>
/// <param name="MayBeEmpty">Whether the empty text is a value.</param>
/// <param name="IsRequired">Whether it stands there at least once.</param>
/// <param name="Repeats">Whether it may stand there more than once.</param>
internal readonly record struct MachineMember(int Value, bool MayBeEmpty, bool IsRequired, bool Repeats);
