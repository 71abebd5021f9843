using System;
using ModelGen.Answers;

namespace ModelGen;

/// <summary>
/// Reads an answer as it comes: tells its text, what the model thinks, and its calls of tools apart, in the model's own form. Made by
/// <see cref="ChatPrompt.CreateReader"/>, for one answer.
/// </summary>
/// <remarks>
/// <code>
/// foreach (GeneratedToken token in session.GenerateTokens(prompt.Ids, options))
/// {
///     reader.Append(token);
///     while (reader.TryTake(out ChatAnswerPart part)) …
/// }
///
/// reader.Complete();
/// while (reader.TryTake(out ChatAnswerPart part)) …
/// </code>
/// What looks like a call and cannot be read as one is text.
/// </remarks>
public sealed class ChatAnswerReader
{
    private readonly AnswerParser _parser;
    private readonly Tokenizer _tokenizer;

    internal ChatAnswerReader(AnswerParser parser, Tokenizer tokenizer)
    {
        _parser = parser;
        _tokenizer = tokenizer;
    }

    /// <summary>Whether what comes next belongs to what the model thinks.</summary>
    public bool IsReasoning => _parser.IsReasoning;

    /// <summary>Takes in the next token of the answer.</summary>
    /// <param name="token">A token of the model.</param>
    /// <exception cref="ArgumentOutOfRangeException">The token is not of the model's vocabulary.</exception>
    public void Append(GeneratedToken token)
    {
        if (token.Text.Length > 0)
        {
            _parser.Append(token.Text);
        }
        else if (_tokenizer.Texts[token.Id].Length == 0 && _parser.Takes(_tokenizer.Names[token.Id]))
        {
            // A control token, which has no text, and is a marker.
            _parser.Append(_tokenizer.Names[token.Id]);
        }
    }

    /// <summary>Takes in a piece of the answer, in which markers are text.</summary>
    /// <param name="text">The piece.</param>
    public void Append(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _parser.Append(text);
    }

    /// <summary>The answer has ended: what was held back, as it might have become a call, is taken for what it is.</summary>
    public void Complete() => _parser.Complete();

    /// <summary>The next part that is sure.</summary>
    /// <param name="part">The part.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryTake(out ChatAnswerPart part) => _parser.TryTake(out part);
}
