using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Emit;

/// <summary>Writes the reader of a type's JSON: a method a type, which looks at each property's name once.</summary>
internal sealed class ReaderEmitter
{
    private const string Parameters = "ref Utf8JsonReader reader, bool isPartial";

    private readonly SourceWriter _writer;
    private readonly IReadOnlyList<OutputDefinition> _definitions;
    private readonly ReaderNames _names;
    private readonly HashSet<int> _cases;

    private ReaderEmitter(SourceWriter writer, IReadOnlyList<OutputDefinition> definitions)
    {
        _writer = writer;
        _definitions = definitions;
        _names = new ReaderNames(definitions);
        _cases = [.. definitions.OfType<UnionDefinition>().SelectMany(union => union.Cases).Select(one => one.Definition)];
    }

    /// <summary>Writes the members of the class that reads.</summary>
    public static void Emit(SourceWriter writer, OutputType type)
    {
        ReaderEmitter emitter = new(writer, type.Definitions);
        writer.Line($"static partial void Read({Parameters}, ref {type.Type} value) => value = {emitter._names.Of(0)}(ref reader, isPartial);");
        for (int i = 0; i < type.Definitions.Count; i++)
        {
            writer.Line();
            emitter.EmitDefinition(i);
        }

        foreach (KeyValuePair<OutputValue, string> collection in emitter._names.Collections)
        {
            writer.Line();
            emitter.EmitCollection(collection.Key, collection.Value);
        }
    }

    private static string Utf8(string text) => CSharpText.Literal(text) + "u8";

    private void EmitDefinition(int index)
    {
        switch (_definitions[index])
        {
            case EnumDefinition names:
                EmitEnum(names, _names.Of(index));
                break;
            case ObjectDefinition one:
                EmitObject(one, _names.Of(index), isCase: _cases.Contains(index));
                break;
            case UnionDefinition union:
                EmitUnion(union, _names.Of(index));
                break;
        }
    }

    private void EmitEnum(EnumDefinition names, string method)
    {
        using SourceWriter.Scope body = _writer.Block($"private static {names.Type} {method}(ref Utf8JsonReader reader)");
        _writer.Line("OutputReader.RequireText(ref reader);");
        foreach (EnumMember member in names.Members)
        {
            using (_writer.Block($"if (reader.ValueTextEquals({Utf8(member.JsonName)}))"))
            {
                _writer.Line($"return {member.Expression};");
            }

            _writer.Line();
        }

        _writer.Line($"throw OutputReader.UnknownName(ref reader, {CSharpText.Literal(names.Name)});");
    }

    private void EmitUnion(UnionDefinition union, string method)
    {
        using SourceWriter.Scope body = _writer.Block($"private static {union.Type} {method}({Parameters})");
        _writer.Line($"""
            OutputReader.RequireObject(ref reader);
            Utf8JsonReader first = reader;
            if (OutputReader.NextProperty(ref first) && first.ValueTextEquals({Utf8(union.Discriminator)}))
            """);
        using (_writer.Block(""))
        {
            _writer.Line("reader = first;").Line("reader.Read();");
            foreach (UnionCase one in union.Cases.Where(one => one.HasDiscriminator))
            {
                string test = one.Text is string text
                    ? $"reader.TokenType == JsonTokenType.String && reader.ValueTextEquals({Utf8(text)})"
                    : $"reader.TokenType == JsonTokenType.Number && reader.GetInt32() == {one.Number!.Value.ToString(CultureInfo.InvariantCulture)}";
                using (_writer.Block($"if ({test})"))
                {
                    _writer.Line($"return {_names.Of(one.Definition)}(ref reader, isPartial);");
                }

                _writer.Line();
            }

            _writer.Line($"throw OutputReader.UnknownName(ref reader, {CSharpText.Literal(union.Name)});");
        }

        _writer.Line();
        _writer.Line(union.Cases.FirstOrDefault(one => !one.HasDiscriminator) is { } itself
            ? $"return {_names.Of(itself.Definition)}(ref reader, isPartial);"
            : $"throw OutputReader.MissingProperty({CSharpText.Literal(union.Name)}, {CSharpText.Literal(union.Discriminator)});");
    }

    private void EmitObject(ObjectDefinition definition, string method, bool isCase)
    {
        ReadProperty[] properties = ReadProperty.Of(definition);
        using SourceWriter.Scope body = _writer.Block($"private static {definition.Type} {method}({Parameters})");
        if (!isCase)
        {
            _writer.Line("OutputReader.RequireObject(ref reader);");
        }

        foreach (ReadProperty one in properties)
        {
            string start = definition.Arguments.FirstOrDefault(argument => argument.Property == one.Index)?.Default ?? "default!";
            _writer.Line($"{one.Property.Value.Type} {one.Local} = {start};");
            if (one.IsAskedFor)
            {
                _writer.Line($"bool {one.HasCome} = false;");
            }
        }

        using (_writer.Block("while (OutputReader.NextProperty(ref reader))"))
        {
            foreach (ReadProperty one in properties)
            {
                using (_writer.Block($"if (reader.ValueTextEquals({Utf8(one.Property.JsonName)}))"))
                {
                    _writer.Line("reader.Read();").Line($"{one.Local} = {ValueOf(one.Property.Value)};");
                    if (one.IsAskedFor)
                    {
                        _writer.Line($"{one.HasCome} = true;");
                    }

                    _writer.Line("continue;");
                }

                _writer.Line();
            }

            _writer.Line($"throw OutputReader.UnknownProperty(ref reader, {CSharpText.Literal(definition.Name)});");
        }

        EmitRequired(definition, properties);
        ObjectCreation.Emit(_writer, definition, properties);
    }

