using System;
using System.Collections.Generic;

namespace ModelGen.Templates;

/// <summary>Variables that a template can assign wherever it is: namespace(…).</summary>
internal sealed class TemplateNamespace
{
    private readonly Dictionary<string, TemplateValue> _values = new(StringComparer.Ordinal);

    public TemplateValue this[string name]
    {
        get => _values.TryGetValue(name, out TemplateValue value) ? value : TemplateValue.UndefinedOf($"'namespace object' has no attribute '{name}'");
        set => _values[name] = value;
    }
}
