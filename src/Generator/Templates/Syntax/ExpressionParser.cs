using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using ModelGen.Collections;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>Parses expressions. One method a level of precedence, the loosest first.</summary>
internal sealed class ExpressionParser(TokenReader tokens)
{
    // Real templates nest some ten deep and join some thirty parts. The C# compiler has limits of its own, far beyond.
    private const int MaxDepth = 100;
    private const int MaxChain = 500;

    private static readonly Dictionary<string, BinaryOperator> Comparisons = new(StringComparer.Ordinal)
    {
        ["=="] = BinaryOperator.Equal,
        ["!="] = BinaryOperator.NotEqual,
        ["<"] = BinaryOperator.Less,
        ["<="] = BinaryOperator.LessOrEqual,
        [">"] = BinaryOperator.Greater,
        [">="] = BinaryOperator.GreaterOrEqual,
    };

    private static readonly Dictionary<string, BinaryOperator> Sums = new(StringComparer.Ordinal)
    {
        ["+"] = BinaryOperator.Add,
        ["-"] = BinaryOperator.Subtract,
    };

    private static readonly Dictionary<string, BinaryOperator> Products = new(StringComparer.Ordinal)
    {
        ["*"] = BinaryOperator.Multiply,
        ["/"] = BinaryOperator.Divide,
        ["//"] = BinaryOperator.FloorDivide,
        ["%"] = BinaryOperator.Modulo,
    };

    private static readonly Dictionary<string, BinaryOperator> Powers = new(StringComparer.Ordinal) { ["**"] = BinaryOperator.Power };

    private int _depth;

    /// <summary>The scope whose names are read.</summary>
    public TemplateScope Scope { get; set; } = new(outer: null);

    /// <summary>Parses an expression.</summary>
    public Expression Parse() => Nested(ParseConditional);

    /// <summary>Parses an expression that ends in front of an if.</summary>
    public Expression ParseWithoutConditional() => Nested(ParseOr);

    /// <summary>Parses one expression, or several with commas between, which are a tuple.</summary>
    /// <param name="withConditional">Whether each may be a conditional.</param>
    public Expression ParseTuple(bool withConditional) => ParseTupleItems(withConditional, isInParentheses: false);

    /// <summary>Parses the filters behind a value; the first without its | where <paramref name="startsInline"/>.</summary>
    public Expression ParseFilters(Expression value, bool startsInline = false)
    {
        bool isInline = startsInline;
        for (int count = 0; isInline || tokens.TakeOperator("|"); count++)
        {
            CheckChain(count);
            value = ParseFilter(value);
            isInline = false;
        }

        return value;
    }

    private Expression Nested(Func<Expression> parse)
    {
        if (++_depth > MaxDepth)
        {
            throw tokens.Error($"the expression is nested more than {MaxDepth} deep");
        }

        Expression expression = parse();
        _depth--;
        return expression;
    }

    private void CheckChain(int count)
    {
        if (count == MaxChain)
        {
            throw tokens.Error($"the expression has more than {MaxChain} parts in a row");
        }
    }

    private Expression ParseConditional()
    {
        Expression value = ParseOr();
        for (int count = 0; tokens.TakeName("if"); count++)
        {
            CheckChain(count);
            Expression condition = ParseOr();
            Expression? otherwise = tokens.TakeName("else") ? Nested(ParseConditional) : null;
            value = new ConditionalExpression(condition, value, otherwise);
        }

        return value;
    }

    private Expression ParseOr()
    {
        Expression left = ParseAnd();
        for (int count = 0; tokens.TakeName("or"); count++)
        {
            CheckChain(count);
            left = new BinaryExpression(BinaryOperator.Or, left, ParseAnd());
        }

        return left;
    }

    private Expression ParseAnd()
    {
        Expression left = ParseNot();
        for (int count = 0; tokens.TakeName("and"); count++)
        {
            CheckChain(count);
            left = new BinaryExpression(BinaryOperator.And, left, ParseNot());
        }

        return left;
    }

