using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace ModelGen.Generator.Specialise;

/// <summary>A line of a K-file with what the Specialiser asks of it, found out once: a build specialises a file some twenty times.</summary>
/// <param name="Text">The line.</param>
/// <param name="Indexes">The indexes that it names, each once, in the order in which it names them: "tp". A comment has none.</param>
/// <param name="Constant">The constant that it declares, or null.</param>
internal sealed record KernelLine(string Text, string Indexes, string? Constant)
{
    /// <summary>An index is a letter and 0: alone (t0) or as the end of a name (sum_t0, sum_t0_p0).</summary>
    public static readonly Regex IndexPattern = new(@"(?<![A-Za-z0-9])([a-z])0(?![A-Za-z0-9])", RegexOptions.CultureInvariant);

    /// <summary>The declaration of a constant: head, with its type and name within, value and tail.</summary>
    public static readonly Regex ConstantPattern = new(
        @"^(?<head>\s*private const (?<type>\w+) (?<name>\w+) = )(?<value>[^;]+)(?<tail>;.*)$", RegexOptions.CultureInvariant);

    public static KernelLine Parse(string text)
    {
        bool isComment = text.TrimStart().StartsWith("//", StringComparison.Ordinal);
        string indexes = isComment ? "" : string.Concat(IndexPattern.Matches(text).Cast<Match>().Select(match => match.Groups[1].Value).Distinct());
        Match constant = ConstantPattern.Match(text);
        return new KernelLine(text, indexes, constant.Success ? constant.Groups["name"].Value : null);
    }
}
