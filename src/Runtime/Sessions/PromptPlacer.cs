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
    public PromptPlacement AtEnd(string prompt) => AtEnd(
        text.StartToken is not null ? (prompt.Length == 0 ? [] : [.. tokenizer.EncodeToIds(prompt)])
        : text.Position == 0 ? EncodeAtStart(prompt, tokenizer)
        : Encode(prompt, tokenizer, IsSpecial(text.Tokens[^1]) ? TextEncoding.StartsText : TextEncoding.None));

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

    /// <summary>As the other one, of a prompt that a text begins with.</summary>
    public static void Check(ReadOnlySpan<int> ids, ModelInfo info)
    {
        if (ids.IsEmpty)
        {
            throw new ArgumentException("The prompt is empty, and there is no BOS token to start from; give at least one token.", "prompt");
        }

        if (ids.Length > info.ContextLength)
        {
            throw new ContextFullException(0, ids.Length, info.ContextLength);
        }

        SessionText.CheckIds(ids, "prompt", info.VocabularySize);
    }

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

    /// <summary>The ids of a prompt that a text begins with.</summary>
    public static int[] EncodeAtStart(string prompt, Tokenizer tokenizer) =>
        Encode(prompt, tokenizer, TextEncoding.AddBeginningOfSequence | TextEncoding.StartsText);

    /// <summary>The ids of a conversation.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="options">How to render it.</param>
    /// <param name="chatTemplate">The model's template; null where it has none.</param>
    /// <exception cref="ModelGenException">There is no template, it refuses the conversation, or the vocabulary cannot write the text.</exception>
    public static int[] Encode(IEnumerable<ChatMessage> messages, ChatOptions options, ChatTemplate? chatTemplate)
    {
        ChatTemplate template = options.Template ?? chatTemplate ?? throw new ModelGenException(
            "The model has no chat template that was compiled; name one in the project (GgufModel's ChatTemplate), or write the conversation as "
            + "text and use Generate.");
        return [.. template.EncodeToIds(messages, options.Rendering, options.ParseSpecialTokensInContent)];
    }

    private static PromptPlacement Answer(int start, int[] source) => new(0, [start], source);

    private static int[] Encode(string prompt, Tokenizer tokenizer, TextEncoding encoding)
    {
        List<int> ids = [];
        tokenizer.Encode(prompt, content: [], encoding, IdSink.Keep(ids));
        return [.. ids];
    }

    // Rows that pad the output head are ids of the model but not of the tokenizer.
    private bool IsSpecial(int id) => id < tokenizer.VocabularySize && tokenizer.IsSpecial(id);
}
