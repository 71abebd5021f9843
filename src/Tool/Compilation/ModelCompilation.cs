using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Generator;
using ModelGen.Gguf;

namespace ModelGen.Tool.Compilation;

/// <summary>Does in memory what a build does: snapshot of the header, generator, C# compiler.</summary>
internal sealed class ModelCompilation
{
    private readonly Microsoft.CodeAnalysis.Compilation _complete;
    private readonly GeneratorDriverRunResult _generated;

    private ModelCompilation(
        Microsoft.CodeAnalysis.Compilation complete, GeneratorDriverRunResult generated, ImmutableArray<Diagnostic> diagnostics)
    {
        _complete = complete;
        _generated = generated;
        Diagnostics = diagnostics;
    }

    /// <summary>What the generator has said.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>The files that the generator has written, and their names.</summary>
    public IEnumerable<(string Name, string Text)> Files =>
        _generated.Results.SelectMany(result => result.GeneratedSources).Select(file => (file.HintName, file.SourceText.ToString()));

    /// <summary>Runs the generator.</summary>
    /// <param name="source">The model.</param>
    /// <param name="assemblyName">Name of the assembly.</param>
    /// <param name="checkOverflow">Whether arithmetic checks for overflow where it does not say otherwise; emitted code says so everywhere.</param>
    public static ModelCompilation Create(ModelSource source, string assemblyName, bool checkOverflow = false)
    {
        CSharpCompilation compilation = InMemoryCompiler.Create(assemblyName, source.Declaration, checkOverflow);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ModelGenerator().AsSourceGenerator()],
            [new Snapshot(source.FileName + GgufSnapshot.FileEnding, source.Snapshot)],
            InMemoryCompiler.ParseOptions);
        driver = driver.RunGeneratorsAndUpdateCompilation(
            compilation, out Microsoft.CodeAnalysis.Compilation complete, out ImmutableArray<Diagnostic> diagnostics);
        return new ModelCompilation(complete, driver.GetRunResult(), diagnostics);
    }

    /// <summary>Compiles the C#.</summary>
    /// <param name="diagnostics">What generator and compiler have said.</param>
    /// <returns>The assembly, or null where there is an error among the diagnostics.</returns>
    public byte[]? TryEmit(out ImmutableArray<Diagnostic> diagnostics)
    {
        diagnostics = Diagnostics;
        if (Errors(diagnostics).Any())
        {
            return null;
        }

        using MemoryStream image = new();
        var result = _complete.Emit(image);
        diagnostics = diagnostics.AddRange(result.Diagnostics);
        return result.Success ? image.ToArray() : null;
    }

    /// <summary>Compiles the C#.</summary>
    /// <returns>The assembly.</returns>
    /// <exception cref="ModelGenException">The model is not supported; the message is the first diagnostic's.</exception>
    public byte[] Emit() => TryEmit(out ImmutableArray<Diagnostic> diagnostics) ?? throw Refusal(diagnostics);

    /// <summary>Nothing where the generator has compiled the model.</summary>
    /// <exception cref="ModelGenException">The model is not supported; the message is the first diagnostic's.</exception>
    public void ThrowIfRefused()
    {
        if (Errors(Diagnostics).Any())
        {
            throw Refusal(Diagnostics);
        }
    }

    private static IEnumerable<Diagnostic> Errors(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    private static ModelGenException Refusal(IEnumerable<Diagnostic> diagnostics)
    {
        Diagnostic[] errors = [.. Errors(diagnostics)];
        string rest = errors.Length > 1
            ? string.Create(CultureInfo.InvariantCulture, $" ({errors.Length - 1} more: see modelgen inspect)")
            : "";
        return new ModelGenException($"{EmittedError.Describe(errors[0])}{rest}.");
    }

    private sealed class Snapshot(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
