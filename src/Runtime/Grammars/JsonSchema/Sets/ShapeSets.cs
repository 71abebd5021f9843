using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Sets;

/// <summary>
/// The arrays or the objects that schemas hold of, as shapes: each says what is within by requirements of other values, and a set is what has
/// one of its shapes (a disjunctive normal form). Such sets have no complement at hand; that a schema fails is followed down to its keywords.
/// </summary>
/// <remarks>
/// Where <c>unevaluatedProperties</c> or <c>unevaluatedItems</c> asks, every schema that is applied to the same value is decided, to hold or
/// to fail, in each shape, and so each shape knows what those that hold have evaluated.
/// </remarks>
/// <typeparam name="TShape">A shape.</typeparam>
/// <param name="states">The schemas.</param>
/// <param name="type">Arrays or objects.</param>
/// <param name="kind">The same as JSON's reader says it.</param>
internal abstract class ShapeSets<TShape>(SchemaStates states, JsonTypes type, JsonValueKind kind)
    where TShape : class
{
    private const int MostShapes = 1000;

    // Schemas that apply each other to one value.
    private const int DeepestNesting = 256;

    private readonly Dictionary<(Literal, bool), IReadOnlyList<TShape>> _known = [];
    private readonly HashSet<(Literal, bool)> _open = [];

    /// <summary>The shape that everything has.</summary>
    public abstract TShape Free { get; }

    protected SchemaStates States { get; } = states;

    /// <summary>The shapes of what fulfils a requirement.</summary>
    public IReadOnlyList<TShape> Of(Requirement requirement)
    {
        IReadOnlyList<TShape> shapes = requirement == Requirement.Nothing ? [] : [Free];

        // What holds says more than what does not, and thins that out.
        foreach (Literal literal in requirement.Literals.OrderBy(literal => !literal.Holds))
        {
            shapes = And(shapes, Of(literal, false), literal);
        }

        return shapes;
    }

    /// <summary>What the keywords that look at the value's own parts allow.</summary>
    protected abstract TShape? Assert(SchemaState state);

    /// <summary>What fails one of these keywords: the shapes for each.</summary>
    protected abstract IEnumerable<TShape> Refute(SchemaState state);

    /// <summary>Schemas that are applied where a shape is given and not where another one is.</summary>
    protected virtual IEnumerable<(TShape Where, TShape WhereNot, SchemaState Schema)> Conditions(SchemaState state) => [];

    /// <summary>Keywords that leave a choice: for each the shapes of which one is given.</summary>
    protected virtual IEnumerable<IReadOnlyList<TShape>> Choices(SchemaState state) => [];

    /// <summary>The schema of what has not been evaluated; null where the state has none for this type.</summary>
    protected abstract SchemaState? Unevaluated(SchemaState state);

    /// <summary>The shape where what it has not evaluated fulfils a schema, after which all is evaluated; null where that cannot be.</summary>
    protected abstract TShape? WithUnevaluated(TShape shape, SchemaState unevaluated);

    /// <summary>The shape where something that it has not evaluated does not fulfil a schema; null where that cannot be.</summary>
    protected abstract TShape? WithoutUnevaluated(TShape shape, SchemaState unevaluated);

    /// <summary>Fewer shapes that have the same between them, where that is found.</summary>
    protected virtual IReadOnlyList<TShape> Simplify(IReadOnlyList<TShape> shapes) => shapes;

    /// <summary>The shape that does not know what has been evaluated.</summary>
    protected abstract TShape Forget(TShape shape);

    /// <summary>What has both shapes, and has evaluated what either has; null where surely nothing does.</summary>
    protected abstract TShape? And(TShape left, TShape right);

    /// <summary>A shape that implies another one, with what that one has evaluated.</summary>
    protected abstract TShape AndEvaluated(TShape shape, TShape implied);

    /// <summary>Whether all that has a shape surely has another one.</summary>
    protected abstract bool Implies(TShape shape, TShape other);

    private IReadOnlyList<TShape> Of(Literal literal, bool tracks)
    {
        if (_known.TryGetValue((literal, tracks), out IReadOnlyList<TShape>? known))
        {
            return known;
        }

        SchemaState state = States[literal];
        if (_open.Count == DeepestNesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new GrammarException($"{state.Place} is too deep in what other schemas apply to the same value.");
        }

        if (!_open.Add((literal, tracks)))
        {
            throw new GrammarException($"{state.Place} refers to itself, with no value between.");
        }

        IReadOnlyList<TShape> shapes = state.AnyOfLiterals is IReadOnlyList<Literal> literals
            ? literal.Holds
                ? [.. literals.SelectMany(one => Of(one, false))]
                : literals.Aggregate((IReadOnlyList<TShape>)[Free], (all, one) => And(all, Of(!one, false), literal))
            : literal.Holds ? Holds(state, tracks)
            : Simplify(Fails(state));
        _open.Remove((literal, tracks));
        _known.Add((literal, tracks), shapes);
        return shapes;
    }

    private IReadOnlyList<TShape> Holds(SchemaState state, bool tracks)
    {
        if (Unevaluated(state) is not SchemaState unevaluated)
        {
            return HoldsBefore(state, tracks);
        }

        IEnumerable<TShape> shapes = HoldsBefore(state, true).Select(shape => WithUnevaluated(shape, unevaluated)).OfType<TShape>();
        return [.. tracks ? shapes : shapes.Select(Forget)];
    }

    // What holds of a schema without what it says of the unevaluated.
    private IReadOnlyList<TShape> HoldsBefore(SchemaState state, bool tracks)
    {
        SchemaKeywords keywords = state.Keywords;
        Literal place = state.Holds;
        if (keywords.Boolean is bool isTrue)
        {
            return isTrue ? [Free] : [];
        }

        if ((keywords.Types & type) == 0 || Assert(state) is not TShape own)
        {
            return [];
        }

        IReadOnlyList<TShape> shapes = [tracks ? own : Forget(own)];
        foreach (IReadOnlyList<SchemaConstant> constants in keywords.Constants)
        {
            shapes = And(shapes, [.. Constants(state, constants).SelectMany(constant => Of(constant.Holds, false))], place);
        }

        foreach (SchemaState part in state.References().Concat(state.Children(keywords.AllOf)))
        {
            shapes = And(shapes, Of(part.Holds, tracks), place);
        }

        foreach (IReadOnlyList<TShape> choice in Choices(state))
        {
            shapes = And(shapes, choice, place);
        }

        foreach ((TShape where, TShape whereNot, SchemaState schema) in Conditions(state))
        {
            shapes = And(shapes, [whereNot, .. And([where], Of(schema.Holds, tracks), place)], place);
        }

        if (keywords.AnyOf is not null)
        {
            shapes = tracks
                ? AnyOfDecided(shapes, [.. state.Children(keywords.AnyOf)], place)
                : And(shapes, [.. state.Children(keywords.AnyOf).SelectMany(part => Of(part.Holds, false))], place);
        }

        if (keywords.If is not null && (tracks || (keywords.Then ?? keywords.Else) is not null))
        {
            SchemaState condition = state.Child(keywords.If);
            IReadOnlyList<TShape> met = And(shapes, Of(condition.Holds, tracks), place);
            IReadOnlyList<TShape> unmet = And(shapes, Of(condition.Fails, false), place);
            shapes =
            [
                .. keywords.Then is null ? met : And(met, Of(state.Child(keywords.Then).Holds, tracks), place),
                .. keywords.Else is null ? unmet : And(unmet, Of(state.Child(keywords.Else).Holds, tracks), place),
            ];
        }

        if (keywords.OneOf is not null)
        {
            SchemaState[] parts = [.. state.Children(keywords.OneOf)];
            shapes = [.. parts.SelectMany(one => parts.Where(part => part != one).Aggregate(
                And(shapes, Of(one.Holds, tracks), place), (some, other) => And(some, Of(other.Fails, false), place)))];

            // A schema that is listed twice never holds once.
            shapes = parts.Distinct().Count() == parts.Length ? shapes : OneOfRepeated(shapes, parts, place);
        }

        return keywords.Not is null ? shapes : And(shapes, Of(state.Child(keywords.Not).Fails, false), place);
    }

    private IReadOnlyList<TShape> OneOfRepeated(IReadOnlyList<TShape> shapes, SchemaState[] parts, Literal place) =>
        parts.GroupBy(part => part).Where(group => group.Count() > 1)
            .Aggregate(shapes, (some, group) => And(some, Of(group.Key.Fails, false), place));

    // Each part holds or fails, and one holds.
    private IReadOnlyList<TShape> AnyOfDecided(IReadOnlyList<TShape> shapes, SchemaState[] parts, Literal place)
    {
        IReadOnlyList<TShape> some = [];
        IReadOnlyList<TShape> none = shapes;
        foreach (SchemaState part in parts)
        {
            IReadOnlyList<TShape> holds = Of(part.Holds, true);
            IReadOnlyList<TShape> fails = Of(part.Fails, false);
            some = [.. And(some, [.. holds, .. fails], place), .. And(none, holds, place)];
            none = And(none, fails, place);
        }

        return some;
    }

    private IReadOnlyList<TShape> Fails(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        Literal place = state.Fails;
        if (keywords.Boolean is bool isTrue)
        {
            return isTrue ? [] : [Free];
        }

        if ((keywords.Types & type) == 0)
        {
            return [Free];
        }

        List<TShape> shapes = [.. Refute(state)];
        foreach (IReadOnlyList<SchemaConstant> constants in keywords.Constants)
        {
            shapes.AddRange(AllFail(Constants(state, constants), place));
        }

        shapes.AddRange(state.References().Concat(state.Children(keywords.AllOf)).SelectMany(part => Of(part.Fails, false)));
        shapes.AddRange(Conditions(state).SelectMany(condition => And([condition.Where], Of(condition.Schema.Fails, false), place)));
        if (keywords.AnyOf is not null)
        {
            shapes.AddRange(AllFail(state.Children(keywords.AnyOf), place));
        }

        if (keywords.OneOf is not null)
        {
            SchemaState[] parts = [.. state.Children(keywords.OneOf)];
            shapes.AddRange(AllFail(parts, place));
            for (int one = 0; one < parts.Length; one++)
            {
                for (int other = one + 1; other < parts.Length; other++)
                {
                    shapes.AddRange(And(Of(parts[one].Holds, false), Of(parts[other].Holds, false), place));
                }
            }
        }

        if (keywords.If is not null)
        {
            SchemaState condition = state.Child(keywords.If);
            if (keywords.Then is not null)
            {
                shapes.AddRange(And(Of(condition.Holds, false), Of(state.Child(keywords.Then).Fails, false), place));
            }

            if (keywords.Else is not null)
            {
                shapes.AddRange(And(Of(condition.Fails, false), Of(state.Child(keywords.Else).Fails, false), place));
            }
        }

        if (keywords.Not is not null)
        {
            shapes.AddRange(Of(state.Child(keywords.Not).Holds, false));
        }

        if (Unevaluated(state) is SchemaState unevaluated)
        {
            shapes.AddRange(HoldsBefore(state, true)
                .Select(shape => WithoutUnevaluated(shape, unevaluated)).OfType<TShape>().Select(Forget));
        }

        return shapes;
    }

    private IReadOnlyList<TShape> AllFail(IEnumerable<SchemaState> parts, Literal place) =>
        parts.Aggregate((IReadOnlyList<TShape>)[Free], (shapes, part) => And(shapes, Of(part.Fails, false), place));

    private IEnumerable<SchemaState> Constants(SchemaState state, IReadOnlyList<SchemaConstant> constants) =>
        constants.Where(constant => constant.Value.ValueKind == kind).Select(state.Constant);

    // What has a shape of each list. A shape that has one of the others anyway is not multiplied by the rest of them.
    private IReadOnlyList<TShape> And(IReadOnlyList<TShape> left, IReadOnlyList<TShape> right, Literal place)
    {
        List<TShape> shapes = [];
        foreach (TShape shape in left)
        {
            TShape? implied = right.FirstOrDefault(other => Implies(shape, other));
            IEnumerable<TShape?> both = implied is null ? right.Select(other => And(shape, other)) : [AndEvaluated(shape, implied)];
            shapes.AddRange(both.OfType<TShape>());
            if (shapes.Count > MostShapes)
            {
                throw new GrammarException(
                    $"{States[place].Place} has too many alternatives, more than {MostShapes} in combination: use fewer, or ones that exclude "
                    + "each other.");
            }
        }

        return shapes;
    }
}
