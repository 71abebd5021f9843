using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>Refuses grammars that do not hold together, by the rule's name.</summary>
internal static class GrammarChecks
{
    /// <exception cref="GrammarException">A rule is missing, or a count is none.</exception>
    public static void Check(GrammarDefinition grammar)
    {
        if (grammar.Root < 0 || grammar.Root >= grammar.Rules.Count)
        {
            throw new GrammarException($"The grammar has {grammar.Rules.Count} rules and none with the number {grammar.Root} to begin with.");
        }

        foreach (GrammarRule rule in grammar.Rules)
        {
            Check(grammar, rule, rule.Expression);
        }
    }

    private static void Check(GrammarDefinition grammar, GrammarRule rule, GrammarExpression expression)
    {
        Recursion.Guard();
        switch (expression)
        {
            case SequenceExpression sequence:
                CheckAll(sequence.Items);
                break;
            case ChoiceExpression choice:
                CheckAll(choice.Items);
                break;
            case RepetitionExpression repetition:
                CheckCounts("repetition", repetition.Minimum, repetition.Maximum);
                Check(grammar, rule, repetition.Item);
                break;
            case RuleExpression reference when reference.Rule < 0 || reference.Rule >= grammar.Rules.Count:
                throw new GrammarException(
                    $"The rule '{rule.Name}' names a rule with the number {reference.Rule}, but the grammar has {grammar.Rules.Count} rules.");
            case MembersExpression members:
                CheckCounts("list of members", members.Minimum, members.Maximum);
                Check(grammar, rule, members.Separator);
                foreach (GrammarMember member in members.Members)
                {
                    Check(grammar, rule, member.Opening);
                    Check(grammar, rule, member.Value);
                }

                break;
        }

        void CheckAll(IReadOnlyList<GrammarExpression> items)
        {
            for (int index = 0; index < items.Count; index++)
            {
                Check(grammar, rule, items[index]);
            }
        }

        void CheckCounts(string what, int minimum, int? maximum)
        {
            if (minimum < 0 || maximum < 0)
            {
                throw new GrammarException($"The rule '{rule.Name}' has a {what} of {minimum} to {maximum} times; counts start at 0.");
            }
        }
    }
}
