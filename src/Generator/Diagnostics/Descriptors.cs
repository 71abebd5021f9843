using System.Globalization;
using Microsoft.CodeAnalysis;
using ModelGen.Architectures;

namespace ModelGen.Generator.Diagnostics;

/// <summary>What the generator can say; docs/diagnostics.md explains each. Of models {0} is always the GGUF file, where there is one.</summary>
internal static class Descriptors
{
    // A recogniser's problem: the file and the sentence that the build task and the runtime say too.
    private const string Problem = "'{0}': {1}";

    public static readonly DiagnosticDescriptor NoSuchModel = Error(
        "MGEN001", "No such GgufModel item", "no GgufModel item is called '{0}'; add <GgufModel Include=\"path/{0}\" /> to the project");

    public static readonly DiagnosticDescriptor BadHeader = Error(
        "MGEN002", "Not a GGUF header", "the header of '{0}' cannot be read: {1}");

    public static readonly DiagnosticDescriptor UnsupportedArchitecture = Error("MGEN003", "Unsupported architecture", Problem);

    public static readonly DiagnosticDescriptor MissingTensor = Error("MGEN004", "Missing tensor", Problem);

    public static readonly DiagnosticDescriptor WrongShape = Error("MGEN005", "Wrong tensor shape", Problem);

    public static readonly DiagnosticDescriptor UnsupportedFormat = Error("MGEN006", "Unsupported tensor format", Problem);

    public static readonly DiagnosticDescriptor NotPartial = Error(
        "MGEN007", "Model class is not partial", "type '{0}' must be declared partial: it carries [GgufModel] or stands around a class that does");

    public static readonly DiagnosticDescriptor ContextLengthOutOfRange = Error(
        "MGEN008", "Context length out of range", "ContextLength is {1}, but '{0}' takes from 1 to {2} tokens");

    public static readonly DiagnosticDescriptor BadMetadata = Error("MGEN009", "Bad metadata", Problem);

    public static readonly DiagnosticDescriptor UnsupportedSetting = Error("MGEN010", "Unsupported model setting", Problem);

    public static readonly DiagnosticDescriptor UnknownTensor = Error("MGEN011", "Unknown tensor", Problem);

    public static readonly DiagnosticDescriptor NotPlainClass = Error(
        "MGEN012",
        "Model class cannot be compiled into",
        "class '{0}' carries [GgufModel] and must not {1}");

    public static readonly DiagnosticDescriptor UnsupportedTokenizer = Warning(
        "MGEN014",
        "Unsupported tokenizer",
        "'{0}': {1}, so the model takes and gives ids, not text; supported tokenizers are: {2}");

    public static readonly DiagnosticDescriptor UnknownMember = Error(
        "MGEN015", "Unknown member of an enumeration", "'{0}': there is no {1} {2}; there are: {3}");

    public static readonly DiagnosticDescriptor UnsupportedPreTokenizer = Warning(
        "MGEN016",
        "Unsupported pre-tokenizer",
        "'{0}': pre-tokenizer '{1}' is not supported, so the model takes and gives ids, not text; supported are: {2}");

    public static readonly DiagnosticDescriptor UnsupportedChatTemplate = Warning(
        "MGEN017",
        "Unsupported chat template",
        "'{0}': {1}, line {2}, column {3}: {4}; the model is compiled without this template");

    public static readonly DiagnosticDescriptor LanguageVersionTooOld = Error(
        "MGEN018",
        "C# version too old",
        "'{0}': the project's LangVersion is {1}, and generated code needs C# {2} or later; remove LangVersion from the project, or raise it");

    public static readonly DiagnosticDescriptor AmbiguousModel = Error(
        "MGEN023", "Two models fit", "'{0}' fits several GgufModel items: {1}; name one of them with its folder");

