using System;
using System.Globalization;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Templates;

namespace ModelGen.Tool.Compilation;

/// <summary>An error that the C# compiler finds in emitted code, which should have none: said in a sentence that names its place all the same.</summary>
internal static class EmittedError
{
    // What the generator's file with the chat templates is called, behind the name of the model's class.
    private const string TemplatesEnding = "ChatTemplates.g.cs";

    /// <summary>Says what is wrong in the code of a model.</summary>
    /// <param name="error">What the compiler has said.</param>
    public static string Describe(Diagnostic error)
    {
        string message = error.GetMessage(CultureInfo.InvariantCulture);
        return error.Location.SourceTree is not SyntaxTree tree ? message
            : tree.FilePath.EndsWith(TemplatesEnding, StringComparison.Ordinal) ? $"the chat template, {DescribeInTemplate(error)}"
            : string.Create(
                CultureInfo.InvariantCulture, $"{tree.FilePath}, line {LineOf(error) + 1}: the emitted C# does not compile: {error.Id}: {message}");
    }

    /// <summary>Says what is wrong in the code of a chat template, with the template's line.</summary>
    /// <param name="error">What the compiler has said.</param>
    public static string DescribeInTemplate(Diagnostic error) => string.Create(
        CultureInfo.InvariantCulture,
        $"line {TemplateCompiler.LineOf(error.Location.SourceTree!.ToString(), LineOf(error))}: the emitted C# does not compile: {error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}");

    private static int LineOf(Diagnostic error) => error.Location.GetLineSpan().StartLinePosition.Line;
}
