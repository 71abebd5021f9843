using System;
using System.Collections.Generic;

namespace ModelGen.Generation;

/// <summary>Guesses from the text itself, as <see cref="PromptLookupOptions"/> say.</summary>
/// <param name="options">Valid options.</param>
internal sealed class PromptLookup(PromptLookupOptions options) : Drafter(options.MaxTokens)
{
    /// <inheritdoc/>
    protected override void Guess(ReadOnlySpan<int> text, int most, List<int> draft)
    {
        int next = FindNext(text);
        for (int index = 0; next > 0 && index < most; index++)
        {
            // Where it comes to the end of the text, it goes on with itself.
            int place = next + index;
            draft.Add(place < text.Length ? text[place] : draft[place - text.Length]);
        }
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
