using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Emit;

/// <summary>Writes how a value is made of what was read of its properties.</summary>
internal static class ObjectCreation
{
    public static void Emit(SourceWriter writer, ObjectDefinition definition, ReadProperty[] properties)
    {
        ReadProperty[] initialized = [.. properties.Where(one => one.Property.Assignment == PropertyAssignment.Initializer)];
        ReadProperty[] missing = [.. initialized.Where(one => one.Property.IsOptional)];
        ReadProperty[] set = [.. properties.Where(one => one.Property.Assignment == PropertyAssignment.Setter)];
        string created = $"new {definition.Type}({string.Join(", ", definition.Arguments.Select(argument => ArgumentOf(argument, properties)))})";
        string first = created + Initializer(initialized.Except(missing).Select(Assigned));
        if (missing.Length == 0 && set.Length == 0)
        {
            writer.Line($"return {first};");
            return;
        }

        writer.Line($"{definition.Type} result = {first};");
        if (missing.Length > 0)
        {
            // What only an initialiser can assign, and what was left out keeps the value that it was created with.
            using (writer.Block($"if ({string.Join(" || ", missing.Select(one => one.HasCome))})"))
            {
                writer.Line($"result = {created}{Initializer(initialized.Select(one => one.Property.IsOptional ? Kept(one) : Assigned(one)))};");
            }

            writer.Line();
        }

        foreach (ReadProperty one in set)
        {
            using (writer.Block($"if ({one.HasCome})"))
            {
                writer.Line($"result.{Assigned(one)};");
            }

            writer.Line();
        }

        writer.Line("return result;");
    }

    private static string ArgumentOf(ConstructorArgument argument, ReadProperty[] properties) =>
        argument.Property < 0 ? argument.Default ?? "default!" : properties[argument.Property].Local;

    private static string Initializer(IEnumerable<string> assignments) =>
        string.Join(", ", assignments) is { Length: > 0 } text ? $" {{ {text} }}" : "";

    private static string Assigned(ReadProperty one) => $"{one.Property.Name} = {one.Local}";

    private static string Kept(ReadProperty one) => $"{one.Property.Name} = {one.HasCome} ? {one.Local} : result.{one.Property.Name}";
}
