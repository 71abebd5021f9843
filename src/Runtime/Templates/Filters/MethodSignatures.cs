using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ModelGen.Templates;

/// <summary>How many arguments Python's methods take, and which of them by name.</summary>
internal static class MethodSignatures
{
    public const string OfTexts = "str";
    public const string OfLists = "list";
    public const string OfDictionaries = "dict";

    // The fewest and the most arguments by their places, and names of arguments; * for any number, and for any names.
    private static readonly Dictionary<string, string[]> Signatures = new[]
    {
        "str capitalize 0 0", "str center 1 2", "str count 1 3", "str endswith 1 3", "str find 1 3", "str format 0 * *", "str index 1 3", "str isalnum 0 0",
        "str isalpha 0 0", "str isdigit 0 0", "str islower 0 0", "str isspace 0 0", "str isupper 0 0", "str join 1 1", "str ljust 1 2", "str lower 0 0",
        "str lstrip 0 1", "str partition 1 1", "str removeprefix 1 1", "str removesuffix 1 1", "str replace 2 3 count", "str rfind 1 3", "str rindex 1 3",
        "str rjust 1 2", "str rpartition 1 1", "str rsplit 0 2 sep maxsplit", "str rstrip 0 1", "str split 0 2 sep maxsplit", "str splitlines 0 1 keepends",
        "str startswith 1 3", "str strip 0 1", "str swapcase 0 0", "str title 0 0", "str upper 0 0", "str zfill 1 1",
        "list count 1 1", "list index 1 1", "list copy 0 0",
        "dict copy 0 0", "dict get 1 2", "dict items 0 0", "dict keys 0 0", "dict values 0 0",
    }.Select(row => row.Split(' ')).ToDictionary(words => words[0] + " " + words[1], words => words[2..], StringComparer.Ordinal);

    /// <summary>Refuses arguments that a method does not take.</summary>
    /// <param name="type">Python's type.</param>
    /// <param name="name">The method.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <exception cref="ChatTemplateException">There are too few or too many, or one of a name that the method does not know.</exception>
    public static void Check(string type, string name, TemplateArguments arguments)
    {
        // Methods that would change what they belong to refuse whatever they get.
        if (!Signatures.TryGetValue(type + " " + name, out string[]? signature))
        {
            return;
        }

        bool takesMore = signature[1] != "*" && arguments.Count > int.Parse(signature[1], CultureInfo.InvariantCulture);
        if (takesMore || arguments.Count < int.Parse(signature[0], CultureInfo.InvariantCulture))
        {
            throw new ChatTemplateException($"{type}.{name}() cannot be called with {arguments.Count} argument(s)");
        }

        string[] names = signature[2..];
        foreach ((string argument, _) in arguments.Named)
        {
            // An argument by its name may not be given by its place too; the names are those of the last places.
            int place = Array.IndexOf(names, argument);
            if (!names.Contains("*") && (place < 0 || place < arguments.Count - (int.Parse(signature[1], CultureInfo.InvariantCulture) - names.Length)))
            {
                throw new ChatTemplateException($"{type}.{name}() takes no keyword argument '{argument}' here");
            }
        }
    }
}
