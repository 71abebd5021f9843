using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>What stands in a type's way, each once.</summary>
/// <param name="fallback">Where what has no place of its own in the sources is reported.</param>
internal sealed class ProblemList(SourcePlace fallback)
{
    private readonly List<PlacedDiagnostic> _problems = [];

    public bool IsEmpty => _problems.Count == 0;

    public EquatableArray<PlacedDiagnostic> ToEquatableArray() => _problems.ToEquatableArray();

    /// <summary>Adds a problem of a site; its name is the message's first argument.</summary>
    public void Add(DiagnosticDescriptor descriptor, Site site, params string[] arguments)
    {
        SourcePlace place = site.Location is null ? fallback : SourcePlace.Of(site.Location);
        PlacedDiagnostic problem = new(DiagnosticInfo.Create(descriptor, [site.Name, .. arguments]), place);
        if (!_problems.Contains(problem))
        {
            _problems.Add(problem);
        }
    }
}
