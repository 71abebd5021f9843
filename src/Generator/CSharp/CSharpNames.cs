using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Generator.CSharp;

/// <summary>Names of C# for names from outside.</summary>
internal static class CSharpNames
{
    /// <summary>The parameter of a method of the runtime: sort_keys is sortKeys.</summary>
    public static string Parameter(string name)
    {
        string[] words = name.Split('_');
        string camel = words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)));
        return Escaped(camel);
    }

    /// <summary>The start of a class's name: tool_use is ToolUse.</summary>
    public static string Class(string name) => string.Concat(name
        .Split('_', '-', '.', ' ')
        .Where(word => word.Length > 0)
        .Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)));

    /// <summary>A name that is not taken yet, as near to the template's as can be.</summary>
    /// <param name="name">The template's name.</param>
    /// <param name="other">What stands in for a name that is not ASCII, or that C# could not spell.</param>
    /// <param name="taken">Names that are taken; the result is added.</param>
    public static string Unique(string name, string other, ISet<string> taken)
    {
        string stem = SyntaxFacts.IsValidIdentifier(name) && name.All(character => character < '\u0080') ? name : other;
        string unique = stem;
        for (int number = 2; !taken.Add(unique); number++)
        {
            unique = FormattableString.Invariant($"{stem}_{number}");
        }

        return Escaped(unique);
    }

    /// <summary>A type's name: with @ also where it is a word that is a keyword at some places only, such as record.</summary>
    public static string EscapedType(string name) => SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? Escaped(name) : "@" + name;

    /// <summary>A name, with @ in front where it is a keyword.</summary>
    public static string Escaped(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
