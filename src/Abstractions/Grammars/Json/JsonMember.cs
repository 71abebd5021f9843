namespace ModelGen.Grammars.Json;

/// <summary>A member of a JSON object whose members have one order.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsRequired">Whether it is always there.</param>
internal sealed record JsonMember(string Name, GrammarExpression Value, bool IsRequired);
