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
    IReadOnlyDictionary<char, int> Repeats)
{
    /// <summary>
    /// Whether it becomes a generic class, as products do: the constants of its shape are those of the type argument TShape, and of the lines
    /// with index t0 those count that TRows has rows for. One text serves all shapes and numbers of rows; the JIT and NativeAOT leave out what
    /// does not count.
    /// </summary>
    public bool IsProduct { get; init; }

    /// <summary>
    /// Whether a K-file that has the constant HasDot becomes generic in TDot, which has its value: one text serves processors with dot
    /// products of bytes and those without.
    /// </summary>
    public bool IsForDotLevels { get; init; }
}

/// <summary>
/// Turns K-files into kernels for one shape and one vector width. C# has no templates: this is the whole of ours.
/// </summary>
internal static class Specialiser
{
    private static readonly Regex IndexConstantPattern = new(@"^\s*const int [a-z]0 = 0;$", RegexOptions.CultureInvariant);

    // A constant that becomes one of a type argument: what stands before its type, type, name, what stands behind its value.
    private static readonly Regex ArgumentPattern = new(@"^(\s*private )const (\w+ )(\w+) = [^;]+;(.*)$", RegexOptions.CultureInvariant);

    // A line that declares what it computes, and one that does not.
    private static readonly Regex DeclarationPattern = new(@"^(\s*\w+(?:<\w+>)?\*? \w+ = )(.+);$", RegexOptions.CultureInvariant);
    private static readonly Regex StatementPattern = new(@"^(\s*)(.+)$", RegexOptions.CultureInvariant);

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
            string specialised = file.NamePattern.Replace(SetConstant(line, request.Constants, missing), request.Name);
            IEnumerable<string> lines = Repeat(specialised, line.Indexes, request);
            result.AddRange(request.IsProduct || request.IsForDotLevels ? lines.Select(text => OfArguments(text, file, request)) : lines);
        }

        if (missing.Count != 0)
        {
            throw new ArgumentException($"K-file '{file.Name}' has no constant '{missing.First()}'.", nameof(request));
        }

        return result;
    }

    /// <summary>A line of a generic class, with the constants of its type arguments.</summary>
    private static string OfArguments(string line, KernelFile file, KernelRequest request)
    {
        bool isForDotLevels = request.IsForDotLevels && file.HasDot;
        if (line.StartsWith("internal static unsafe class ", StringComparison.Ordinal))
        {
            string[] arguments = [.. request.IsProduct ? new[] { "TShape", "TRows" } : [], .. isForDotLevels ? new[] { "TDot" } : []];
            return arguments.Length == 0 ? line : $"{line}<{string.Join(", ", arguments)}>{string.Concat(arguments.Select(Constraint))}";
        }

        string? argument = KernelLine.ConstantPattern.Match(line).Groups[2].Value switch
        {
            "Columns" or "InputStride" or "Accumulate" when request.IsProduct => "TShape",
            "PrefetchBytes" when request.IsProduct => "TRows",
            KernelFile.DotConstant when isForDotLevels => "TDot",
            _ => null,
        };
        return argument is null ? line : ArgumentPattern.Replace(line, $"$1static $2$3 => {argument}.$3;$4");
    }

    private static string Constraint(string argument) => argument switch
    {
        "TShape" => "\n    where TShape : struct, IProductShape",
        "TRows" => "\n    where TRows : struct, IProductRows",
        _ => "\n    where TDot : struct, IDotProducts",
    };

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

    /// <summary>
    /// A line of code that names indexes stands once for each combination of their values, the last index fastest. The constants that name
    /// them in the K-file are left out: the lines have the numbers.
    /// </summary>
    private static IEnumerable<string> Repeat(string line, string indexes, KernelRequest request)
    {
        if (indexes.Length > 0 && IndexConstantPattern.IsMatch(line))
        {
            return [];
        }

        IEnumerable<string> lines = [line];
        foreach (char index in indexes)
        {
            bool isOfRow = request.IsProduct && index == 't';
            int count = index == 'p' ? request.Width.Parts : request.Repeats.TryGetValue(index, out int repeats) ? repeats : 1;
            lines = lines.SelectMany(text => Enumerable.Range(0, count).Select(i =>
                isOfRow && i > 0 ? OfRow(SetIndex(text, index, i), i) : SetIndex(text, index, i))).ToArray();
        }

        return lines;
    }

    /// <summary>A line that only counts where there are more rows than <paramref name="row"/>.</summary>
    private static string OfRow(string line, int row)
    {
        if (line.EndsWith(".Zero;", StringComparison.Ordinal))
        {
            return line;
        }

        string condition = $"TRows.Count > {row.ToString(CultureInfo.InvariantCulture)}";
        return DeclarationPattern.IsMatch(line)
            ? DeclarationPattern.Replace(line, $"$1{condition} ? $2 : default;")
            : StatementPattern.Replace(line, $"$1if ({condition}) $2");
    }

    /// <summary>An index by itself becomes its number, at the end of a name it becomes a part of the name: t0 · sum_t0 is 3 · sum_t3.</summary>
    private static string SetIndex(string line, char index, int value)
    {
        string number = value.ToString(CultureInfo.InvariantCulture);
        string text = value == 0 ? line : WithoutTrailingComment(line);
        return KernelLine.IndexPattern.Replace(text, match => match.Groups[1].Value[0] != index ? match.Value
            : match.Index > 0 && text[match.Index - 1] == '_' ? index + number
            : number);
    }

    private static string WithoutTrailingComment(string line)
    {
        int comment = line.IndexOf(" //", StringComparison.Ordinal);
        return comment < 0 ? line : line.Substring(0, comment).TrimEnd();
    }
}
