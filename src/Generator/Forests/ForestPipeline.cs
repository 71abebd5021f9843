using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Forests.Emit;
using ModelGen.Generator.Forests.Recognition;
using ModelGen.Generator.Model;
using ModelGen.Packing;

namespace ModelGen.Generator.Forests;

/// <summary>
/// Compiles the random forests that classes name with [RandomForest]. A thin shell, as <see cref="ModelGenerator"/> is for models; the two
/// share nothing.
/// </summary>
internal static class ForestPipeline
{
    private const string AttributeName = "ModelGen.Routing.RandomForestAttribute";

    // Metadata of an additional file, which the package's targets give the items of forests.
    private const string ItemKey = "build_metadata.AdditionalFiles.ModelGenItem";
    private const string ItemName = "RandomForest";

    public static void Register(IncrementalGeneratorInitializationContext context, LanguageVersion oldestLanguage)
    {
        IncrementalValuesProvider<AttributedForest> classes = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                AttributeName, static (node, _) => node is ClassDeclarationSyntax or RecordDeclarationSyntax, ForestClassReader.Read)
            .WithTrackingName(Stages.Classes);

        // Where a class stands matters to what is said about it, not to what is written into it.
        IncrementalValuesProvider<ForestClass> targets = classes
            .Select(static (attributed, _) => attributed.Target)
            .Collect()
            .SelectMany(static (targets, _) => ForestClass.Distinct(targets))
            .WithTrackingName(Stages.Targets);

        // Other files are JSON too, and large ones: only those that a class names are read.
        IncrementalValuesProvider<ForestFile> files = context.AdditionalTextsProvider
            .Combine(targets.Select(static (target, _) => target.FileName).Collect())
            .Where(static pair => IsNamed(pair.Left.Path, pair.Right))
            .Select(static (pair, _) => pair.Left)
            .Select(ForestFile.Read)
            .WithTrackingName(Stages.Read);

        IncrementalValueProvider<LanguageVersion> language = context.ParseOptionsProvider
            .Select(static (options, _) => ((CSharpParseOptions)options).LanguageVersion);

        IncrementalValuesProvider<ForestPlan> plans = targets
            .Combine(files.Collect().Combine(language))
            .Select((pair, _) => ForestPlan.Create(pair.Left, pair.Right.Left, pair.Right.Right, oldestLanguage))
            .WithTrackingName(Stages.Plan);

        // What the program sees of a forest, and so what an editor wants to know at every keystroke.
        IncrementalValuesProvider<GeneratedFile> declarations = plans
            .Where(static plan => plan.Tables is not null)
            .Select(static (plan, _) => ForestEmitter.Emit(plan.Target, plan.Tables!))
            .WithTrackingName(Stages.Declare);

        // What only the compiler needs, to make a program.
        IncrementalValuesProvider<GeneratedFile> implementations = plans
            .Where(static plan => plan.Tables is not null)
            .Select(static (plan, _) => ForestTablesEmitter.Emit(plan.Target, plan.Tables!))
            .WithTrackingName(Stages.Emit);

        IncrementalValuesProvider<PlacedDiagnostic> diagnostics = classes
            .Combine(plans.Where(static plan => plan.Problem is not null).Collect())
            .SelectMany(static (pair, _) => Place(pair.Left, pair.Right))
            .WithTrackingName(Stages.Diagnostics);

        // Other files are JSON too: the build says which are items of forests.
        IncrementalValuesProvider<DiagnosticInfo> unnamed = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Where(static pair => pair.Right.GetOptions(pair.Left).TryGetValue(ItemKey, out string? item) && item == ItemName)
            .Select(static (pair, _) => ModelPath.Normalise(pair.Left.Path))
            .Collect()
            .Combine(targets.Select(static (target, _) => target.FileName).Collect())
            .SelectMany(static (pair, _) => UnnamedFiles.Of([.. pair.Left], pair.Right))
            .Select(static (name, _) => DiagnosticInfo.Create(Descriptors.UnnamedForest, name));

        context.AddDeclarations(declarations);
        context.AddImplementations(implementations);
        context.Report(diagnostics);
        context.RegisterSourceOutput(unnamed, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic(Location.None)));
    }

    private static bool IsNamed(string path, ImmutableArray<string> names)
    {
        string[] paths = [ModelPath.Normalise(path)];
        return names.Any(name => ModelPath.Find(paths, name).Length > 0);
    }

    /// <summary>What is said about a class, at its place.</summary>
    private static IEnumerable<PlacedDiagnostic> Place(AttributedForest attributed, IEnumerable<ForestPlan> refused)
    {
        ForestPlan? plan = refused.FirstOrDefault(candidate => candidate.Target.FullName == attributed.Target.FullName);
        return plan?.Problem is { } problem ? [new PlacedDiagnostic(problem, attributed.PlaceOf(problem))] : [];
    }

    /// <summary>Names of the steps, for the tests that watch what an edit runs again.</summary>
    internal static class Stages
    {
        public const string Classes = "ForestClasses";
        public const string Targets = "ForestTargets";
        public const string Read = "ReadForest";
        public const string Plan = "PlanForest";
        public const string Declare = "DeclareForest";
        public const string Emit = "EmitForest";
        public const string Diagnostics = "ForestDiagnostics";
    }
}
