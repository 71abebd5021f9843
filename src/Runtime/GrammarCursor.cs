using System;
using ModelGen.Grammars.Generation;
using ModelGen.Grammars.Matching;

namespace ModelGen;

/// <summary>
/// A place in an answer that follows a grammar: which tokens of a vocabulary may come next. For programs that choose tokens themselves;
/// <see cref="GenerationOptions.Grammar"/> does the same for sessions. Not for several threads at once.
/// </summary>
public sealed class GrammarCursor
{
    private readonly GrammarTokens _tokens;
    private readonly Tokenizer _tokenizer;
    private readonly GrammarMatcher _matcher;

    internal GrammarCursor(GrammarTokens tokens, Tokenizer tokenizer)
        : this(tokens, tokenizer, tokens.CreateMatcher())
    {
    }

    private GrammarCursor(GrammarTokens tokens, Tokenizer tokenizer, GrammarMatcher matcher)
    {
        _tokens = tokens;
        _tokenizer = tokenizer;
        _matcher = matcher;
    }

    /// <summary>Whether the answer may end here: it is one of the grammar's texts.</summary>
    public bool MayEnd => _matcher.IsAccepting;

    /// <summary>Whether the answer must end here: it is one of the grammar's texts, and nothing may follow.</summary>
    public bool MustEnd => _matcher.MustEnd;

    /// <summary>
    /// The tokens that may come next, those that end generation among them where the answer may end: bit <c>id % 64</c> of word
    /// <c>id / 64</c>. It can be read for as long as it is kept, and does not change.
    /// </summary>
    public ReadOnlySpan<ulong> Mask => _tokens.Masks.MaskOf(_matcher);

    /// <summary>
    /// Tokens that can only come next, because the grammar allows one text alone: as the tokenizer writes it, but for its last token. That one is
    /// left to the model, which may have a longer one that goes on behind that text; where the grammar ends with the text, it is among them.
    /// Mostly there are none.
    /// </summary>
    public ReadOnlySpan<int> Forced => _tokens.Forced(_matcher);

    /// <summary>Whether a token may come next.</summary>
    /// <param name="id">An id of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in the vocabulary.</exception>
    public bool Allows(int id) => _tokenizer.IsEndOfGeneration(id)
        ? MayEnd
        : _tokens.TryAppend(_matcher.Fork(), id);

    /// <summary>Appends a token to the answer.</summary>
    /// <param name="id">An id of the vocabulary. One that ends generation leaves the answer as it is.</param>
    /// <returns>Whether it may come next; otherwise nothing is appended.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in the vocabulary.</exception>
    public bool TryAppend(int id) => _tokenizer.IsEndOfGeneration(id)
        ? MayEnd
        : _tokens.TryAppend(_matcher, id);

    /// <summary>A cursor at the same place that goes on by itself.</summary>
    public GrammarCursor Fork() => new(_tokens, _tokenizer, _matcher.Fork());
}