    public static readonly DiagnosticDescriptor UnnamedModel = Warning(
        "MGEN024",
        "Model without a class",
        "no class carries [GgufModel(\"{0}\")]: the item's weights are packed and shipped, but no code is compiled for them");

    public static readonly DiagnosticDescriptor PartOfSplit = Error("MGEN028", "Part of a split model", Problem);

    public static readonly DiagnosticDescriptor MemoryBudgetExceeded = Error(
        "MGEN031",
        "Memory budget exceeded",
        "'{0}' takes {1} bytes with one session, and MemoryBudgetBytes is {2}: {3} of weights, {4} that a session of {5} tokens remembers, {6} of logits, {7} of scratch; lower ContextLength, take KeyValueFormat.Int8 or a denser format of weights, or raise the budget");

    public static readonly DiagnosticDescriptor OutputNotPartial = Error(
        "MGEN034",
        "Output type is not partial",
        "type '{0}' must be declared partial: it carries [GeneratedOutput] or stands around a type that does");

    public static readonly DiagnosticDescriptor NotPlainOutputType = Error(
        "MGEN035", "Output type cannot be written into", "type '{0}' carries [GeneratedOutput] and must not {1}");

    public static readonly DiagnosticDescriptor UnsupportedOutputType = Error(
        "MGEN036", "Unsupported type in output", "'{0}' has the type '{1}', {2}");

    public static readonly DiagnosticDescriptor UnsupportedOutputProperty = Error("MGEN037", "Unsupported property in output", "'{0}' {1}");

    public static readonly DiagnosticDescriptor NoOutputConstructor = Error("MGEN038", "No constructor for output", "'{0}' {1}");

    public static readonly DiagnosticDescriptor BadOutputConstraint = Error("MGEN039", "Limit that does not fit", "[{1}] on '{0}' {2}");

    public static readonly DiagnosticDescriptor NoSuchForest = Error(
        "MGEN040",
        "No such RandomForest item",
        "no RandomForest item is called '{0}'; add <RandomForest Include=\"path/{0}\" /> to the project");

    public static readonly DiagnosticDescriptor AmbiguousForest = Error(
        "MGEN041", "Two forests fit", "'{0}' fits several RandomForest items: {1}; name one of them with its folder");

    public static readonly DiagnosticDescriptor BadForest = Error("MGEN042", "Not a random forest", Problem);

    public static readonly DiagnosticDescriptor ForestNotPartial = Error(
        "MGEN043",
        "Forest class is not partial",
        "type '{0}' must be declared partial: it carries [RandomForest] or stands around a class that does");

    public static readonly DiagnosticDescriptor NotPlainForest = Error(
        "MGEN044", "Forest class cannot be compiled into", "class '{0}' carries [RandomForest] and must not {1}");

    public static readonly DiagnosticDescriptor UnnamedForest = Warning(
        "MGEN045", "Forest without a class", "no class carries [RandomForest(\"{0}\")]: nothing is compiled for the item");

    private const string Category = "ModelGen";

    public static DiagnosticDescriptor Of(SpecProblemKind kind) => kind switch
    {
        SpecProblemKind.UnsupportedArchitecture => UnsupportedArchitecture,
        SpecProblemKind.MissingTensor => MissingTensor,
        SpecProblemKind.WrongShape => WrongShape,
        SpecProblemKind.UnsupportedFormat => UnsupportedFormat,
        SpecProblemKind.BadMetadata => BadMetadata,
        SpecProblemKind.UnsupportedSetting => UnsupportedSetting,
        SpecProblemKind.PartOfSplit => PartOfSplit,
        _ => UnknownTensor,
    };

    private static DiagnosticDescriptor Error(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Create(string id, string title, string message, DiagnosticSeverity severity) => new(
        id,
        title,
        message,
        Category,
        severity,
        isEnabledByDefault: true,
        helpLinkUri: string.Format(CultureInfo.InvariantCulture, "docs/diagnostics.md#{0}", id.ToLowerInvariant()));
}
