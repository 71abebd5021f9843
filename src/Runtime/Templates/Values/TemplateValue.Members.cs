using System;
using System.Linq;
using System.Numerics;

namespace ModelGen.Templates;

public readonly partial struct TemplateValue
{
    /// <summary>value[key], or value.key: an item, a character, an entry; undefined where there is none.</summary>
    /// <param name="key">An index or a key.</param>
    /// <exception cref="ChatTemplateException">The value is undefined.</exception>
    public TemplateValue this[TemplateValue key]
    {
        get
        {
            Defined();
            if (AsDictionary is TemplateDictionary dictionary && dictionary.TryGet(key, out TemplateValue entry))
            {
                return entry;
            }

            if (key.Text is TemplateText name)
            {
                return Member(name.Text);
            }

            if (key.Integer is BigInteger index && (Text is not null || AsList is not null))
            {
                int count = Count!.Value;
                BigInteger place = index < 0 ? index + count : index;
                if (place >= 0 && place < count)
                {
                    return Text is TemplateText text ? Of(text.Character((int)place)) : AsList!.Items[(int)place];
                }
            }

            return UndefinedOf($"'{TypeName} object' has no element {PythonText.Represent(key).Text}");
        }
    }

    /// <summary>value.name, where the name is that of a method: the method of the value, or else its entry of this name.</summary>
    /// <param name="name">The name.</param>
    public TemplateValue Attribute(string name)
    {
        TemplateValue member = Defined().Member(name);
        return member.IsUndefined && AsDictionary is TemplateDictionary dictionary && dictionary.TryGet(name, out TemplateValue entry)
            ? entry
            : member;
    }

    /// <summary>value.name(arguments)</summary>
    /// <param name="name">Name of a method.</param>
    /// <param name="arguments">Its arguments.</param>
    public TemplateValue Call(string name, params TemplateValue[] arguments) => Call(name, TemplateArguments.Of(arguments));

    /// <summary>value.name(arguments)</summary>
    /// <param name="name">Name of a method.</param>
    /// <param name="arguments">Its arguments.</param>
    public TemplateValue Call(string name, TemplateArguments arguments) => Attribute(name).Invoke(arguments);

    /// <summary>value(arguments)</summary>
    /// <param name="arguments">The arguments.</param>
    public TemplateValue Invoke(params TemplateValue[] arguments) => Invoke(TemplateArguments.Of(arguments));

    /// <summary>value(arguments)</summary>
    /// <param name="arguments">The arguments.</param>
    /// <exception cref="ChatTemplateException">The value is no function.</exception>
    public TemplateValue Invoke(TemplateArguments arguments) => Defined().AsFunction is TemplateFunction function
        ? function.Invoke(arguments)
        : throw new ChatTemplateException($"'{TypeName}' object is not callable");

    /// <summary>Assigns a variable of a namespace.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ChatTemplateException">The value is no namespace.</exception>
    public void SetAttribute(string name, TemplateValue value) =>
        (AsNamespace ?? throw new ChatTemplateException("cannot assign attribute on non-namespace object"))[name] = value;

    /// <summary>item in value: a part of a text, an item of a list, a key of a dictionary.</summary>
    /// <param name="item">The item.</param>
    public TemplateValue Contains(TemplateValue item)
    {
        if (Text is TemplateText text)
        {
            return item.Text is TemplateText part
                ? text.Text.Contains(part.Text, StringComparison.Ordinal)
                : throw new ChatTemplateException($"'in <string>' requires string as left operand, not {item.TypeName}");
        }

        if (AsDictionary is TemplateDictionary dictionary)
        {
            return dictionary.TryGet(item, out _);
        }

        return IsUndefined || AsList is not null
            ? Items().Contains(item)
            : throw new ChatTemplateException($"argument of type '{TypeName}' is not iterable");
    }

    /// <summary>value[start:stop:step]</summary>
    /// <param name="start">First index; not given: from one end.</param>
    /// <param name="stop">Index behind the last; not given: to the other end.</param>
    /// <param name="step">Distance of the indices; not given: 1.</param>
    public TemplateValue Slice(TemplateValue start = default, TemplateValue stop = default, TemplateValue step = default)
    {
        Defined();
        if (Text is null && AsList is null)
        {
            throw new ChatTemplateException($"'{TypeName}' object cannot be sliced");
        }

        int count = Count!.Value;
        BigInteger by = Bound(step) ?? BigInteger.One;
        if (by.IsZero)
        {
            throw new ChatTemplateException("slice step cannot be zero");
        }

        BigInteger first = Place(Bound(start), by.Sign < 0 ? count - 1 : 0);
        BigInteger end = Place(Bound(stop), by.Sign < 0 ? -1 : count);
        if (by.IsOne && Text is TemplateText text)
        {
            return Of(first < end ? text.Characters((int)first, (int)end) : TemplateText.Empty);
        }

        TemplateValue[] items = ToArray();
        TemplateTextBuilder characters = new();
        System.Collections.Generic.List<TemplateValue> taken = [];
        for (BigInteger i = first; by.Sign < 0 ? i > end : i < end; i += by)
        {
            taken.Add(items[(int)i]);
            if (Text is not null)
            {
                characters.Append(items[(int)i].Text!);
            }
        }

        return Text is null ? OfList(taken, AsList!.IsTuple) : Of(characters.ToText());

        // Indices from the end are negative; what lies outside is cut off.
        BigInteger Place(BigInteger? bound, int missing)
        {
            if (bound is not BigInteger index)
            {
                return missing;
            }

            BigInteger place = index < 0 ? index + count : index;
            return by.Sign < 0
                ? BigInteger.Max(-1, BigInteger.Min(place, count - 1))
                : BigInteger.Max(0, BigInteger.Min(place, count));
        }
    }

    // None stands for a bound that is not given, as in Python.
    internal static BigInteger? Bound(TemplateValue bound) => !bound.IsGiven || bound.IsNone
        ? null
        : bound.Integer ?? throw new ChatTemplateException("slice indices must be integers or None or have an __index__ method");

    private TemplateValue Member(string name)
    {
        if (AsNamespace is TemplateNamespace variables)
        {
            return variables[name];
        }

        if (AsLoop is TemplateLoop loop)
        {
            return loop[name];
        }

        (Func<TemplateArguments, TemplateValue>? method, string type) = _value switch
        {
            TemplateText text => (TextMethods.Find(text, name), MethodSignatures.OfTexts),
            TemplateList list => (ListMethods.Find(list, name), MethodSignatures.OfLists),
            TemplateDictionary dictionary => (DictionaryMethods.Find(dictionary, name), MethodSignatures.OfDictionaries),
            _ => (null, ""),
        };
        return method is null
            ? UndefinedOf(IsNone ? $"'None' has no attribute '{name}'" : $"'{TypeName} object' has no attribute '{name}'")
            : Function(name, arguments =>
            {
                MethodSignatures.Check(type, name, arguments);
                return method(arguments);
            });
    }
}
