using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>A type with the attribute, with the places that diagnostics point at; what is emitted depends on the type alone.</summary>
/// <param name="Target">The type; null where something stands in its way.</param>
/// <param name="Problems">What stands in its way.</param>
/// <param name="AttributePlace">Where the attribute stands.</param>
/// <param name="Places">Where the properties stand that a later stage may have something to say about.</param>
internal sealed record AttributedOutput(
    OutputType? Target, EquatableArray<PlacedDiagnostic> Problems, SourcePlace AttributePlace, EquatableArray<PropertyPlace> Places);

/// <summary>Where a property stands.</summary>
/// <param name="Site">What messages call it.</param>
/// <param name="Place">Its place.</param>
internal sealed record PropertyPlace(string Site, SourcePlace Place);
