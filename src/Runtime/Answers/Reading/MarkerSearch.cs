using System;
using System.Collections.Generic;

namespace ModelGen.Answers;

/// <summary>Looks for markers in text that arrives in pieces.</summary>
internal static class MarkerSearch
{
    /// <summary>The first place of a marker in a text; of several at one place the longest.</summary>
    /// <param name="text">The text.</param>
    /// <param name="markers">The markers.</param>
    /// <param name="marker">Which one it is.</param>
    /// <returns>Its index, or −1.</returns>
    public static int Find(string text, IReadOnlyList<string> markers, out string marker)
    {
        int found = -1;
        marker = "";
        for (int index = 0; index < markers.Count; index++)
        {
            int at = text.IndexOf(markers[index], StringComparison.Ordinal);
            if (at >= 0 && (found < 0 || at < found || (at == found && markers[index].Length > marker.Length)))
            {
                found = at;
                marker = markers[index];
            }
        }

        return found;
    }

    /// <summary>How many characters at a text's end may be the beginning of a marker.</summary>
    public static int LengthOfBeginning(string text, IReadOnlyList<string> markers)
    {
        int longest = 0;
        for (int index = 0; index < markers.Count; index++)
        {
            string marker = markers[index];
            for (int length = Math.Min(marker.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(marker.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
