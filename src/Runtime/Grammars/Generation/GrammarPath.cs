using System.Collections.Generic;
using ModelGen.Grammars.Matching;

namespace ModelGen.Grammars.Generation;

/// <summary>The places of an answer that follows a grammar: what else the grammar allows at each of them.</summary>
internal sealed class GrammarPath
{
    private readonly GrammarTokens _tokens;
    private readonly Tokenizer _tokenizer;
    private readonly List<GrammarMatcher> _matchers = [];

    /// <param name="grammar">The grammar.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="answer">Ids of an answer that follows the grammar; one that ends generation may be the last.</param>
    public GrammarPath(Grammar grammar, Tokenizer tokenizer, IEnumerable<int> answer)
    {
        _tokens = grammar.TokensOf(tokenizer);
        _tokenizer = tokenizer;
        GrammarMatcher matcher = _tokens.CreateMatcher();
        foreach (int id in answer)
        {
            _matchers.Add(matcher.Fork());
            if (!tokenizer.IsEndOfGeneration(id))
            {
                matcher.TryAdvance(_tokens.BytesOf(id));
            }
        }
    }

    /// <summary>Whether a token may stand in the place of one of the answer's.</summary>
    /// <param name="index">The place.</param>
    /// <param name="id">The token.</param>
    public bool Allows(int index, int id) => _tokenizer.IsEndOfGeneration(id)
        ? _matchers[index].IsAccepting
        : _tokens.BytesOf(id) is { IsEmpty: false } bytes && _matchers[index].Fork().TryAdvance(bytes);
}
