using System;
using System.Linq;

namespace ModelGen.Templates;

/// <summary>The methods of lists that a template may call, and those that would change the list.</summary>
internal static class ListMethods
{
    /// <summary>A method by its name, or null where lists have none of that name.</summary>
    public static Func<TemplateArguments, TemplateValue>? Find(TemplateList list, string name) => name switch
    {
        "count" => arguments => list.Items.Count(item => item.Equals(arguments[0])),
        "index" => arguments => Index(list, arguments[0]),
        "copy" when !list.IsTuple => _ => TemplateValue.OfList(list.Items),
        "append" or "clear" or "extend" or "insert" or "pop" or "remove" or "reverse" or "sort" when !list.IsTuple => _ =>
            throw new ChatTemplateException($"the method '{name}' would change a list, which templates cannot do"),
        _ => null,
    };

    private static TemplateValue Index(TemplateList list, TemplateValue item)
    {
        int index = list.Items.ToList().IndexOf(item);
        return index >= 0 ? index : throw new ChatTemplateException($"{PythonText.Represent(item).Text} is not in list");
    }
}
