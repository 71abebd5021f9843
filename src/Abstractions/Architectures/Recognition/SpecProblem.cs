using System;
using System.Globalization;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Gguf;

namespace ModelGen.Architectures;

/// <summary>Why a header cannot be compiled. The generator has one diagnostic an entry (docs/diagnostics.md).</summary>
internal enum SpecProblemKind
{
    /// <summary>{0} architecture, {1} those that are supported.</summary>
    UnsupportedArchitecture,

    /// <summary>{0} tensor, {1} its shape.</summary>
    MissingTensor,

    /// <summary>{0} tensor, {1} its shape, {2} the shape it should have.</summary>
    WrongShape,

    /// <summary>{0} tensor, {1} its format, {2} the formats that are compiled.</summary>
    UnsupportedFormat,

    /// <summary>{0} key, {1} what is wrong with it.</summary>
    BadMetadata,

    /// <summary>{0} key, {1} its value.</summary>
    UnsupportedSetting,

    /// <summary>{0} tensor, {1} architecture.</summary>
    UnknownTensor,

    /// <summary>{0} which part of how many, {1} how the name of the first one ends.</summary>
    PartOfSplit,
}

/// <summary>A problem with what it is about.</summary>
internal sealed record SpecProblem(SpecProblemKind Kind, EquatableArray<string> Arguments)
{
    /// <summary>A problem; its arguments may come from the file, whatever that says.</summary>
    public static SpecProblem Create(SpecProblemKind kind, params string[] arguments) => new(kind, arguments.Select(GgufText.OneLine).ToEquatableArray());

    /// <summary>The sentence that users read, in the compiler, from the build task and at run time alike.</summary>
    public string Message => string.Format(CultureInfo.InvariantCulture, FormatOf(Kind), Arguments.ToArray<object>());

    /// <summary>The sentence with {0}, {1}, … for the arguments.</summary>
    public static string FormatOf(SpecProblemKind kind) => kind switch
    {
        SpecProblemKind.UnsupportedArchitecture =>
            "architecture '{0}' is not supported; supported are: {1}",
        SpecProblemKind.MissingTensor =>
            "tensor '{0}' {1} is missing; convert the model again with a current converter",
        SpecProblemKind.WrongShape =>
            "tensor '{0}' has shape {1} where the metadata ask for {2}",
        SpecProblemKind.UnsupportedFormat =>
            "tensor '{0}' has format {1}, which is not supported; quantise the model to one of {2}",
        SpecProblemKind.BadMetadata =>
            "metadata key '{0}' {1}",
        SpecProblemKind.UnsupportedSetting =>
            "the model asks for {0} = {1}, which is not supported",
        SpecProblemKind.UnknownTensor =>
            "tensor '{0}' is not part of architecture '{1}' as it is supported; leaving it out would change the model's answers",
        SpecProblemKind.PartOfSplit =>
            "the header is of {0} of a split model alone; name the first part, whose name ends with '{1}', and have all parts in its folder",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>A spec, or the problems that stand in its way; never both.</summary>
internal sealed record Recognition(ModelSpec? Spec, EquatableArray<SpecProblem> Problems);
