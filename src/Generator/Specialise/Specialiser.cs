using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace ModelGen.Generator.Specialise;

/// <summary>What a K-file becomes: its name, its constants, and how often its repeated lines stand.</summary>
/// <param name="KernelFile">Name of the K-file.</param>
/// <param name="Name">Name of the specialised class.</param>
/// <param name="Width">Vector width.</param>
/// <param name="Constants">New values of the K-file's constants, as C# literals.</param>
/// <param name="Repeats">How many copies the lines with index t0 (or p0, r0, …) become; p follows from the width and is not given.</param>
internal sealed record KernelRequest(
    string KernelFile,
    string Name,
    VectorWidth Width,
    IReadOnlyDictionary<string, string> Constants,
    IReadOnlyDictionary<char, int> Repeats);

/// <summary>
/// Turns K-files into kernels for one shape and one vector width. C# has no templates: this is the whole of ours.
/// </summary>
internal static class Specialiser
{
    // An index is a letter and 0: alone (t0) or as the end of a name (sum_t0, sum_t0_p0).
    private static readonly Regex IndexPattern = new(@"(?<![A-Za-z0-9])([a-z])0(?![A-Za-z0-9])", RegexOptions.CultureInvariant);
    private static readonly Regex IndexConstantPattern = new(@"const int ([a-z])0 = 0;", RegexOptions.CultureInvariant);
    private static readonly Regex ConstantPattern = new(@"^(\s*private const \w+ )(\w+)( = )([^;]+)(;.*)$", RegexOptions.CultureInvariant);

    // What a K-file names by the widest vectors: Vector512, Simd512, and the helpers that are written once for all widths.
    private static readonly Regex WidthPattern = new(
        @"\b(Vector(?=512)|Simd(?=512)|" + string.Join("|", KernelFile.SharedHelpers.Select(name => name + @"\b")) + ")(?:512)?",
        RegexOptions.CultureInvariant);

    /// <summary>Returns the lines of the specialised class.</summary>
    /// <exception cref="ArgumentException">There is no such K-file, or it does not have a constant that the request names.</exception>
    public static IReadOnlyList<string> Specialise(KernelRequest request) => Specialise(KernelFile.Get(request.KernelFile), request);

    /// <summary>Returns the lines of the class that <paramref name="request"/> makes of <paramref name="file"/>.</summary>
    /// <exception cref="ArgumentException">The request names a constant that the K-file does not have.</exception>
    public static IReadOnlyList<string> Specialise(KernelFile file, KernelRequest request)
    {
        var missing = new HashSet<string>(request.Constants.Keys, StringComparer.Ordinal);
        var result = new List<string>();
        foreach (string line in file.Lines)
        {
            string text = SetConstant(line, request.Constants, missing);
            foreach (string copy in Repeat(text, request))
            {
                result.Add(SetWidth(copy, request));
            }
        }

        if (missing.Count != 0)
        {
            throw new ArgumentException($"K-file '{file.Name}' has no constant '{missing.First()}'.", nameof(request));
        }

        return result;
    }

    private static string SetConstant(string line, IReadOnlyDictionary<string, string> constants, HashSet<string> missing)
    {
        Match match = ConstantPattern.Match(line);
        if (!match.Success || !constants.TryGetValue(match.Groups[2].Value, out string value))
        {
            return line;
        }

        missing.Remove(match.Groups[2].Value);
        return match.Groups[1].Value + match.Groups[2].Value + match.Groups[3].Value + value + match.Groups[5].Value;
    }

    /// <summary>A line of code that names indexes stands once for each combination of their values, the last index fastest.</summary>
    private static IEnumerable<string> Repeat(string line, KernelRequest request)
    {
        if (line.TrimStart().StartsWith("//", StringComparison.Ordinal))
        {
            return [line];
        }

        IEnumerable<string> lines = [line];
        foreach (char index in IndexPattern.Matches(line).Cast<Match>().Select(match => match.Groups[1].Value[0]).Distinct())
        {
            int count = index == 'p' ? request.Width.Parts : request.Repeats.TryGetValue(index, out int repeats) ? repeats : 1;
            lines = lines.SelectMany(text => Enumerable.Range(0, count).Select(i => SetIndex(text, index, i))).ToArray();
        }

        return lines;
    }

    private static string SetIndex(string line, char index, int value)
    {
        string number = value.ToString(CultureInfo.InvariantCulture);
        string text = value == 0 ? line : WithoutTrailingComment(line);
        text = IndexConstantPattern.Replace(text, match => match.Groups[1].Value[0] == index ? $"const int {index}0 = {number};" : match.Value);
        return IndexPattern.Replace(text, match => match.Groups[1].Value[0] == index ? index + number : match.Value);
    }

    private static string WithoutTrailingComment(string line)
    {
        int comment = line.IndexOf(" //", StringComparison.Ordinal);
        return comment < 0 ? line : line.Substring(0, comment).TrimEnd();
    }

    private static string SetWidth(string line, KernelRequest request)
    {
        string bits = request.Width.Bits.ToString(CultureInfo.InvariantCulture);
        string text = Regex.Replace(line, $@"\b{request.KernelFile}\b", request.Name);
        return WidthPattern.Replace(text, match => match.Groups[1].Value + bits);
    }
}
