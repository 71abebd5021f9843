using System;
using System.Linq;

namespace ModelGen.Templates;

/// <summary>The methods of dictionaries that a template may call, and those that would change the dictionary.</summary>
internal static class DictionaryMethods
{
    /// <summary>A method by its name, or null where dictionaries have none of that name.</summary>
    public static Func<TemplateArguments, TemplateValue>? Find(TemplateDictionary dictionary, string name) => name switch
    {
        "items" => _ => Items(dictionary),
        "keys" => _ => TemplateValue.OfList(dictionary.Entries.Select(entry => entry.Key)),
        "values" => _ => TemplateValue.OfList(dictionary.Entries.Select(entry => entry.Value)),
        "get" => arguments => Get(dictionary, arguments),
        "copy" => _ => TemplateValue.Of(dictionary),
        "clear" or "pop" or "popitem" or "setdefault" or "update" => _ =>
            throw new ChatTemplateException($"the method '{name}' would change a dictionary, which templates cannot do"),
        _ => null,
    };

    /// <summary>The entries, a tuple of key and value each.</summary>
    public static TemplateValue Items(TemplateDictionary dictionary) =>
        TemplateValue.OfList(dictionary.Entries.Select(entry => TemplateValue.Tuple(entry.Key, entry.Value)));

    private static TemplateValue Get(TemplateDictionary dictionary, TemplateArguments arguments) =>
        dictionary.TryGet(arguments[0], out TemplateValue value) ? value : arguments.Has(1) ? arguments[1] : TemplateValue.None;
}
