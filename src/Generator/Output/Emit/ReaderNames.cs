using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Emit;

/// <summary>Names of the methods of a reader: one a definition, and one a kind of collection.</summary>
internal sealed class ReaderNames
{
    private readonly string[] _definitions;
    private readonly Dictionary<OutputValue, string> _collections = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal) { "Read" };

    public ReaderNames(IReadOnlyList<OutputDefinition> definitions)
    {
        _definitions = [.. definitions.Select(definition => CSharpNames.Unique("Read" + definition.Name, "ReadType", _taken))];
        foreach (OutputValue value in definitions.OfType<ObjectDefinition>().SelectMany(one => one.Properties).Select(property => property.Value))
        {
            Add(value);
        }
    }

    /// <summary>The lists and dictionaries, each once, with their methods.</summary>
    public IEnumerable<KeyValuePair<OutputValue, string>> Collections => _collections.OrderBy(pair => pair.Value, StringComparer.Ordinal);

    public string Of(int definition) => _definitions[definition];

    public string Of(OutputValue collection) => _collections[collection];

    private void Add(OutputValue value)
    {
        switch (value)
        {
            case NullableValue nullable:
                Add(nullable.Item);
                break;
            case ListValue or MapValue when !_collections.ContainsKey(value):
                OutputValue item = value is ListValue list ? list.Item : ((MapValue)value).Item;
                Add(item);
                _collections.Add(value, CSharpNames.Unique(value is ListValue ? "ReadList" : "ReadMap", "", _taken));
                break;
        }
    }
}
