using System;
using System.Linq;
using System.Numerics;

namespace ModelGen.Templates;

public readonly partial struct TemplateValue
{
    // Python would compute for hours.
    private const int MaxPower = 100_000;

    /// <summary>Whether Python counts it as true.</summary>
    /// <param name="value">The value.</param>
    public static bool operator true(TemplateValue value) => value.IsTruthy;

    /// <summary>Whether Python counts it as false.</summary>
    /// <param name="value">The value.</param>
    public static bool operator false(TemplateValue value) => !value.IsTruthy;

    /// <summary>Makes &amp;&amp; give its second operand where the first counts as true.</summary>
    /// <param name="left">The first operand.</param>
    /// <param name="right">The second operand.</param>
    public static TemplateValue operator &(TemplateValue left, TemplateValue right) => right;

    /// <summary>Makes || give its second operand where the first counts as false.</summary>
    /// <param name="left">The first operand.</param>
    /// <param name="right">The second operand.</param>
    public static TemplateValue operator |(TemplateValue left, TemplateValue right) => right;

    /// <summary>not value</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue operator !(TemplateValue value) => !value.IsTruthy;

    /// <summary>left == right</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static TemplateValue operator ==(TemplateValue left, TemplateValue right) => left.Equals(right);

    /// <summary>left != right</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static TemplateValue operator !=(TemplateValue left, TemplateValue right) => !left.Equals(right);

    /// <summary>left &lt; right</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static TemplateValue operator <(TemplateValue left, TemplateValue right) => PythonComparison.Compare(left, right, "<") is < 0;

    /// <summary>left &lt;= right</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static TemplateValue operator <=(TemplateValue left, TemplateValue right) => PythonComparison.Compare(left, right, "<=") is <= 0;

    /// <summary>left &gt; right</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static TemplateValue operator >(TemplateValue left, TemplateValue right) => PythonComparison.Compare(left, right, ">") is > 0;

    /// <summary>left &gt;= right</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static TemplateValue operator >=(TemplateValue left, TemplateValue right) => PythonComparison.Compare(left, right, ">=") is >= 0;

    /// <summary>The value, which two comparisons share: in a &lt; b &lt; c, b is evaluated once.</summary>
    /// <param name="kept">The same.</param>
    public TemplateValue Keep(out TemplateValue kept) => kept = this;

    /// <summary>-value</summary>
    /// <param name="value">A number.</param>
    public static TemplateValue operator -(TemplateValue value) => value switch
    {
        { Integer: BigInteger integer } => Of(-integer),
        { FloatingPoint: double number } => -number,
        _ => throw new ChatTemplateException($"bad operand type for unary -: '{value.Defined().TypeName}'"),
    };

    /// <summary>+value</summary>
    /// <param name="value">A number.</param>
    public static TemplateValue operator +(TemplateValue value) => value switch
    {
        { Integer: BigInteger integer } => Of(integer),
        { FloatingPoint: not null } => value,
        _ => throw new ChatTemplateException($"bad operand type for unary +: '{value.Defined().TypeName}'"),
    };

    /// <summary>left + right: a sum, or one text or list behind the other.</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static TemplateValue operator +(TemplateValue left, TemplateValue right)
    {
        if (left.Text is TemplateText first)
        {
            return right.Text is TemplateText second
                ? Of(MarkupText.Concat(first, second))
                : throw new ChatTemplateException($"can only concatenate str (not \"{right.Defined().TypeName}\") to str");
        }

        if (left.AsList is TemplateList list && right.AsList is TemplateList other && list.IsTuple == other.IsTuple)
        {
            return OfList(list.Items.Concat(other.Items), list.IsTuple);
        }

        return Calculate(left, right, "+", static (x, y) => x + y, static (x, y) => x + y);
    }

    /// <summary>left - right</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A number.</param>
    public static TemplateValue operator -(TemplateValue left, TemplateValue right) =>
        Calculate(left, right, "-", static (x, y) => x - y, static (x, y) => x - y);

    /// <summary>left * right: a product, or a text or list several times.</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value.</param>
    public static TemplateValue operator *(TemplateValue left, TemplateValue right)
    {
        if (left.Integer is not null && (right.Text is not null || right.AsList is not null))
        {
            return right * left;
        }

        if (right.Integer is BigInteger times)
        {
            int count = (int)BigInteger.Max(0, BigInteger.Min(times, int.MaxValue));
            if (left.Text is TemplateText text)
            {
                return Of(Repeat(text, count));
            }

            if (left.AsList is TemplateList list)
            {
                return (long)list.Items.Count * count <= TemplateFunctions.MaxRange
                    ? OfList(Enumerable.Repeat(list.Items, count).SelectMany(items => items), list.IsTuple)
                    : throw new ChatTemplateException($"The chat template makes a list of more than {TemplateFunctions.MaxRange} items.");
            }
        }

        return Calculate(left, right, "*", static (x, y) => x * y, static (x, y) => x * y);
    }

    /// <summary>left / right, which is never whole.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A number.</param>
    public static TemplateValue operator /(TemplateValue left, TemplateValue right) =>
        left.Integer is BigInteger x && right.Integer is BigInteger y
            ? PythonNumbers.Divide(x, NotZero(y, "division by zero"))
            : Operand(left, right, "/") / NotZero(Operand(right, left, "/", isRight: true), "division by zero");

    /// <summary>left % right: the rest of a division, of the divisor's sign; or a text with its places filled in.</summary>
    /// <param name="left">A number or a text.</param>
    /// <param name="right">A number, or what is filled in.</param>
    public static TemplateValue operator %(TemplateValue left, TemplateValue right) => left.Text is TemplateText format
        ? Of(PercentFormat.Fill(format, right))
        : Calculate(
            left,
            right,
            "%",
            static (x, y) => x - y * FloorOf(x, NotZero(y, "integer modulo by zero")),
            static (x, y) => PythonNumbers.Divide(x, NotZero(y, "float modulo")).Remainder);

    /// <summary>left // right</summary>
    /// <param name="right">A number.</param>
    public TemplateValue FloorDivide(TemplateValue right) => Calculate(
        this,
        right,
        "//",
        static (x, y) => FloorOf(x, NotZero(y, "integer division or modulo by zero")),
        static (x, y) => PythonNumbers.Divide(x, NotZero(y, "float floor division by zero")).Quotient);

    /// <summary>left ** right</summary>
    /// <param name="right">A number.</param>
    public TemplateValue Power(TemplateValue right)
    {
        if (Integer is BigInteger number && right.Integer is BigInteger exponent && exponent >= 0)
        {
            return exponent * Math.Max(1, number.GetBitLength()) <= MaxPower
                ? Of(BigInteger.Pow(number, (int)exponent))
                : throw new ChatTemplateException($"The chat template makes a number of more than {MaxPower} bits.");
        }

        return PythonNumbers.Power(Operand(this, right, "** or pow()"), Operand(right, this, "** or pow()", isRight: true));
    }

    private static TemplateText Repeat(TemplateText text, int count)
    {
        TemplateTextBuilder repeated = new();
        for (int i = 0; i < count && text.Length > 0; i++)
        {
            repeated.Append(text);
        }

        return repeated.ToText();
    }

    private static BigInteger FloorOf(BigInteger left, BigInteger right)
    {
        BigInteger quotient = BigInteger.DivRem(left, right, out BigInteger rest);
        return !rest.IsZero && rest.Sign != right.Sign ? quotient - 1 : quotient;
    }

    private static T NotZero<T>(T divisor, string message)
        where T : INumberBase<T> => T.IsZero(divisor) ? throw new ChatTemplateException(message) : divisor;

    private static TemplateValue Calculate(
        TemplateValue left,
        TemplateValue right,
        string symbol,
        Func<BigInteger, BigInteger, BigInteger> ofIntegers,
        Func<double, double, double> ofNumbers) =>
        left.Integer is BigInteger x && right.Integer is BigInteger y
            ? Of(ofIntegers(x, y))
            : ofNumbers(Operand(left, right, symbol), Operand(right, left, symbol, isRight: true));

    private static double Operand(TemplateValue value, TemplateValue other, string symbol, bool isRight = false) => value.Number
        ?? throw new ChatTemplateException(
            $"unsupported operand type(s) for {symbol}: '{(isRight ? other : value).Defined().TypeName}' and '{(isRight ? value : other).Defined().TypeName}'");
}
