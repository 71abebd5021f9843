using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text;

namespace ModelGen.Templates;

/// <summary>The methods of texts that a template may call.</summary>
internal static class TextMethods
{
    /// <summary>A method by its name, or null where texts have none of that name.</summary>
    public static Func<TemplateArguments, TemplateValue>? Find(TemplateText text, string name) => name switch
    {
        "capitalize" => _ => Of(TextCasing.Capitalize(text)),
        "center" => arguments => Of(TextPadding.Center(text, Width(arguments), Fill(arguments))),
        "count" => arguments => Count(text, arguments),
        "endswith" => arguments => Any(text, arguments, (part, end) => part.EndsWith(end, StringComparison.Ordinal)),
        "find" => arguments => Index(text, arguments, fromEnd: false),
        "format" => arguments => Of(BraceFormat.Fill(text, arguments)),
        "index" => arguments => Found(Index(text, arguments, fromEnd: false)),
        "isalnum" => _ => All(text, rune => PythonCharacters.IsAlphabetic(rune) || PythonCharacters.IsNumeric(rune)),
        "isalpha" => _ => All(text, PythonCharacters.IsAlphabetic),
        "isdigit" => _ => All(text, PythonCharacters.IsDigit),
        "islower" => _ => TextCasing.IsLower(text),
        "isspace" => _ => text.Length > 0 && text.Text.All(PythonWhiteSpace.Is),
        "isupper" => _ => TextCasing.IsUpper(text),
        "join" => arguments => Of(Join(text, arguments[0].Defined().Items())),
        "ljust" => arguments => Of(TextPadding.Left(text, Width(arguments), Fill(arguments))),
        "lower" => _ => Of(TextCasing.Lower(text)),
        "lstrip" => arguments => Of(Strip(text, arguments.Find(0), atStart: true, atEnd: false)),
        "partition" => arguments => Partition(text, Argument(arguments, 0), fromEnd: false),
        "removeprefix" => arguments => Of(RemovePrefix(text, Argument(arguments, 0).Text)),
        "removesuffix" => arguments => Of(RemoveSuffix(text, Argument(arguments, 0).Text)),
        "replace" => arguments => Of(Replace(text, Argument(arguments, 0), Argument(arguments, 1), Limit(arguments.Find(2, "count")))),
        "rfind" => arguments => Index(text, arguments, fromEnd: true),
        "rindex" => arguments => Found(Index(text, arguments, fromEnd: true)),
        "rjust" => arguments => Of(TextPadding.Right(text, Width(arguments), Fill(arguments))),
        "rpartition" => arguments => Partition(text, Argument(arguments, 0), fromEnd: true),
        "rsplit" => arguments => Split(text, arguments, fromEnd: true),
        "rstrip" => arguments => Of(Strip(text, arguments.Find(0), atStart: false, atEnd: true)),
        "split" => arguments => Split(text, arguments, fromEnd: false),
        "splitlines" => arguments => TemplateValue.OfList(TextLines.Split(text, arguments.Find(0, "keepends").IsTruthy).Select(Of)),
        "startswith" => arguments => Any(text, arguments, (part, start) => part.StartsWith(start, StringComparison.Ordinal)),
        "strip" => arguments => Of(Strip(text, arguments.Find(0), atStart: true, atEnd: true)),
        "swapcase" => _ => Of(TextCasing.Swap(text)),
        "title" => _ => Of(TextCasing.Title(text)),
        "upper" => _ => Of(TextCasing.Upper(text)),
        "zfill" => arguments => Of(TextPadding.Zeros(text, Width(arguments))),
        _ => null,
    };

    /// <summary>str.strip: takes white space, or the characters of a text, from the ends.</summary>
    public static TemplateText Strip(TemplateText text, TemplateValue characters, bool atStart, bool atEnd)
    {
        Func<TemplateText, bool> isTaken = !characters.IsGiven || characters.IsNone
            ? static character => PythonWhiteSpace.Is(character.Text[0])
            : Characters(characters);
        int start = 0;
        int end = text.CharacterCount;
        while (atStart && start < end && isTaken(text.Character(start)))
        {
            start++;
        }

        while (atEnd && end > start && isTaken(text.Character(end - 1)))
        {
            end--;
        }

        return text.Characters(start, end);
    }

