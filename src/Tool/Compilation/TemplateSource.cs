using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Templates;
using ModelGen.Gguf;
using ModelGen.Templates;

namespace ModelGen.Tool.Compilation;

/// <summary>A chat template, of a model or of a file of its own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Jinja.</param>
/// <param name="Tokenizer">The model's tokenizer; null for a file of its own.</param>
internal sealed record TemplateSource(string Name, string Text, Tokenizer? Tokenizer)
{
    private const string ClassName = "CompiledTemplate1";

    /// <summary>Reads a template.</summary>
    /// <param name="path">A GGUF file, which may have no weights, or a file of Jinja.</param>
    /// <param name="name">Which of a model's templates; null for the first.</param>
    /// <exception cref="ModelGenException">There is no such file or template.</exception>
    public static TemplateSource Read(string path, string? name)
    {
        if (!File.Exists(path))
        {
            throw new ModelGenException($"{path} does not exist.");
        }

        if (!IsGguf(path))
        {
            return new TemplateSource(Path.GetFileName(path), File.ReadAllText(path), Tokenizer: null);
        }

        GgufHeader header = GgufHeaderReader.ReadPart(path).Header;
        (string Name, GgufMetadata Entry)[] templates = [.. ChatTemplates.Find(header)];
        if (templates.Length == 0)
        {
            throw new ModelGenException($"{path} has no chat template.");
        }

        (string found, GgufMetadata entry) = name is null ? templates[0] : templates.FirstOrDefault(template => template.Name == name);
        return entry is null
            ? throw new ModelGenException($"{path} has no chat template '{name}'; it has: {string.Join(", ", templates.Select(template => template.Name))}.")
            : new TemplateSource(
                found, entry.Value.Text ?? throw new ModelGenException($"{path}: {entry.Key} is longer than any chat template."), Tokenizer.Load(path));
    }

    /// <summary>Compiles it.</summary>
    /// <exception cref="ModelGenException">It has something that is not supported.</exception>
    public CompiledTemplate Compile()
    {
        ParsedTemplate parsed = TemplateCompiler.Parse(Text);
        if (parsed.Problem is TemplateProblem problem)
        {
            throw new ModelGenException(string.Create(
                CultureInfo.InvariantCulture, $"{Name}, line {problem.Position.Line}, column {problem.Position.Column}: {problem.Message}."));
        }

        using MemoryStream image = new();
        var result = InMemoryCompiler.Create(ClassName, TemplateCompiler.EmitFile(ClassName, Name, parsed.Syntax!)).Emit(image);
        if (result.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is Diagnostic error)
        {
            throw new ModelGenException($"{Name}, {EmittedError.DescribeInTemplate(error)}.");
        }

        image.Position = 0;
        Type type = new AssemblyLoadContext(ClassName).LoadFromStream(image).GetType(ClassName, throwOnError: true)!;
        return (CompiledTemplate)Activator.CreateInstance(type)!;
    }

    private static bool IsGguf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return GgufHeaderReader.StartsAsGguf(file);
    }
}
