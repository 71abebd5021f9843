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
    /// Methods that the class has instead of Run, of a K-file of a matrix product; none: Run. The class is then generic: its shape's
    /// constants are those of a type argument.
    /// </summary>
    public IReadOnlyList<KernelRun> Runs { get; init; } = [];
}

/// <summary>A method that Run becomes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Copies of the lines with index t0.</param>
/// <param name="PrefetchBytes">Value of the constant of this name, which the method has instead of the class.</param>
internal sealed record KernelRun(string Name, int Rows, int PrefetchBytes);

/// <summary>
/// Turns K-files into kernels for one shape and one vector width. C# has no templates: this is the whole of ours.
/// </summary>
internal static class Specialiser
{
    private const string RunMethod = "    public static void Run(";

    // Where a method's statements begin: within its unchecked block.
    private const string BodyOfMethod = "        {";

    private static readonly Regex IndexConstantPattern = new(@"^\s*const int [a-z]0 = 0;$", RegexOptions.CultureInvariant);

    /// <summary>Returns the lines of the specialised class.</summary>
    /// <exception cref="ArgumentException">There is no such K-file, or it does not have a constant that the request names.</exception>
    public static IReadOnlyList<string> Specialise(KernelRequest request) => Specialise(KernelFile.Get(request.KernelFile), request);

    /// <summary>Returns the lines of the class that <paramref name="request"/> makes of <paramref name="file"/>.</summary>
    /// <exception cref="ArgumentException">The request names a constant that the K-file does not have.</exception>
    public static IReadOnlyList<string> Specialise(KernelFile file, KernelRequest request)
    {
        IReadOnlyList<KernelLine> lines = file.LinesAt(request.Width);
        return request.Runs.Count > 0 ? SpecialiseProduct(file, lines, request) : Specialise(file, lines, request);
    }

    private static IReadOnlyList<string> Specialise(KernelFile file, IEnumerable<KernelLine> lines, KernelRequest request)
    {
        var missing = new HashSet<string>(request.Constants.Keys, StringComparer.Ordinal);
        var result = new List<string>();
        foreach (KernelLine line in lines)
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

    /// <summary>The class of a product: generic, with a method for each number of rows in place of Run.</summary>
    private static IReadOnlyList<string> SpecialiseProduct(KernelFile file, IReadOnlyList<KernelLine> lines, KernelRequest request)
    {
        int run = IndexOf(lines, 0, line => line.StartsWith(RunMethod, StringComparison.Ordinal));
        int signature = IndexBefore(lines, run, line => line.Length == 0) + 1;
        int attributes = IndexOf(lines, signature, line => line.StartsWith("    [", StringComparison.Ordinal));
        int end = IndexOf(lines, run, line => line == "    }") + 1;
        var result = new List<string>();
        foreach (string line in Specialise(file, lines.Take(signature), request))
        {
            result.AddRange(OfShape(line));
        }

        foreach (KernelRun method in request.Runs)
        {
            // What the parameters mean is said once.
            int first = method == request.Runs[0] ? signature : attributes;
            KernelRequest repeated = request with { Repeats = new Dictionary<char, int> { ['t'] = method.Rows }, Runs = [] };
            foreach (string line in Specialise(file, lines.Skip(first).Take(end - first), repeated))
            {
                result.Add(line.StartsWith(RunMethod, StringComparison.Ordinal) ? line.Replace(" Run(", $" {method.Name}(") : line);
                if (line == BodyOfMethod)
                {
                    result.Add($"            const int PrefetchBytes = {method.PrefetchBytes.ToString(CultureInfo.InvariantCulture)};");
                }
            }

            result.AddRange(method == request.Runs[request.Runs.Count - 1] ? [] : new[] { "" });
        }

        result.AddRange(Specialise(file, lines.Skip(end), request));
        return result;
    }

    /// <summary>A line in front of the methods, with the shape's constants as those of the type argument.</summary>
    private static IEnumerable<string> OfShape(string line)
    {
        Match constant = KernelLine.ConstantPattern.Match(line);
        if (line.StartsWith("internal static unsafe class ", StringComparison.Ordinal))
        {
            return [line + "<TShape>", "    where TShape : struct, IProductShape"];
        }

        return constant.Success ? constant.Groups[2].Value switch
        {
            "PrefetchBytes" => [],
            "Columns" or "InputStride" or "Accumulate" =>
                [$"    private static {(constant.Groups[2].Value == "Accumulate" ? "bool" : "int")} {constant.Groups[2].Value} => TShape.{constant.Groups[2].Value}{constant.Groups[4].Value}"],
            _ => [line],
        } : [line];
    }

    private static int IndexOf(IReadOnlyList<KernelLine> lines, int first, Func<string, bool> isLine)
    {
        int index = first;
        while (!isLine(lines[index].Text))
        {
            index++;
        }

        return index;
    }

    private static int IndexBefore(IReadOnlyList<KernelLine> lines, int last, Func<string, bool> isLine)
    {
        int index = last;
        while (!isLine(lines[index].Text))
        {
            index--;
        }

        return index;
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
            int count = index == 'p' ? request.Width.Parts : request.Repeats.TryGetValue(index, out int repeats) ? repeats : 1;
            lines = lines.SelectMany(text => Enumerable.Range(0, count).Select(i => SetIndex(text, index, i))).ToArray();
        }

        return lines;
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
