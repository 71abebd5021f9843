using System;
using System.Collections.Generic;
using ModelGen.Collections;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>Parses expressions. One method a level of precedence, the loosest first.</summary>
internal sealed partial class ExpressionParser(TokenReader tokens)
{
    // Real templates nest some ten deep and join some thirty parts. With a stack of a megabyte, which is what Windows gives, the C# compiler
    // comes to about twice this depth; beyond it, it ends with an error that names no template, or with the whole process.
    private const int MaxDepth = 100;

    // Parts of a list or a text, which stand beside each other.
    private const int MaxParts = 1000;

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

    private Expression Nested(Func<Expression> parse)
    {
        if (++_depth > MaxDepth)
        {
            throw TooDeep();
        }

        Expression expression = parse();
        _depth--;
        return expression;
    }

    /// <summary>An expression that may be the operand of the next: a + b + c is nested as ((a) + b) + c.</summary>
    private Expression Checked(Expression expression) => expression.Height > MaxDepth ? throw TooDeep() : expression;

    private TemplateSyntaxException TooDeep() => tokens.Error($"the expression is nested, or goes on, more than {MaxDepth} deep");

    private void CheckParts(int count)
    {
        if (count == MaxParts)
        {
            throw tokens.Error($"the expression has more than {MaxParts} parts in a row");
        }
    }

    private Expression ParseConditional()
    {
        Expression value = ParseOr();
        while (tokens.TakeName("if"))
        {
            Expression condition = ParseOr();
            Expression? otherwise = tokens.TakeName("else") ? Nested(ParseConditional) : null;
            value = Checked(new ConditionalExpression(condition, value, otherwise));
        }

        return value;
    }

    private Expression ParseOr()
    {
        Expression left = ParseAnd();
        while (tokens.TakeName("or"))
        {
            left = Checked(new BinaryExpression(BinaryOperator.Or, left, ParseAnd()));
        }

        return left;
    }

    private Expression ParseAnd()
    {
        Expression left = ParseNot();
        while (tokens.TakeName("and"))
        {
            left = Checked(new BinaryExpression(BinaryOperator.And, left, ParseNot()));
        }

        return left;
    }

    private Expression ParseNot() =>
        tokens.TakeName("not") ? Checked(new UnaryExpression(UnaryOperator.Not, Nested(ParseNot))) : ParseComparison();

    private Expression ParseComparison()
    {
        Expression left = ParseSum();
        List<ChainedComparison> comparisons = [];
        while (TakeComparison() is BinaryOperator comparison)
        {
            comparisons.Add(new ChainedComparison(comparison, ParseSum()));
            CheckParts(comparisons.Count);
        }

        return comparisons.Count switch
        {
            0 => left,
            1 => Checked(new BinaryExpression(comparisons[0].Operator, left, comparisons[0].Right)),
            _ => Checked(new ChainExpression(left, comparisons.ToEquatableArray())),
        };
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
            CheckParts(items.Count);
            items.Add(ParseProduct());
        }

        return Checked(new ConcatExpression(items.ToEquatableArray()));
    }

    private Expression ParseProduct() => ParseChain(Products, ParsePower);

    private Expression ParsePower() => ParseChain(Powers, () => ParseUnary(withFilters: true));

    private Expression ParseChain(Dictionary<string, BinaryOperator> operators, Func<Expression> parsePart)
    {
        Expression left = parsePart();
        while (TakeOneOf(operators) is BinaryOperator found)
        {
            left = Checked(new BinaryExpression(found, left, parsePart()));
        }

        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        Expression value =
            tokens.TakeOperator("-") ? Negative(Nested(() => ParseUnary(withFilters: false)))
            : tokens.TakeOperator("+") ? new UnaryExpression(UnaryOperator.Positive, Nested(() => ParseUnary(withFilters: false)))
            : ParsePrimary();
        value = ParsePostfix(Checked(value));
        return withFilters ? ParseFiltersAndTests(value) : value;
    }

    private static Expression Negative(Expression operand) => operand switch
    {
        IntegerLiteral literal => new IntegerLiteral(-literal.Value),
        FloatLiteral literal when literal.Value > 0 => new FloatLiteral(-literal.Value),
        _ => new UnaryExpression(UnaryOperator.Negative, operand),
    };
}
