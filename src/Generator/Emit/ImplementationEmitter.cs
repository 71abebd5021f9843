using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Model;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;
using ModelGen.Generator.Templates;
using ModelGen.Layout;
using ModelGen.Packing;
using ModelGen.Vocabularies;

namespace ModelGen.Generator.Emit;

/// <summary>Writes what stands behind a model's class: its description, its forward pass, its chat templates, and its kernels a vector width.</summary>
internal static class ImplementationEmitter
{
    public static IEnumerable<GeneratedFile> Emit(TargetClass target, ModelPlan plan)
    {
        yield return new GeneratedFile($"{target.FileStem}.Blueprint.g.cs", EmitBlueprint(target, plan));
        foreach (GeneratedFile file in EmitPass(target, plan))
        {
            yield return file;
        }

        if (plan.Source is ModelPlan source)
        {
            foreach (GeneratedFile file in EmitPass(target.OfSource, source))
            {
                yield return file;
            }
        }

        if (plan.ChatTemplates.Count > 0)
        {
            yield return new GeneratedFile($"{target.FileStem}.ChatTemplates.g.cs", EmitChatTemplates(target, plan));
        }
    }

    /// <summary>A forward pass, and its kernels.</summary>
    private static IEnumerable<GeneratedFile> EmitPass(TargetClass target, ModelPlan plan)
    {
        yield return new GeneratedFile($"{target.FileStem}.Forward.g.cs", ForwardEmitter.Emit(target, plan));
        foreach (VectorWidth width in VectorWidth.All)
        {
            yield return new GeneratedFile($"{target.FileStem}.Kernels.{width.Name}.g.cs", KernelEmitter.Emit(target, plan, width));
        }
    }

    private static string EmitBlueprint(TargetClass target, ModelPlan plan)
    {
        SourceWriter writer = EmittedFile.Begin(
            target,
            $"{plan.FileName}: what was compiled.",
            "System.Runtime.Intrinsics.Arm",
            "System.Runtime.Intrinsics.X86",
            "ModelGen",
            "ModelGen.CompilerServices",
            "ModelGen.Templates");
        using (writer.Block("partial class Blueprint"))
        {
            writer.Line($$"""
                static partial void Describe(ref ModelDescription? description) => description = new ModelDescription
                {
                    Assembly = typeof(Blueprint).Assembly,
                    WeightsFileName = {{CSharpText.Literal(PackedFileName.Of(plan.FileName))}},
                    Architecture = {{CSharpText.Literal(plan.Spec.Architecture)}},
                    HeaderHash = {{CSharpText.Literal(plan.HeaderHash)}},
                    ShapeHash = {{CSharpText.Literal(plan.ShapeHash)}},
                    LayoutVersion = {{WeightLayout.Version}},
                    ParameterCount = {{plan.Spec.ParameterCount}},
                    ContextLength = {{plan.ContextLength}},
                    VocabularySize = {{plan.Spec.VocabularySize}},
                    PreTokenizer = {{PreTokenizer(plan)}},
                    ChatTemplates = new CompiledTemplate[] { {{string.Join(", ", plan.ChatTemplates.Select(template => $"new {template.ClassName}()"))}} },
                    {{Encoder(plan)}}WeightBytes = WeightBytes,
                    State = {{StateLayout(plan)}},
                    {{Source(plan)}}ScratchBytes = ScratchBytes,
                    CreateForwardPass = CreateForwardPass,
                };
                """);
            writer.Line();
            EmitCreation(writer, "CreateForwardPass", "");
            if (plan.Source is not null)
            {
                writer.Line();
                EmitCreation(writer, "CreateSourcePass", $"global::{target.OfSource.GeneratedNamespace}.");
            }
        }

        return writer.ToString();
    }

    /// <summary>The method that makes a forward pass.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="method">Its name.</param>
    /// <param name="space">What stands before the names of the forward pass and its kernels.</param>
    private static void EmitCreation(SourceWriter writer, string method, string space) => writer.Line($$"""
        // The best vectors that the processor has; each makes a forward pass of its own, so that every call of a kernel is a direct one.
        // A native program leaves out those that its processors cannot have: the questions behind `when` are for its compiler.
        private static ForwardPass {{method}}(ModelResources resources) => InstructionSets.Current switch
        {
            InstructionSet.Avx512 when Avx512BW.IsSupported => new {{space}}Forward<{{space}}Avx512Kernels>(resources),
            InstructionSet.Avx2 when Avx2.IsSupported => new {{space}}Forward<{{space}}Avx2Kernels>(resources),
            InstructionSet.AdvSimdDp when Dp.IsSupported => new {{space}}Forward<{{space}}Vector128Kernels<{{space}}WithDot>>(resources),
            _ => new {{space}}Forward<{{space}}Vector128Kernels<{{space}}WithoutDot>>(resources),
        };
        """);

