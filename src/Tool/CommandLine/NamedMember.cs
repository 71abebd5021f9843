using System;
using System.CommandLine.Parsing;
using System.Linq;

namespace ModelGen.Tool.CommandLine;

/// <summary>Members of an enumeration as values of an option.</summary>
internal static class NamedMember
{
    /// <summary>The member of the name that was given, in upper or lower case; by name alone, for Enum.TryParse takes any number too.</summary>
    public static T Parse<T>(ArgumentResult result)
        where T : struct, Enum
    {
        string text = result.Tokens[0].Value;
        T[] members = [.. Enum.GetValues<T>().Where(member => string.Equals(member.ToString(), text, StringComparison.OrdinalIgnoreCase))];
        if (members.Length == 1)
        {
            return members[0];
        }

        string option = ((OptionResult)result.Parent!).Option.Name;
        result.AddError($"{option} is one of {string.Join(", ", Enum.GetNames<T>())}, not '{text}'.");
        return default;
    }
}
