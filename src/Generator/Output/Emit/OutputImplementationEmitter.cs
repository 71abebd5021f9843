using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Emit;

/// <summary>Writes what only a program needs of a type with [GeneratedOutput]: the tables of its grammar, and its reader.</summary>
internal static class OutputImplementationEmitter
{
    private const int BytesOfLine = 32;

    // Inside of the namespace, where they are found before anything that the project declares.
    private static readonly string[] Usings =
    [
        "System", "System.Collections.Generic", "System.Collections.Immutable", "System.Text.Json",
        "ModelGen.CompilerServices",
    ];

    public static GeneratedFile Emit(OutputType type, IReadOnlyList<byte> tables)
    {
        SourceWriter writer = EmittedFile.Begin($"{type.FullName}: what its JSON is, and how it is read.");
        writer.Line($"namespace {type.GeneratedNamespace};").Line();
        writer.Lines(Usings.Select(name => $"using global::{name};")).Line();
        using (writer.Block("internal static partial class Output"))
        {
            EmitTables(writer, tables);
            writer.Line();
            ReaderEmitter.Emit(writer, type);
        }

        return new GeneratedFile($"{type.FileStem}.OutputReader.g.cs", writer.ToString());
    }

    // The compiler lays such an array into the assembly, and the span shows it there: nothing is created at run time.
    private static void EmitTables(SourceWriter writer, IReadOnlyList<byte> tables)
    {
        using (writer.Block("static partial void GetTables(ref ReadOnlySpan<byte> tables) => tables = new byte[]", close: "};"))
        {
            for (int start = 0; start < tables.Count; start += BytesOfLine)
            {
                writer.Line(string.Join(", ", tables.Skip(start).Take(BytesOfLine).Select(value => value.ToString(CultureInfo.InvariantCulture))) + ",");
            }
        }
    }
}
