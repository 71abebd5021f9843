using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Generator;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>
/// Does in memory what a build does: snapshot of the header, generator, C# compiler with warnings as errors, and the assembly loaded. Each
/// model is compiled once a test run: what was compiled is kept in memory, and in a folder that child processes are told of.
/// </summary>
internal static class ModelCompiler
{
    /// <summary>Names the folder of compiled assemblies to child processes.</summary>
    public const string FolderVariable = "MODELGEN_TEST_ASSEMBLIES";

    // The one warning that says nothing about the generated code: a model of a tokenizer that there is none of compiles for ids.
    private const string UnsupportedTokenizer = "MGEN014";

    private static readonly ConcurrentDictionary<string, Lazy<CompiledClass>> Compiled = new(StringComparer.Ordinal);

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp13);

    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is string name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name is "ModelGen.Runtime.dll" or "ModelGen.Abstractions.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    /// <summary>The folder of compiled assemblies.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable(FolderVariable)
        ?? Directory.CreateDirectory(Path.Combine(TemporaryFiles.Folder, "assemblies")).FullName;

    /// <summary>Compiles the model of a GGUF file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="contextLength">The attribute's ContextLength; 0 does not set it.</param>
    /// <param name="keyValueFormat">The attribute's KeyValueFormat; null does not set it.</param>
    public static CompiledClass Compile(string path, int contextLength = 0, KeyValueFormat? keyValueFormat = null)
    {
        string key = $"{path}|{contextLength}|{keyValueFormat}";
        return Compiled.GetOrAdd(key, _ => new Lazy<CompiledClass>(() => Create(path, contextLength, keyValueFormat))).Value;
    }

    /// <summary>Writes a tiny model's file and compiles it.</summary>
    public static CompiledClass Compile(TinyModel model, KeyValueFormat? keyValueFormat = null) =>
        Compile(TinyFiles.PathOf(model), keyValueFormat: keyValueFormat);

    private static CompiledClass Create(string path, int contextLength, KeyValueFormat? keyValueFormat)
    {
        string fileName = Path.GetFileName(path);
        string arguments = contextLength == 0 ? "" : $", ContextLength = {contextLength}";
        arguments += keyValueFormat is { } format ? $", KeyValueFormat = KeyValueFormat.{format}" : "";
        string source = $$"""
            using ModelGen;
            namespace Compiled;
            [GgufModel("{{fileName}}"{{arguments}})]
            public sealed partial class Model;
            """;
        string snapshot = GgufSnapshot.Write(GgufHeaderReader.ReadFile(path).Header, fileName);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source + snapshot)));
        string assemblyPath = Path.Combine(Folder, hash + ".dll");
        if (!File.Exists(assemblyPath))
        {
            // Written under another name first: a child process may look for it at this moment.
            string unfinished = $"{assemblyPath}.{Environment.ProcessId}";
            File.WriteAllBytes(unfinished, Build("Compiled" + hash, source, (fileName + ".header", snapshot)));
            File.Move(unfinished, assemblyPath, overwrite: true);
        }

        using var image = new MemoryStream(File.ReadAllBytes(assemblyPath));
        return new CompiledClass(AssemblyLoadContext.Default.LoadFromStream(image).GetType("Compiled.Model", throwOnError: true)!, path);
    }

    private static byte[] Build(string assemblyName, string source, params (string Name, string Text)[] files)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            assemblyName,
            [CSharpSyntaxTree.ParseText(source, ParseOptions)],
            References.Value,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                allowUnsafe: true,
                generalDiagnosticOption: ReportDiagnostic.Error,
                nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ModelGenerator().AsSourceGenerator()],
            files.Select(file => (AdditionalText)new MemoryText(file.Name, file.Text)),
            ParseOptions);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out ImmutableArray<Diagnostic> diagnostics);
        using var image = new MemoryStream();
        var result = complete.Emit(image);
        Diagnostic[] errors = diagnostics
            .Concat(result.Diagnostics)
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Id != UnsupportedTokenizer)
            .ToArray();
        if (errors.Length > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, errors.Take(20)));
        }

        return image.ToArray();
    }

    private sealed class MemoryText(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
