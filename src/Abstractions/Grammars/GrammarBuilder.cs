using System.Collections.Generic;

namespace ModelGen.Grammars;

/// <summary>Collects the rules of a grammar. A rule has its number before it has its texts, so that it can name itself.</summary>
internal sealed class GrammarBuilder
{
    private readonly List<GrammarRule> _rules = [];

    /// <summary>Adds a rule without any text, for <see cref="Define"/>.</summary>
    /// <param name="name">What messages call it.</param>
    public RuleExpression Reserve(string name) => Add(name, new ChoiceExpression([]));

    /// <summary>Adds a rule.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="expression">Its texts.</param>
    public RuleExpression Add(string name, GrammarExpression expression)
    {
        _rules.Add(new GrammarRule(name, expression));
        return new RuleExpression(_rules.Count - 1);
    }

    /// <summary>Says what the texts of a rule are.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="expression">Its texts.</param>
    public void Define(RuleExpression rule, GrammarExpression expression) =>
        _rules[rule.Rule] = _rules[rule.Rule] with { Expression = expression };

    /// <summary>The rules as a grammar.</summary>
    /// <param name="root">The rule whose texts are its language.</param>
    public GrammarDefinition Build(RuleExpression root) => new([.. _rules], root.Rule);
}
