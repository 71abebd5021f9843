using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Output.Recognition;
using ModelGen.Generator.Output.Shapes;
using ModelGen.Grammars;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.Json;

namespace ModelGen.Generator.Output.Grammars;

/// <summary>Writes the JSON of a type as a grammar: all texts that the type's reader can read, its properties in their order, and no others.</summary>
internal sealed class OutputGrammar
{
    private readonly GrammarBuilder _rules = new();
    private readonly JsonExpressions _json;
    private readonly IReadOnlyList<OutputDefinition> _definitions;
    private readonly RuleExpression[] _definitionRules;
    private readonly List<DiagnosticInfo> _problems = [];

    private OutputGrammar(IReadOnlyList<OutputDefinition> definitions)
    {
        // Models write a space behind a colon or a comma, or none; with more they could go on for ever.
        _json = new JsonExpressions(_rules, JsonWhiteSpace.OneSpace);
        _definitions = definitions;
        _definitionRules = [.. definitions.Select(definition => _rules.Reserve(definition.Name))];
    }

    /// <summary>The grammar; null where a limit leaves no text.</summary>
    /// <param name="type">The type.</param>
    /// <param name="problems">What stands in the way; the first argument of each is the site.</param>
    public static GrammarDefinition? Write(OutputType type, out IReadOnlyList<DiagnosticInfo> problems)
    {
        OutputGrammar grammar = new(type.Definitions);
        for (int i = 0; i < type.Definitions.Count; i++)
        {
            if (type.Definitions[i] is { } definition)
            {
                grammar._rules.Define(grammar._definitionRules[i], grammar.TextsOf(definition));
            }
        }

        problems = grammar._problems;
        return problems.Count == 0 ? grammar._rules.Build(grammar._definitionRules[0]) : null;
    }

    private GrammarExpression TextsOf(OutputDefinition definition) => definition switch
    {
        EnumDefinition names => JsonExpressions.StringOf(CharacterAutomaton.Of(names.Members.Select(member => member.JsonName)), JsonTextForm.Plain),
        ObjectDefinition one => _json.ObjectOf([.. MembersOf(one)]),
        UnionDefinition union => JsonExpressions.Choice([.. union.Cases.Select(one => CaseOf(union, one))]),
        _ => throw new ArgumentOutOfRangeException(nameof(definition), definition, "A definition that no grammar was written for."),
    };

    private GrammarExpression CaseOf(UnionDefinition union, UnionCase one)
    {
        IEnumerable<JsonMember> members = MembersOf((ObjectDefinition)_definitions[one.Definition]);
        GrammarExpression? discriminator = one.Text is string text ? JsonExpressions.StringOf(text)
            : one.Number is int number ? JsonExpressions.Literal(number.ToString(CultureInfo.InvariantCulture))
            : null;
        return _json.ObjectOf([.. discriminator is null ? members : members.Prepend(new JsonMember(union.Discriminator, discriminator, IsRequired: true))]);
    }

    private IEnumerable<JsonMember> MembersOf(ObjectDefinition one) =>
        one.Properties.Select(property => new JsonMember(property.JsonName, TextsOf(property.Value), !property.IsOptional));

    private GrammarExpression TextsOf(OutputValue value) => value switch
    {
        BooleanValue => JsonExpressions.Boolean,
        IntegerValue integer => JsonExpressions.NumberOf(NumberTexts.Of(integer)),
        RealValue real => JsonExpressions.NumberOf(NumberTexts.Of(real)),
        FormattedValue formatted => FormattedTexts.Of(formatted.Format),
        TextValue text => TextsOf(text),
        NullableValue { Item: AnyValue { IsNode: false } any } => TextsOf(any),
        NullableValue nullable => JsonExpressions.Choice(TextsOf(nullable.Item), JsonExpressions.Null),
        AnyValue { IsNode: false } => _json.Value,
        AnyValue => JsonExpressions.Choice(_json.Object, _json.Array, JsonExpressions.String, JsonExpressions.Number, JsonExpressions.Boolean),
        ListValue list => _json.ArrayOf(TextsOf(list.Item), list.Minimum, list.Maximum),
        MapValue map => _json.Map(JsonExpressions.String, TextsOf(map.Item), map.Minimum, map.Maximum),
        DefinedValue defined => _definitionRules[defined.Definition],
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "A value that no grammar was written for."),
    };

    private GrammarExpression TextsOf(TextValue text)
    {
        if (text.Pattern is null && text.Allowed.Count == 0)
        {
            return JsonExpressions.StringOfLength(text.Minimum, text.Maximum);
        }

        CharacterAutomaton texts = CharacterAutomaton.OfLength(text.Minimum, text.Maximum);
        if (text.Allowed.Count > 0)
        {
            texts &= CharacterAutomaton.Of(text.Allowed);
        }

        if (text.Pattern is not null)
        {
            try
            {
                texts &= RegularExpressionAutomaton.Containing($"^(?:{text.Pattern})$");
            }
            catch (GrammarException error)
            {
                _problems.Add(DiagnosticInfo.Create(
                    Descriptors.BadOutputConstraint, text.Site, ConstraintReader.Pattern, $"cannot be a part of a grammar: {error.Message}"));
                return JsonExpressions.None;
            }
        }

        if (texts.IsEmpty)
        {
            string name = text.Pattern is null ? ConstraintReader.Allowed : ConstraintReader.Pattern;
            _problems.Add(DiagnosticInfo.Create(
                Descriptors.BadOutputConstraint, text.Site, name, "leaves no text together with the other limits; make one of them wider"));
        }

        return JsonExpressions.StringOf(texts, JsonTextForm.Any);
    }
}