    private Expression ParseNot() =>
        tokens.TakeName("not") ? new UnaryExpression(UnaryOperator.Not, Nested(ParseNot)) : ParseComparison();

    // a < b < c is a < b and b < c.
    private Expression ParseComparison()
    {
        Expression left = ParseSum();
        Expression? all = null;
        for (int count = 0; TakeComparison() is BinaryOperator comparison; count++)
        {
            CheckChain(count);
            Expression right = ParseSum();
            Expression one = new BinaryExpression(comparison, left, right);
            all = all is null ? one : new BinaryExpression(BinaryOperator.And, all, one);
            left = right;
        }

        return all ?? left;
    }

    private BinaryOperator? TakeComparison()
    {
        if (tokens.Current.IsName("not") && tokens.Following.IsName("in"))
        {
            tokens.Take();
            tokens.Take();
            return BinaryOperator.NotIn;
        }

        return tokens.TakeName("in") ? BinaryOperator.In : TakeOneOf(Comparisons);
    }

    private BinaryOperator? TakeOneOf(Dictionary<string, BinaryOperator> operators)
    {
        if (tokens.Current.Kind == TokenKind.Operator && operators.TryGetValue(tokens.Current.Text, out BinaryOperator found))
        {
            tokens.Take();
            return found;
        }

        return null;
    }

    private Expression ParseSum() => ParseChain(Sums, ParseConcat);

    private Expression ParseConcat()
    {
        Expression first = ParseProduct();
        if (!tokens.Current.IsOperator("~"))
        {
            return first;
        }

        List<Expression> items = [first];
        while (tokens.TakeOperator("~"))
        {
            CheckChain(items.Count);
            items.Add(ParseProduct());
        }

        return new ConcatExpression(items.ToEquatableArray());
    }

    private Expression ParseProduct() => ParseChain(Products, ParsePower);

    private Expression ParsePower() => ParseChain(Powers, () => ParseUnary(withFilters: true));

    private Expression ParseChain(Dictionary<string, BinaryOperator> operators, Func<Expression> parsePart)
    {
        Expression left = parsePart();
        for (int count = 0; TakeOneOf(operators) is BinaryOperator found; count++)
        {
            CheckChain(count);
            left = new BinaryExpression(found, left, parsePart());
        }

        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        Expression value =
            tokens.TakeOperator("-") ? Negative(Nested(() => ParseUnary(withFilters: false)))
            : tokens.TakeOperator("+") ? new UnaryExpression(UnaryOperator.Positive, Nested(() => ParseUnary(withFilters: false)))
            : ParsePrimary();
        value = ParsePostfix(value);
        return withFilters ? ParseFiltersAndTests(value) : value;
    }

    private static Expression Negative(Expression operand) => operand switch
    {
        IntegerLiteral literal => new IntegerLiteral(-literal.Value),
        FloatLiteral literal when literal.Value > 0 => new FloatLiteral(-literal.Value),
        _ => new UnaryExpression(UnaryOperator.Negative, operand),
    };

