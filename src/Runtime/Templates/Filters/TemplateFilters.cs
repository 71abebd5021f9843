using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;

namespace ModelGen.Templates;

/// <summary>
/// The filters of Jinja, each by what it does; the first parameter is the value, the others are called as in Jinja, and undefined where they
/// are not given. Emitted code uses it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class TemplateFilters
{
    /// <summary>value | attr(name)</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">Name of a method or variable; entries do not count.</param>
    public static TemplateValue Attribute(TemplateValue value, TemplateValue name) => value.AsDictionary is null
        ? value[name]
        : DictionaryMethods.Find(value.AsDictionary, name.ToString()) is null
        ? TemplateValue.UndefinedOf($"'dict object' has no attribute '{name}'")
        : value.Attribute(name.ToString());

    /// <summary>value | batch(linecount, fill_with): lists of so many items each.</summary>
    /// <param name="value">Items.</param>
    /// <param name="linecount">Items of a list.</param>
    /// <param name="fillWith">Fills the last one up.</param>
    public static TemplateValue Batch(TemplateValue value, TemplateValue linecount, TemplateValue fillWith = default)
    {
        int count = Count(linecount, 0);
        if (count < 1)
        {
            throw new ChatTemplateException("batch takes a number of items above 0");
        }

        return TemplateValue.OfList(value.Items().Chunk(count).Select(chunk => TemplateValue.OfList(
            !fillWith.IsGiven || fillWith.IsNone ? chunk : chunk.Concat(Enumerable.Repeat(fillWith, count - chunk.Length)))));
    }

    /// <summary>value | default(default_value, boolean): another value where it is undefined.</summary>
    /// <param name="value">The value.</param>
    /// <param name="defaultValue">The other; an empty text where it is not given.</param>
    /// <param name="boolean">Whether what counts as false is replaced too.</param>
    public static TemplateValue Default(TemplateValue value, TemplateValue defaultValue = default, TemplateValue boolean = default) =>
        value.IsUndefined || (boolean.IsTruthy && !value.IsTruthy) ? (defaultValue.IsGiven ? defaultValue : "") : value;

    /// <summary>value | dictsort(case_sensitive, by, reverse): the entries in the order of their keys or values.</summary>
    /// <param name="value">A dictionary.</param>
    /// <param name="caseSensitive">Whether case matters.</param>
    /// <param name="by">"key" or "value".</param>
    /// <param name="reverse">Whether the last comes first.</param>
    public static TemplateValue SortDictionary(
        TemplateValue value, TemplateValue caseSensitive = default, TemplateValue by = default, TemplateValue reverse = default)
    {
        int place = !by.IsGiven || by.Equals("key") ? 0
            : by.Equals("value") ? 1
            : throw new ChatTemplateException("You can only sort by either \"key\" or \"value\"");
        return TemplateValue.OfList(PythonComparison.Sort(
            Items(value.Defined()).Items(), AttributePath.Key(place, caseSensitive), reverse.IsTruthy));
    }

    /// <summary>value | first</summary>
    /// <param name="value">Items.</param>
    public static TemplateValue First(TemplateValue value) =>
        value.Items().FirstOrDefault(TemplateValue.UndefinedOf("No first item, sequence was empty."));

    /// <summary>value | last</summary>
    /// <param name="value">Items.</param>
    public static TemplateValue Last(TemplateValue value) =>
        value.Items().LastOrDefault(TemplateValue.UndefinedOf("No last item, sequence was empty."));

    /// <summary>value | items: the entries of a dictionary.</summary>
    /// <param name="value">A dictionary, or undefined for none.</param>
    public static TemplateValue Items(TemplateValue value) => value.AsDictionary is TemplateDictionary dictionary
        ? DictionaryMethods.Items(dictionary)
        : value.IsUndefined ? TemplateValue.List() : throw new ChatTemplateException("Can only get item pairs from a mapping.");

    /// <summary>value | join(d, attribute): the texts of the items.</summary>
    /// <param name="value">Items.</param>
    /// <param name="d">What stands between them.</param>
    /// <param name="attribute">Which attribute of each.</param>
    public static TemplateValue Join(TemplateValue value, TemplateValue d = default, TemplateValue attribute = default) => TemplateValue.Of(TextMethods.Join(
        PythonText.Of(d), value.Items().Select(item => TemplateValue.Of(PythonText.Of(AttributePath.Get(item, attribute))))));

    /// <summary>value | length</summary>
    /// <param name="value">Items, or a text.</param>
    public static TemplateValue Length(TemplateValue value) =>
        value.Count ?? throw new ChatTemplateException($"object of type '{value.TypeName}' has no len()");

    /// <summary>value | list</summary>
    /// <param name="value">Items.</param>
    public static TemplateValue List(TemplateValue value) => TemplateValue.OfList(value.Items());

    /// <summary>value | map(filter)</summary>
    /// <param name="value">Items.</param>
    /// <param name="filter">What is done to each.</param>
    public static TemplateValue Map(TemplateValue value, Func<TemplateValue, TemplateValue> filter) => TemplateValue.OfList(ItemsOrNone(value).Select(filter));

    /// <summary>value | map(attribute=attribute, default=default)</summary>
    /// <param name="value">Items.</param>
    /// <param name="attribute">Which attribute of each.</param>
    /// <param name="default">What stands for one that there is not.</param>
    public static TemplateValue MapAttribute(TemplateValue value, TemplateValue attribute, TemplateValue @default = default) =>
        TemplateValue.OfList(ItemsOrNone(value).Select(item => AttributePath.Get(item, attribute, @default)));

    /// <summary>value | max(case_sensitive, attribute)</summary>
    /// <param name="value">Items.</param>
    /// <param name="caseSensitive">Whether case matters.</param>
    /// <param name="attribute">Which attribute of each is compared.</param>
    public static TemplateValue Maximum(TemplateValue value, TemplateValue caseSensitive = default, TemplateValue attribute = default) =>
        Extreme(value, caseSensitive, attribute, isMaximum: true);

    /// <summary>value | min(case_sensitive, attribute)</summary>
    /// <param name="value">Items.</param>
    /// <param name="caseSensitive">Whether case matters.</param>
    /// <param name="attribute">Which attribute of each is compared.</param>
    public static TemplateValue Minimum(TemplateValue value, TemplateValue caseSensitive = default, TemplateValue attribute = default) =>
        Extreme(value, caseSensitive, attribute, isMaximum: false);

    /// <summary>value | select(test): the items that pass.</summary>
    /// <param name="value">Items.</param>
    /// <param name="test">The test.</param>
    public static TemplateValue Select(TemplateValue value, Func<TemplateValue, TemplateValue> test) =>
        TemplateValue.OfList(ItemsOrNone(value).Where(item => test(item).IsTruthy));

    /// <summary>value | reject(test): the items that do not pass.</summary>
    /// <param name="value">Items.</param>
    /// <param name="test">The test.</param>
    public static TemplateValue Reject(TemplateValue value, Func<TemplateValue, TemplateValue> test) =>
        TemplateValue.OfList(ItemsOrNone(value).Where(item => !test(item).IsTruthy));

    /// <summary>value | selectattr(attribute, test): the items whose attribute passes.</summary>
    /// <param name="value">Items.</param>
    /// <param name="attribute">Which attribute of each.</param>
    /// <param name="test">The test.</param>
    public static TemplateValue SelectAttribute(TemplateValue value, TemplateValue attribute, Func<TemplateValue, TemplateValue> test) =>
        Select(value, item => test(AttributePath.Get(item, attribute)));

    /// <summary>value | rejectattr(attribute, test): the items whose attribute does not pass.</summary>
    /// <param name="value">Items.</param>
    /// <param name="attribute">Which attribute of each.</param>
    /// <param name="test">The test.</param>
    public static TemplateValue RejectAttribute(TemplateValue value, TemplateValue attribute, Func<TemplateValue, TemplateValue> test) =>
        Reject(value, item => test(AttributePath.Get(item, attribute)));

    /// <summary>value | reverse: a text or items, the last first.</summary>
    /// <param name="value">A text or items.</param>
    public static TemplateValue Reverse(TemplateValue value) => value.Text is null
        ? TemplateValue.OfList(value.Items().Reverse())
        : value.Slice(step: -1);

    /// <summary>value | sort(reverse, case_sensitive, attribute)</summary>
    /// <param name="value">Items.</param>
    /// <param name="reverse">Whether the last comes first.</param>
    /// <param name="caseSensitive">Whether case matters.</param>
    /// <param name="attribute">Which attribute of each is compared; several with commas between.</param>
    public static TemplateValue Sort(
        TemplateValue value, TemplateValue reverse = default, TemplateValue caseSensitive = default, TemplateValue attribute = default) =>
        TemplateValue.OfList(PythonComparison.Sort(value.Items(), AttributePath.Key(attribute, caseSensitive), reverse.IsTruthy));

    /// <summary>value | sum(attribute, start)</summary>
    /// <param name="value">Items.</param>
    /// <param name="attribute">Which attribute of each is added.</param>
    /// <param name="start">What they are added to; 0 where it is not given.</param>
    public static TemplateValue Sum(TemplateValue value, TemplateValue attribute = default, TemplateValue start = default) =>
        value.Items().Aggregate(start.IsGiven ? start : 0, (sum, item) => sum + AttributePath.Get(item, attribute));

    /// <summary>value | unique(case_sensitive, attribute): each item the first time it comes.</summary>
    /// <param name="value">Items.</param>
    /// <param name="caseSensitive">Whether case matters.</param>
    /// <param name="attribute">Which attribute of each is compared.</param>
    public static TemplateValue Unique(TemplateValue value, TemplateValue caseSensitive = default, TemplateValue attribute = default) =>
        TemplateValue.OfList(value.Items().DistinctBy(AttributePath.Key(attribute, caseSensitive)));

    // What counts as false has no items for these filters, be it none or a number.
    private static IEnumerable<TemplateValue> ItemsOrNone(TemplateValue value) => value.IsTruthy ? value.Items() : [];

    private static TemplateValue Extreme(TemplateValue value, TemplateValue caseSensitive, TemplateValue attribute, bool isMaximum)
    {
        Func<TemplateValue, TemplateValue> key = AttributePath.Key(attribute, caseSensitive);
        TemplateValue? extreme = null;
        foreach (TemplateValue item in value.Items())
        {
            if (extreme is not TemplateValue best || PythonComparison.Compare(key(item), key(best), isMaximum ? ">" : "<") * (isMaximum ? 1 : -1) > 0)
            {
                extreme = item;
            }
        }

        return extreme ?? TemplateValue.UndefinedOf("No aggregated item, sequence was empty.");
    }

    private static int Count(TemplateValue value, int missing) =>
        !value.IsGiven ? missing
        : value.ToInteger() is var count && count >= 0 && count <= TextPadding.MaxWidth ? (int)count
        : throw new ChatTemplateException($"{value} is not from 0 to {TextPadding.MaxWidth}");
}
