using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Characters;

namespace ModelGen.Grammars.JsonSchema.Objects;

/// <summary>Names that no set of a shape tells apart: one name that a set lists, or others, an automaton's.</summary>
internal sealed class NameClass
{
    private readonly HashSet<CharacterAutomaton> _patterns;

    private NameClass(string? name, CharacterAutomaton? others, HashSet<CharacterAutomaton> patterns)
    {
        Name = name;
        Others = others;
        _patterns = patterns;
    }

    /// <summary>The name, where it is one.</summary>
    public string? Name { get; }

    /// <summary>The names, where they are more; null where they are all that are not listed.</summary>
    public CharacterAutomaton? Others { get; }

    /// <summary>Whether a set has the names of the class.</summary>
    public bool IsIn(NameSet set) => Name is not null
        ? set.Contains(Name)
        : set.Patterns.Any(_patterns.Contains) != set.IsComplement;

    /// <summary>The classes that some sets make, none of them empty.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="listed">The names that have a class of their own.</param>
    public static List<NameClass> Of(IReadOnlyCollection<NameSet> sets, out List<string> listed)
    {
        listed = [.. sets.SelectMany(set => set.Names).Distinct()];
        List<NameClass> classes = [.. listed.Select(name => new NameClass(name, null, []))];
        CharacterAutomaton[] patterns = [.. sets.SelectMany(set => set.Patterns).Distinct()];
        if (patterns.Length == 0)
        {
            classes.Add(new NameClass(null, null, []));
            return classes;
        }

        List<NameClass> others = [new NameClass(null, ~CharacterAutomaton.Of(listed), [])];
        foreach (CharacterAutomaton pattern in patterns)
        {
            List<NameClass> split = [];
            foreach (NameClass some in others)
            {
                CharacterAutomaton within = some.Others! & pattern;
                CharacterAutomaton without = some.Others! - pattern;
                if (!within.IsEmpty)
                {
                    split.Add(new NameClass(null, within, [.. some._patterns, pattern]));
                }

                if (!without.IsEmpty)
                {
                    split.Add(new NameClass(null, without, some._patterns));
                }
            }

            others = split;
        }

        classes.AddRange(others);
        return classes;
    }
}
