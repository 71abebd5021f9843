using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Numerics;

namespace ModelGen.Templates;

/// <summary>
/// A value of a template, of any type: undefined, none, a boolean, a number, a text, a list, a dictionary, a function. Its operators do what
/// Python's do, which Jinja has its values from; <c>&amp;&amp;</c> and <c>||</c> give one of their operands. Emitted code uses it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly partial struct TemplateValue : IEquatable<TemplateValue>
{
    private static readonly object NoneObject = new();

    // Null for an argument that is not given; NoneObject; bool; BigInteger; double; or one of the classes of this folder.
    private readonly object? _value;

    private TemplateValue(object? value) => _value = value;

    /// <summary>none.</summary>
    public static TemplateValue None { get; } = new(NoneObject);

    /// <summary>What there is not.</summary>
    public static TemplateValue Undefined { get; } = UndefinedOf("a value is undefined");

    internal bool IsUndefined => _value is null or TemplateUndefined;

    /// <summary>Whether it is an argument that the template gives, undefined or not.</summary>
    internal bool IsGiven => _value is not null;

    internal bool IsNone => _value == NoneObject;

    internal bool IsHashable => _value is not (TemplateDictionary or TemplateList { IsTuple: false });

    internal bool? Boolean => _value as bool?;

    internal double? FloatingPoint => _value as double?;

    /// <summary>A whole number, which a boolean is too.</summary>
    internal BigInteger? Integer => _value switch
    {
        BigInteger integer => integer,
        bool boolean => boolean ? BigInteger.One : BigInteger.Zero,
        _ => null,
    };

    /// <summary>A number of any type.</summary>
    internal double? Number => FloatingPoint ?? (Integer is BigInteger integer ? PythonNumbers.ToDouble(integer) : null);

    internal TemplateText? Text => _value as TemplateText;

    internal TemplateList? AsList => _value as TemplateList;

    internal TemplateDictionary? AsDictionary => _value as TemplateDictionary;

    internal TemplateFunction? AsFunction => _value as TemplateFunction;

    internal TemplateNamespace? AsNamespace => _value as TemplateNamespace;

    internal TemplateLoop? AsLoop => _value as TemplateLoop;

    /// <summary>Python's name of the type.</summary>
    internal string TypeName => _value switch
    {
        null or TemplateUndefined => "Undefined",
        bool => "bool",
        BigInteger => "int",
        double => "float",
        TemplateText => "str",
        TemplateList { IsTuple: true } => "tuple",
        TemplateList => "list",
        TemplateDictionary => "dict",
        TemplateFunction => "function",
        TemplateNamespace => "Namespace",
        TemplateLoop => "LoopContext",
        _ => "NoneType",
    };

    /// <summary>A text of the template.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator TemplateValue(string text) => new(TemplateText.OfTemplate(text));

    /// <summary>A whole number.</summary>
    /// <param name="number">The number.</param>
    public static implicit operator TemplateValue(long number) => new(new BigInteger(number));

    /// <summary>A number.</summary>
    /// <param name="number">The number.</param>
    public static implicit operator TemplateValue(double number) => new(number);

    /// <summary>A boolean.</summary>
    /// <param name="boolean">The boolean.</param>
    public static implicit operator TemplateValue(bool boolean) => new(boolean);

    /// <summary>A list.</summary>
    /// <param name="items">Its items.</param>
    public static TemplateValue List(params TemplateValue[] items) => new(new TemplateList(items, isTuple: false));

    /// <summary>A tuple.</summary>
    /// <param name="items">Its items.</param>
    public static TemplateValue Tuple(params TemplateValue[] items) => new(new TemplateList(items, isTuple: true));

    /// <summary>A dictionary.</summary>
    /// <param name="entries">Its keys and values by turns.</param>
    public static TemplateValue Dictionary(params TemplateValue[] entries)
    {
        TemplateDictionary dictionary = new();
        for (int i = 0; i < entries.Length; i += 2)
        {
            dictionary.Set(entries[i], entries[i + 1]);
        }

        return new TemplateValue(dictionary);
    }

    /// <summary>A macro.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parameters">Names of its parameters.</param>
    /// <param name="body">What it writes; it gets an argument for each parameter, given or not.</param>
    public static TemplateValue Macro(string name, string[] parameters, Func<TemplateArguments, TemplateValue> body) =>
        Function(name, arguments => body(arguments.Bind(name, parameters)));

    /// <summary>The texts of values, one behind the other.</summary>
    /// <param name="values">The values.</param>
    public static TemplateValue Concat(params TemplateValue[] values)
    {
        TemplateTextBuilder text = new();
        foreach (TemplateValue value in values)
        {
            text.Append(PythonText.Of(value));
        }

        return Of(text.ToText());
    }

    internal static TemplateValue Of(TemplateText text) => new(text);

    internal static TemplateValue Of(BigInteger number) => new(number);

    internal static TemplateValue Of(TemplateDictionary dictionary) => new(dictionary);

    internal static TemplateValue Of(TemplateNamespace variables) => new(variables);

    internal static TemplateValue Of(TemplateLoop loop) => new(loop);

    internal static TemplateValue OfList(IEnumerable<TemplateValue> items, bool isTuple = false) => new(new TemplateList([.. items], isTuple));

    internal static TemplateValue Function(string name, Func<TemplateArguments, TemplateValue> body) => new(new TemplateFunction(name, body));

    /// <summary>What there is not, for a reason that is said where it is used.</summary>
    internal static TemplateValue UndefinedOf(string reason) => new(new TemplateUndefined(reason));

    /// <summary>The value itself, which must not be undefined.</summary>
    /// <exception cref="ChatTemplateException">It is.</exception>
    internal TemplateValue Defined() => IsUndefined
        ? throw new ChatTemplateException((_value as TemplateUndefined)?.Reason ?? "a value is undefined")
        : this;

    /// <summary>The value as a whole number, which it must be.</summary>
    /// <exception cref="ChatTemplateException">It is of another type.</exception>
    internal BigInteger ToInteger() =>
        Integer ?? throw new ChatTemplateException($"'{Defined().TypeName}' object cannot be interpreted as an integer");

    /// <summary>Whether Python counts it as true.</summary>
    internal bool IsTruthy => _value switch
    {
        bool boolean => boolean,
        BigInteger integer => !integer.IsZero,
        double number => number != 0,
        TemplateText text => text.Length > 0,
        TemplateList list => list.Items.Count > 0,
        TemplateDictionary dictionary => dictionary.Entries.Count > 0,
        TemplateFunction or TemplateNamespace or TemplateLoop => true,
        _ => false,
    };

    /// <inheritdoc/>
    public bool Equals(TemplateValue other) => PythonComparison.AreEqual(this, other);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is TemplateValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => PythonComparison.HashOf(this);

    /// <summary>The text that a template writes for the value.</summary>
    public override string ToString() => PythonText.Of(this).Text;

    internal bool IsSameObject(TemplateValue other) =>
        ReferenceEquals(_value, other._value)
        || (TypeName == other.TypeName && _value is bool or BigInteger or double or TemplateText && Equals(other));

    internal TemplateValue[] ToArray() => [.. Items()];

    internal int? Count => _value switch
    {
        null or TemplateUndefined => 0,
        TemplateText text => text.CharacterCount,
        TemplateList list => list.Items.Count,
        TemplateDictionary dictionary => dictionary.Entries.Count,
        TemplateLoop loop => loop.Length,
        _ => null,
    };

    /// <summary>The items that a loop over the value goes through.</summary>
    /// <exception cref="ChatTemplateException">It has none, as a number.</exception>
    public IEnumerable<TemplateValue> Items() => _value switch
    {
        null or TemplateUndefined => [],
        TemplateText text => text.Characters().Select(Of),
        TemplateList list => list.Items,
        TemplateDictionary dictionary => dictionary.Entries.Select(entry => entry.Key),
        _ => throw new ChatTemplateException($"'{TypeName}' object is not iterable"),
    };

    /// <summary>The items that a loop with a condition goes through. The condition is asked when the loop comes to an item, and may depend on what the loop has done.</summary>
    /// <param name="condition">Whether it goes through an item.</param>
    /// <exception cref="ChatTemplateException">It has none, as a number.</exception>
    public IEnumerable<TemplateValue> Where(Func<TemplateValue, TemplateValue> condition) => Items().Where(item => condition(item).IsTruthy);

    /// <summary>The items, which must be as many as asked for.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ChatTemplateException">There are more or less.</exception>
    public TemplateValue[] Unpack(int count)
    {
        TemplateValue[] items = Defined().ToArray();
        return items.Length == count
            ? items
            : throw new ChatTemplateException(items.Length > count
                ? $"too many values to unpack (expected {count})"
                : $"not enough values to unpack (expected {count}, got {items.Length})");
    }
}
