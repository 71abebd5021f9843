using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Collections;

namespace ModelGen.Generator.Diagnostics;

/// <summary>A diagnostic by value, wherever it is to stand.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, EquatableArray<string> Arguments)
{
    public Diagnostic ToDiagnostic(Location location) => Diagnostic.Create(Descriptor, location, Arguments.ToArray<object>());

    public static DiagnosticInfo Create(DiagnosticDescriptor descriptor, params string[] arguments) => new(descriptor, arguments.ToEquatableArray());
}

/// <summary>A diagnostic with its place.</summary>
internal sealed record PlacedDiagnostic(DiagnosticInfo Info, SourcePlace Place)
{
    public Diagnostic ToDiagnostic(Compilation compilation) => Info.ToDiagnostic(Place.ToLocation(compilation));
}
