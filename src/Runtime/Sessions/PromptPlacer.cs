using System;
using System.Collections.Generic;
using ModelGen.Tokenization;

namespace ModelGen.Sessions;

/// <summary>Ids that go behind the first <paramref name="Position"/> tokens of a session, in place of what is there.</summary>
internal readonly record struct PromptPlacement(int Position, int[] Ids);

/// <summary>Turns prompts into ids, and says where in a session's text they go. All methods are called within a turn.</summary>
/// <param name="text">The session's text.</param>
/// <param name="tokenizer">The model's tokenizer.</param>
internal sealed class PromptPlacer(SessionText text, Tokenizer tokenizer)
{
    /// <summary>A prompt behind the text.</summary>
    public PromptPlacement AtEnd(string prompt) => AtEnd(Encode(prompt));

    /// <summary>Ids behind the text.</summary>
    public PromptPlacement AtEnd(int[] ids) => new(text.Position, ids);

    /// <summary>Ids in place of the text, but for what both begin with.</summary>
    public PromptPlacement AfterCommonPrefix(int[] ids)
    {
        int common = text.Tokens.CommonPrefixLength(ids);
        return new PromptPlacement(common, ids[common..]);
    }

    /// <summary>Ids in place of the whole text.</summary>
    public static PromptPlacement AtStart(int[] ids) => new(0, ids);

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

        text.CheckRoom(placement.Ids.Length, placement.Position);
        text.CheckIds(placement.Ids, "prompt");
    }

    private int[] Encode(string prompt)
    {
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
