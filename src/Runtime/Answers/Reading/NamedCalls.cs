using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ModelGen.Answers;

/// <summary>Reads calls that are the tool's name, something behind it, and the arguments as JSON.</summary>
internal static class NamedCalls
{
    /// <summary>
    /// The texts behind each opening. A text within the arguments may have the opening in it: where what follows it has no
    /// <paramref name="within"/> before the next opening, both are one.
    /// </summary>
    public static IEnumerable<string> Split(string text, string opening, string within)
    {
        string call = "";
        foreach (string part in text.Split(opening))
        {
            if (call.Length == 0)
            {
                call = part;
            }
            else if (part.Contains(within, StringComparison.Ordinal) && IsWhole(call, within))
            {
                yield return call;
                call = part;
            }
            else
            {
                call += opening + part;
            }
        }

        if (call.Trim().Length > 0)
        {
            yield return call;
        }
    }

    /// <summary>Reads calls of a form that has a text in front of the name, between name and arguments, and behind the arguments.</summary>
    /// <param name="text">The calls.</param>
    /// <param name="opening">What stands in front of each call.</param>
    /// <param name="separator">What stands between name and arguments.</param>
    /// <param name="closing">What stands behind each call.</param>
    /// <param name="nameOf">The tool's name and the call's id, of what stands between opening and separator.</param>
    /// <param name="calls">Takes the calls; as it was where the text is none.</param>
    public static bool TryRead(
        string text, string opening, string separator, string closing, Func<string, (string Name, string? Id)> nameOf, List<ChatToolCall> calls)
    {
        List<ChatToolCall> read = [];
        int position = text.IndexOf(opening, StringComparison.Ordinal);
        while (position >= 0)
        {
            int head = position + opening.Length;
            int body = text.IndexOf(separator, head, StringComparison.Ordinal);
            if (body < 0)
            {
                return false;
            }

            (string name, string? id) = nameOf(text[head..body]);
            body += separator.Length;
            JsonObject? arguments = null;
            int end = body;

            // A text within the arguments may have the closing in it.
            while (arguments is null)
            {
                end = text.IndexOf(closing, end, StringComparison.Ordinal);
                if (end < 0)
                {
                    return false;
                }

                arguments = JsonCalls.TryReadArguments(text[body..end]);
                end += closing.Length;
            }

            read.Add(new ChatToolCall(name, arguments, id));
            position = text.IndexOf(opening, end, StringComparison.Ordinal);
        }

        calls.AddRange(read);
        return read.Count > 0;
    }

    private static bool IsWhole(string call, string within)
    {
        int separator = call.IndexOf(within, StringComparison.Ordinal);
        return separator >= 0 && JsonCalls.TryReadArguments(call[(separator + within.Length)..]) is not null;
    }
}
