using System;
using System.Collections.Generic;
using ModelGen.Tokenization;

namespace ModelGen.Sessions;

/// <summary>
/// Ids that go behind the first <paramref name="Position"/> tokens of a session, in place of what is there; to another source text, where that
/// is named.
/// </summary>
internal readonly record struct PromptPlacement(int Position, int[] Ids, int[]? Source = null);

/// <summary>Turns prompts into ids, and says where in a session's text they go. All methods are called within a turn.</summary>
/// <param name="text">The session's text.</param>
/// <param name="tokenizer">The model's tokenizer.</param>
internal sealed class PromptPlacer(SessionText text, Tokenizer tokenizer)
{
    /// <summary>A prompt behind the text, or in place of the source text where the model answers one.</summary>
    public PromptPlacement AtEnd(string prompt) =>
        AtEnd(text.StartToken is null || prompt.Length == 0 ? Encode(prompt) : [.. tokenizer.EncodeToIds(prompt)]);

    /// <summary>Ids behind the text; likewise. No ids go on from where the text ends.</summary>
    public PromptPlacement AtEnd(int[] ids) =>
        text.StartToken is int start && ids.Length > 0 ? Answer(start, ids) : new(text.Position, ids);

    /// <summary>Ids in place of the text, but for what both begin with.</summary>
    public PromptPlacement AfterCommonPrefix(int[] ids)
    {
        if (text.StartToken is int start)
        {
            return Answer(start, ids);
        }

        int common = text.Tokens.CommonPrefixLength(ids);
        return new PromptPlacement(common, ids[common..]);
    }

    /// <summary>Ids in place of the whole text.</summary>
    public PromptPlacement AtStart(int[] ids) => text.StartToken is int start ? Answer(start, ids) : new(0, ids);

    /// <exception cref="ArgumentException">There would be no text at all.</exception>
    /// <exception cref="ContextFullException">The prompt does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public void Check(PromptPlacement placement)
    {
        if (placement.Position + placement.Ids.Length == 0)
        {
            throw new ArgumentException(
                "The prompt is empty, the session too, and there is no BOS token to start from; give at least one token.", "prompt");
        }

        if (placement.Source is int[] source)
        {
            text.CheckRoom(source.Length, position: 0);
            text.CheckIds(source, "prompt");
        }

        text.CheckRoom(placement.Ids.Length, placement.Position);
        text.CheckIds(placement.Ids, "prompt");
    }

    private static PromptPlacement Answer(int start, int[] source) => new(0, [start], source);

    private int[] Encode(string prompt)
    {
        if (text.StartToken is not null)
        {
            return [];
        }

        TextEncoding encoding = text.Position == 0
            ? TextEncoding.AddBeginningOfSequence | TextEncoding.StartsText
            : IsSpecial(text.Tokens[^1]) ? TextEncoding.StartsText : TextEncoding.None;
        List<int> ids = [];
        tokenizer.Encode(prompt, content: [], encoding, IdSink.Keep(ids));
        return [.. ids];
    }

    // Rows that pad the output head are ids of the model but not of the tokenizer.
    private bool IsSpecial(int id) => id < tokenizer.VocabularySize && tokenizer.IsSpecial(id);
}
