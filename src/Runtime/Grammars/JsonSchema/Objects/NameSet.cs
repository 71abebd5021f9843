using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Characters;

namespace ModelGen.Grammars.JsonSchema.Objects;

/// <summary>A set of names of members: some names and those of some patterns, or all the others.</summary>
internal sealed class NameSet : IEquatable<NameSet>
{
    // Names of a pattern that has no more than this are names each by itself.
    private const int MostNames = 16;

    // The names again, where they are many.
    private readonly HashSet<string>? _index;

    private NameSet(IReadOnlyList<string> names, IReadOnlyList<CharacterAutomaton> patterns, bool isComplement)
    {
        _index = names.Count > MostNames ? [.. names] : null;
        Names = names;
        Patterns = patterns;
        IsComplement = isComplement;
    }

    public static NameSet None { get; } = new([], [], false);

    public static NameSet All { get; } = new([], [], true);

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<CharacterAutomaton> Patterns { get; }

    /// <summary>Whether it has all but the names and those of the patterns.</summary>
    public bool IsComplement { get; }

    /// <summary>The only name; null where there are more, or none.</summary>
    public string? Single => !IsComplement && Patterns.Count == 0 && Names.Count == 1 ? Names[0] : null;

    public bool IsNone => !IsComplement && Patterns.Count == 0 && Names.Count == 0;

    public static NameSet Of(string name) => new([name], [], false);

    /// <summary>Some names.</summary>
    public static NameSet Of(IEnumerable<string> names) => new([.. names.Distinct()], [], false);

    /// <summary>The names that an automaton accepts.</summary>
    public static NameSet Of(CharacterAutomaton pattern) =>
        pattern.IsAll ? All
        : pattern.TryList(MostNames) is IReadOnlyList<string> names ? new(names, [], false)
        : new([], [pattern], false);

    public static NameSet operator ~(NameSet set) => new(set.Names, set.Patterns, !set.IsComplement);

    /// <summary>The names of either.</summary>
    public static NameSet operator |(NameSet left, NameSet right)
    {
        if (left.IsNone || right.IsNone)
        {
            return left.IsNone ? right : left;
        }

        if (!left.IsComplement && !right.IsComplement)
        {
            return new NameSet([.. left.Names.Union(right.Names)], [.. left.Patterns.Union(right.Patterns)], false);
        }

        if (left.Patterns.Count == 0 && right.Patterns.Count == 0)
        {
            // What is in neither is a part of what one of them leaves out.
            NameSet complement = left.IsComplement ? left : right;
            NameSet other = left.IsComplement ? right : left;
            return new NameSet([.. complement.Names.Where(name => !other.Contains(name))], [], true);
        }

        return Of(left.ToAutomaton() | right.ToAutomaton());
    }

    public bool Contains(string name) =>
        ((_index?.Contains(name) ?? Names.Contains(name)) || Patterns.Any(pattern => pattern.Accepts(name))) != IsComplement;

    /// <summary>Whether it surely has all names of another set.</summary>
    public bool Covers(NameSet other)
    {
        if (!other.IsComplement && other.Patterns.Count == 0)
        {
            return other.Names.All(Contains);
        }

        return IsComplement == other.IsComplement
            ? IsComplement ? (~other).CoversListed(~this) : CoversListed(other)
            : IsComplement && Names.Count == 0 && Patterns.Count == 0;
    }

    public CharacterAutomaton ToAutomaton()
    {
        CharacterAutomaton names = Patterns.Aggregate(CharacterAutomaton.Of(Names), (all, pattern) => all | pattern);
        return IsComplement ? ~names : names;
    }

    public bool Equals(NameSet? other) => other is not null
        && IsComplement == other.IsComplement && Names.SequenceEqual(other.Names) && Patterns.SequenceEqual(other.Patterns);

    public override bool Equals(object? obj) => Equals(obj as NameSet);

    public override int GetHashCode() =>
        Names.Aggregate(HashCode.Combine(IsComplement, Patterns.Count), (hash, name) => HashCode.Combine(hash, name));

    private bool CoversListed(NameSet other) => other.Names.All(Contains) && other.Patterns.All(Patterns.Contains);
}