    private static string EmitChatTemplates(TargetClass target, ModelPlan plan)
    {
        SourceWriter writer = EmittedFile.Begin(
            target, $"{plan.FileName}: chat templates, compiled from Jinja.", "System", "System.CodeDom.Compiler", "ModelGen.Templates");
        bool isFirst = true;
        foreach (ChatTemplatePlan template in plan.ChatTemplates)
        {
            if (!isFirst)
            {
                writer.Line();
            }

            isFirst = false;
            writer.Line($"/// <summary>{CSharpText.XmlComment(template.Key)}</summary>");
            writer.Line(EmittedFile.GeneratedCode);
            TemplateEmitter.Emit(writer, "internal", template.ClassName, template.Name, template.Syntax);
        }

        return writer.ToString();
    }

    private static string StateLayout(ModelPlan plan)
    {
        string fixedBytes = plan.State.FixedBytes == 0 ? "" : $", fixedBytes: {plan.State.FixedBytes}";
        string source = plan.State.Source is StateClassPlan pages ? $", source: {StateClass(pages)}" : "";
        return $$"""
            new StateLayout({{plan.State.PagePositions}}, {{plan.State.Pages}}, {{plan.BatchRows}}, new StateClass[]
                {
            {{StateClasses(plan)}}
                }{{fixedBytes}}{{source}})
            """;
    }

    /// <summary>What reads a source text.</summary>
    private static string Source(ModelPlan plan) => plan.Source is not ModelPlan source ? ""
        : $"Source = new SourceDescription({plan.Spec.Source!.StartToken}, {StateLayout(source)}, CreateSourcePass),\n    ";

    /// <summary>What a sequence remembers: of each class its window and its page, head by head.</summary>
    private static string StateClasses(ModelPlan plan) => string.Join("\n", plan.State.Classes.Select(state =>
        $"        {StateClass(state)},"));

    private static string StateClass(StateClassPlan state) => $"new StateClass({state.Window}, {string.Join(", ", state.Parts.Select(Part))})";

    private static string Part(StatePartPlan part) =>
        $"new StatePart({part.Heads}, {part.Layout.KeyBlockBytes}, {part.Layout.ValueBlockBytes}, {part.Layout.ValueScaleGroups})";

    /// <summary>What an encoder gives.</summary>
    private static string Encoder(ModelPlan plan)
    {
        if (plan.Spec.Encoder is not EncoderSpec encoder)
        {
            return "";
        }

        string[] properties =
        [
            $"VectorLength = {plan.Spec.EmbeddingLength}",
            .. encoder.Pooling == PoolingKind.None ? Array.Empty<string>() : [$"Pooling = Pooling.{encoder.Pooling}"],
            .. plan.VectorLayers.Count == 0 ? Array.Empty<string>()
                : [$"VectorLayers = new VectorLayer[] {{ {string.Join(", ", plan.VectorLayers.Select(VectorLayer))} }}"],
            .. encoder.IsRanker ? ["IsRanker = true", $"Labels = new[] {{ {string.Join(", ", encoder.Labels.Select(CSharpText.Literal))} }}"]
                : Array.Empty<string>(),
            .. plan.Terms.Count == 0 ? Array.Empty<string>() : ["GivesTerms = true"],
            .. plan.Spec.Embedding.Types is TensorSpec types ? [$"TokenTypes = {types.Rows}"] : Array.Empty<string>(),
            .. plan.Spec.Attentions.Any(attention => attention.SeesAll) ? Array.Empty<string>() : ["IsCausal = true"],
        ];
        return string.Concat(properties.Select(property => property + ",\n        "));
    }

    private static string VectorLayer(VectorLayerPlan layer)
    {
        string bias = layer.Bias is long offset ? $"Bias = {offset}, " : "";
        string norm = layer.Norm is long weights ? $"Norm = {weights}, NormEpsilon = {Expressions.Literal(layer.Spec.Norm!.Epsilon)}, " : "";
        string parts = bias.Length + norm.Length == 0 ? "" : $" {{ {bias}{norm}}}";
        return $"new VectorLayer({layer.Spec.Weight.Columns}, {layer.Spec.Weight.Count}, {layer.Weight}, VectorFunction.{layer.Spec.Function}){parts}";
    }

    // The program has the one scanner that the model's vocabulary was made with.
    private static string PreTokenizer(ModelPlan plan) =>
        plan.PreTokenizer == PreTokenizerKind.None ? "null" : $"PreTokenizer.{plan.PreTokenizer}";
}