    /// <summary>str.replace: the first occurrences from the left.</summary>
    public static TemplateText Replace(TemplateText text, TemplateText old, TemplateText replacement, int limit)
    {
        TemplateTextBuilder replaced = new();
        int position = 0;
        if (old.Length == 0)
        {
            // In front of each character, and at the end.
            for (int i = 0; i <= text.CharacterCount; i++)
            {
                if (i < limit)
                {
                    replaced.Append(replacement);
                }

                replaced.Append(i < text.CharacterCount ? text.Character(i) : TemplateText.Empty);
            }

            return replaced.ToText();
        }

        for (int count = 0; count < limit; count++)
        {
            int found = text.Text.IndexOf(old.Text, position, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            replaced.Append(text, position, found).Append(replacement);
            position = found + old.Length;
        }

        return replaced.Append(text, position, text.Length).ToText();
    }

    /// <summary>str.join.</summary>
    public static TemplateText Join(TemplateText separator, IEnumerable<TemplateValue> items)
    {
        TemplateTextBuilder joined = new();
        int index = 0;
        foreach (TemplateValue item in items)
        {
            joined.Append(index == 0 ? TemplateText.Empty : separator);
            joined.Append(item.Text ?? throw new ChatTemplateException($"sequence item {index}: expected str instance, {item.TypeName} found"));
            index++;
        }

        return joined.ToText();
    }

    /// <summary>How often something is done at most; without a number, or with a negative one, as often as can be.</summary>
    public static int Limit(TemplateValue count) => count switch
    {
        { IsGiven: false } or { IsNone: true } => int.MaxValue,
        _ => count.ToInteger() is var limit && (limit < 0 || limit > int.MaxValue) ? int.MaxValue : (int)limit,
    };

    private static TemplateValue Of(TemplateText text) => TemplateValue.Of(text);

    private static Func<TemplateText, bool> Characters(TemplateValue characters)
    {
        TemplateText set = characters.Text ?? throw new ChatTemplateException("strip arg must be None or str");
        HashSet<string> taken = [.. set.Characters().Select(character => character.Text)];
        return character => taken.Contains(character.Text);
    }

    private static TemplateText Argument(TemplateArguments arguments, int index) => !arguments.Has(index)
        ? throw new ChatTemplateException($"a method of texts takes at least {index + 1} argument(s)")
        : arguments[index].Defined().Text ?? throw new ChatTemplateException($"must be str, not {arguments[index].TypeName}");

    private static int Width(TemplateArguments arguments) => (int)BigInteger.Min(
        TextPadding.MaxWidth,
        BigInteger.Max(0, arguments[0].ToInteger()));

    private static string Fill(TemplateArguments arguments) => !arguments.Has(1) ? " " : Argument(arguments, 1) is { CharacterCount: 1 } fill
        ? fill.Text
        : throw new ChatTemplateException("The fill character must be exactly one character long");

    // One text, or a tuple of which one is enough.
    private static TemplateValue Any(TemplateText text, TemplateArguments arguments, Func<string, string, bool> matches)
    {
        string[] several = arguments[0].AsList is { IsTuple: true } tuple
            ? [.. tuple.Items.Select(item => item.Text?.Text ?? throw new ChatTemplateException($"tuple must only contain str, not {item.TypeName}"))]
            : [Argument(arguments, 0).Text];
        return Within(text, arguments) is (TemplateText part, _) && Array.Exists(several, one => matches(part.Text, one));
    }

    private static TemplateValue All(TemplateText text, Func<Rune, bool> matches) => text.Length > 0 && text.Text.EnumerateRunes().All(matches);

    // What stands between the two indices behind a method's first argument, and where it starts; null where the first is behind the second.
    private static (TemplateText Part, int Start)? Within(TemplateText text, TemplateArguments arguments)
    {
        BigInteger count = text.CharacterCount;
        BigInteger start = Place(TemplateValue.Bound(arguments.Find(1)) ?? 0);
        BigInteger end = BigInteger.Min(Place(TemplateValue.Bound(arguments.Find(2)) ?? count), count);
        return start <= end ? (text.Characters((int)start, (int)end), (int)start) : null;

        BigInteger Place(BigInteger index) => BigInteger.Max(0, index < 0 ? index + count : index);
    }

    private static TemplateValue Count(TemplateText text, TemplateArguments arguments)
    {
        TemplateText part = Argument(arguments, 0);
        if (Within(text, arguments) is not (TemplateText range, _))
        {
            return 0;
        }

        if (part.Length == 0)
        {
            return range.CharacterCount + 1;
        }

        int count = 0;
        for (int found = range.Text.IndexOf(part.Text, StringComparison.Ordinal); found >= 0; count++)
        {
            found = range.Text.IndexOf(part.Text, found + part.Length, StringComparison.Ordinal);
        }

        return count;
    }

    private static TemplateValue Index(TemplateText text, TemplateArguments arguments, bool fromEnd)
    {
        string part = Argument(arguments, 0).Text;
        if (Within(text, arguments) is not (TemplateText range, int start))
        {
            return -1;
        }

        int found = fromEnd ? range.Text.LastIndexOf(part, StringComparison.Ordinal) : range.Text.IndexOf(part, StringComparison.Ordinal);
        return found < 0 ? -1 : range.CharacterAt(found) + start;
    }

    private static TemplateValue Found(TemplateValue index) => index.Integer >= 0 ? index : throw new ChatTemplateException("substring not found");

    private static TemplateText RemovePrefix(TemplateText text, string prefix) =>
        text.Text.StartsWith(prefix, StringComparison.Ordinal) ? text.Slice(prefix.Length, text.Length) : text;

    private static TemplateText RemoveSuffix(TemplateText text, string suffix) =>
        text.Text.EndsWith(suffix, StringComparison.Ordinal) ? text.Slice(0, text.Length - suffix.Length) : text;

    private static TemplateValue Partition(TemplateText text, TemplateText separator, bool fromEnd)
    {
        if (separator.Length == 0)
        {
            throw new ChatTemplateException("empty separator");
        }

        int found = fromEnd
            ? text.Text.LastIndexOf(separator.Text, StringComparison.Ordinal)
            : text.Text.IndexOf(separator.Text, StringComparison.Ordinal);
        TemplateValue empty = "";
        return found < 0
            ? fromEnd ? TemplateValue.Tuple(empty, empty, Of(text)) : TemplateValue.Tuple(Of(text), empty, empty)
            : TemplateValue.Tuple(Of(text.Slice(0, found)), Of(separator), Of(text.Slice(found + separator.Length, text.Length)));
    }

    private static string Separator(TemplateValue separator) =>
        separator.Text?.Text ?? throw new ChatTemplateException($"must be str or None, not {separator.TypeName}");

    private static TemplateValue Split(TemplateText text, TemplateArguments arguments, bool fromEnd)
    {
        TemplateValue separator = arguments.Find(0, "sep");
        int limit = Limit(arguments.Find(1, "maxsplit"));
        IEnumerable<TemplateText> parts = !separator.IsGiven || separator.IsNone
            ? TextLines.SplitWords(text, limit, fromEnd)
            : TextLines.SplitAt(text, Separator(separator), limit, fromEnd);
        return TemplateValue.OfList(parts.Select(Of));
    }
}
