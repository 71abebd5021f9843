using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Generator;
using ModelGen.Gguf;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>
/// Does in memory what a build does: snapshot of the header, generator, C# compiler with warnings as errors, and the assembly loaded.
/// </summary>
internal static class ModelCompiler
{
    /// <summary>Compiles a model, once a test run, and loads it from its GGUF file.</summary>
    public static CompiledModel Load(string path, int contextLength = 0, LoadOptions? options = null)
    {
        Func<string, LoadOptions?, CompiledModel> load = Compile(path, contextLength);
        return load(path, options);
    }

    /// <summary>Compiles a model and returns its Load(path, options).</summary>
    public static Func<string, LoadOptions?, CompiledModel> Compile(string path, int contextLength = 0)
    {
        string fileName = Path.GetFileName(path);
        string arguments = contextLength == 0 ? "" : $", ContextLength = {contextLength}";
        string source = $$"""
            using ModelGen;
            namespace Compiled;
            [GgufModel("{{fileName}}"{{arguments}})]
            public sealed partial class Model;
            """;
        string snapshot = GgufSnapshot.Write(GgufHeaderReader.ReadFile(path).Header, fileName);
        Assembly assembly = Build(source, (fileName + ".header", snapshot));
        MethodInfo method = assembly.GetType("Compiled.Model", throwOnError: true)!.GetMethod("Load", [typeof(string), typeof(LoadOptions)])!;
        return (file, options) =>
        {
            try
            {
                return (CompiledModel)method.Invoke(null, [file, options])!;
            }
            catch (TargetInvocationException error) when (error.InnerException is not null)
            {
                throw error.InnerException;
            }
        };
    }

    private static Assembly Build(string source, params (string Name, string Text)[] files)
    {
        var parseOptions = new CSharpParseOptions(LanguageVersion.CSharp13);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Compiled" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(source, parseOptions)],
            References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                allowUnsafe: true,
                generalDiagnosticOption: ReportDiagnostic.Error,
                nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ModelGenerator().AsSourceGenerator()],
            files.Select(file => (AdditionalText)new MemoryText(file.Name, file.Text)),
            parseOptions);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out ImmutableArray<Diagnostic> diagnostics);
        using var image = new MemoryStream();
        var result = complete.Emit(image);
        Diagnostic[] errors = diagnostics.Concat(result.Diagnostics).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ToArray();
        if (errors.Length > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, errors.Take(20)));
        }

        image.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(image);
    }

    private static IEnumerable<MetadataReference> References()
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return platform.Split(Path.PathSeparator).Where(File.Exists).Select(path => MetadataReference.CreateFromFile(path));
    }

    private sealed class MemoryText(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
