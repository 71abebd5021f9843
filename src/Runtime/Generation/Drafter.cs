using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using ModelGen.Sessions;

namespace ModelGen.Generation;

/// <summary>
/// Guesses how a text goes on, for <see cref="TokenGeneration"/>, which evaluates the guesses together with the text's last token and keeps those that
/// are chosen in their places. All methods are called within a turn.
/// </summary>
internal abstract class Drafter
{
    // Room that is made at the beginning.
    private const int UsualTokens = 64;

    private readonly int _maxTokens;
    private readonly List<int> _draft;

    // Follows how many were right the last time: a wrong one costs a row of a batch.
    private int _most;

    /// <param name="maxTokens">Tokens of a draft at most.</param>
    protected Drafter(int maxTokens)
    {
        _maxTokens = maxTokens;
        _draft = new(int.Min(maxTokens, UsualTokens));
        _most = maxTokens;
    }

    /// <summary>What was appended last.</summary>
    public ReadOnlySpan<int> Draft => CollectionsMarshal.AsSpan(_draft);

    /// <summary>The one that options ask for; null: none.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="vocabularySize">Ids that may be guessed: 0 to vocabularySize − 1.</param>
    public static Drafter? Create(GenerationOptions options, int vocabularySize) =>
        options.DraftModel is DraftModel model ? new ModelDrafter(model, vocabularySize)
        : options.PromptLookup is PromptLookupOptions lookup ? new PromptLookup(lookup)
        : null;

    /// <summary>Appends a draft to a text whose last token is not evaluated yet. Where it throws, the text is as it was.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Tokens of it at most.</param>
    /// <returns>How many tokens it has; may be none.</returns>
    public int Append(SessionText text, int most)
    {
        _draft.Clear();
        int count = int.Min(int.Min(most, _most), text.LogitRows - 1);
        if (count > 0 && CanGoBack(text))
        {
            Guess(text.Tokens, count, _draft);
            text.AppendUnevaluated(Draft);
        }

        return _draft.Count;
    }

    /// <summary>Says how many tokens of the draft were right.</summary>
    public void Learn(int accepted)
    {
        if (accepted < _draft.Count)
        {
            _most = accepted + 1;
        }
        else if (_draft.Count > 0)
        {
            _most = (int)long.Min(2L * _most, _maxTokens);
        }
    }

    /// <summary>Guesses.</summary>
    /// <param name="text">The text, at least one token.</param>
    /// <param name="most">Tokens at most, at least 1.</param>
    /// <param name="draft">Empty; takes them.</param>
    protected abstract void Guess(ReadOnlySpan<int> text, int most, List<int> draft);

    // A state of a fixed size cannot give up the wrong tokens of a draft: it goes back to where it was before all of them, and the right ones
    // are evaluated once more. With another draft behind them it could have to go back there again, and again.
    private static bool CanGoBack(SessionText text)
    {
        int evaluated = text.Evaluated;
        return text.GoBack(1) == evaluated;
    }
}
