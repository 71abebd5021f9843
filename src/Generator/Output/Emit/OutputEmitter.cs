using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Output.Recognition;
using ModelGen.Generator.Output.Schema;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Emit;

/// <summary>
/// Writes what the program sees of a type with [GeneratedOutput]: its part with the interface's members. It stands in the project's namespace, where
/// anything may have any name: every name in it is spelled from global:: on, and members are the interface's alone but for the schema.
/// </summary>
internal static class OutputEmitter
{
    // Longer texts are put together of several lines.
    private const int LiteralLength = 110;

    public static GeneratedFile Emit(OutputType type)
    {
        SourceWriter writer = EmittedFile.Begin($"{type.FullName}: what makes it a type that a model can answer with.");
        EmittedFile.WriteWithin(writer, type.Namespace, type.Containers, () => EmitType(writer, type));
        writer.Line();
        using (writer.Block($"namespace {type.GeneratedNamespace}"))
        {
            EmitOutput(writer, type);
        }

        return new GeneratedFile($"{type.FileStem}.Output.g.cs", writer.ToString());
    }

    private static void EmitType(SourceWriter writer, OutputType type)
    {
        string contract = $"global::ModelGen.IGeneratedOutput<{type.Type}>";
        string output = $"global::{type.GeneratedNamespace}.Output";
        using SourceWriter.Scope body = writer.Block($"{type.Head} : {contract}");
        if (type.SchemaMember != SchemaMember.Missing)
        {
            writer.Line($"""
                /// <summary>The JSON Schema of what a model answers with, for prompts.</summary>
                {EmittedFile.QualifiedGeneratedCode}
                public {(type.SchemaMember == SchemaMember.Hiding ? "new " : "")}const string {OutputTypeReader.SchemaName} = {output}.Schema;

                """);
        }

        writer.Line($"""
            {EmittedFile.QualifiedGeneratedCode}
            static global::System.ReadOnlySpan<byte> {contract}.GrammarTables => {output}.Tables;

            {EmittedFile.QualifiedGeneratedCode}
            static string {contract}.JsonSchema => {output}.Schema;

            {EmittedFile.QualifiedGeneratedCode}
            static {type.Type} {contract}.Read(ref global::System.Text.Json.Utf8JsonReader reader, bool isPartial) => {output}.Read(ref reader, isPartial);
            """);
    }

    private static void EmitOutput(SourceWriter writer, OutputType type)
    {
        string schema = SchemaEmitter.Emit(type);
        string[] parts = [.. Enumerable.Range(0, (schema.Length + LiteralLength - 1) / LiteralLength).Select(part => PartOf(schema, part))];
        writer.Line($$"""
            /// <summary>
            /// What the type's JSON is, and how it is read. An editor compiles the program without the tables and the reader; the parts of this class
            /// that have them are theirs.
            /// </summary>
            {{EmittedFile.QualifiedGeneratedCode}}
            internal static partial class Output
            {
                public const string Schema =
                    {{string.Join("\n        + ", parts.Select(CSharpText.Literal))}};

                public static global::System.ReadOnlySpan<byte> Tables
                {
                    get
                    {
                        global::System.ReadOnlySpan<byte> tables = default;
                        GetTables(ref tables);
                        return tables;
                    }
                }

                public static {{type.Type}} Read(ref global::System.Text.Json.Utf8JsonReader reader, bool isPartial)
                {
                    {{type.Type}} value = default!;
                    Read(ref reader, isPartial, ref value);
                    return value;
                }

                static partial void GetTables(ref global::System.ReadOnlySpan<byte> tables);

                static partial void Read(ref global::System.Text.Json.Utf8JsonReader reader, bool isPartial, ref {{type.Type}} value);
            }
            """);
    }

    // No part ends between the halves of a surrogate pair.
    private static string PartOf(string text, int part)
    {
        int start = Boundary(part * LiteralLength);
        return text.Substring(start, Boundary((part + 1) * LiteralLength) - start);

        int Boundary(int index) => index >= text.Length ? text.Length : index > 0 && char.IsLowSurrogate(text[index]) ? index + 1 : index;
    }
}
