using System.Collections.Generic;

namespace ModelGen.Grammars;

/// <summary>Rules that name each other: a context-free language over bytes.</summary>
/// <param name="rules">The rules.</param>
/// <param name="root">Index of the rule whose texts are the language.</param>
internal sealed class GrammarDefinition(IReadOnlyList<GrammarRule> rules, int root)
{
    public IReadOnlyList<GrammarRule> Rules { get; } = rules;

    public int Root { get; } = root;
}

/// <summary>A rule of a grammar.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Expression">Its texts.</param>
internal sealed record GrammarRule(string Name, GrammarExpression Expression);
