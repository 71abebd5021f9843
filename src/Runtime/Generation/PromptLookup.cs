using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using ModelGen.Sessions;

namespace ModelGen.Generation;

/// <summary>Drafts how a text goes on, as <see cref="PromptLookupOptions"/> say. All methods are called within a turn.</summary>
/// <param name="options">Valid options.</param>
internal sealed class PromptLookup(PromptLookupOptions options)
{
    // Room that is made at the beginning.
    private const int UsualTokens = 64;

    private readonly List<int> _draft = new(int.Min(options.MaxTokens, UsualTokens));

    // Follows how many were right the last time: a wrong one costs a row of a batch.
    private int _most = options.MaxTokens;

    /// <summary>What was appended last.</summary>
    public ReadOnlySpan<int> Draft => CollectionsMarshal.AsSpan(_draft);

    /// <summary>Appends a draft to a text whose last token is not evaluated yet.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Tokens of it at most.</param>
    /// <returns>How many tokens it has; may be none.</returns>
    public int Append(SessionText text, int most)
    {
        _draft.Clear();
        int count = int.Min(int.Min(most, _most), text.LogitRows - 1);
        int next = count > 0 && CanGoBack(text) ? FindNext(text.Tokens) : 0;
        for (int index = 0; next > 0 && index < count; index++)
        {
            // Where it comes to the end of the text, it goes on with itself.
            int id = text.Tokens[next + index];
            _draft.Add(id);
            text.AppendUnevaluated(id);
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
            _most = (int)long.Min(2L * _most, options.MaxTokens);
        }
    }

    // A state of a fixed size cannot give up the wrong tokens of a draft: it goes back to where it was before all of them, and the right ones
    // are evaluated once more. With another draft behind them it could have to go back there again, and again.
    private static bool CanGoBack(SessionText text)
    {
        int evaluated = text.Evaluated;
        return text.GoBack(1) == evaluated;
    }

    /// <summary>Where the text goes on behind the last place in which its last tokens stood before; 0: there is none.</summary>
    private int FindNext(ReadOnlySpan<int> text)
    {
        if (text.Length <= options.NgramLength)
        {
            return 0;
        }

        int place = text[..^1].LastIndexOf(text[^options.NgramLength..]);
        return place < 0 ? 0 : place + options.NgramLength;
    }
}
