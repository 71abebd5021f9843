using System.Collections.Generic;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.JsonSchema.Arrays;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Objects;
using ModelGen.Grammars.JsonSchema.Requirements;
using ModelGen.Grammars.JsonSchema.Sets;

namespace ModelGen.Grammars.JsonSchema;

/// <summary>
/// Makes the rules of a schema's grammar. A rule is of a requirement, that some schemas hold and others fail; the values within it have
/// requirements of their own, and as schemas are finitely many, so are the rules.
/// </summary>
internal sealed class SchemaGrammar
{
    private readonly GrammarBuilder _rules;
    private readonly JsonExpressions _json;
    private readonly SchemaStates _states;
    private readonly ConstantSets _constants;
    private readonly NumberSets _numbers;
    private readonly StringSets _strings;
    private readonly ArraySets _arrays;
    private readonly ObjectSets _objects;
    private readonly ArrayWriter _arrayWriter;
    private readonly ObjectWriter _objectWriter;
    private readonly Dictionary<Requirement, RuleExpression> _known = [];
    private readonly Queue<Requirement> _open = new();

    /// <param name="documents">The schema with those that it refers to.</param>
    /// <param name="options">How it becomes a grammar.</param>
    /// <param name="rules">Takes its rules, beside those that are there.</param>
    public SchemaGrammar(SchemaDocuments documents, JsonSchemaOptions options, GrammarBuilder rules)
    {
        _rules = rules;
        _json = new JsonExpressions(_rules, options.WhiteSpace);
        _states = new SchemaStates(documents);
        _constants = new ConstantSets(_states);
        _numbers = new NumberSets(_states);
        _strings = new StringSets(_states, options.AssertFormats);
        Emptiness emptiness = new(_states, _constants, _numbers, _strings);
        _arrays = new ArraySets(_states, emptiness);
        _objects = new ObjectSets(_states, _strings, emptiness);
        FiniteValues values = new(
            _constants, _numbers, _strings, requirement => _arrays.Of(requirement).Count > 0 || _objects.Of(requirement).Count > 0);
        _arrayWriter = new ArrayWriter(_states, emptiness, _json, ValueOf, values);
        _objectWriter = new ObjectWriter(_states, emptiness, _json, ValueOf);
    }

    /// <summary>The schema.</summary>
    public SchemaState Root => _states.Root;

    /// <summary>The grammar of the values that fulfil the schema.</summary>
    public GrammarDefinition Build() => Build(Root);

    /// <summary>Adds the rules of the values that fulfil the schema.</summary>
    public RuleExpression Add() => Add(Root);

    /// <summary>Whether there is a value that fulfils a part of the schema.</summary>
    public bool HasValue(SchemaState part)
    {
        GrammarDefinition grammar = Build(part);
        return new GrammarFacts(grammar).HasText(new RuleExpression(grammar.Root));
    }

    private GrammarDefinition Build(SchemaState schema) => _rules.Build(Add(schema));

    private RuleExpression Add(SchemaState schema)
    {
        RuleExpression root = _rules.Reserve("the schema");
        _rules.Define(root, ValueOf(_states.Require([schema.Holds])));
        while (_open.TryDequeue(out Requirement? requirement))
        {
            _rules.Define(_known[requirement], Write(requirement));
        }

        return root;
    }

    // The rule of what fulfils a requirement, which is written later, so that one may contain itself.
    private GrammarExpression ValueOf(Requirement requirement)
    {
        if (requirement == Requirement.Anything || requirement == Requirement.Nothing)
        {
            return requirement == Requirement.Anything ? _json.Value : JsonExpressions.None;
        }

        if (!_known.TryGetValue(requirement, out RuleExpression? rule))
        {
            _known.Add(requirement, rule = _rules.Reserve(_states[requirement.Literals[0]].Place));
            _open.Enqueue(requirement);
        }

        return rule;
    }

    private GrammarExpression Write(Requirement requirement)
    {
        List<GrammarExpression> alternatives = [];
        JsonTypes constants = _constants.Of(requirement).Types;
        AddConstant(JsonTypes.Null, JsonExpressions.Null);
        AddConstant(JsonTypes.True, JsonExpressions.True);
        AddConstant(JsonTypes.False, JsonExpressions.False);
        if (_numbers.Of(requirement) is { IsEmpty: false } numbers)
        {
            alternatives.Add(
                numbers.Equals(JsonNumbers.All) ? JsonExpressions.Number
                : numbers.Equals(JsonNumbers.Integers) ? JsonExpressions.Integer
                : JsonExpressions.NumberOf(JsonNumbers.WithExponents(numbers)));
        }

        foreach (StringPart part in _strings.Of(requirement).Parts)
        {
            alternatives.Add(Write(part, requirement));
        }

        foreach (ArrayShape shape in _arrays.Of(requirement))
        {
            alternatives.Add(_arrayWriter.Write(shape));
        }

        foreach (ObjectShape shape in _objects.Of(requirement))
        {
            alternatives.Add(_objectWriter.Write(shape));
        }

        return JsonExpressions.Choice(alternatives);

        void AddConstant(JsonTypes type, GrammarExpression text)
        {
            if ((constants & type) != 0)
            {
                alternatives.Add(text);
            }
        }
    }

    private GrammarExpression Write(StringPart part, Requirement requirement)
    {
        // Lengths of texts that may be anything are counted by the grammar, however long.
        if (part.Texts.IsAll)
        {
            return JsonExpressions.StringOfLength(part.Minimum, part.Maximum);
        }

        try
        {
            return JsonExpressions.StringOf(part.ToAutomaton(), part.IsPlain ? JsonTextForm.Plain : JsonTextForm.Any);
        }
        catch (GrammarException exception)
        {
            throw new GrammarException($"{_states[requirement.Literals[0]].Place} cannot be kept: {exception.Message}");
        }
    }
}
