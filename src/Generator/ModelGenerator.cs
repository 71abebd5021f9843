using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Forests;
using ModelGen.Generator.Model;
using ModelGen.Generator.Output;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Templates;
using ModelGen.Gguf;
using ModelGen.Templates;
using ModelGen.Vocabularies;

namespace ModelGen.Generator;

/// <summary>
/// Compiles the GGUF models that classes name with [GgufModel]. A thin shell: it finds classes and header snapshots, hands them through
/// the stages Read, Recognise, Plan, Specialise and Emit, and adds what they give. Types with [GeneratedOutput] are <see cref="OutputPipeline"/>'s,
/// classes with [RandomForest] <see cref="ForestPipeline"/>'s.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelGenerator : IIncrementalGenerator
{
    /// <summary>Context length of a class that names none, where the model has a longer one: keys and values for it stay within reason.</summary>
    internal const int DefaultContextLength = 4096;

    private const string AttributeName = "ModelGen.GgufModelAttribute";

    // Emitted code has interfaces with static members: what picks the kernels costs no call.
    private const LanguageVersion OldestLanguage = LanguageVersion.CSharp11;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        OutputPipeline.Register(context, OldestLanguage);
        ForestPipeline.Register(context, OldestLanguage);
        IncrementalValuesProvider<AttributedClass> classes = context.SyntaxProvider
            .ForAttributeWithMetadataName(AttributeName, static (node, _) => node is ClassDeclarationSyntax or RecordDeclarationSyntax, ClassReader.Read)
            .WithTrackingName(Stages.Classes);

        // Where a class stands matters to what is said about it, not to what is written into it: an edit above it plans nothing again.
        IncrementalValuesProvider<TargetClass> targets = classes
            .Select(static (attributed, _) => attributed.Target)
            .Collect()
            .SelectMany(static (targets, _) => TargetClass.Distinct(targets))
            .WithTrackingName(Stages.Targets);

        IncrementalValuesProvider<HeaderFile> headers = context.AdditionalTextsProvider
            .SelectMany(ModelFiles.ReadHeader)
            .WithTrackingName(Stages.Read);

        IncrementalValueProvider<ImmutableArray<RecognisedModel>> models = headers
            .Select(static (file, _) => new RecognisedModel(file, file.Header is null ? null : Architecture.Recognise(file.Header)))
            .WithTrackingName(Stages.Recognise)
            .Collect();

        IncrementalValueProvider<ImmutableArray<ChatTemplateText>> templates = context.AdditionalTextsProvider
            .SelectMany(ModelFiles.ReadTemplate)
            .Collect();

        IncrementalValueProvider<LanguageVersion> language = context.ParseOptionsProvider
            .Select(static (options, _) => ((CSharpParseOptions)options).LanguageVersion);

        IncrementalValuesProvider<PlannedClass> planned = targets
            .Combine(models.Combine(templates).Combine(language))
            .Select(static (pair, _) => Plan(pair.Left, pair.Right.Left.Left, pair.Right.Left.Right, pair.Right.Right))
            .WithTrackingName(Stages.Plan);

        IncrementalValuesProvider<PlannedClass> compiled = planned.Where(static planned => planned.Plan is not null);

        // What the program sees of a model, and so what an editor wants to know at every keystroke.
        IncrementalValuesProvider<GeneratedFile> declarations = compiled
            .Select(static (planned, _) => ModelEmitter.Emit(planned.Target, planned.Plan!))
            .WithTrackingName(Stages.Declare);

        // What only the compiler needs, to make a program.
        IncrementalValuesProvider<EquatableArray<GeneratedFile>> implementations = compiled
            .Select(static (planned, _) => ImplementationEmitter.Emit(planned.Target, planned.Plan!).ToEquatableArray())
            .WithTrackingName(Stages.Emit);

        IncrementalValueProvider<ImmutableArray<PlannedClass>> remarked = planned
            .Where(static planned => planned.Diagnostics.Count > 0)
            .Collect();

        IncrementalValuesProvider<PlacedDiagnostic> diagnostics = classes
            .Combine(remarked)
            .SelectMany(static (pair, _) => Place(pair.Left, pair.Right))
            .WithTrackingName(Stages.Diagnostics);

        IncrementalValuesProvider<DiagnosticInfo> unnamed = models
            .Combine(targets.Select(static (target, _) => target.FileName).Collect())
            .SelectMany(static (pair, _) => ModelFiles.Unnamed(pair.Left, pair.Right));

        context.AddDeclarations(declarations);
        context.RegisterImplementationSourceOutput(implementations, static (output, files) =>
        {
            foreach (GeneratedFile file in files)
            {
                OutputRegistration.Add(output, file);
            }
        });

        // The compilation joins behind all stages: only what is reported is placed again when it changes.
        context.Report(diagnostics);
        context.RegisterSourceOutput(unnamed, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic(Location.None)));
    }

    private static PlannedClass Plan(
        TargetClass target, ImmutableArray<RecognisedModel> models, ImmutableArray<ChatTemplateText> projectTemplates, LanguageVersion language)
    {
        if (target.NotPartial is string notPartial)
        {
            return Refuse(DiagnosticInfo.Create(Descriptors.NotPartial, notPartial));
        }

        if (target.Obstacle is string obstacle)
        {
            return Refuse(DiagnosticInfo.Create(Descriptors.NotPlainClass, target.Name, obstacle));
        }

        if (language < OldestLanguage)
        {
            return Refuse(DiagnosticInfo.Create(
                Descriptors.LanguageVersionTooOld, target.FileName, language.ToDisplayString(), OldestLanguage.ToDisplayString()));
        }

        NamedModel? named = ModelFiles.Find(models, target.FileName, out DiagnosticInfo? refusal);
        if (named is null)
        {
            return Refuse(refusal!);
        }

        RecognisedModel model = named.Model;
        if (model.File.Header is not GgufHeader header)
        {
            return Refuse(DiagnosticInfo.Create(Descriptors.BadHeader, target.FileName, model.File.Error!));
        }

        if (model.Recognition!.Spec is not ModelSpec spec)
        {
            return Refuse(model.Recognition.Problems
                .Select(problem => DiagnosticInfo.Create(Descriptors.Of(problem.Kind), target.FileName, problem.Message))
                .ToArray());
        }

        int contextLength = target.ContextLength == 0 ? Math.Min(spec.ContextLength, DefaultContextLength) : target.ContextLength;
        if (contextLength < 1 || contextLength > spec.ContextLength)
        {
            return Refuse(DiagnosticInfo.Create(
                Descriptors.ContextLengthOutOfRange,
                target.FileName,
                contextLength.ToString(System.Globalization.CultureInfo.InvariantCulture),
                spec.ContextLength.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        if ((Unknown(target.KeyValueFormat) ?? Unknown(target.WordPieceRules)) is DiagnosticInfo unknown)
        {
            return Refuse(unknown);
        }

        DiagnosticInfo[] warnings = VocabularyKeys.WhyIdsOnly(header) is string reason
            ? [DiagnosticInfo.Create(Descriptors.UnsupportedTokenizer, target.FileName, reason, string.Join(", ", TokenizerKinds.Names))]
            : PreTokenizers.Unsupported(header) is string pre
            ? [DiagnosticInfo.Create(
                Descriptors.UnsupportedPreTokenizer, target.FileName, GgufText.OneLine(pre), string.Join(", ", PreTokenizerRules.Names))]
            : [];
        ChatTemplateSet templates = ChatTemplates.Of(
            header,
            projectTemplates.FirstOrDefault(template => template.ModelPath == model.File.Path));
        IEnumerable<DiagnosticInfo> templateWarnings = templates.Problems.Select(problem => DiagnosticInfo.Create(
            Descriptors.UnsupportedChatTemplate,
            target.FileName,
            problem.Key,
            problem.Position.Line.ToString(System.Globalization.CultureInfo.InvariantCulture),
            problem.Position.Column.ToString(System.Globalization.CultureInfo.InvariantCulture),
            problem.Message));
        ModelPlan plan = Planner.Create(header, spec, named.Name, contextLength, target.KeyValueFormat, templates.Templates, wordPieceRules: target.WordPieceRules);
        if (target.MemoryBudgetBytes != 0 && plan.MemoryBytes > target.MemoryBudgetBytes)
        {
            long[] bytes = [plan.MemoryBytes, target.MemoryBudgetBytes, plan.WeightBytes, plan.StateBytes, contextLength, plan.LogitBytes, plan.AllScratchBytes];
            return Refuse(DiagnosticInfo.Create(
                Descriptors.MemoryBudgetExceeded,
                [target.FileName, .. bytes.Select(number => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture))]));
        }

        return new PlannedClass(target, plan, warnings.Concat(templateWarnings).ToEquatableArray());

        // What was cast to an enumeration and is no member of it.
        DiagnosticInfo? Unknown<T>(T member)
            where T : struct, Enum => Enum.IsDefined(typeof(T), member) ? null : DiagnosticInfo.Create(
                Descriptors.UnknownMember,
                target.FileName,
                typeof(T).Name,
                Convert.ToInt64(member, System.Globalization.CultureInfo.InvariantCulture).ToString(System.Globalization.CultureInfo.InvariantCulture),
                string.Join(", ", Enum.GetNames(typeof(T))));

        PlannedClass Refuse(params DiagnosticInfo[] diagnostics) => new(target, Plan: null, diagnostics.ToEquatableArray());
    }

    /// <summary>What is said about a class, at its place.</summary>
    private static IEnumerable<PlacedDiagnostic> Place(AttributedClass attributed, ImmutableArray<PlannedClass> remarked)
    {
        PlannedClass? planned = remarked.FirstOrDefault(candidate => candidate.Target.FullName == attributed.Target.FullName);
        return planned is null ? [] : planned.Diagnostics.Select(diagnostic => new PlacedDiagnostic(diagnostic, attributed.PlaceOf(diagnostic)));
    }

    /// <summary>Names of the steps, for the tests that watch what an edit runs again.</summary>
    internal static class Stages
    {
        public const string Classes = nameof(Classes);
        public const string Targets = nameof(Targets);
        public const string Read = nameof(Read);
        public const string Recognise = nameof(Recognise);
        public const string Plan = nameof(Plan);
        public const string Declare = nameof(Declare);
        public const string Emit = nameof(Emit);
        public const string Diagnostics = nameof(Diagnostics);
    }

    /// <summary>A class with its plan, or with what stands in the way of one; a plan may have warnings.</summary>
    private sealed record PlannedClass(TargetClass Target, ModelPlan? Plan, EquatableArray<DiagnosticInfo> Diagnostics);
}
