using System;
using ModelGen.Sessions;
using ModelGen.Tokenization;

namespace ModelGen.Generation;

/// <summary>
/// Reads a prompt as <see cref="GenerationOptions.Echo"/> asks for it: its tokens are given, each with how likely it was after those in front
/// of it. All methods are called within a turn.
/// </summary>
/// <param name="text">The session's text, the prompt behind it.</param>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="prompt">The prompt's ids.</param>
/// <param name="scorer">Says how likely tokens are; null where nobody asks.</param>
/// <param name="tokens">Takes the tokens.</param>
internal sealed class PromptEcho(SessionText text, Tokenizer tokenizer, int[] prompt, TokenScorer? scorer, HeldTokens tokens)
{
    private readonly TextDecoder _decoder = new(tokenizer);

    // Decoding takes away the space that encoding puts in front of a text.
    private bool _dropsSpace = tokenizer.AddsSpacePrefix && text.Position == 0;
    private int _read;
    private int _given;

    /// <summary>Whether all of the prompt is evaluated.</summary>
    public bool IsDone => _read == prompt.Length;

    /// <summary>Whether any of the prompt is in the text.</summary>
    public bool HasBegun => _read > 0 || prompt.Length == 0;

    /// <summary>Appends the next tokens of the prompt to the text, all of them where nobody asks how likely they are.</summary>
    /// <returns>How many of the last tokens of the text logits are wanted of.</returns>
    public int Begin()
    {
        // How likely the first one is, the text in front of it says.
        if (scorer is not null && prompt.Length > 0 && _given == 0 && text.Position > 0)
        {
            return 1;
        }

        int rows = scorer is null ? prompt.Length : int.Min(prompt.Length - _read, text.LogitRows);
        text.AppendUnevaluated(prompt.AsSpan(_read, rows));
        _read += rows;
        return scorer is null || rows == 0 ? 1 : rows;
    }

    /// <summary>Nothing has come of what was begun: the text is as it was before, and a next call begins the same again.</summary>
    /// <param name="appended">How many tokens it had appended.</param>
    public void Undo(int appended) => _read -= appended;

    /// <summary>Gives the tokens whose likelihood is known now.</summary>
    /// <param name="logits">After each of the tokens that logits were wanted of.</param>
    /// <param name="stride">Floats from one row of logits to the next.</param>
    public void Accept(ReadOnlySpan<float> logits, int stride)
    {
        if (scorer is null)
        {
            while (_given < prompt.Length)
            {
                Give(default);
            }

            return;
        }

        if (_given == 0 && prompt.Length > 0)
        {
            bool isFirstOfText = text.Position == _read;
            Give(isFirstOfText ? default : scorer.Score(logits[..text.VocabularySize], prompt[0]));
            if (!isFirstOfText)
            {
                return;
            }
        }

        for (int row = 0; _given < int.Min(_read + 1, prompt.Length); row++)
        {
            Give(scorer.Score(logits.Slice(row * stride, text.VocabularySize), prompt[_given]));
        }
    }

    private void Give(TokenScore score)
    {
        int id = prompt[_given++];

        // Rows that pad the output head are ids of the model, but have no text.
        string piece = id < tokenizer.VocabularySize ? _decoder.Append(id) : "";
        piece = _given == prompt.Length ? piece + _decoder.Flush() : piece;
        if (_dropsSpace && piece.Length > 0)
        {
            piece = piece[0] == ' ' ? piece[1..] : piece;
            _dropsSpace = false;
        }

        tokens.AddPrompt(new GeneratedToken(id, piece, score.LogProbability, score.Alternatives, isPrompt: true));
    }
}
