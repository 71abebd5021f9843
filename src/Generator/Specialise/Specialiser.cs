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
    /// Whether it is a product: the constants of its shape are those of the type argument TShape, and of the lines with index t0 those count
    /// that TRows has rows for. One text serves all shapes and numbers of rows; the JIT and NativeAOT leave out what does not count.
    /// </summary>
    public bool IsProduct { get; init; }

    /// <summary>
    /// How often the lines with an index stand for each of several kernels that share the text; none: all as <see cref="Repeats"/> says. Lines that
    /// not all of them have count where those are of the type argument TTile.
    /// </summary>
    public IReadOnlyList<IReadOnlyDictionary<char, int>> Tiles { get; init; } = [];

    /// <summary>The type argument whose constants kernels of another kind differ in; null: its constants are all numbers.</summary>
    public TypeArgument? Shape { get; init; }

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

    private static readonly Regex NamePattern = new(@"[A-Za-z_]\w*", RegexOptions.CultureInvariant);

    // A line that declares what it computes, and one that does not.
    private static readonly Regex DeclarationPattern = new(@"^(\s*\w+(?:<\w+>)?\*? \w+ = )(.+);$", RegexOptions.CultureInvariant);
    private static readonly Regex StatementPattern = new(@"^(\s*)(.+)$", RegexOptions.CultureInvariant);

    // A line that changes a name where a constant is true, and the declaration of such a constant.
    private static readonly Regex ChoicePattern = new(@"^\s*(\w+) = (?<flag>[A-Z]\w*) \? .+ : \1;$", RegexOptions.CultureInvariant);
    private static readonly Regex FalsePattern = new(@"^\s*private const bool (?<flag>\w+) = false;", RegexOptions.CultureInvariant);

    /// <summary>Returns the lines of the specialised class.</summary>
    /// <exception cref="ArgumentException">There is no such K-file, or it does not have a constant that the request names.</exception>
    public static IReadOnlyList<string> Specialise(KernelRequest request) => Specialise(KernelFile.Get(request.KernelFile), request);

    /// <summary>Returns the lines of the class that <paramref name="request"/> makes of <paramref name="file"/>.</summary>
    /// <exception cref="ArgumentException">The request names a constant that the K-file does not have.</exception>
    public static IReadOnlyList<string> Specialise(KernelFile file, KernelRequest request)
    {
        var missing = new HashSet<string>(request.Constants.Keys, StringComparer.Ordinal);
        TypeArgument[] arguments = ArgumentsOf(file, request);
        var properties = new HashSet<string>(StringComparer.Ordinal);
        var result = new List<string>();
        foreach (KernelLine line in file.LinesAt(request.Width).Where(line => !IsIdle(line.Text, request.Constants)))
        {
            string specialised = file.NamePattern.Replace(SetConstant(line, request.Constants, missing), request.Name);
            result.AddRange(Repeat(arguments.Length == 0 ? specialised : OfArguments(specialised, arguments, properties), line.Indexes, request));
        }

        if (missing.Count != 0)
        {
            throw new ArgumentException($"K-file '{file.Name}' has no constant '{missing.First()}'.", nameof(request));
        }

        return [.. result.Where(line => !IsUnread(line, result, request.Constants))];
    }

    /// <summary>Whether a line would leave all as it is, because the request says so.</summary>
    private static bool IsIdle(string line, IReadOnlyDictionary<string, string> constants) =>
        ChoicePattern.Match(line) is { Success: true } choice && constants.TryGetValue(choice.Groups["flag"].Value, out string value) && value == "false";

    /// <summary>Whether a line declares a constant of the request that no line reads any more.</summary>
    private static bool IsUnread(string line, List<string> lines, IReadOnlyDictionary<string, string> constants) =>
        FalsePattern.Match(line) is { Success: true } declaration
        && constants.ContainsKey(declaration.Groups["flag"].Value)
        && !lines.Any(other => other != line && NamePattern.Matches(other).Cast<Match>().Any(match => match.Value == declaration.Groups["flag"].Value));

    private static TypeArgument[] ArgumentsOf(KernelFile file, KernelRequest request) =>
    [
        .. request.IsProduct ? new[] { TypeArgument.ProductShape, TypeArgument.ProductRows } : [],
        .. request.Shape is TypeArgument shape ? new[] { shape } : [],
        .. request.Tiles.Count > 0 ? new[] { TypeArgument.Tile } : [],
        .. request.IsForDotLevels && file.HasDot ? new[] { TypeArgument.Dot } : [],
    ];

    /// <summary>
    /// A line of a generic class. Constants of its type arguments, and those that follow from them, are properties, which the JIT and NativeAOT
    /// know the values of.
    /// </summary>
    private static string OfArguments(string line, TypeArgument[] arguments, HashSet<string> properties)
    {
        if (line.StartsWith("internal static unsafe class ", StringComparison.Ordinal))
        {
            string names = string.Join(", ", arguments.Select(argument => argument.Name));
            return $"{line}<{names}>{string.Concat(arguments.Select(argument => $"\n    where {argument.Name} : struct, {argument.Interface}"))}";
        }

        Match constant = KernelLine.ConstantPattern.Match(line);
        if (!constant.Success)
        {
            return line;
        }

        string name = constant.Groups["name"].Value;
        string value = constant.Groups["value"].Value;
        TypeArgument? argument = arguments.FirstOrDefault(candidate => candidate.Constants.Contains(name));
        if (argument is null && !NamePattern.Matches(value).Cast<Match>().Any(match => properties.Contains(match.Value)))
        {
            return line;
        }

        properties.Add(name);
        string given = argument is null ? $"unchecked({value})" : $"{argument.Name}.{name}";
        return $"    private static {constant.Groups["type"].Value} {name} => {given}{constant.Groups["tail"].Value}";
    }

    private static string SetConstant(KernelLine line, IReadOnlyDictionary<string, string> constants, HashSet<string> missing)
    {
        if (line.Constant is null || !constants.TryGetValue(line.Constant, out string value))
        {
            return line.Text;
        }

        missing.Remove(line.Constant);
        Match match = KernelLine.ConstantPattern.Match(line.Text);
        return match.Groups["head"].Value + value + match.Groups["tail"].Value;
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

        IEnumerable<(string Text, string Values)> lines = [(line, "")];
        foreach (char index in indexes)
        {
            int count = index == 'p' ? request.Width.Parts
                : request.Tiles.Count > 0 ? request.Tiles.Max(tile => CountOf(tile, index))
                : CountOf(request.Repeats, index);
            lines = lines.SelectMany(pair => Enumerable.Range(0, count).Select(i => (SetIndex(pair.Text, index, i), pair.Values + (char)i))).ToArray();
        }

        return lines.Where(pair => request.Tiles.Count == 0 || request.Tiles.Any(tile => IsOf(tile, indexes, pair.Values)))
            .Select(pair => Guard(pair.Text, string.Join(" && ", ConditionsOf(indexes, pair.Values, request))));
    }

    private static int CountOf(IReadOnlyDictionary<char, int> repeats, char index) => repeats.TryGetValue(index, out int count) ? count : 1;

    private static bool IsOf(IReadOnlyDictionary<char, int> tile, string indexes, string values) =>
        indexes.Zip(values, (index, value) => index == 'p' || value < CountOf(tile, index)).All(isOf => isOf);

    /// <summary>When a line counts, whose indexes have these values.</summary>
    private static IEnumerable<string> ConditionsOf(string indexes, string values, KernelRequest request)
    {
        foreach ((char index, int value) in indexes.Zip(values, (index, value) => (index, (int)value)))
        {
            string number = value.ToString(CultureInfo.InvariantCulture);
            if (request.IsProduct && index == 't' && value > 0)
            {
                yield return $"TRows.Count > {number}";
            }
            else if (request.Tiles.Count > 0 && index != 'p' && value >= request.Tiles.Min(tile => CountOf(tile, index)))
            {
                yield return $"TTile.{(index == 'r' ? "Rows" : "Vectors")} > {number}";
            }
        }
    }

    /// <summary>A line that only counts under a condition.</summary>
    private static string Guard(string line, string condition)
    {
        if (condition.Length == 0 || line.EndsWith(".Zero;", StringComparison.Ordinal))
        {
            return line;
        }

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
