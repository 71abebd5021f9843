using System;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Templates.Syntax;

namespace ModelGen.Generator.Templates;

/// <summary>What became of a template.</summary>
/// <param name="Syntax">The template parsed, or null where there is a problem.</param>
/// <param name="Problem">What it has that cannot be compiled.</param>
internal sealed record ParsedTemplate(TemplateSyntax? Syntax, TemplateProblem? Problem);

/// <summary>What a template has that cannot be compiled.</summary>
/// <param name="Message">What it is.</param>
/// <param name="Position">Where in the template it is.</param>
internal sealed record TemplateProblem(string Message, TemplatePosition Position);

/// <summary>Compiles Jinja templates.</summary>
internal static class TemplateCompiler
{
    // Real templates have some thousands; a method of C# may have 65,534 variables, and templates one in some characters.
    private const int MaxLength = 64 * 1024;

    // Stands in front of the statements of each line that emitted code names.
    private const string LineMark = "// Line ";

    // The language that emitted code keeps to.
    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp11);

    /// <summary>Parses a template.</summary>
    /// <param name="text">Jinja.</param>
    public static ParsedTemplate Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return Refuse(FormattableString.Invariant($"it is longer than {MaxLength} characters"), new TemplatePosition(1, 1));
        }

        try
        {
            TemplateSyntax syntax = TemplateParser.Parse(text);
            return Check(syntax) is TemplateProblem problem ? new ParsedTemplate(Syntax: null, problem) : new ParsedTemplate(syntax, Problem: null);
        }
        catch (TemplateSyntaxException error)
        {
            return Refuse(error.Message, error.Position);
        }
    }

    /// <summary>A C# file with a template as a class of its own, in no namespace.</summary>
    /// <param name="className">Name of the class.</param>
    /// <param name="name">Name of the template.</param>
    /// <param name="template">The template.</param>
    public static string EmitFile(string className, string name, TemplateSyntax template)
    {
        SourceWriter writer = new();
        writer.Line("#nullable enable").Line("using ModelGen.Templates;").Line();
        TemplateEmitter.Emit(writer, "public", className, name, template);
        return writer.ToString();
    }

    /// <summary>The comment that names a line of the template in emitted code.</summary>
    public static string Mark(int line) => LineMark + line.ToString(CultureInfo.InvariantCulture);

    /// <summary>The line of the template that a line of emitted code belongs to: the last that a comment names in front of it.</summary>
    /// <param name="source">The emitted code.</param>
    /// <param name="line">The line, from 0.</param>
    public static int LineOf(string source, int line) => source
        .Split('\n')
        .Take(line + 1)
        .Select(text => text.TrimStart())
        .Where(text => text.StartsWith(LineMark, StringComparison.Ordinal))
        .Select(text => int.Parse(text.Substring(LineMark.Length), CultureInfo.InvariantCulture))
        .LastOrDefault() is int found and > 0 ? found : 1;

    private static ParsedTemplate Refuse(string message, TemplatePosition position) => new(Syntax: null, new TemplateProblem(message, position));

    // What the C# compiler would refuse without looking at types is the template's problem, not the project's.
    private static TemplateProblem? Check(TemplateSyntax template)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(EmitFile("Checked", "checked", template), Language);
        return tree.GetDiagnostics().FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is Diagnostic error
            ? new TemplateProblem(
                $"the C# that is emitted for it is not valid: {error.GetMessage(CultureInfo.InvariantCulture)}",
                new TemplatePosition(LineOf(tree.ToString(), error.Location.GetLineSpan().StartLinePosition.Line), 1))
            : null;
    }
}
