using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Tool.Compilation;

/// <summary>The C# compiler, set as generated code wants it.</summary>
internal static class InMemoryCompiler
{
    // What generated code refers to: the framework and the runtime that this program itself runs with.
    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is string name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name is "ModelGen.Runtime.dll" or "ModelGen.Abstractions.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    /// <summary>The language that generated code is written in.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp13);

    /// <summary>A library of one file.</summary>
    /// <param name="assemblyName">Its name.</param>
    /// <param name="source">C#.</param>
    /// <param name="checkOverflow">Whether arithmetic checks for overflow where it does not say otherwise.</param>
    public static CSharpCompilation Create(string assemblyName, string source, bool checkOverflow = false) => CSharpCompilation.Create(
        assemblyName,
        [CSharpSyntaxTree.ParseText(source, ParseOptions)],
        References.Value,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            checkOverflow: checkOverflow,
            allowUnsafe: true,
            deterministic: true,
            nullableContextOptions: NullableContextOptions.Enable));
}
