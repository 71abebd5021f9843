using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Model;
using ModelGen.Generator.Output.Emit;
using ModelGen.Generator.Output.Recognition;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output;

/// <summary>
/// Compiles the types that carry [GeneratedOutput]: what their JSON is becomes tables of a grammar, and a reader. A thin shell, as
/// <see cref="ModelGenerator"/> is for models; the two share nothing.
/// </summary>
internal static class OutputPipeline
{
    private const string AttributeName = "ModelGen.GeneratedOutputAttribute";

    public static void Register(IncrementalGeneratorInitializationContext context, LanguageVersion oldestLanguage)
    {
        IncrementalValuesProvider<AttributedOutput> read = context.SyntaxProvider
            .ForAttributeWithMetadataName(AttributeName, static (node, _) => node is TypeDeclarationSyntax, OutputTypeReader.Read)
            .WithTrackingName(Stages.Read);

        IncrementalValueProvider<LanguageVersion> language = context.ParseOptionsProvider
            .Select(static (options, _) => ((CSharpParseOptions)options).LanguageVersion);

        // Where a type stands matters to what is said about it, not to what is written into it.
        IncrementalValuesProvider<OutputType> types = read
            .Select(static (attributed, _) => attributed.Target)
            .Where(static target => target is not null)
            .Collect()
            .Combine(language)
            .SelectMany((pair, _) => pair.Right < oldestLanguage
                ? []
                : TypePlaces.Distinct(pair.Left, type => type!.FullName).Select(distinct => distinct.Type! with { FileStem = distinct.FileStem }))
            .WithTrackingName(Stages.Types);

        IncrementalValuesProvider<OutputPlan> plans = types
            .Select(static (type, _) => OutputPlan.Create(type))
            .WithTrackingName(Stages.Plan);

        // What the program sees of a type, and so what an editor wants to know at every keystroke.
        IncrementalValuesProvider<GeneratedFile> declarations = plans
            .Where(static plan => plan.Problems.Count == 0)
            .Select(static (plan, _) => OutputEmitter.Emit(plan.Type))
            .WithTrackingName(Stages.Declare);

        // What only the compiler needs, to make a program.
        IncrementalValuesProvider<GeneratedFile> implementations = plans
            .Where(static plan => plan.Problems.Count == 0)
            .Select(static (plan, _) => OutputImplementationEmitter.Emit(plan.Type, plan.Tables))
            .WithTrackingName(Stages.Emit);

        IncrementalValuesProvider<PlacedDiagnostic> diagnostics = read
            .Combine(plans.Where(static plan => plan.Problems.Count > 0).Collect().Combine(language))
            .SelectMany((pair, _) => Place(pair.Left, pair.Right.Left, pair.Right.Right, oldestLanguage))
            .WithTrackingName(Stages.Diagnostics);

        context.AddDeclarations(declarations);
        context.AddImplementations(implementations);
        context.Report(diagnostics);
    }

    /// <summary>What is said about a type, each at its place.</summary>
    private static IEnumerable<PlacedDiagnostic> Place(
        AttributedOutput attributed, IEnumerable<OutputPlan> refused, LanguageVersion language, LanguageVersion oldestLanguage)
    {
        if (attributed.Target is not OutputType target)
        {
            return attributed.Problems;
        }

        if (language < oldestLanguage)
        {
            DiagnosticInfo old = DiagnosticInfo.Create(
                Descriptors.LanguageVersionTooOld, target.FullName, language.ToDisplayString(), oldestLanguage.ToDisplayString());
            return [new PlacedDiagnostic(old, attributed.AttributePlace)];
        }

        OutputPlan? plan = refused.FirstOrDefault(candidate => candidate.Type.FullName == target.FullName);
        return plan is null ? [] : plan.Problems.Select(problem => new PlacedDiagnostic(problem, PlaceOf(problem)));

        SourcePlace PlaceOf(DiagnosticInfo problem) =>
            attributed.Places.FirstOrDefault(place => place.Site == problem.Arguments[0])?.Place ?? attributed.AttributePlace;
    }

    /// <summary>Names of the steps, for the tests that watch what an edit runs again.</summary>
    internal static class Stages
    {
        public const string Read = "ReadOutput";
        public const string Types = "OutputTypes";
        public const string Plan = "PlanOutput";
        public const string Declare = "DeclareOutput";
        public const string Emit = "EmitOutput";
        public const string Diagnostics = "OutputDiagnostics";
    }
}
