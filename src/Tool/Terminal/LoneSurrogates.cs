using System.Text.RegularExpressions;

namespace ModelGen.Tool.Terminal;

/// <summary>JSON can write halves of surrogate pairs, which System.Text.Json refuses.</summary>
internal static partial class LoneSurrogates
{
    /// <summary>Writes U+FFFD for each escaped surrogate without its pair.</summary>
    public static string Replace(string json) => Escapes().Replace(
        json, match => match.Groups["lone"].Success ? @"\ufffd" : match.Value);

    // In this order: an escaped backslash, a pair, and only then half a pair.
    [GeneratedRegex(@"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})")]
    private static partial Regex Escapes();
}
