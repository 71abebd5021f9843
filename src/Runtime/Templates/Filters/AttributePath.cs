using System;
using System.Globalization;
using System.Linq;

namespace ModelGen.Templates;

/// <summary>What filters take for "the attribute of an item": names with dots between, numbers for the items of a list.</summary>
internal static class AttributePath
{
    /// <summary>The value of an item at a path; the item itself where there is no path.</summary>
    /// <param name="item">The item.</param>
    /// <param name="path">A text or a number; not given or none for no path.</param>
    /// <param name="missing">What a part that there is not counts as; not given or none for nothing else.</param>
    public static TemplateValue Get(TemplateValue item, TemplateValue path, TemplateValue missing = default)
    {
        if (!path.IsGiven || path.IsNone)
        {
            return item;
        }

        if (path.Text is not TemplateText text)
        {
            return item[path];
        }

        foreach (string part in text.Text.Split('.'))
        {
            item = item[long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long index) ? index : part];
            if (item.IsUndefined && missing.IsGiven && !missing.IsNone)
            {
                return missing;
            }
        }

        return item;
    }

    /// <summary>What items are compared by: their values at one or several paths, without regard to case unless it matters.</summary>
    public static Func<TemplateValue, TemplateValue> Key(TemplateValue paths, TemplateValue isCaseSensitive)
    {
        string[] several = paths.Text is TemplateText text ? text.Text.Split(',') : [];
        return several.Length > 1
            ? item => TemplateValue.Tuple([.. several.Select(path => Folded(Get(item, path)))])
            : item => Folded(Get(item, paths));

        TemplateValue Folded(TemplateValue value) =>
            !isCaseSensitive.IsTruthy && value.Text is TemplateText cased ? TemplateValue.Of(TextCasing.Lower(cased)) : value;
    }
}
