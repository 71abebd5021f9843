using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Generator.Diagnostics;

namespace ModelGen.Generator.Emit;

/// <summary>How what a pipeline gives gets to the compiler.</summary>
internal static class OutputRegistration
{
    /// <summary>Adds files that an editor compiles too.</summary>
    public static void AddDeclarations(this IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<GeneratedFile> files) =>
        context.RegisterSourceOutput(files, Add);

    /// <summary>Adds files that only the compiler needs, to make a program.</summary>
    public static void AddImplementations(this IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<GeneratedFile> files) =>
        context.RegisterImplementationSourceOutput(files, Add);

    /// <summary>Reports diagnostics at their places.</summary>
    public static void Report(this IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<PlacedDiagnostic> diagnostics) =>
        context.RegisterSourceOutput(
            diagnostics.Combine(context.CompilationProvider),
            static (output, pair) => output.ReportDiagnostic(pair.Left.ToDiagnostic(pair.Right)));

    /// <summary>Adds a file.</summary>
    public static void Add(SourceProductionContext output, GeneratedFile file) => output.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8));
}
