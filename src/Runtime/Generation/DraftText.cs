using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.Execution;
using ModelGen.Sampling;
using ModelGen.Sessions;

namespace ModelGen.Generation;

/// <summary>A text that a draft model goes on with, and what it remembers of it. One thread at a time.</summary>
/// <param name="sequence">Remembers nothing yet; taken over.</param>
internal sealed class DraftText(Sequence sequence) : IDisposable
{
    // Tokens that are read at once: whoever asks waits so long, and gets no draft where more are left.
    private const int MostRead = 128;

    private readonly SessionText _text = new(sequence);

    // Tokens of it that were given; guesses are behind them.
    private int _given;

    /// <summary>Whether a text goes on from the one that was given last.</summary>
    public bool IsBeginningOf(ReadOnlySpan<int> text) => _text.Tokens[.._given].CommonPrefixLength(text) == _given;

    /// <summary>Guesses how a text goes on: the likeliest token each time, as long as it is likely enough.</summary>
    /// <param name="text">The text, at least one token.</param>
    /// <param name="most">Tokens at most, at least 1.</param>
    /// <param name="minProbability">How likely each must be.</param>
    /// <param name="vocabularySize">Ids that may be guessed: 0 to vocabularySize − 1.</param>
    /// <param name="draft">Empty; takes them.</param>
    public void Guess(ReadOnlySpan<int> text, int most, float minProbability, int vocabularySize, List<int> draft)
    {
        // The last guess is not evaluated here, and takes no place.
        int count = int.Min(most, _text.ContextLength - text.Length + 1);
        if (count <= 0)
        {
            return;
        }

        ReadOnlySpan<float> logits = Read(text);
        if (_given < text.Length)
        {
            return;
        }

        while (ChooseLikeliest(logits[..int.Min(logits.Length, vocabularySize)], minProbability) is int id)
        {
            draft.Add(id);
            if (draft.Count == count)
            {
                return;
            }

            logits = _text.Append([id], nameof(draft), CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => sequence.Dispose();

    /// <summary>Reads what it does not know of a text, or the next part of that.</summary>
    private ReadOnlySpan<float> Read(ReadOnlySpan<int> text)
    {
        int common = _text.Tokens.CommonPrefixLength(text);
        _given = 0;
        _text.Truncate(common);

        // The logits of the last token are wanted in any case.
        int evaluated = _text.GoBack(common < text.Length ? 0 : 1);
        int end = int.Min(text.Length, evaluated + MostRead);
        _text.Truncate(int.Min(common, end));
        ReadOnlySpan<float> logits = _text.Append(text[_text.Position..end], nameof(text), CancellationToken.None);
        _given = end;
        return logits;
    }

    private static int? ChooseLikeliest(ReadOnlySpan<float> logits, float minProbability)
    {
        float highest = Exponentials.Highest(logits);

        // False where logits are not numbers: a wrong guess does no harm, but there is none to be had.
        return 1 / Exponentials.Sum(logits, highest) >= minProbability ? logits.IndexOf(highest) : null;
    }
}
