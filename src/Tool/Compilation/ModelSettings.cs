namespace ModelGen.Tool.Compilation;

/// <summary>The arguments of <see cref="GgufModelAttribute"/> that a model is compiled with.</summary>
/// <param name="ContextLength">Tokens of a session; 0 leaves it to the generator.</param>
/// <param name="KeyValueFormat">Format of keys and values; null leaves it to the generator.</param>
/// <param name="WordPieceRules">How a WordPiece vocabulary cuts words.</param>
internal sealed record ModelSettings(int ContextLength = 0, KeyValueFormat? KeyValueFormat = null, WordPieceRules WordPieceRules = default);
