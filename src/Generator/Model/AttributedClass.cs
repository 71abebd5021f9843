using ModelGen.Generator.Diagnostics;

namespace ModelGen.Generator.Model;

/// <summary>A class with the places that diagnostics point at; the plan sees only the class.</summary>
/// <param name="Target">The class.</param>
/// <param name="AttributePlace">Where the attribute stands.</param>
/// <param name="NamePlace">Where the class's name stands, or that of a type around it that is not partial.</param>
internal sealed record AttributedClass(TargetClass Target, SourcePlace AttributePlace, SourcePlace NamePlace)
{
    /// <summary>The name where the declaration is at fault, else the attribute.</summary>
    public SourcePlace PlaceOf(DiagnosticInfo diagnostic) =>
        diagnostic.Descriptor == Descriptors.NotPartial || diagnostic.Descriptor == Descriptors.NotPlainClass ? NamePlace : AttributePlace;
}
