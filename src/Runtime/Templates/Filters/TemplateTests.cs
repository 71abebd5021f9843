using System.ComponentModel;

namespace ModelGen.Templates;

/// <summary>The tests of Jinja: value is …. Emitted code uses it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TemplateTests
{
    /// <summary>Whether it is a boolean.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsBoolean(TemplateValue value) => value.Boolean is not null;

    /// <summary>Whether it can be called.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsCallable(TemplateValue value) => value.AsFunction is not null;

    /// <summary>Whether there is such a value.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsDefined(TemplateValue value) => !value.IsUndefined;

    /// <summary>Whether a number divides it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="num">The number.</param>
    public static TemplateValue IsDivisibleBy(TemplateValue value, TemplateValue num) => value % num == 0;

    /// <summary>Whether the two are equal.</summary>
    /// <param name="value">The value.</param>
    /// <param name="other">The other.</param>
    public static TemplateValue IsEqual(TemplateValue value, TemplateValue other) => value == other;

    /// <summary>Whether the two are not equal.</summary>
    /// <param name="value">The value.</param>
    /// <param name="other">The other.</param>
    public static TemplateValue IsNotEqual(TemplateValue value, TemplateValue other) => value != other;

    /// <summary>Whether it is an even number.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsEven(TemplateValue value) => value % 2 == 0;

    /// <summary>Whether it is an odd number.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsOdd(TemplateValue value) => value % 2 == 1;

    /// <summary>Whether it is the boolean false.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsFalse(TemplateValue value) => value.Boolean is false;

    /// <summary>Whether it is the boolean true.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsTrue(TemplateValue value) => value.Boolean is true;

    /// <summary>Whether it is a number with a point.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsFloat(TemplateValue value) => value.FloatingPoint is not null;

    /// <summary>Whether it is a whole number.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsInteger(TemplateValue value) => value.Integer is not null && value.Boolean is null;

    /// <summary>Whether it is a number; booleans are numbers.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsNumber(TemplateValue value) => value.Integer is not null || value.FloatingPoint is not null;

    /// <summary>value &gt; other</summary>
    /// <param name="value">The value.</param>
    /// <param name="other">The other.</param>
    public static TemplateValue IsGreater(TemplateValue value, TemplateValue other) => value > other;

    /// <summary>value &gt;= other</summary>
    /// <param name="value">The value.</param>
    /// <param name="other">The other.</param>
    public static TemplateValue IsGreaterOrEqual(TemplateValue value, TemplateValue other) => value >= other;

    /// <summary>value &lt; other</summary>
    /// <param name="value">The value.</param>
    /// <param name="other">The other.</param>
    public static TemplateValue IsLess(TemplateValue value, TemplateValue other) => value < other;

    /// <summary>value &lt;= other</summary>
    /// <param name="value">The value.</param>
    /// <param name="other">The other.</param>
    public static TemplateValue IsLessOrEqual(TemplateValue value, TemplateValue other) => value <= other;

    /// <summary>Whether it is in a list, a dictionary or a text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="seq">Where it is looked for.</param>
    public static TemplateValue IsIn(TemplateValue value, TemplateValue seq) => seq.Contains(value);

    /// <summary>Whether a loop can go through it.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsIterable(TemplateValue value) => value.Count is not null;

    /// <summary>Whether it has a length and items; dictionaries have.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsSequence(TemplateValue value) => value.Count is not null && value.AsLoop is null;

    /// <summary>Whether it is a dictionary.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsMapping(TemplateValue value) => value.AsDictionary is not null;

    /// <summary>Whether it is none.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsNone(TemplateValue value) => value.IsNone;

    /// <summary>Whether it is the very same value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="other">The other.</param>
    public static TemplateValue IsSameAs(TemplateValue value, TemplateValue other) => value.IsSameObject(other);

    /// <summary>Whether it is a text.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsText(TemplateValue value) => value.Text is not null;

    /// <summary>Whether there is no such value.</summary>
    /// <param name="value">The value.</param>
    public static TemplateValue IsUndefined(TemplateValue value) => value.IsUndefined;

    /// <summary>Whether it has letters with case, all of them lower case.</summary>
    /// <param name="value">A text.</param>
    public static TemplateValue IsLower(TemplateValue value) => TextCasing.IsLower(PythonText.Of(value));

    /// <summary>Whether it has letters with case, all of them upper case.</summary>
    /// <param name="value">A text.</param>
    public static TemplateValue IsUpper(TemplateValue value) => TextCasing.IsUpper(PythonText.Of(value));
}
