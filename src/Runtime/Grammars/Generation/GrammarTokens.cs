using System;
using System.Collections.Generic;
using System.Text;
using ModelGen.Grammars.Masks;
using ModelGen.Grammars.Matching;
using ModelGen.Tokenization;

namespace ModelGen.Grammars.Generation;

/// <summary>
/// What a grammar says of a vocabulary: which tokens may follow, and which ones must. Safe for concurrent use.
/// </summary>
/// <param name="tokenizer">The vocabulary.</param>
/// <param name="vocabulary">Its tokens by their bytes.</param>
/// <param name="states">The grammar's states.</param>
internal sealed class GrammarTokens(Tokenizer tokenizer, GrammarVocabulary vocabulary, GrammarStates states)
{
    // What must follow is looked at so far: names of properties and what stands between them are shorter.
    private const int MostForcedBytes = 256;

    // Answers to the question what must follow: a grammar has few places where anything must.
    private const int MostKnown = 10_000;

    private readonly TokenBytes _bytes = TokenBytes.Of(tokenizer);
    private readonly Dictionary<GrammarState, int[]> _forced = [];

    /// <summary>Which tokens may follow.</summary>
    public GrammarMasks Masks { get; } = new(vocabulary, states);

    /// <summary>A matcher of an answer that has not begun.</summary>
    public GrammarMatcher CreateMatcher() => new(states);

    /// <summary>Appends a token that does not end generation.</summary>
    /// <returns>Whether it may follow; otherwise nothing is appended.</returns>
    public bool TryAppend(GrammarMatcher matcher, int id) => matcher.TryMove(Masks.Named.Next(matcher.State, id, _bytes[id]));

    /// <summary>
    /// Tokens that an answer goes on with whatever the model thinks, because the grammar allows one text alone: as the tokenizer writes it, but
    /// for its last token. That one is left to the model, which may have a longer one that goes on behind what must follow; where the grammar
    /// ends with the text, it is among them. A token that the grammar names is one by itself.
    /// </summary>
    /// <param name="matcher">Where the answer is.</param>
    public ReadOnlySpan<int> Forced(GrammarMatcher matcher)
    {
        lock (_forced)
        {
            if (!_forced.TryGetValue(matcher.State, out int[]? ids))
            {
                ids = FindForced(matcher);
                if (_forced.Count == MostKnown)
                {
                    _forced.Clear();
                }

                _forced.Add(matcher.State, ids);
            }

            return ids;
        }
    }

    private int[] FindForced(GrammarMatcher matcher)
    {
        if (Masks.Named.Only(matcher.State) is int named)
        {
            return [named];
        }

        Span<byte> buffer = stackalloc byte[MostForcedBytes];
        ReadOnlySpan<byte> forced = buffer[..matcher.WriteForced(buffer)];

        // One byte is not worth a token that the model did not choose; and the rest of a character is none that a tokenizer could read.
        if (forced.Length < 2 || IsContinuation(forced[0]))
        {
            return [];
        }

        List<int> ids = [];
        tokenizer.Encode(Encoding.UTF8.GetString(WholeCharacters(forced)), content: [], TextEncoding.None, IdSink.Keep(ids));

        // A vocabulary may write a text in another way than it stands there, or not at all.
        int count = 0;
        int length = 0;
        while (count < ids.Count && _bytes[ids[count]] is { IsEmpty: false } bytes && forced[length..].StartsWith(bytes))
        {
            length += bytes.Length;
            count++;
        }

        GrammarMatcher behind = matcher.Fork();
        bool isEnd = length == forced.Length && behind.TryAdvance(forced) && behind.MustEnd;
        return [.. ids[..(isEnd ? count : Math.Max(count - 1, 0))]];
    }

    private static ReadOnlySpan<byte> WholeCharacters(ReadOnlySpan<byte> utf8)
    {
        int end = utf8.Length;
        while (end > 0 && IsContinuation(utf8[end - 1]))
        {
            end--;
        }

        // The last character's first byte, if it has more than one, says how many there are.
        return end > 0 && Rune.DecodeLastFromUtf8(utf8, out _, out _) != System.Buffers.OperationStatus.Done ? utf8[..(end - 1)] : utf8;
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
