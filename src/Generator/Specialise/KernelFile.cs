using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace ModelGen.Generator.Specialise;

/// <summary>
/// A K-file as the generator carries it: the text of one static class that compiles as it stands, with sample shapes at the widest
/// vectors. See docs/kernels.md for the few rules that make such a file a template.
/// </summary>
internal sealed class KernelFile
{
    /// <summary>The constant of K-files that have another way where one instruction adds the products of four bytes to a lane.</summary>
    public const string DotConstant = "HasDot";

    private const string ResourceFolder = "Kernels/";
    private const string HelperFolder = "Kernels/Simd/";

    private static readonly Regex RunPattern = new(@"public static void Run\( ?([^)]*)\)", RegexOptions.CultureInvariant);
    private static readonly Regex TilePattern = new(@"// Tile ([a-z]): (\d+), (\d+), (\d+) ", RegexOptions.CultureInvariant);

    private static readonly Lazy<IReadOnlyDictionary<string, KernelFile>> Embedded = new(LoadEmbedded);

    // What a K-file names by the widest vectors: Vector512, Simd512, and the helpers that are written once for all widths.
    private static readonly Lazy<Regex> WidthPattern = new(() => new(
        @"\b(Vector(?=512)|Simd(?=512)|" + string.Join("|", SharedHelpers.Select(name => name + @"\b")) + ")(?:512)?",
        RegexOptions.CultureInvariant));

    private readonly ConcurrentDictionary<VectorWidth, IReadOnlyList<KernelLine>> _linesAtWidth = new();
    private readonly Lazy<string> _parameters;
    private readonly Lazy<bool> _isOfAnyWidth;
    private readonly Lazy<IReadOnlyDictionary<string, KernelFileConstant>> _constants;

    private KernelFile(string name, bool isHelper, IReadOnlyList<string> lines)
    {
        Name = name;
        IsHelper = isHelper;
        Lines = lines;
        NamePattern = new Regex($@"\b{name}\b", RegexOptions.CultureInvariant);
        HasDot = lines.Any(line => KernelLine.ConstantPattern.Match(line).Groups["name"].Value == DotConstant);
        _constants = new(() => lines.Select(line => KernelLine.ConstantPattern.Match(line)).Where(match => match.Success)
            .Select(KernelFileConstant.Of).ToDictionary(constant => constant.Name, StringComparer.Ordinal));
        _isOfAnyWidth = new(() => !lines.Any(line => WidthPattern.Value.IsMatch(line) || TilePattern.IsMatch(line)));
        _parameters = new(() => RunPattern.Match(string.Join(" ", lines.Select(line => line.Trim()))).Groups[1].Value);
    }

    /// <summary>Name of the class, which is the file's name.</summary>
    public string Name { get; }

    /// <summary>
    /// True for the classes in Kernels/Simd, which other K-files call: they have no shapes, stand once a vector width, and their names end
    /// in it (VectorMath becomes VectorMath256).
    /// </summary>
    public bool IsHelper { get; }

    /// <summary>Whether it has another way for processors with dot products of bytes: the constant HasDot.</summary>
    public bool HasDot { get; }

    /// <summary>Whether it is the same text at every width: it names no vectors, or those of one width.</summary>
    public bool IsOfAnyWidth => _isOfAnyWidth.Value;

    /// <summary>The class with its documentation comment, without usings and namespace.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The class's name where it stands alone; made once, because a build specialises a file some twenty times.</summary>
    public Regex NamePattern { get; }

    /// <summary>Whether the file names a helper, at a vector width; a file does not call itself.</summary>
    public bool Calls(KernelFile helper, VectorWidth width)
    {
        string name = helper.Name.StartsWith("Simd", StringComparison.Ordinal)
            ? helper.Name + "."
            : helper.Name + width.Bits.ToString(CultureInfo.InvariantCulture) + ".";
        return helper != this && LinesAt(width).Any(line => line.Text.Contains(name));
    }

    /// <summary>All K-files of the generator by name.</summary>
    public static IReadOnlyDictionary<string, KernelFile> All => Embedded.Value;

