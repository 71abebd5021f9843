using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Model;
using ModelGen.Generator.Plan;
using ModelGen.Packing;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes what the program sees of a model: its class, with the methods that load it. It stands in the project's namespace, where anything may
/// have any name: every name in it is spelled from global:: on.
/// </summary>
internal static class ModelEmitter
{
    public static GeneratedFile Emit(TargetClass target, ModelPlan plan)
    {
        SourceWriter writer = EmittedFile.Begin($"{plan.FileName}: the model and how it is loaded.");
        EmittedFile.WriteWithin(writer, target.Namespace, target.Containers, () => EmitClass(writer, target, plan));
        writer.Line();
        using (writer.Block($"namespace {target.GeneratedNamespace}"))
        {
            EmitBlueprint(writer, plan);
        }

        return new GeneratedFile($"{target.FileStem}.Model.g.cs", writer.ToString());
    }

    private static void EmitClass(SourceWriter writer, TargetClass target, ModelPlan plan)
    {
        var spec = plan.Spec;
        string heads = spec.Attentions.FirstOrDefault()?.Heads is { } shape
            ? $"{shape.Queries} heads of {shape.Dimension} over\n/// {shape.KeyValues} key/value heads"
            : "no attention";
        string what = plan.State.FixedBytes == 0 ? "keys and values" : "keys, values and states";
        string blueprint = $"global::{target.GeneratedNamespace}.Blueprint.Description";
        string weights = CSharpText.XmlComment(PackedFileName.Of(plan.FileName));
        writer.Line($"""
            /// <remarks>
            /// {CSharpText.XmlComment(spec.Name)}: {spec.Architecture}, {EmittedFile.Grouped(spec.ParameterCount)} parameters, {spec.Layers.Count} layers of {spec.EmbeddingLength}, {heads}, vocabulary of {EmittedFile.Grouped(spec.VocabularySize)}, context of {EmittedFile.Grouped(plan.ContextLength)} (trained on {EmittedFile.Grouped(spec.ContextLength)}).
            /// A decoded token reads {EmittedFile.Grouped(plan.TokenCost.WeightBytes)} bytes of weights and does {EmittedFile.Grouped(plan.TokenCost.Operations)} operations on them. A session takes
            /// {EmittedFile.Grouped(plan.StateBytes)} bytes of {what} and {EmittedFile.Grouped(plan.LogitBytes)} bytes of logits, the model {EmittedFile.Grouped(plan.AllScratchBytes)} bytes of scratch.
            /// </remarks>
            """);
        using (writer.Block($"partial class {target.Name} : global::ModelGen.{(plan.TextRows == 0 ? "CompiledDecoder" : "CompiledEncoder")}"))
        {
            writer.Line($$"""
                {{EmittedFile.QualifiedGeneratedCode}}
                private {{target.Name}}(global::ModelGen.CompilerServices.PackedModel packed, global::ModelGen.LoadOptions? options)
                    : base(packed, {{blueprint}}, options)
                {
                }

                /// <summary>Opens {{weights}}, which the build puts into the program's own file or beside it: mapped, not copied or parsed. What it embeds in the assembly is copied.</summary>
                /// <param name="options">Null for the defaults.</param>
                /// <exception cref="global::ModelGen.ModelGenException">The file is missing, damaged, or of another build.</exception>
                {{EmittedFile.QualifiedGeneratedCode}}
                public static {{target.Name}} Load(global::ModelGen.LoadOptions? options = null) =>
                    new(global::ModelGen.CompilerServices.PackedModel.OpenBesideProgram({{blueprint}}, options), options);

                /// <summary>Maps a file of packed weights, or packs a GGUF in memory; either must have the shapes that were compiled.</summary>
                /// <param name="path">Path of the file.</param>
                /// <param name="options">Null for the defaults.</param>
                /// <exception cref="global::ModelGen.ModelGenException">The file is missing, damaged, or has other shapes.</exception>
                {{EmittedFile.QualifiedGeneratedCode}}
                public static {{target.Name}} Load(string path, global::ModelGen.LoadOptions? options = null) =>
                    new(global::ModelGen.CompilerServices.PackedModel.Open(path, {{blueprint}}, options), options);
                """);
        }
    }

    private static void EmitBlueprint(SourceWriter writer, ModelPlan plan) => writer.Line($$"""
        using global::ModelGen.CompilerServices;

        /// <summary>
        /// What the class is made of. An editor compiles the program without the forward pass and its kernels; the part of this class that
        /// names them is theirs.
        /// </summary>
        {{EmittedFile.QualifiedGeneratedCode}}
        internal static partial class Blueprint
        {
            /// <summary>Bytes of the packed weights, which all sessions and processes share.</summary>
            public const long WeightBytes = {{plan.WeightBytes}};

            /// <summary>Bytes that a session takes once its context of {{EmittedFile.Grouped(plan.ContextLength)}} tokens is full, logits included.</summary>
            public const long SessionBytes = {{plan.StateBytes + plan.LogitBytes}};

            /// <summary>Bytes of the forward pass's buffers, which all sessions share.</summary>
            public const long ScratchBytes = {{plan.AllScratchBytes}};

            public static ModelDescription Description { get; } = Describe();

            private static ModelDescription Describe()
            {
                ModelDescription? description = null;
                Describe(ref description);
                return description!;
            }

            static partial void Describe(ref ModelDescription? description);
        }
        """);
}
