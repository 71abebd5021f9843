using System.Collections.Generic;

namespace ModelGen.Templates;

/// <summary>A dictionary; its entries keep their order. Templates cannot change it.</summary>
internal sealed class TemplateDictionary
{
    private readonly Dictionary<TemplateValue, int> _indices = [];
    private readonly List<KeyValuePair<TemplateValue, TemplateValue>> _entries = [];

    public IReadOnlyList<KeyValuePair<TemplateValue, TemplateValue>> Entries => _entries;

    /// <summary>Adds an entry, or gives the one of an equal key another value.</summary>
    public void Set(TemplateValue key, TemplateValue value)
    {
        if (!key.IsHashable)
        {
            throw new ChatTemplateException($"unhashable type: '{key.TypeName}'");
        }

        if (_indices.TryGetValue(key, out int index))
        {
            _entries[index] = new(_entries[index].Key, value);
        }
        else
        {
            _indices.Add(key, _entries.Count);
            _entries.Add(new(key, value));
        }
    }

    /// <summary>The value of a key.</summary>
    public bool TryGet(TemplateValue key, out TemplateValue value)
    {
        if (key.IsHashable && _indices.TryGetValue(key, out int index))
        {
            value = _entries[index].Value;
            return true;
        }

        value = default;
        return false;
    }
}
