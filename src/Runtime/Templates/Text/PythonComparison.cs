using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;

namespace ModelGen.Templates;

/// <summary>How Python compares values.</summary>
internal static class PythonComparison
{
    public static bool AreEqual(TemplateValue left, TemplateValue right)
    {
        if (left.Integer is BigInteger x && right.Integer is BigInteger y)
        {
            return x == y;
        }

        if (left.FloatingPoint is double number && right.FloatingPoint is double other)
        {
            return number == other;
        }

        if (CompareMixed(left, right, out int? order))
        {
            return order == 0;
        }

        if (left.Text is TemplateText text)
        {
            return text.Text == right.Text?.Text;
        }

        if (left.AsList is TemplateList list)
        {
            return right.AsList is TemplateList items && list.IsTuple == items.IsTuple && list.Items.SequenceEqual(items.Items);
        }

        if (left.AsDictionary is TemplateDictionary dictionary)
        {
            return right.AsDictionary is TemplateDictionary entries
                && dictionary.Entries.Count == entries.Entries.Count
                && dictionary.Entries.All(entry => entries.TryGet(entry.Key, out TemplateValue value) && value.Equals(entry.Value));
        }

        return (left.IsUndefined && right.IsUndefined)
            || (left.IsNone && right.IsNone)
            || (left.AsFunction is TemplateFunction function && function == right.AsFunction)
            || (left.AsNamespace is TemplateNamespace variables && variables == right.AsNamespace)
            || (left.AsLoop is TemplateLoop loop && loop == right.AsLoop);
    }

    /// <summary>Equal values have equal hashes: numbers of every type by their value.</summary>
    public static int HashOf(TemplateValue value) => value switch
    {
        { Integer: BigInteger integer } => ((double)integer).GetHashCode(),
        { FloatingPoint: double number } => number.GetHashCode(),
        { Text: TemplateText text } => text.Text.GetHashCode(StringComparison.Ordinal),
        { AsList: TemplateList list } => list.Items.Aggregate(list.Items.Count, (hash, item) => HashCode.Combine(hash, item.GetHashCode())),
        _ => value.TypeName.GetHashCode(StringComparison.Ordinal),
    };

    /// <summary>Below 0, 0 or above 0 as left is less than right, equal or greater; null where neither, as with NaN.</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">A value of a like type.</param>
    /// <param name="symbol">The operator, for the error.</param>
    /// <exception cref="ChatTemplateException">The types have no order.</exception>
    public static int? Compare(TemplateValue left, TemplateValue right, string symbol)
    {
        if (left.Integer is BigInteger x && right.Integer is BigInteger y)
        {
            return x.CompareTo(y);
        }

        if (left.FloatingPoint is double number && right.FloatingPoint is double other)
        {
            return double.IsNaN(number) || double.IsNaN(other) ? null : number.CompareTo(other);
        }

        if (CompareMixed(left, right, out int? order))
        {
            return order;
        }

        if (left.Text is TemplateText text && right.Text is TemplateText otherText)
        {
            return CompareTexts(text.Text, otherText.Text);
        }

        if (left.AsList is TemplateList list && right.AsList is TemplateList otherList && list.IsTuple == otherList.IsTuple)
        {
            foreach ((TemplateValue item, TemplateValue otherItem) in list.Items.Zip(otherList.Items))
            {
                if (!item.Equals(otherItem))
                {
                    return Compare(item, otherItem, symbol);
                }
            }

            return list.Items.Count.CompareTo(otherList.Items.Count);
        }

        throw new ChatTemplateException(
            $"'{symbol}' not supported between instances of '{left.Defined().TypeName}' and '{right.Defined().TypeName}'");
    }

    /// <summary>Sorts as sorted does: stable, each pair compared with &lt;.</summary>
    public static TemplateValue[] Sort(IEnumerable<TemplateValue> items, Func<TemplateValue, TemplateValue> key, bool isReverse)
    {
        // As sorted asks: whether the later one is less.
        Comparer<TemplateValue> comparer = Comparer<TemplateValue>.Create((x, y) => -(Compare(y, x, "<") ?? 0));
        try
        {
            return [.. isReverse ? items.OrderByDescending(key, comparer) : items.OrderBy(key, comparer)];
        }
        catch (InvalidOperationException error) when (error.InnerException is ChatTemplateException inner)
        {
            throw new ChatTemplateException(inner.Message, error);
        }
    }

    // A whole number and one of another type.
    private static bool CompareMixed(TemplateValue left, TemplateValue right, out int? order)
    {
        order = left.Integer is BigInteger x && right.FloatingPoint is double y ? PythonNumbers.Compare(x, y)
            : left.FloatingPoint is double z && right.Integer is BigInteger w ? -PythonNumbers.Compare(w, z)
            : null;
        return (left.Integer is not null && right.FloatingPoint is not null) || (left.FloatingPoint is not null && right.Integer is not null);
    }

    // By code points. In UTF-16 those above U+FFFF would come in front of U+E000.
    private static int CompareTexts(string left, string right)
    {
        int length = Math.Min(left.Length, right.Length);
        for (int i = 0; i < length; i++)
        {
            if (left[i] != right[i])
            {
                return char.IsSurrogate(left[i]) == char.IsSurrogate(right[i])
                    ? left[i].CompareTo(right[i])
                    : char.IsSurrogate(left[i]) ? 1 : -1;
            }
        }

        return left.Length.CompareTo(right.Length);
    }
}
