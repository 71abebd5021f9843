using System.Collections.Generic;

namespace ModelGen.Templates;

/// <summary>A list or a tuple. Templates cannot change them.</summary>
internal sealed class TemplateList(IReadOnlyList<TemplateValue> items, bool isTuple)
{
    public IReadOnlyList<TemplateValue> Items => items;

    /// <summary>Tuples and lists are never equal, and are written in brackets of their own.</summary>
    public bool IsTuple => isTuple;
}