    private Expression ParsePrimary()
    {
        TemplateToken token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                tokens.Take();
                return OfName(token);
            case TokenKind.Text:
                return ParseText();
            case TokenKind.Integer:
                tokens.Take();
                return new IntegerLiteral(ParseInteger(token));
            case TokenKind.Float:
                tokens.Take();
                return new FloatLiteral(double.Parse(token.Text.Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture));
            case TokenKind.Operator when tokens.TakeOperator("("):
                Expression inner = Nested(() => ParseTupleItems(withConditional: true, isInParentheses: true));
                tokens.ExpectOperator(")");
                return inner;
            case TokenKind.Operator when tokens.TakeOperator("["):
                return new ListLiteral(ParseItems("]"), IsTuple: false);
            case TokenKind.Operator when tokens.TakeOperator("{"):
                return ParseDictionary();
            default:
                throw tokens.Unexpected("an expression");
        }
    }

    private Expression OfName(TemplateToken token)
    {
        switch (token.Text)
        {
            case "true" or "True":
                return new BooleanLiteral(true);
            case "false" or "False":
                return new BooleanLiteral(false);
            case "none" or "None":
                return new NoneLiteral();
            default:
                Scope.Read(token.Text, tokens.Current.IsOperator("(") ? token.Position : null);
                return new NameExpression(token.Text);
        }
    }

    // Strings that follow each other are one.
    private TextLiteral ParseText()
    {
        string text = "";
        while (tokens.Current.Kind == TokenKind.Text)
        {
            text += tokens.Take().Text;
        }

        return new TextLiteral(text);
    }

    private static long ParseInteger(TemplateToken token)
    {
        string digits = token.Text.Replace("_", "").ToLowerInvariant();
        int numberBase = digits.Length < 2 ? 10 : digits[1] switch { 'b' => 2, 'o' => 8, 'x' => 16, _ => 10 };
        BigInteger value = (numberBase == 10 ? digits : digits.Substring(2)).Aggregate(
            BigInteger.Zero, (sum, digit) => sum * numberBase + (char.IsDigit(digit) ? digit - '0' : digit - 'a' + 10));
        return value <= long.MaxValue
            ? (long)value
            : throw new TemplateSyntaxException($"the number {token.Text} has more than 64 bits", token.Position);
    }

    private Expression ParseTupleItems(bool withConditional, bool isInParentheses)
    {
        List<Expression> items = [];
        bool isTuple = false;
        while (!IsEndOfTuple())
        {
            CheckChain(items.Count);
            items.Add(withConditional ? Parse() : ParseWithoutConditional());
            if (!tokens.TakeOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        return items.Count switch
        {
            1 when !isTuple => items[0],
            0 when !isInParentheses => throw tokens.Unexpected("an expression"),
            _ => new ListLiteral(items.ToEquatableArray(), IsTuple: true),
        };
    }

    private bool IsEndOfTuple() => tokens.Current.Kind is TokenKind.TagEnd or TokenKind.OutputEnd || tokens.Current.IsOperator(")");

    private EquatableArray<Expression> ParseItems(string end)
    {
        List<Expression> items = [];
        while (!tokens.TakeOperator(end))
        {
            if (items.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (tokens.TakeOperator(end))
                {
                    break;
                }
            }

            items.Add(Parse());
        }

        return items.ToEquatableArray();
    }

    private DictionaryLiteral ParseDictionary()
    {
        List<DictionaryEntry> entries = [];
        while (!tokens.TakeOperator("}"))
        {
            if (entries.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (tokens.TakeOperator("}"))
                {
                    break;
                }
            }

            Expression key = Parse();
            tokens.ExpectOperator(":");
            entries.Add(new DictionaryEntry(key, Parse()));
        }

        return new DictionaryLiteral(entries.ToEquatableArray());
    }

    private Expression ParsePostfix(Expression value)
    {
        for (int count = 0; ; count++)
        {
            CheckChain(count);
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
        while (!tokens.TakeOperator(")"))
        {
            if (arguments.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (tokens.TakeOperator(")"))
                {
                    break;
                }
            }

            if (tokens.Current.IsOperator("*") || tokens.Current.IsOperator("**"))
            {
                throw tokens.Error("arguments that a list or a dictionary holds are not supported");
            }

            arguments.Add(ParseArgument(arguments));
        }

        return arguments.ToEquatableArray();
    }

    private Argument ParseArgument(List<Argument> before)
    {
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
        for (int count = 0; ; count++)
        {
            CheckChain(count);
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

        bool startsArgument = token.Kind is TokenKind.Text or TokenKind.Integer or TokenKind.Float
            || (token.Kind == TokenKind.Name && token.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not"))
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
