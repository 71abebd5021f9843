using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Finds types that no JSON of an end can be written of, because each of their values has another one in it.</summary>
internal static class EndlessTypes
{
    /// <summary>Name of the first such type; null where all have an end.</summary>
    public static string? Find(IReadOnlyList<OutputDefinition> definitions)
    {
        // Those have an end that are made of what has one: the least fixed point.
        bool[] ends = new bool[definitions.Count];
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = 0; i < ends.Length; i++)
            {
                if (!ends[i] && Ends(definitions[i], ends))
                {
                    ends[i] = true;
                    changed = true;
                }
            }
        }

        return definitions.Where((_, index) => !ends[index]).FirstOrDefault()?.Name;
    }

    private static bool Ends(OutputDefinition definition, bool[] ends) => definition switch
    {
        ObjectDefinition one => one.Properties.All(property => property.IsOptional || Ends(property.Value, ends)),
        UnionDefinition union => union.Cases.Any(one => ends[one.Definition]),
        _ => true,
    };

    private static bool Ends(OutputValue value, bool[] ends) => value switch
    {
        ListValue list => list.Minimum == 0 || Ends(list.Item, ends),
        MapValue map => map.Minimum == 0 || Ends(map.Item, ends),
        DefinedValue defined => ends[defined.Definition],
        _ => true,
    };
}
