using System;
using System.Collections.Generic;
using ModelGen.Collections;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>Parses expressions. One method a level of precedence, the loosest first.</summary>
internal sealed partial class ExpressionParser(TokenReader tokens)
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
}
