using ModelGen.Generator.CSharp;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Forests.Recognition;
using ModelGen.Generator.Forests.Tables;

namespace ModelGen.Generator.Forests.Emit;

/// <summary>
/// Writes what the program sees of a forest: its class. It stands in the project's namespace, where anything may have any name: every
/// name in it is spelled from global:: on.
/// </summary>
internal static class ForestEmitter
{
    private const int BytesOfNumber = 8;

    public static GeneratedFile Emit(ForestClass target, ForestTables tables)
    {
        SourceWriter writer = EmittedFile.Begin($"{target.FileName}: the forest and how it is made.");
        EmittedFile.WriteWithin(writer, target.Namespace, target.Containers, () => EmitClass(writer, target, tables));
        writer.Line();
        using (writer.Block($"namespace {target.GeneratedNamespace}"))
        {
            EmitForest(writer);
        }

        return new GeneratedFile($"{target.FileStem}.Forest.g.cs", writer.ToString());
    }

    private static void EmitClass(SourceWriter writer, ForestClass target, ForestTables tables)
    {
        string trees = EmittedFile.Grouped(tables.Roots.Count);
        string features = EmittedFile.Grouped(tables.FeatureCount);
        string nodes = EmittedFile.Grouped(tables.Nodes.Count);
        string bytes = EmittedFile.Grouped(BytesOfNumber * ((long)tables.Nodes.Count + tables.Probabilities.Count));
        writer.Line($"""
            /// <remarks>
            /// {CSharpText.XmlComment(target.FileName)}: {trees} trees over {features} features, {tables.Classes.Count} classes.
            /// {nodes} nodes, {bytes} bytes of the program.
            /// </remarks>
            """);
        using (writer.Block($"partial class {target.Name} : global::ModelGen.Routing.CompiledForest"))
        {
            writer.Line($$"""
                /// <summary>Creates the forest; all of it is in the program's code.</summary>
                {{EmittedFile.QualifiedGeneratedCode}}
                public {{target.Name}}()
                    : base(global::{{target.GeneratedNamespace}}.Forest.Description)
                {
                }
                """);
        }
    }

    private static void EmitForest(SourceWriter writer) => writer.Line($$"""
        using global::ModelGen.CompilerServices;

        /// <summary>
        /// What the class is made of. An editor compiles the program without the trees; the part of this class that has them is theirs.
        /// </summary>
        {{EmittedFile.QualifiedGeneratedCode}}
        internal static partial class Forest
        {
            public static ForestDescription Description { get; } = Describe();

            private static ForestDescription Describe()
            {
                ForestDescription? description = null;
                Describe(ref description);
                return description!;
            }

            static partial void Describe(ref ForestDescription? description);
        }
        """);
}