    /// <summary>Parameter list of Run, as the K-file writes it, on one line.</summary>
    public string Parameters => _parameters.Value;

    /// <summary>The constants by their names.</summary>
    public IReadOnlyDictionary<string, KernelFileConstant> Constants => _constants.Value;

    /// <summary>The lines with the names of another width's vectors and helpers.</summary>
    public IReadOnlyList<KernelLine> LinesAt(VectorWidth width) => _linesAtWidth.GetOrAdd(width, _ =>
    {
        string bits = width.Bits.ToString(CultureInfo.InvariantCulture);
        return Lines.Select(line => KernelLine.Parse(WidthPattern.Value.Replace(line, match => match.Groups[1].Value + bits))).ToArray();
    });

    /// <summary>
    /// How often lines with index <paramref name="index"/> best stand at a vector width: what the K-file says in its "Tile" comment, because
    /// the number follows from the registers that its accumulators take.
    /// </summary>
    public int Tile(char index, VectorWidth width)
    {
        foreach (string line in Lines)
        {
            Match match = TilePattern.Match(line);
            if (match.Success && match.Groups[1].Value[0] == index)
            {
                int position = Array.IndexOf(VectorWidth.All, width);
                return int.Parse(match.Groups[2 + position].Value, CultureInfo.InvariantCulture);
            }
        }

        throw new ArgumentException($"K-file '{Name}' has no comment 'Tile {index}: …'.", nameof(index));
    }

    /// <summary>Names of the helpers that are written once for all widths, in ordinal order.</summary>
    public static IEnumerable<string> SharedHelpers =>
        All.Values.Where(file => file.IsHelper && !file.Name.StartsWith("Simd", StringComparison.Ordinal)).Select(file => file.Name).OrderBy(name => name, StringComparer.Ordinal);

    /// <exception cref="ArgumentException">There is no such K-file.</exception>
    public static KernelFile Get(string name) =>
        All.TryGetValue(name, out KernelFile file) ? file : throw new ArgumentException($"There is no K-file '{name}'.", nameof(name));

    /// <summary>Takes the class out of the text of a K-file.</summary>
    public static KernelFile Parse(string name, string text, bool isHelper = false)
    {
        string[] lines = text.Replace("\r\n", "\n").TrimEnd('\n').Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith("/// <summary>", StringComparison.Ordinal));
        if (first < 0 || !lines.Any(line => Regex.IsMatch(line, $@"^internal static unsafe class {name}\b")))
        {
            throw new ArgumentException($"K-file '{name}' must hold one documented class 'internal static unsafe class {name}'.", nameof(text));
        }

        return new KernelFile(name, isHelper, Unchecked(lines.Skip(first)).ToArray());
    }

    /// <summary>
    /// Puts the bodies of the class's methods into unchecked blocks: their sums wrap around and their pointers go back, and a project may
    /// have the compiler check both. What stands behind an arrow computes with vectors only, which are never checked.
    /// </summary>
    private static IEnumerable<string> Unchecked(IEnumerable<string> lines)
    {
        const string Opening = "    {";
        const string Closing = "    }";
        const string Level = "    ";
        bool isInBody = false;
        foreach (string line in lines)
        {
            if (line == Opening)
            {
                isInBody = true;
                yield return line;
                yield return Level + Level + "unchecked";
                yield return Level + Opening;
            }
            else if (line == Closing)
            {
                isInBody = false;
                yield return Level + Closing;
                yield return line;
            }
            else
            {
                yield return isInBody && line.Length > 0 ? Level + line : line;
            }
        }
    }

    private static Dictionary<string, KernelFile> LoadEmbedded()
    {
        var files = new Dictionary<string, KernelFile>(StringComparer.Ordinal);
        var assembly = typeof(KernelFile).Assembly;
        foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourceFolder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            string name = Path.GetFileNameWithoutExtension(resource);
            files.Add(name, Parse(name, reader.ReadToEnd(), resource.StartsWith(HelperFolder, StringComparison.Ordinal)));
        }

        return files;
    }
}
