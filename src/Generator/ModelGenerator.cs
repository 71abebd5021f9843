using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Model;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Templates;
using ModelGen.Gguf;
using ModelGen.Vocabularies;

namespace ModelGen.Generator;

/// <summary>
/// Compiles the GGUF models that classes name with [GgufModel]. A thin shell: it finds classes and header snapshots, hands them through
/// the stages Read, Recognise, Plan, Specialise and Emit, and adds what they give.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelGenerator : IIncrementalGenerator
{
    /// <summary>Ending of the snapshots among the additional files, behind the model's own file name.</summary>
    internal const string SnapshotEnding = ".header";

    /// <summary>Context length of a class that names none, where the model has a longer one: keys and values for it stay within reason.</summary>
    internal const int DefaultContextLength = 4096;

    // What the project says of a chat template's file: the file name of its model.
    private const string TemplateModelOption = "build_metadata.AdditionalFiles.GgufModelFile";

    private const string AttributeName = "ModelGen.GgufModelAttribute";

    // Namespaces as C# spells them: with @ before names that are keywords.
    private static readonly SymbolDisplayFormat NamespaceFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<AttributedClass> classes = context.SyntaxProvider
            .ForAttributeWithMetadataName(AttributeName, static (node, _) => node is ClassDeclarationSyntax or RecordDeclarationSyntax, Describe)
            .WithTrackingName(Stages.Classes);

        // Where a class stands matters to what is said about it, not to what is written into it: an edit above it plans nothing again.
        IncrementalValuesProvider<TargetClass> targets = classes
            .Select(static (attributed, _) => attributed.Target)
            .WithTrackingName(Stages.Targets);

        IncrementalValuesProvider<HeaderFile> headers = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(".gguf" + SnapshotEnding, StringComparison.OrdinalIgnoreCase))
            .Select(Read)
            .WithTrackingName(Stages.Read);

        IncrementalValueProvider<ImmutableArray<RecognisedModel>> models = headers
            .Select(static (file, _) => new RecognisedModel(file, file.Header is null ? null : Architecture.Recognise(file.Header)))
            .WithTrackingName(Stages.Recognise)
            .Collect();

        IncrementalValueProvider<ImmutableArray<ChatTemplateFile>> templates = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, cancellationToken) => ReadTemplate(pair.Left, pair.Right.GetOptions(pair.Left), cancellationToken))
            .Where(static template => template is not null)
            .Select(static (template, _) => template!)
            .Collect();

        IncrementalValuesProvider<PlannedClass> planned = targets
            .Combine(models.Combine(templates))
            .Select(static (pair, _) => Plan(pair.Left, pair.Right.Left, pair.Right.Right))
            .WithTrackingName(Stages.Plan);

        IncrementalValuesProvider<EquatableArray<GeneratedFile>> files = planned
            .Where(static planned => planned.Plan is not null)
            .Select(static (planned, _) => ModelEmitter.Emit(planned.Target, planned.Plan!).ToEquatableArray())
            .WithTrackingName(Stages.Emit);

        IncrementalValueProvider<ImmutableArray<PlannedClass>> remarked = planned
            .Where(static planned => planned.Diagnostics.Count > 0)
            .Collect();

        IncrementalValuesProvider<PlacedDiagnostic> diagnostics = classes
            .Combine(remarked)
            .SelectMany(static (pair, _) => Place(pair.Left, pair.Right))
            .WithTrackingName(Stages.Diagnostics);

        context.RegisterSourceOutput(files, static (output, generated) =>
        {
            foreach (GeneratedFile file in generated)
            {
                output.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8));
            }
        });
        context.RegisterSourceOutput(diagnostics, static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));
    }

    private static AttributedClass Describe(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var declaration = (TypeDeclarationSyntax)context.TargetNode;
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        AttributeData attribute = context.Attributes[0];
        int contextLength = Number(attribute, nameof(TargetClass.ContextLength));
        int keyValueFormat = Number(attribute, nameof(TargetClass.KeyValueFormat));
        SyntaxNode attributeSyntax = attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) ?? declaration;
        var target = new TargetClass(
            symbol.ContainingNamespace.IsGlobalNamespace ? "" : symbol.ContainingNamespace.ToDisplayString(NamespaceFormat),
            CSharpNames.Escaped(symbol.Name),
            attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "",
            contextLength,
            (KeyValueFormat)keyValueFormat,
            IsPartial: declaration.Modifiers.Any(modifier => modifier.ValueText == "partial"),
            IsPlain: declaration.ParameterList is null && symbol is
            {
                ContainingType: null,
                IsGenericType: false,
                IsStatic: false,
                IsAbstract: false,
                IsRecord: false,
                IsFileLocal: false,
                BaseType.SpecialType: SpecialType.System_Object,
            });
        return new AttributedClass(target, SourcePlace.Of(attributeSyntax.GetLocation()), SourcePlace.Of(declaration.Identifier.GetLocation()));
    }

    /// <summary>A number or enumeration among an attribute's named arguments; 0, the default of each, where it is not given.</summary>
    private static int Number(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value as int? ?? 0;

    private static HeaderFile Read(AdditionalText file, CancellationToken cancellationToken)
    {
        string name = Path.GetFileName(file.Path);
        string modelName = name.Substring(0, name.Length - SnapshotEnding.Length);
        try
        {
            return new HeaderFile(modelName, GgufSnapshot.Parse(file.GetText(cancellationToken)?.ToString() ?? ""), Error: null);
        }
        catch (ModelGenException error)
        {
            return new HeaderFile(modelName, Header: null, error.Message);
        }
    }

    /// <summary>The chat template of a file whose item names a model, else null.</summary>
    private static ChatTemplateFile? ReadTemplate(AdditionalText file, AnalyzerConfigOptions options, CancellationToken cancellationToken) =>
        options.TryGetValue(TemplateModelOption, out string? model) && model.Length > 0
            ? new ChatTemplateFile(model, Path.GetFileName(file.Path), file.GetText(cancellationToken)?.ToString() ?? "")
            : null;

    private static PlannedClass Plan(TargetClass target, ImmutableArray<RecognisedModel> models, ImmutableArray<ChatTemplateFile> templateFiles)
    {
        if (!target.IsPartial)
        {
            return Refuse(DiagnosticInfo.Create(Descriptors.NotPartial, target.Name));
        }

        if (!target.IsPlain)
        {
            return Refuse(DiagnosticInfo.Create(Descriptors.NotPlainClass, target.Name));
        }

        RecognisedModel? model = models.FirstOrDefault(candidate => string.Equals(candidate.File.FileName, target.FileName, StringComparison.OrdinalIgnoreCase));
        if (model is null)
        {
            return Refuse(DiagnosticInfo.Create(Descriptors.NoSuchModel, target.FileName));
        }

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

        if (!Enum.IsDefined(typeof(KeyValueFormat), target.KeyValueFormat))
        {
            return Refuse(DiagnosticInfo.Create(
                Descriptors.UnknownKeyValueFormat,
                target.FileName,
                ((int)target.KeyValueFormat).ToString(System.Globalization.CultureInfo.InvariantCulture),
                string.Join(", ", Enum.GetNames(typeof(KeyValueFormat)))));
        }

        string tokenizer = header.Find("tokenizer.ggml.model")?.Text ?? "";
        DiagnosticInfo[] warnings = TokenizerKinds.Of(tokenizer) == TokenizerKind.IdsOnly
            ? [DiagnosticInfo.Create(
                Descriptors.UnsupportedTokenizer, target.FileName, GgufText.OneLine(tokenizer), string.Join(", ", TokenizerKinds.Names))]
            : PreTokenizers.Unsupported(header) is string pre
            ? [DiagnosticInfo.Create(
                Descriptors.UnsupportedPreTokenizer, target.FileName, GgufText.OneLine(pre), string.Join(", ", PreTokenizerRules.Names))]
            : [];
        ChatTemplateSet templates = ChatTemplates.Of(
            header,
            templateFiles.FirstOrDefault(file => string.Equals(file.ModelFileName, target.FileName, StringComparison.OrdinalIgnoreCase)));
        IEnumerable<DiagnosticInfo> templateWarnings = templates.Problems.Select(problem => DiagnosticInfo.Create(
            Descriptors.UnsupportedChatTemplate,
            target.FileName,
            problem.Key,
            problem.Position.Line.ToString(System.Globalization.CultureInfo.InvariantCulture),
            problem.Position.Column.ToString(System.Globalization.CultureInfo.InvariantCulture),
            problem.Message));
        ModelPlan plan = Planner.Create(header, spec, model.File.FileName, contextLength, target.KeyValueFormat, templates.Templates);
        return new PlannedClass(target, plan, warnings.Concat(templateWarnings).ToEquatableArray());

        PlannedClass Refuse(params DiagnosticInfo[] diagnostics) => new(target, Plan: null, diagnostics.ToEquatableArray());
    }

    /// <summary>What is said about a class, at its place.</summary>
    private static IEnumerable<PlacedDiagnostic> Place(AttributedClass attributed, ImmutableArray<PlannedClass> remarked)
    {
        PlannedClass? planned = remarked.FirstOrDefault(candidate => candidate.Target == attributed.Target);
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
        public const string Emit = nameof(Emit);
        public const string Diagnostics = nameof(Diagnostics);
    }

    /// <summary>A class with its plan, or with what stands in the way of one; a plan may have warnings.</summary>
    private sealed record PlannedClass(TargetClass Target, ModelPlan? Plan, EquatableArray<DiagnosticInfo> Diagnostics);
}
