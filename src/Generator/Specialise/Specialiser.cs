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
    private static readonly Regex IndexConstantPattern = new(@"const int ([a-z])0 = 0;", RegexOptions.CultureInvariant);

    /// <summary>Returns the lines of the specialised class.</summary>
    /// <exception cref="ArgumentException">There is no such K-file, or it does not have a constant that the request names.</exception>
    public static IReadOnlyList<string> Specialise(KernelRequest request) => Specialise(KernelFile.Get(request.KernelFile), request);

    /// <summary>Returns the lines of the class that <paramref name="request"/> makes of <paramref name="file"/>.</summary>
    /// <exception cref="ArgumentException">The request names a constant that the K-file does not have.</exception>
    public static IReadOnlyList<string> Specialise(KernelFile file, KernelRequest request)
    {
        var missing = new HashSet<string>(request.Constants.Keys, StringComparer.Ordinal);
        var result = new List<string>();
        foreach (KernelLine line in file.LinesAt(request.Width))
        {
            string text = file.NamePattern.Replace(SetConstant(line, request.Constants, missing), request.Name);
            result.AddRange(Repeat(text, line.Indexes, request));
        }

        if (missing.Count != 0)
        {
            throw new ArgumentException($"K-file '{file.Name}' has no constant '{missing.First()}'.", nameof(request));
        }

        return result;
    }

    private static string SetConstant(KernelLine line, IReadOnlyDictionary<string, string> constants, HashSet<string> missing)
    {
        if (line.Constant is null || !constants.TryGetValue(line.Constant, out string value))
        {
            return line.Text;
        }

        missing.Remove(line.Constant);
        Match match = KernelLine.ConstantPattern.Match(line.Text);
        return match.Groups[1].Value + value + match.Groups[4].Value;
    }

    /// <summary>A line of code that names indexes stands once for each combination of their values, the last index fastest.</summary>
    private static IEnumerable<string> Repeat(string line, string indexes, KernelRequest request)
    {
        IEnumerable<string> lines = [line];
        foreach (char index in indexes)
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
        return KernelLine.IndexPattern.Replace(text, match => match.Groups[1].Value[0] == index ? index + number : match.Value);
    }

    private static string WithoutTrailingComment(string line)
    {
        int comment = line.IndexOf(" //", StringComparison.Ordinal);
        return comment < 0 ? line : line.Substring(0, comment).TrimEnd();
    }
}
