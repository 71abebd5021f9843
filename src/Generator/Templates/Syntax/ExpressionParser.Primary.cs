using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using ModelGen.Collections;

namespace ModelGen.Generator.Templates.Syntax;

/// <content>What stands by itself: names, literals, parentheses, lists and dictionaries.</content>
internal sealed partial class ExpressionParser
{
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
                return new FloatLiteral(ParseFloat(token));
            case TokenKind.Operator when tokens.TakeOperator("("):
                Expression inner = Nested(() => ParseTupleItems(withConditional: true, isInParentheses: true));
                tokens.ExpectOperator(")");
                return inner;
            case TokenKind.Operator when tokens.TakeOperator("["):
                return ParseList();
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

    // Python reads what is too large as infinity; .NET does so too, or throws, depending on what the compiler runs on.
    private static double ParseFloat(TemplateToken token)
    {
        try
        {
            double value = double.Parse(token.Text.Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture);
            return double.IsInfinity(value) ? throw TooLarge() : value;
        }
        catch (OverflowException)
        {
            throw TooLarge();
        }

        TemplateSyntaxException TooLarge() => new($"the number {token.Text} is larger than a double can be", token.Position);
    }

    private Expression ParseTupleItems(bool withConditional, bool isInParentheses)
    {
        List<Expression> items = [];
        bool isTuple = false;
        while (!IsEndOfTuple())
        {
            CheckParts(items.Count);
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
            _ => Checked(new ListLiteral(items.ToEquatableArray(), IsTuple: true)),
        };
    }

    private bool IsEndOfTuple() => tokens.Current.Kind is TokenKind.TagEnd or TokenKind.OutputEnd || tokens.Current.IsOperator(")");

    private Expression ParseList()
    {
        List<Expression> items = [];
        tokens.TakeItems("]", () => items.Add(Parse()));
        return Checked(new ListLiteral(items.ToEquatableArray(), IsTuple: false));
    }

    private Expression ParseDictionary()
    {
        List<DictionaryEntry> entries = [];
        tokens.TakeItems("}", () =>
        {
            TemplatePosition position = tokens.Current.Position;
            Expression key = Parse();
            if (key is DictionaryLiteral or ListLiteral { IsTuple: false })
            {
                throw new TemplateSyntaxException("a list or a dictionary cannot be a key", position);
            }

            tokens.ExpectOperator(":");
            entries.Add(new DictionaryEntry(key, Parse()));
        });
        return Checked(new DictionaryLiteral(entries.ToEquatableArray()));
    }
}
