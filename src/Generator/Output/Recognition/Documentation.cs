using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>
/// What the sources say of a symbol: [Description], or the summary of its documentation comment. Comments are read as text, because projects
/// that write no documentation file have them as comments like any other.
/// </summary>
internal static class Documentation
{
    private const string DescriptionAttribute = "System.ComponentModel.DescriptionAttribute";
    private const string Mark = "///";

    /// <summary>The description of a type or of a member; null where there is none.</summary>
    public static string? Of(ISymbol symbol) => Described(symbol) ?? Find(symbol, document => document.Element("summary"));

    /// <summary>The description of a property that a record's parameter declares.</summary>
    public static string? OfParameter(IParameterSymbol parameter) => Described(parameter) ?? Find(
        parameter.ContainingType,
        document => document.Elements("param").FirstOrDefault(element => element.Attribute("name")?.Value == parameter.Name));

    private static string? Described(ISymbol symbol) =>
        JsonAttributes.Argument<string>(JsonAttributes.Find(symbol, DescriptionAttribute), 0) is { Length: > 0 } text ? text : null;

    private static string? Find(ISymbol symbol, Func<XElement, XElement?> part) => symbol.DeclaringSyntaxReferences
        .Select(reference => Parse(reference.GetSyntax()))
        .Select(document => document is null ? null : part(document))
        .OfType<XElement>()
        .Select(TextOf)
        .FirstOrDefault(text => text.Length > 0);

    private static XElement? Parse(SyntaxNode declaration)
    {
        SyntaxNode commented = declaration is VariableDeclaratorSyntax { Parent.Parent: { } field } ? field : declaration;
        IEnumerable<string> lines = commented.GetLeadingTrivia().ToFullString()
            .Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith(Mark, StringComparison.Ordinal))
            .Select(line => line.Substring(Mark.Length));
        try
        {
            return XElement.Parse($"<doc>{string.Join("\n", lines)}</doc>");
        }
        catch (XmlException)
        {
            // The compiler says so itself where it reads the comment.
            return null;
        }
    }

    /// <summary>The text on one line; what it refers to by its last name.</summary>
    private static string TextOf(XElement element)
    {
        StringBuilder text = new();
        foreach (XNode node in element.DescendantNodes())
        {
            switch (node)
            {
                case XText part:
                    text.Append(part.Value);
                    break;
                case XElement { IsEmpty: true } reference when (reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name")) is { } name:
                    text.Append(name.Value.Split('.', ':').Last());
                    break;
                case XElement { Name.LocalName: "para" or "br" }:
                    text.Append(' ');
                    break;
            }
        }

        return string.Join(" ", text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
