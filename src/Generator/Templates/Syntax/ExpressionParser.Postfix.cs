using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.Templates.Library;

namespace ModelGen.Generator.Templates.Syntax;

/// <content>What stands behind a value: members, subscripts, arguments, filters and tests.</content>
internal sealed partial class ExpressionParser
{
    /// <summary>Parses the filters behind a value; the first without its | where <paramref name="startsInline"/>.</summary>
    public Expression ParseFilters(Expression value, bool startsInline = false)
    {
        bool isInline = startsInline;
        while (isInline || tokens.TakeOperator("|"))
        {
            value = Checked(ParseFilter(value));
            isInline = false;
        }

        return value;
    }

    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            Checked(value);
            if (tokens.TakeOperator("."))
            {
                value = ParseMember(value);
            }
            else if (tokens.TakeOperator("["))
            {
                value = ParseSubscript(value);
            }
            else if (tokens.Current.IsOperator("("))
            {
                value = new InvokeExpression(value, ParseArguments());
            }
            else
            {
                return value;
            }
        }
    }

    private Expression ParseMember(Expression value)
    {
        if (tokens.Current.Kind == TokenKind.Integer)
        {
            return new IndexExpression(value, new IntegerLiteral(ParseInteger(tokens.Take())));
        }

        TemplateToken name = tokens.Expect(TokenKind.Name, "a name");
        if (!tokens.Current.IsOperator("("))
        {
            return TemplateLibrary.Methods.Contains(name.Text)
                ? new AttributeExpression(value, name.Text)
                : new IndexExpression(value, new TextLiteral(name.Text));
        }

        return TemplateLibrary.Methods.Contains(name.Text)
            ? new MethodCall(value, name.Text, ParseArguments())
            : throw new TemplateSyntaxException($"the method '{name.Text}' is not supported", name.Position);
    }

    private Expression ParseSubscript(Expression value)
    {
        Expression? start = tokens.Current.IsOperator(":") ? null : Parse();
        if (tokens.TakeOperator("]"))
        {
            return new IndexExpression(value, start!);
        }

        if (!tokens.TakeOperator(":"))
        {
            throw tokens.Unexpected("']'");
        }

        Expression? stop = IsEndOfSlice() ? null : Parse();
        Expression? step = tokens.TakeOperator(":") && !IsEndOfSlice() ? Parse() : null;
        tokens.ExpectOperator("]");
        return new SliceExpression(value, start, stop, step);
    }

    private bool IsEndOfSlice() => tokens.Current.IsOperator(":") || tokens.Current.IsOperator("]");

    private EquatableArray<Argument> ParseArguments()
    {
        tokens.ExpectOperator("(");
        List<Argument> arguments = [];
        tokens.TakeItems(")", () => arguments.Add(ParseArgument(arguments)));
        return arguments.ToEquatableArray();
    }

    private Argument ParseArgument(List<Argument> before)
    {
        if (tokens.Current.IsOperator("*") || tokens.Current.IsOperator("**"))
        {
            throw tokens.Error("arguments that a list or a dictionary holds are not supported");
        }

        if (tokens.Current.Kind == TokenKind.Name && tokens.Following.IsOperator("="))
        {
            TemplateToken name = tokens.Take();
            tokens.Take();
            return before.Any(argument => argument.Name == name.Text)
                ? throw new TemplateSyntaxException($"the argument '{name.Text}' is given twice", name.Position)
                : new Argument(name.Text, Parse());
        }

        return before.Any(argument => argument.Name is not null)
            ? throw tokens.Error("an argument without a name stands behind one with a name")
            : new Argument(null, Parse());
    }

    private Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            Checked(value);
            if (tokens.TakeOperator("|"))
            {
                value = ParseFilter(value);
            }
            else if (tokens.TakeName("is"))
            {
                value = ParseTest(value);
            }
            else if (tokens.Current.IsOperator("("))
            {
                value = new InvokeExpression(value, ParseArguments());
            }
            else
            {
                return value;
            }
        }
    }

    private Expression ParseFilter(Expression value)
    {
        TemplatePosition position = tokens.Current.Position;
        string name = ParseDottedName();
        EquatableArray<Argument> arguments = tokens.Current.IsOperator("(") ? ParseArguments() : EquatableArray<Argument>.Empty;
        return LibraryCalls.Filter(name, value, arguments, position);
    }

    private Expression ParseTest(Expression value)
    {
        bool isNegated = tokens.TakeName("not");
        TemplatePosition position = tokens.Current.Position;
        string name = ParseDottedName();
        Expression test = LibraryCalls.Test(name, value, ParseTestArguments(), position);
        return isNegated ? new UnaryExpression(UnaryOperator.Not, test) : test;
    }

    // A test takes its argument with or without parentheses.
    private EquatableArray<Argument> ParseTestArguments()
    {
        TemplateToken token = tokens.Current;
        if (token.IsOperator("("))
        {
            return ParseArguments();
        }

        // What else stands there would be the argument's name in Jinja.
        if (token.Kind == TokenKind.Name && token.Text is ("is" or "if" or "in" or "not"))
        {
            throw tokens.Error($"'{token.Text}' stands behind a test, which goes in parentheses here");
        }

        bool startsArgument = token.Kind is TokenKind.Text or TokenKind.Integer or TokenKind.Float
            || (token.Kind == TokenKind.Name && token.Text is not ("else" or "or" or "and"))
            || token.IsOperator("[")
            || token.IsOperator("{");
        return startsArgument
            ? new[] { new Argument(null, ParsePostfix(ParsePrimary())) }.ToEquatableArray()
            : EquatableArray<Argument>.Empty;
    }

    private string ParseDottedName()
    {
        string name = tokens.ExpectName();
        while (tokens.TakeOperator("."))
        {
            name += "." + tokens.ExpectName();
        }

        return name;
    }
}
