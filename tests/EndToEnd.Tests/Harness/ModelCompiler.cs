using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Model;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Templates;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Caching;
using ModelGen.Tool.Compilation;
using Shouldly;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>
/// Compiles models as the tool does, with warnings as errors and overflow checks on, which emitted code must not feel. Each is compiled once a test run: what was compiled is kept in memory, and in a
/// folder that child processes are told of.
/// </summary>
internal static class ModelCompiler
{
    /// <summary>Names the folder of compiled assemblies to child processes.</summary>
    public const string FolderVariable = "MODELGEN_TEST_ASSEMBLIES";

    // Warnings that say nothing about the generated code: a model of a tokenizer that there is none of compiles for ids, and one of a chat
    // template that is not supported compiles without it.
    private static readonly string[] AllowedWarnings = ["MGEN014", "MGEN017"];

    private static readonly ConcurrentDictionary<string, Lazy<CompiledClass>> Compiled = new(StringComparer.Ordinal);

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

    /// <summary>Compiles the model with buffers that share no memory.</summary>
    public static CompiledClass CompileApart(string path)
    {
        ModelSource source = ModelSource.Read(path, new ModelSettings(0, null));
        GgufHeader header = source.File.Header;
        ModelSpec spec = Architecture.Recognise(header).Spec!;
        ModelPlan plan = Planner.Create(
            header, spec, source.FileName, Math.Min(spec.ContextLength, ModelGenerator.DefaultContextLength), default, ChatTemplates.Of(header).Templates, sharesMemory: false);
        ClassName name = source.ClassName;
        string fullName = name.Namespace.Length == 0 ? name.Name : $"{name.Namespace}.{name.Name}";
        var target = new TargetClass(
            name.Namespace, Array.Empty<string>().ToEquatableArray(), name.Name, fullName, source.FileName, 0, default, default, MemoryBudgetBytes: 0, NotPartial: null, Obstacle: null);
        string forward = $"{target.FileStem}.Forward.g.cs";
        (string Name, string Text)[] files = [.. ModelCompilation.Create(source, "Folded").Files];
        files.ShouldContain(file => file.Name == forward);
        CSharpCompilation compilation = InMemoryCompiler.Create("Apart" + ModelIdentity.OfAssembly(source), source.Declaration).AddSyntaxTrees(
            files.Select(file => CSharpSyntaxTree.ParseText(file.Name == forward ? ForwardEmitter.Emit(target, plan) : file.Text, InMemoryCompiler.ParseOptions)));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        return result.Success ? CompiledClass.From(image.ToArray(), source) : throw new InvalidOperationException(string.Join(Environment.NewLine, result.Diagnostics.Take(20)));
    }

    private static CompiledClass Create(string path, int contextLength, KeyValueFormat? keyValueFormat)
    {
        ModelSource source = ModelSource.Read(path, new ModelSettings(contextLength, keyValueFormat));
        string identity = ModelIdentity.OfAssembly(source);
        string assemblyPath = Path.Combine(Folder, identity + ".dll");
        if (!File.Exists(assemblyPath))
        {
            // Written under another name first: a child process may look for it at this moment.
            string unfinished = $"{assemblyPath}.{Environment.ProcessId}";
            File.WriteAllBytes(unfinished, Build(source, "Compiled" + identity));
            File.Move(unfinished, assemblyPath, overwrite: true);
        }

        return CompiledClass.From(File.ReadAllBytes(assemblyPath), source);
    }

    private static byte[] Build(ModelSource source, string assemblyName)
    {
        byte[]? image = ModelCompilation.Create(source, assemblyName, checkOverflow: true).TryEmit(out ImmutableArray<Diagnostic> diagnostics);
        Diagnostic[] errors =
        [
            .. diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !AllowedWarnings.Contains(diagnostic.Id)),
        ];
        if (image is null || errors.Length > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, errors.Take(20)));
        }

        // None of the model's instructions checks: they are those of a project without checks, and give the same bits.
        IReadOnlyList<string> checks = OverflowChecks.In(image);
        return checks.Count == 0 ? image : throw new InvalidOperationException(string.Join(Environment.NewLine, checks));
    }
}
