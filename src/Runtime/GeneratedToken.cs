using System.Collections.Generic;

namespace ModelGen;

/// <summary>A token that a session generated, or one of its prompt.</summary>
public readonly record struct GeneratedToken
{
    private readonly string? _text;
    private readonly TokenAlternative[]? _alternatives;

    internal GeneratedToken(int id, string text, double? logProbability, TokenAlternative[]? alternatives, bool isPrompt)
    {
        Id = id;
        _text = text;
        LogProbability = logProbability;
        _alternatives = alternatives;
        IsPrompt = isPrompt;
    }

    /// <summary>Its id.</summary>
    public int Id { get; }

    /// <summary>
    /// The characters that the token completes, which may be none: control tokens have no text, and a character may be the work of several
    /// tokens. The texts of all tokens, one behind the other, are the generated text. Where a stop sequence starts inside of a token, this is
    /// what stands in front of it.
    /// </summary>
    public string Text => _text ?? "";

    /// <summary>
    /// Natural logarithm of the token's probability, at most 0, in the model's own distribution: the softmax of its logits as they are, before
    /// temperature, samplers and processors. Null for the first token of a text, in front of which the model says nothing, and
    /// without <see cref="GenerationOptions.LogProbabilities"/>.
    /// </summary>
    public double? LogProbability { get; }

    /// <summary>
    /// The most likely tokens in its place, the most likely one first, the lowest id first on ties; the token itself is among them where it is
    /// one of these. As many as <see cref="GenerationOptions.Alternatives"/> asks for.
    /// </summary>
    public IReadOnlyList<TokenAlternative> Alternatives => _alternatives ?? [];

    /// <summary>Whether it is a token of the prompt (<see cref="GenerationOptions.Echo"/>).</summary>
    public bool IsPrompt { get; }
}
