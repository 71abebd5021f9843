using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Generator.Tests.Harness;

/// <summary>A project with the generator in it: sources, header snapshots, and what came of them. Edits give a new run of the same driver.</summary>
internal sealed class GeneratorRun
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(FindReferences);

    private readonly CSharpCompilation _compilation;
    private readonly GeneratorDriver _driver;
    private readonly ProjectOptions _options;
    private readonly Compilation _complete;

    private GeneratorRun(CSharpCompilation compilation, GeneratorDriver driver, ProjectOptions options)
    {
        _compilation = compilation;
        _options = options;
        _driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out _complete, out ImmutableArray<Diagnostic> diagnostics);
        Diagnostics = diagnostics;
        Result = _driver.GetRunResult().Results.Single();
    }

    /// <summary>What the generator reported.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    public GeneratorRunResult Result { get; }

    /// <summary>The emitted files as the compiler parsed them.</summary>
    public ImmutableArray<SyntaxTree> Trees => [.. Result.GeneratedSources.Select(source => source.SyntaxTree)];

    /// <summary>The emitted files by their names.</summary>
    public IReadOnlyDictionary<string, string> Files =>
        Result.GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString(), StringComparer.Ordinal);

    /// <summary>A class over each model, in namespace Compiled: Model0, Model1, …</summary>
    public static GeneratorRun OfModels(params TestModel[] models) => OfModels(new ProjectOptions(), models);

    /// <summary>The same with options of the project.</summary>
    public static GeneratorRun OfModels(ProjectOptions options, params TestModel[] models) => Start(
        options, models.Select((model, index) => Class("Model" + index, model.FileName)).ToArray(), models.Select(MemoryText.Of).ToArray());

    /// <summary>Sources File0.cs, File1.cs, …, and additional files.</summary>
    public static GeneratorRun Start(string[] sources, params AdditionalText[] files) => Start(new ProjectOptions(), sources, files);

    /// <summary>The same with options of the project.</summary>
    public static GeneratorRun Start(ProjectOptions options, string[] sources, params AdditionalText[] files)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Compiled", sources.Select((text, index) => Parse(options, text, index)), References.Value, options.CompilationOptions);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ModelGenerator().AsSourceGenerator()],
            files,
            options.ParseOptions,
            new ItemMetadata(),
            driverOptions: new GeneratorDriverOptions(
                options.IsDesignTime ? IncrementalGeneratorOutputKind.Implementation : IncrementalGeneratorOutputKind.None,
                trackIncrementalGeneratorSteps: true));
        return new GeneratorRun(compilation, driver, options);
    }

    /// <summary>A source file with a model class.</summary>
    public static string Class(string name, string fileName, string arguments = "") => $$"""
        using ModelGen;

        namespace Compiled;

        /// <summary>A model.</summary>
        [GgufModel({{SymbolDisplay.FormatLiteral(fileName, quote: true)}}{{arguments}})]
        public sealed partial class {{name}}
        {
        }

        """;

    /// <summary>The project after one of its source files was edited.</summary>
    public GeneratorRun Edit(int file, string text)
    {
        SyntaxTree tree = _compilation.SyntaxTrees.Single(tree => tree.FilePath == PathOf(file));
        return new GeneratorRun(_compilation.ReplaceSyntaxTree(tree, Parse(_options, text, file)), _driver, _options);
    }

    /// <summary>The project after a source file was added.</summary>
    public GeneratorRun Add(string text) =>
        new(_compilation.AddSyntaxTrees(Parse(_options, text, _compilation.SyntaxTrees.Length)), _driver, _options);

    /// <summary>The project after a snapshot was written anew.</summary>
    public GeneratorRun Replace(AdditionalText old, AdditionalText replacement) =>
        new(_compilation, _driver.ReplaceAdditionalText(old, replacement), _options);

    /// <summary>The source text that a diagnostic points at.</summary>
    public string TextAt(Location location) =>
        _compilation.SyntaxTrees.Single(tree => tree.FilePath == location.GetLineSpan().Path).GetText().ToString(location.SourceSpan);

    /// <summary>Why each output of a step was made, this time.</summary>
    public IncrementalStepRunReason[] Reasons(string stage) =>
        [.. Result.TrackedSteps[stage].SelectMany(step => step.Outputs).Select(output => output.Reason)];

    /// <summary>Compiles everything as a project with warnings as errors does.</summary>
    /// <returns>The assembly's bytes.</returns>
    /// <exception cref="InvalidOperationException">The compiler warned.</exception>
    public byte[] Compile()
    {
        using var image = new MemoryStream();
        using var documentation = new MemoryStream();
        var result = _complete.Emit(image, xmlDocumentationStream: documentation);
        ThrowIfAny(Diagnostics.Concat(result.Diagnostics));
        return image.ToArray();
    }

    /// <summary>The same without the bodies of kernels, which take most of the time: for what depends on names only.</summary>
    /// <exception cref="InvalidOperationException">The compiler warned.</exception>
    public void CheckNames()
    {
        ThrowIfAny(Diagnostics
            .Concat(_complete.GetParseDiagnostics())
            .Concat(_complete.GetDeclarationDiagnostics())
            .Concat(_complete.SyntaxTrees
                .Where(tree => !tree.FilePath.Contains(".Kernels.", StringComparison.Ordinal))
                .SelectMany(tree => _complete.GetSemanticModel(tree).GetDiagnostics())));
    }

    /// <summary>Checks the emitted files beside another file of the project, whatever is wrong with that one.</summary>
    /// <exception cref="InvalidOperationException">The compiler warned of something in an emitted file.</exception>
    public void CheckEmittedBeside(string text)
    {
        Compilation compilation = _complete.AddSyntaxTrees(Parse(_options, text, _compilation.SyntaxTrees.Length));
        ThrowIfAny(Diagnostics.Concat(Trees.SelectMany(tree => compilation.GetSemanticModel(tree).GetDiagnostics())));
    }

    private static void ThrowIfAny(IEnumerable<Diagnostic> diagnostics)
    {
        Diagnostic[] found = diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ToArray();
        if (found.Length > 0)
        {
            throw new InvalidOperationException(string.Join('\n', found.Take(20)));
        }
    }

    private static SyntaxTree Parse(ProjectOptions options, string text, int file) =>
        CSharpSyntaxTree.ParseText(text, options.ParseOptions, PathOf(file));

    private static string PathOf(int file) => $"/project/File{file}.cs";

    private static ImmutableArray<MetadataReference> FindReferences()
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return [.. platform.Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is string name && (name.StartsWith("System.", StringComparison.Ordinal)
                || name is "netstandard.dll" or "mscorlib.dll" or "ModelGen.Runtime.dll" or "ModelGen.Abstractions.dll"))
            .Select(path => MetadataReference.CreateFromFile(path))];
    }
}
