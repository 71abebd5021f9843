using System;
using System.Threading;
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

    /// <summary>Evaluates the next tokens of the prompt, all of them where nobody asks how likely they are.</summary>
    /// <returns>Logits after the last of them.</returns>
    public ReadOnlySpan<float> ReadOn(CancellationToken cancellationToken)
    {
        if (scorer is null || prompt.Length == 0)
        {
            ReadOnlySpan<float> last = text.Append(prompt, "prompt", cancellationToken);
            _read = prompt.Length;
            while (_given < prompt.Length)
            {
                Give(default);
            }

            return last;
        }

        if (_given == 0)
        {
            Give(text.Position == 0 ? default : scorer.Score(text.Append([], "prompt", cancellationToken), prompt[0]));
        }

        int rows = int.Min(prompt.Length - _read, text.LogitRows);
        ReadOnlySpan<float> logits = text.AppendAll(prompt.AsSpan(_read, rows), "prompt", cancellationToken, out int stride);
        _read += rows;
        for (int row = 0; row < rows && _given < prompt.Length; row++)
        {
            Give(scorer.Score(logits.Slice(row * stride, text.VocabularySize), prompt[_given]));
        }

        return logits.Slice((rows - 1) * stride, text.VocabularySize);
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
