using System;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>What a template says that cannot be compiled. It never leaves <see cref="TemplateCompiler"/>, which makes a problem of it.</summary>
internal sealed class TemplateSyntaxException(string message, TemplatePosition position) : Exception(message)
{
    /// <summary>Where in the template.</summary>
    public TemplatePosition Position { get; } = position;
}
