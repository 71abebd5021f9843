using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Diagnostics;
using ModelGen.Gguf;
using ModelGen.Packing;
using ModelGen.Templates;

namespace ModelGen.Generator.Model;

/// <summary>
/// What the build hands over of a project's models, found among the additional files by what is written in them: their own names are only
/// what file systems and compilers take, and metadata of items are cut at characters that a file name may well have.
/// </summary>
internal static class ModelFiles
{
    /// <summary>The snapshot in a file; nothing where it is another file.</summary>
    public static ImmutableArray<HeaderFile> ReadHeader(AdditionalText file, CancellationToken cancellationToken)
    {
        if (TextOf(file, GgufSnapshot.FileEnding, cancellationToken) is not string text || !GgufSnapshot.IsSnapshot(text))
        {
            return [];
        }

        try
        {
            GgufHeader header = GgufSnapshot.Parse(text, out string path);
            return [new HeaderFile(ModelPath.Normalise(path), header, Error: null)];
        }
        catch (ModelGenException error)
        {
            // Who the model is cannot be read either, perhaps; the file is named after it.
            string path = file.Path.Substring(0, file.Path.Length - GgufSnapshot.FileEnding.Length);
            return [new HeaderFile(ModelPath.Normalise(path), Header: null, error.Message)];
        }
    }

    /// <summary>The chat template in a file; nothing where it is another file.</summary>
    public static ImmutableArray<ChatTemplateText> ReadTemplate(AdditionalText file, CancellationToken cancellationToken)
    {
        if (TextOf(file, ChatTemplateText.FileEnding, cancellationToken) is not string text || ChatTemplateText.Parse(text) is not { } template)
        {
            return [];
        }

        return [template with { ModelPath = ModelPath.Normalise(template.ModelPath) }];
    }

    /// <summary>The model that a class means, with the name that the project has for it.</summary>
    /// <param name="models">The project's models.</param>
    /// <param name="name">What the class calls it.</param>
    /// <param name="problem">Why there is none.</param>
    public static NamedModel? Find(ImmutableArray<RecognisedModel> models, string name, out DiagnosticInfo? problem)
    {
        string[] paths = PathsOf(models);
        int[] found = ModelPath.Find(paths, name);
        if (found.Length == 1)
        {
            problem = null;
            return new NamedModel(models[found[0]], ModelPath.Names(paths)[found[0]]);
        }

        string[] names = ModelPath.Names(paths);
        problem = found.Length == 0
            ? DiagnosticInfo.Create(Descriptors.NoSuchModel, name)
            : DiagnosticInfo.Create(Descriptors.AmbiguousModel, name, string.Join(", ", found.Select(index => $"'{names[index]}'")));
        return null;
    }

    /// <summary>A remark for each model that no class means. There is none where a class means a model that is not there: it may be that one.</summary>
    /// <param name="models">The project's models.</param>
    /// <param name="names">What the classes call their models.</param>
    public static IEnumerable<DiagnosticInfo> Unnamed(ImmutableArray<RecognisedModel> models, ImmutableArray<string> names) =>
        UnnamedFiles.Of(PathsOf(models), names).Select(name => DiagnosticInfo.Create(Descriptors.UnnamedModel, name));

    private static string[] PathsOf(ImmutableArray<RecognisedModel> models) => [.. models.Select(model => model.File.Path)];

    private static string? TextOf(AdditionalText file, string ending, CancellationToken cancellationToken) =>
        file.Path.EndsWith(ending, System.StringComparison.OrdinalIgnoreCase) ? file.GetText(cancellationToken)?.ToString() : null;
}
