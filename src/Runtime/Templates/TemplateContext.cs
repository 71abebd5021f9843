using System;
using System.Collections.Generic;
using System.ComponentModel;

namespace ModelGen.Templates;

/// <summary>What a template is rendered with. Emitted code uses it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TemplateContext
{
    private readonly IReadOnlyDictionary<string, TemplateValue> _variables;
    private readonly DateTime _now;

    internal TemplateContext(IReadOnlyDictionary<string, TemplateValue> variables, DateTime now)
    {
        _variables = variables;
        _now = now;
    }

    /// <summary>A variable that the caller gave, or a function of Jinja; undefined where there is none.</summary>
    /// <param name="name">Its name.</param>
    public TemplateValue this[string name] =>
        _variables.TryGetValue(name, out TemplateValue value) ? value : TemplateFunctions.Find(name, _now);
}
