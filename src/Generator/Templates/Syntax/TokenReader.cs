using System;
using System.Collections.Generic;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>Walks through the tokens of a template.</summary>
internal sealed class TokenReader(IReadOnlyList<TemplateToken> tokens)
{
    private int _index;

    /// <summary>The token that comes next.</summary>
    public TemplateToken Current => tokens[_index];

    /// <summary>The token behind it; the last token stands for all behind it.</summary>
    public TemplateToken Following => tokens[Math.Min(_index + 1, tokens.Count - 1)];

    /// <summary>Takes the next token.</summary>
    public TemplateToken Take()
    {
        TemplateToken token = Current;
        if (token.Kind != TokenKind.End)
        {
            _index++;
        }

        return token;
    }

    /// <summary>Takes the next token if it is this operator.</summary>
    public bool TakeOperator(string text) => Take(Current.IsOperator(text));

    /// <summary>Takes the next token if it is this name.</summary>
    public bool TakeName(string text) => Take(Current.IsName(text));

    /// <summary>Takes the operator that must come next.</summary>
    public void ExpectOperator(string text)
    {
        if (!TakeOperator(text))
        {
            throw Unexpected($"'{text}'");
        }
    }

    /// <summary>Takes the name that must come next.</summary>
    public string ExpectName() => Expect(TokenKind.Name, "a name").Text;

    /// <summary>Takes the token that must come next.</summary>
    public TemplateToken Expect(TokenKind kind, string what) => Current.Kind == kind ? Take() : throw Unexpected(what);

    /// <summary>Takes items with commas between, of which one may stand behind the last, up to an operator, and that operator.</summary>
    public void TakeItems(string end, Action takeItem)
    {
        for (bool isFirst = true; !TakeOperator(end); isFirst = false)
        {
            if (!isFirst)
            {
                ExpectOperator(",");
                if (TakeOperator(end))
                {
                    return;
                }
            }

            takeItem();
        }
    }

    /// <summary>The next token is not what it should be.</summary>
    public TemplateSyntaxException Unexpected(string expected) => Error(
        Current.Kind == TokenKind.End ? $"{expected} is expected, and the template ends" : $"{expected} is expected, not '{Current.Text}'");

    /// <summary>An error at the next token.</summary>
    public TemplateSyntaxException Error(string message) => new(message, Current.Position);

    private bool Take(bool condition)
    {
        if (condition)
        {
            Take();
        }

        return condition;
    }
}
