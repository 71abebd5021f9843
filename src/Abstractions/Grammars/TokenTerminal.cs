namespace ModelGen.Grammars;

/// <summary>
/// A part of an answer that is one token of a model's vocabulary, whatever its text is. Which token that is, is known where the vocabulary is.
/// </summary>
/// <param name="Text">The token's text, or null where its id names it.</param>
/// <param name="Id">The token's id, where there is no text.</param>
/// <param name="IsComplement">Whether it is any other token but those that end generation.</param>
internal sealed record TokenTerminal(string? Text, int Id, bool IsComplement)
{
    /// <summary>The token as GBNF names it.</summary>
    public string Name => Text ?? $"<[{Id}]>";
}
