using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Schema;

/// <summary>Writes the JSON Schema (draft 2020-12) of a type: what a prompt says of it, with what its documentation says.</summary>
internal sealed class SchemaEmitter
{
    private readonly IReadOnlyList<OutputDefinition> _definitions;
    private readonly string?[] _references;
    private readonly JsonWriter _json = new();

    private SchemaEmitter(IReadOnlyList<OutputDefinition> definitions)
    {
        _definitions = definitions;
        _references = SchemaReferences.Of(definitions);
    }

    /// <summary>The schema, without white space.</summary>
    public static string Emit(OutputType type)
    {
        SchemaEmitter emitter = new(type.Definitions);
        emitter.EmitRoot();
        return emitter._json.ToString();
    }

    private void EmitRoot()
    {
        _json.Open('{');
        EmitDefinition(0, _definitions[0].Description);
        int[] shared = [.. Enumerable.Range(1, _definitions.Count - 1).Where(index => _references[index] is not null)];
        if (shared.Length > 0)
        {
            _json.Name("$defs").Open('{');
            foreach (int index in shared)
            {
                _json.Name(_references[index]!.Split('/').Last()).Open('{');
                EmitDefinition(index, _definitions[index].Description);
                _json.Close('}');
            }

            _json.Close('}');
        }

        _json.Close('}');
    }

    private void EmitDefinition(int index, string? description)
    {
        switch (_definitions[index])
        {
            case EnumDefinition names:
                Describe(description);
                _json.Name("enum").Open('[');
                foreach (string name in names.Members.Select(member => member.JsonName).Distinct())
                {
                    _json.Text(name);
                }

                _json.Close(']');
                break;
            case ObjectDefinition one:
                EmitObject(one, description, discriminator: null, null);
                break;
            case UnionDefinition union:
                Describe(description);
                _json.Name("anyOf").Open('[');
                foreach (UnionCase one in union.Cases)
                {
                    var definition = (ObjectDefinition)_definitions[one.Definition];
                    _json.Open('{');
                    EmitObject(definition, definition.Description, one.HasDiscriminator ? union.Discriminator : null, one);
                    _json.Close('}');
                }

                _json.Close(']');
                break;
        }
    }

    private void EmitObject(ObjectDefinition definition, string? description, string? discriminator, UnionCase? one)
    {
        Type("object");
        Describe(description);
        _json.Name("properties").Open('{');
        if (discriminator is not null)
        {
            _json.Name(discriminator).Open('{').Name("const");
            _ = one!.Text is string text ? _json.Text(text) : _json.Word(one.Number!.Value.ToString(CultureInfo.InvariantCulture));
            _json.Close('}');
        }

        foreach (OutputProperty property in definition.Properties)
        {
            _json.Name(property.JsonName);
            EmitValue(property.Value, property.Description);
        }

        _json.Close('}').Name("required").Open('[');
        string[] leading = discriminator is null ? [] : [discriminator];
        foreach (string name in leading.Concat(definition.Properties.Where(property => !property.IsOptional).Select(property => property.JsonName)))
        {
            _json.Text(name);
        }

        _json.Close(']').Name("additionalProperties").Word("false");
    }

    private void EmitValue(OutputValue value, string? description)
    {
        _json.Open('{');
        switch (value)
        {
            case NullableValue { Item: var item }:
                Describe(description);
                _json.Name("anyOf").Open('[');
                EmitValue(item, null);
                _json.Open('{');
                Type("null");
                _json.Close('}').Close(']');
                break;
            case DefinedValue defined when _references[defined.Definition] is string reference:
                Describe(description);
                _json.Name("$ref").Text(reference);
                break;
            case DefinedValue defined:
                EmitDefinition(defined.Definition, Joined(description, _definitions[defined.Definition].Description));
                break;
            case ListValue list:
                Type("array");
                Describe(description);
                _json.Name("items");
                EmitValue(list.Item, null);
                Limits("Items", list.Minimum, list.Maximum);
                break;
            case MapValue map:
                Type("object");
                Describe(description);
                _json.Name("additionalProperties");
                EmitValue(map.Item, null);
                Limits("Properties", map.Minimum, map.Maximum);
                break;
            case AnyValue:
                Describe(description);
                break;
            default:
                EmitSimple(value, description);
                break;
        }

        _json.Close('}');
    }

    private void EmitSimple(OutputValue value, string? description)
    {
        Type(value switch
        {
            BooleanValue => "boolean",
            IntegerValue => "integer",
            RealValue => "number",
            _ => "string",
        });
        Describe(description);
        switch (value)
        {
            case IntegerValue integer:
                // The ends of large types are noise to a reader.
                if (integer.Minimum > int.MinValue)
                {
                    _json.Name("minimum").Word(integer.Minimum.ToString(CultureInfo.InvariantCulture));
                }

                if (integer.Maximum < int.MaxValue)
                {
                    _json.Name("maximum").Word(integer.Maximum.ToString(CultureInfo.InvariantCulture));
                }

                break;
            case RealValue { Range: var range }:
                Bound(range.ExcludesMinimum ? "exclusiveMinimum" : "minimum", range.Minimum);
                Bound(range.ExcludesMaximum ? "exclusiveMaximum" : "maximum", range.Maximum);
                break;
            case TextValue text:
                Limits("Length", text.Minimum, text.Maximum);
                if (text.Pattern is string pattern)
                {
                    _json.Name("pattern").Text($"^(?:{pattern})$");
                }

                if (text.Allowed.Count > 0)
                {
                    _json.Name("enum").Open('[');
                    foreach (string allowed in text.Allowed)
                    {
                        _json.Text(allowed);
                    }

                    _json.Close(']');
                }

                break;
            case FormattedValue { Format: TextFormat.Character }:
                Limits("Length", 1, 1);
                break;
            case FormattedValue { Format: TextFormat.TimeSpan }:
                _json.Name("pattern").Text("^-?([0-9]+\\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?$");
                break;
            case FormattedValue formatted:
                _json.Name("format").Text(formatted.Format switch
                {
                    TextFormat.Guid => "uuid",
                    TextFormat.DateOnly => "date",
                    TextFormat.TimeOnly => "time",
                    TextFormat.Uri => "uri",
                    _ => "date-time",
                });
                break;
        }
    }

    private void Type(string name) => _json.Name("type").Text(name);

    private void Describe(string? description)
    {
        if (description is not null)
        {
            _json.Name("description").Text(description);
        }
    }

    private void Limits(string what, int minimum, int? maximum)
    {
        if (minimum > 0)
        {
            _json.Name("min" + what).Word(minimum.ToString(CultureInfo.InvariantCulture));
        }

        if (maximum is int most)
        {
            _json.Name("max" + what).Word(most.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Bound(string name, decimal? bound)
    {
        if (bound is decimal number)
        {
            _json.Name(name).Word(number.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>What is said of a property, and of its type.</summary>
    private static string? Joined(string? property, string? type) =>
        string.Join(" ", new[] { property, type }.OfType<string>()) is { Length: > 0 } text ? text : null;
}
