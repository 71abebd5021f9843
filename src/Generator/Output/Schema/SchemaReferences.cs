using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Schema;

/// <summary>Which definitions a schema writes once and refers to: those that are used several times, and those that contain themselves.</summary>
internal static class SchemaReferences
{
    /// <summary>The reference of each definition; null where it is written where it is used.</summary>
    public static string?[] Of(IReadOnlyList<OutputDefinition> definitions)
    {
        int[] uses = new int[definitions.Count];
        foreach (int used in definitions.SelectMany(UsesOf))
        {
            uses[used]++;
        }

        var references = new string?[definitions.Count];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < references.Length; i++)
        {
            // What contains itself is used where it is used first, and by itself.
            bool isShared = uses[i] > (i == 0 ? 0 : 1) && definitions[i] is not EnumDefinition { Members.Count: <= 4 };
            references[i] = !isShared ? null : i == 0 ? "#" : "#/$defs/" + Unique(definitions[i].Name, names);
        }

        return references;
    }

    private static IEnumerable<int> UsesOf(OutputDefinition definition) => definition switch
    {
        ObjectDefinition one => one.Properties.SelectMany(property => UsesOf(property.Value)),
        _ => [],
    };

    private static IEnumerable<int> UsesOf(OutputValue value) => value switch
    {
        NullableValue nullable => UsesOf(nullable.Item),
        ListValue list => UsesOf(list.Item),
        MapValue map => UsesOf(map.Item),
        DefinedValue defined => [defined.Definition],
        _ => [],
    };

    private static string Unique(string name, HashSet<string> names)
    {
        string unique = name;
        for (int number = 2; !names.Add(unique); number++)
        {
            unique = FormattableString.Invariant($"{name}{number}");
        }

        return unique;
    }
}
