using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema;

/// <summary>Says where a schema that no value fulfils asks for what there is not.</summary>
internal static class Unfulfillable
{
    /// <summary>The error of a schema without values.</summary>
    /// <param name="grammar">The schema's grammar.</param>
    public static GrammarException Error(SchemaGrammar grammar)
    {
        // From part to part that every value must have and that has no value itself.
        SchemaState place = grammar.Root;
        HashSet<SchemaState> seen = [];
        while (seen.Add(place))
        {
            if (RequiredParts(place).FirstOrDefault(part => !HasValue(grammar, part)) is not SchemaState part)
            {
                return new GrammarException(
                    $"{place.Place} has no value: the schema there is false, or what it asks for excludes each other; mend it.");
            }

            place = part;
        }

        return new GrammarException(
            $"{place.Place} has no value that comes to an end: values in it need others of the same kind, and those again; allow one that "
            + "needs none, such as null or an empty array.");
    }

    // Schemas that hold of each value, or of something in each array or object.
    private static IEnumerable<SchemaState> RequiredParts(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        IEnumerable<SchemaNode> parts = keywords.AllOf;
        if (keywords.Types == JsonTypes.Object)
        {
            parts = parts.Concat(keywords.Properties.Where(property => keywords.Required.Contains(property.Key)).Select(property => property.Value));
        }

        if (keywords.Types == JsonTypes.Array)
        {
            int count = keywords.MinItems ?? 0;
            parts = parts.Concat(keywords.PrefixItems.Take(count));
            if (keywords.Items is SchemaNode items && count > keywords.PrefixItems.Count)
            {
                parts = parts.Append(items);
            }

            if (keywords.Contains is SchemaNode contains && keywords.MinContains is not 0)
            {
                parts = parts.Append(contains);
            }
        }

        return state.References().Concat(state.Children(parts));
    }

    // A part that cannot be kept is not one that has no value.
    private static bool HasValue(SchemaGrammar grammar, SchemaState part)
    {
        try
        {
            return grammar.HasValue(part);
        }
        catch (GrammarException)
        {
            return true;
        }
    }
}
