using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Sets;

/// <summary>The values of some types that schemas hold of, where such sets have unions, intersections and complements at hand.</summary>
/// <typeparam name="TSet">A set of values.</typeparam>
/// <param name="states">The schemas.</param>
internal abstract class ClosedSets<TSet>(SchemaStates states)
    where TSet : class
{
    // Schemas that apply each other to one value.
    private const int DeepestNesting = 256;

    private readonly Dictionary<Literal, TSet> _known = [];
    private readonly HashSet<Literal> _open = [];

    /// <summary>All values of the types.</summary>
    public abstract TSet All { get; }

    /// <summary>None of them.</summary>
    public abstract TSet None { get; }

    /// <summary>The values that fulfil a requirement.</summary>
    public TSet Of(Requirement requirement) => requirement == Requirement.Nothing
        ? None
        : requirement.Literals.Aggregate(All, (set, literal) => And(set, Of(literal)));

    /// <summary>The values of which a literal holds.</summary>
    public TSet Of(Literal literal)
    {
        if (_known.TryGetValue(literal, out TSet? known))
        {
            return known;
        }

        SchemaState state = states[literal];
        if (_open.Count == DeepestNesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new GrammarException($"{state.Place} is too deep in what other schemas apply to the same value.");
        }

        if (!_open.Add(literal))
        {
            throw new GrammarException($"{state.Place} refers to itself, with no value between.");
        }

        TSet set = !literal.Holds ? Not(Of(state.Holds))
            : state.AnyOfLiterals is IReadOnlyList<Literal> literals ? literals.Aggregate(None, (either, one) => Or(either, Of(one)))
            : Holds(state);
        _open.Remove(literal);
        _known.Add(literal, set);
        return set;
    }

    /// <summary>What the keywords that look at the value itself allow.</summary>
    protected abstract TSet Assert(SchemaState state);

    protected abstract bool IsNone(TSet set);

    protected abstract TSet And(TSet left, TSet right);

    protected abstract TSet Or(TSet left, TSet right);

    protected abstract TSet Not(TSet set);

    private TSet Holds(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        if (keywords.Boolean is bool isTrue)
        {
            return isTrue ? All : None;
        }

        TSet set = Assert(state);
        foreach (SchemaState part in state.References().Concat(state.Children(keywords.AllOf)))
        {
            if (IsNone(set))
            {
                return None;
            }

            set = And(set, Of(part.Holds));
        }

        if (keywords.AnyOf is not null && !IsNone(set))
        {
            set = And(set, state.Children(keywords.AnyOf).Aggregate(None, (either, part) => Or(either, Of(part.Holds))));
        }

        if (keywords.OneOf is not null && !IsNone(set))
        {
            TSet once = None;
            TSet more = None;
            foreach (SchemaState part in state.Children(keywords.OneOf))
            {
                TSet holds = Of(part.Holds);
                more = Or(more, And(once, holds));
                once = Or(once, holds);
            }

            set = And(set, And(once, Not(more)));
        }

        if (keywords.Not is not null && !IsNone(set))
        {
            set = And(set, Not(Of(state.Child(keywords.Not).Holds)));
        }

        if (keywords.If is not null && (keywords.Then ?? keywords.Else) is not null && !IsNone(set))
        {
            TSet condition = Of(state.Child(keywords.If).Holds);
            TSet then = keywords.Then is null ? All : Of(state.Child(keywords.Then).Holds);
            TSet otherwise = keywords.Else is null ? All : Of(state.Child(keywords.Else).Holds);
            set = And(set, Or(And(condition, then), And(Not(condition), otherwise)));
        }

        return set;
    }
}
