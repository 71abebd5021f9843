using System;
using System.Buffers;
using System.Collections.Generic;
using ModelGen.Grammars.Matching;
using ModelGen.Tokenization;

namespace ModelGen.Grammars.Masks;

/// <summary>
/// Which tokens of a vocabulary a grammar means where it names tokens, and where they lead. Such a token is taken whole and whatever its bytes
/// are; where its bytes may follow as well, both hold.
/// </summary>
internal sealed class NamedTokens
{
    // Where tokens lead is kept for so many states: answers go through the same few again and again.
    private const int MostKnown = 10_000;
    private const int Another = -1;

    private readonly GrammarVocabulary _vocabulary;
    private readonly GrammarStates _states;
    private readonly Dictionary<TokenTerminal, int> _ids = [];
    private readonly Dictionary<TokenTerminal, TokenSet> _sets = [];
    private readonly HashSet<int> _named = [];
    private readonly Dictionary<(GrammarState State, int Id), GrammarState> _next = [];
    private readonly bool[] _isAnyToken;
    private int _generation;

    /// <exception cref="GrammarException">The vocabulary has no such token.</exception>
    public NamedTokens(GrammarVocabulary vocabulary, GrammarStates states)
    {
        _vocabulary = vocabulary;
        _states = states;
        bool hasComplement = false;
        foreach (TokenTerminal terminal in states.Terminals)
        {
            int id = IdOf(terminal);
            _ids.Add(terminal, id);
            _named.Add(id);
            hasComplement |= terminal.IsComplement;
        }

        _isAnyToken = hasComplement ? FindTokens(vocabulary.Tokenizer) : [];
    }

    /// <summary>The tokens that a terminal takes.</summary>
    public TokenSet SetOf(TokenTerminal terminal)
    {
        if (!_sets.TryGetValue(terminal, out TokenSet? set))
        {
            List<int> ids = [];
            for (int id = 0; id < _vocabulary.TokenCount; id++)
            {
                if (Takes(terminal, id))
                {
                    ids.Add(id);
                }
            }

            set = TokenSet.Of([.. ids], _vocabulary.MaskLength);
            _sets.Add(terminal, set);
        }

        return set;
    }

    /// <summary>Where a token that does not end generation leads from a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="id">The token.</param>
    /// <param name="bytes">Its bytes; it may have none.</param>
    public GrammarState Next(GrammarState state, int id, ReadOnlySpan<byte> bytes)
    {
        if (!state.HasTokens)
        {
            return bytes.IsEmpty ? _states.Dead : _states.Advance(state, bytes);
        }

        lock (_states.Gate)
        {
            GrammarState taken = Taken(state, id);
            GrammarState behind = bytes.IsEmpty ? _states.Dead : _states.Advance(state, bytes);
            return behind.IsDead ? taken : taken.IsDead ? behind : _states.Union(taken, behind);
        }
    }

    /// <summary>The only token that may follow, where one is named and nothing else may come; otherwise null.</summary>
    public int? Only(GrammarState state)
    {
        if (state.HasBytes || state.IsAccepting || state.Heads.Length != 1)
        {
            return null;
        }

        return state.Heads[0].Terminal is TokenTerminal { IsComplement: false } terminal ? _ids[terminal] : null;
    }

    private GrammarState Taken(GrammarState state, int id)
    {
        if (_generation != _states.Generation || _next.Count >= MostKnown)
        {
            _generation = _states.Generation;
            _next.Clear();
        }

        // All tokens that are not named lead to the same state, but for those that stand for nothing.
        if (!_named.Contains(id) && _isAnyToken.Length > 0 && !_isAnyToken[id])
        {
            return _states.Dead;
        }

        (GrammarState, int) key = (state, _named.Contains(id) ? id : Another);
        if (!_next.TryGetValue(key, out GrammarState? next))
        {
            next = Take(state, id);
            _next.Add(key, next);
        }

        return next;
    }

    private GrammarState Take(GrammarState state, int id) => _states.Take(state, terminal => Takes(terminal, id));

    private bool Takes(TokenTerminal terminal, int id) =>
        terminal.IsComplement ? id != _ids[terminal] && _isAnyToken[id] : id == _ids[terminal];

    private int IdOf(TokenTerminal terminal)
    {
        Tokenizer tokenizer = _vocabulary.Tokenizer;
        int id = terminal.Id;
        if (terminal.Text is string text)
        {
            List<int> ids = [];
            tokenizer.Encode(text, content: [], TextEncoding.ParseSpecialTokens, IdSink.Keep(ids));
            id = ids.Count == 1 && tokenizer.Names[ids[0]] == text ? ids[0] : throw new GrammarException(
                $"The grammar names the token {text}, but this model's vocabulary has none of that text; name one that it has, "
                + "or put the text in quotes.");
        }
        else if (id >= _vocabulary.TokenCount)
        {
            throw new GrammarException(
                $"The grammar names the token {terminal.Name}, but the ids of this model's vocabulary are 0 to {_vocabulary.TokenCount - 1}.");
        }

        return !tokenizer.IsEndOfGeneration(id) || terminal.IsComplement ? id : throw new GrammarException(
            $"The grammar names the token {terminal.Name}, which ends generation with this model; leave it away, an answer ends where the root "
            + "rule does.");
    }

    // Tokens that stand for something and do not end generation.
    private static bool[] FindTokens(Tokenizer tokenizer)
    {
        bool[] isToken = new bool[tokenizer.VocabularySize];
        ArrayBufferWriter<byte> bytes = new();
        for (int id = 0; id < isToken.Length; id++)
        {
            bytes.ResetWrittenCount();
            tokenizer.WriteBytes(id, includeSpecialTokens: true, bytes);
            isToken[id] = bytes.WrittenCount > 0 && !tokenizer.IsEndOfGeneration(id);
        }

        return isToken;
    }
}
