using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output;

/// <summary>A type with the tables of its grammar, or with what stands in their way.</summary>
/// <param name="Type">The type.</param>
/// <param name="Tables">The tables.</param>
/// <param name="Problems">What stands in the way; the first argument of each is the site.</param>
internal sealed record OutputPlan(OutputType Type, EquatableArray<byte> Tables, EquatableArray<DiagnosticInfo> Problems)
{
    public static OutputPlan Create(OutputType type)
    {
        return new OutputPlan(type, EquatableArray<byte>.Empty, EquatableArray<DiagnosticInfo>.Empty);
    }
}
