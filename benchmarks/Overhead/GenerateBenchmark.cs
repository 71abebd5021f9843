using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Runtime;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Model;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Templates;
using ModelGen.Gguf;

namespace ModelGen.Overhead.Benchmarks;

/// <summary>What compiling a model costs a build: the generator, cold and warm, the lines that it emits, and the compiler on them.</summary>
internal static class GenerateBenchmark
{
    private const int Runs = 5;

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp13);

    public static void Run(string[] files)
    {
        Compilation empty = Compilation("");

        // The compiler that the SDK brings is compiled ahead of time, the one of this process is not: it and the driver are warmed by a
        // project without models. What is cold then is the generator.
        Emit(Compilation("class Warm;"));
        Generate(empty, new Snapshot("none.gguf.header", ""));
        foreach (string file in files)
        {
            string name = Path.GetFileName(file);
            GgufHeader header = GgufHeaderReader.ReadFile(file).Header;
            var snapshot = new Snapshot(file + ".header", GgufSnapshot.Write(header, name));
            Compilation project = Compilation($"[ModelGen.GgufModel({SymbolDisplay.FormatLiteral(name, quote: true)})] public sealed partial class Model;");
            Compilation complete = project;
            PrintStages(name, snapshot.GetText().ToString());
            Print("generator in the compiler, first run", Measure.Once(() => complete = Generate(project, snapshot)));
            Print("generator in the compiler, later runs", Measure.Median(Runs, () => complete = Generate(project, snapshot)));
            int lines = complete.SyntaxTrees.Except(project.SyntaxTrees).Sum(tree => tree.GetText().Lines.Count - 1);
            Measure.Print($"{name}: emitted", $"{lines,9} lines");
            Print("compiler on what was emitted", Measure.Median(1, () => Emit(complete)));
            Print("compiler without it", Measure.Median(1, () => Emit(empty)));

            void Print(string what, TimeSpan time) => Measure.Print($"{name}: {what}", $"{time.TotalMilliseconds,9:F0} ms");
        }
    }

    /// <summary>The stages by themselves, in the order in which the generator runs them.</summary>
    private static void PrintStages(string name, string snapshot)
    {
        TimeSpan jitBefore = JitInfo.GetCompilationTime();
        long methodsBefore = JitInfo.GetCompiledMethodCount();
        GgufHeader header = null!;
        ModelSpec spec = null!;
        ModelPlan plan = null!;
        TimeSpan read = Measure.Once(() => header = GgufSnapshot.Parse(snapshot, out _));
        TimeSpan recognise = Measure.Once(() => spec = Architecture.Recognise(header).Spec!);
        TimeSpan planning = Measure.Once(() => plan = Planner.Create(header, spec, name, Math.Min(spec.ContextLength, ModelGenerator.DefaultContextLength), KeyValueFormat.Int16, ChatTemplates.Of(header).Templates));
        var target = new TargetClass("", EquatableArray<string>.Empty, "Model", "Model", name, ContextLength: 0, KeyValueFormat.Int16, default, MemoryBudgetBytes: 0, NotPartial: null, Obstacle: null);
        TimeSpan emit = Measure.Once(() => ImplementationEmitter.Emit(target, plan).Prepend(ModelEmitter.Emit(target, plan)).Count());
        TimeSpan all = read + recognise + planning + emit;
        Measure.Print(
            $"{name}: stages, first run",
            $"{all.TotalMilliseconds,9:F0} ms: read {read.TotalMilliseconds:F0}, recognise {recognise.TotalMilliseconds:F0}, plan {planning.TotalMilliseconds:F0}, emit {emit.TotalMilliseconds:F0}; of these JIT {(JitInfo.GetCompilationTime() - jitBefore).TotalMilliseconds:F0}, {JitInfo.GetCompiledMethodCount() - methodsBefore} methods");
    }

    private static Compilation Generate(Compilation project, Snapshot snapshot)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], [snapshot], ParseOptions);
        driver.RunGeneratorsAndUpdateCompilation(project, out Compilation complete, out ImmutableArray<Diagnostic> diagnostics);

        // A warning, as that of a tokenizer that is not supported, stands in nobody's way.
        Diagnostic[] errors = [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        return errors.Length == 0 ? complete : throw new ModelGenException(string.Join('\n', errors.AsEnumerable()));
    }

    private static void Emit(Compilation compilation)
    {
        var result = compilation.Emit(Stream.Null);
        if (!result.Success)
        {
            throw new ModelGenException(string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        }
    }

    private static CSharpCompilation Compilation(string text)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return CSharpCompilation.Create(
            "Compiled",
            [CSharpSyntaxTree.ParseText(text, ParseOptions)],
            platform.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true));
    }

    /// <summary>A header snapshot, as the compiler hands it to the generator.</summary>
    private sealed class Snapshot(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
