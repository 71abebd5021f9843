using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Collections;
using ModelGen.Generator.Model;

namespace ModelGen.Generator.Diagnostics;

/// <summary>A diagnostic by value.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, SourcePlace Place, EquatableArray<string> Arguments)
{
    public static DiagnosticInfo Create(DiagnosticDescriptor descriptor, SourcePlace place, params string[] arguments) =>
        new(descriptor, place, arguments.ToEquatableArray());

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptor, Place.ToLocation(), Arguments.ToArray<object>());
}
