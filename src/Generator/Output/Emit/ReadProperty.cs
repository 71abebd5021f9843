using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Emit;

/// <summary>A property with the local variables of the method that reads it.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Property">The property.</param>
/// <param name="Local">The variable with its value.</param>
/// <param name="HasCome">The variable that says whether it has come.</param>
internal sealed record ReadProperty(int Index, OutputProperty Property, string Local, string HasCome)
{
    /// <summary>Whether it matters if it has come: a constructor's parameter with a default has that in any case.</summary>
    public bool IsAskedFor => !Property.IsOptional || Property.Assignment != PropertyAssignment.Argument;

    /// <summary>The properties of an object.</summary>
    public static ReadProperty[] Of(ObjectDefinition definition)
    {
        HashSet<string> taken = new(StringComparer.Ordinal) { "reader", "isPartial", "result" };
        return [.. definition.Properties.Select((property, index) =>
        {
            string name = property.Name.TrimStart('@');
            string local = CSharpNames.Unique(char.ToLowerInvariant(name[0]) + name.Substring(1), "value", taken);
            return new ReadProperty(index, property, local, CSharpNames.Unique("has" + name, "hasValue", taken));
        })];
    }
}
