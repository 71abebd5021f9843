using ModelGen.Generator.Emit;
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
    /// <summary>Parses a template.</summary>
    /// <param name="text">Jinja.</param>
    public static ParsedTemplate Parse(string text)
    {
        try
        {
            return new ParsedTemplate(TemplateParser.Parse(text), Problem: null);
        }
        catch (TemplateSyntaxException error)
        {
            return new ParsedTemplate(Syntax: null, new TemplateProblem(error.Message, error.Position));
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
}
