using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Gguf;
using ModelGen.Packing;

namespace ModelGen.Tool.Compilation;

/// <summary>What the generator is given of a model: the snapshot of its header, and a class that names it.</summary>
internal sealed class ModelSource
{
    private ModelFileIdentity? _identity;

    private ModelSource(GgufFile file, ModelSettings settings, ClassName className)
    {
        File = file;
        Settings = settings;
        ClassName = className;
        FileName = System.IO.Path.GetFileName(Path);
        Snapshot = GgufSnapshot.Write(file.Header, FileName);
        Declaration = Declare();
    }

    /// <summary>The GGUF file, its header read.</summary>
    public GgufFile File { get; }

    /// <summary>Where it lies.</summary>
    public string Path => File.Path!;

    /// <summary>Which model the file held when this was first asked.</summary>
    public ModelFileIdentity Identity => _identity ??= ModelFileIdentity.Take(File);

    /// <summary>Arguments of the attribute.</summary>
    public ModelSettings Settings { get; }

    /// <summary>The class.</summary>
    public ClassName ClassName { get; }

    /// <summary>The model's file name, by which the attribute finds the snapshot.</summary>
    public string FileName { get; }

    /// <summary>The header as the generator reads it.</summary>
    public string Snapshot { get; }

    /// <summary>C#: the attributed class.</summary>
    public string Declaration { get; }

    /// <summary>Reads a model's header.</summary>
    /// <param name="path">The GGUF file.</param>
    /// <param name="settings">Arguments of the attribute.</param>
    /// <param name="className">The class; null for one that only this program sees.</param>
    /// <exception cref="ModelGenException">The file is missing, or its header cannot be read.</exception>
    public static ModelSource Read(string path, ModelSettings settings, ClassName? className = null) =>
        new(GgufHeaderReader.ReadFile(System.IO.Path.GetFullPath(path)), settings, className ?? ClassName.InMemory);

    private string Declare()
    {
        string arguments = SymbolDisplay.FormatLiteral(FileName, quote: true);
        if (Settings.ContextLength != 0)
        {
            arguments += string.Create(CultureInfo.InvariantCulture, $", ContextLength = {Settings.ContextLength}");
        }

        if (Settings.KeyValueFormat is { } format)
        {
            arguments += $", KeyValueFormat = KeyValueFormat.{format}";
        }

        if (Settings.WordPieceRules != default)
        {
            arguments += $", WordPieceRules = WordPieceRules.{Settings.WordPieceRules}";
        }

        string place = ClassName.Namespace.Length == 0 ? "" : $"namespace {ClassName.Namespace};\n\n";
        return $"""
            using ModelGen;

            {place}/// <summary>A language model that is compiled into this assembly.</summary>
            [GgufModel({arguments})]
            public sealed partial class {ClassName.Name};

            """;
    }
}
