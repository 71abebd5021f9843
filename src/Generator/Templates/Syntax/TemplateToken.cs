namespace ModelGen.Generator.Templates.Syntax;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>Text outside of all tags.</summary>
    Data,

    /// <summary>{{</summary>
    OutputBegin,

    /// <summary>}}</summary>
    OutputEnd,

    /// <summary>{%</summary>
    TagBegin,

    /// <summary>%}</summary>
    TagEnd,

    /// <summary>A name or a keyword.</summary>
    Name,

    /// <summary>Digits, in any notation that Jinja has.</summary>
    Integer,

    /// <summary>A number with a point or an exponent.</summary>
    Float,

    /// <summary>A string; the token's text is what it stands for.</summary>
    Text,

    /// <summary>An operator or a bracket.</summary>
    Operator,

    /// <summary>The end of the template.</summary>
    End,
}

/// <summary>A place in a template; both count from 1.</summary>
internal readonly record struct TemplatePosition(int Line, int Column);

/// <summary>A token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text.</param>
/// <param name="Position">Where it starts.</param>
internal sealed record TemplateToken(TokenKind Kind, string Text, TemplatePosition Position)
{
    /// <summary>Whether it is this operator.</summary>
    public bool IsOperator(string text) => Kind == TokenKind.Operator && Text == text;

    /// <summary>Whether it is this name.</summary>
    public bool IsName(string text) => Kind == TokenKind.Name && Text == text;
}