    private void EmitRequired(ObjectDefinition definition, ReadProperty[] properties)
    {
        _writer.Line();
        ReadProperty[] required = [.. properties.Where(one => !one.Property.IsOptional)];
        if (required.Length == 0)
        {
            return;
        }

        using (_writer.Block("if (!isPartial)"))
        {
            _writer.Lines(required.Select(one =>
                $"OutputReader.RequireProperty({one.HasCome}, {CSharpText.Literal(definition.Name)}, {CSharpText.Literal(one.Property.JsonName)});"));
        }

        _writer.Line();
    }

    private void EmitCollection(OutputValue collection, string method)
    {
        using SourceWriter.Scope body = _writer.Block($"private static {collection.Type} {method}(ref Utf8JsonReader reader)");
        if (collection is ListValue list)
        {
            // A project may have a type called var.
            _writer.Line("OutputReader.RequireArray(ref reader);").Line($"List<{list.Item.Type}> items = new List<{list.Item.Type}>();");
            using (_writer.Block("while (OutputReader.NextItem(ref reader))"))
            {
                _writer.Line($"items.Add({ValueOf(list.Item)});");
            }

            _writer.Line();
            _writer.Line("return " + list.Collection switch
            {
                ListCollection.Array => "items.ToArray();",
                ListCollection.HashSet => $"new HashSet<{list.Item.Type}>(items);",
                ListCollection.ImmutableArray => "ImmutableArray.CreateRange(items);",
                ListCollection.ImmutableList => "ImmutableList.CreateRange(items);",
                ListCollection.ImmutableHashSet => "ImmutableHashSet.CreateRange(items);",
                ListCollection.Other => $"OutputReader.Fill(new {list.Type}(), items);",
                _ => "items;",
            });
            return;
        }

        var map = (MapValue)collection;
        string dictionary = $"Dictionary<string, {map.Item.Type}>";
        _writer.Line("OutputReader.RequireObject(ref reader);").Line($"{dictionary} items = new {dictionary}(StringComparer.Ordinal);");
        using (_writer.Block("while (OutputReader.NextProperty(ref reader))"))
        {
            _writer.Line($"""
                string name = reader.GetString()!;
                reader.Read();
                items[name] = {ValueOf(map.Item)};
                """);
        }

        _writer.Line();
        _writer.Line("return " + map.Collection switch
        {
            MapCollection.ImmutableDictionary => "ImmutableDictionary.CreateRange(items);",
            MapCollection.Other => $"OutputReader.Fill(new {map.Type}(), items);",
            _ => "items;",
        });
    }

    /// <summary>An expression that reads a value at whose first token the reader stands.</summary>
    private string ValueOf(OutputValue value) => value switch
    {
        NullableValue nullable => $"reader.TokenType == JsonTokenType.Null ? default({nullable.Type}) : {ValueOf(nullable.Item)}",
        DefinedValue defined => _definitions[defined.Definition] is EnumDefinition
            ? $"{_names.Of(defined.Definition)}(ref reader)"
            : $"{_names.Of(defined.Definition)}(ref reader, isPartial: false)",
        ListValue or MapValue => $"{_names.Of(value)}(ref reader)",
        BooleanValue => "reader.GetBoolean()",
        IntegerValue { Name: "Int128" or "UInt128" } integer => $"OutputReader.Read{integer.Name}(ref reader)",
        IntegerValue integer => $"reader.Get{integer.Name}()",
        RealValue { Precision: RealPrecision.Half } => "OutputReader.ReadHalf(ref reader)",
        RealValue real => $"reader.Get{real.Precision}()",
        AnyValue any => any.IsNode ? "OutputReader.ReadNode(ref reader)" : "OutputReader.ReadElement(ref reader)",
        FormattedValue { Format: TextFormat.Guid or TextFormat.DateTime or TextFormat.DateTimeOffset } formatted => $"reader.Get{formatted.Format}()",
        FormattedValue { Format: TextFormat.Character } => "OutputReader.ReadChar(ref reader)",
        FormattedValue formatted => $"OutputReader.Read{formatted.Format}(ref reader)",
        TextValue => "OutputReader.ReadString(ref reader)",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "A value that no reader was written for."),
    };
}
