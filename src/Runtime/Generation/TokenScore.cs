namespace ModelGen.Generation;

/// <summary>How likely a token was.</summary>
/// <param name="LogProbability">Null where the model did not say, or nobody asked.</param>
/// <param name="Alternatives">The most likely tokens in its place; null where nobody asked.</param>
internal readonly record struct TokenScore(double? LogProbability, TokenAlternative[]? Alternatives);
