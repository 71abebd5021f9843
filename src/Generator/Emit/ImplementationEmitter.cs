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
        yield return new GeneratedFile($"{target.FileStem}.Forward.g.cs", ForwardEmitter.Emit(target, plan));
        if (plan.ChatTemplates.Count > 0)
        {
            yield return new GeneratedFile($"{target.FileStem}.ChatTemplates.g.cs", EmitChatTemplates(target, plan));
        }

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
                    State = new StateLayout({{plan.State.PagePositions}}, {{plan.State.Pages}}, {{plan.BatchRows}}, new StateClass[]
                    {
                {{StateClasses(plan)}}
                    }{{(plan.State.FixedBytes == 0 ? "" : $", fixedBytes: {plan.State.FixedBytes}")}}),
                    ScratchBytes = ScratchBytes,
                    CreateForwardPass = CreateForwardPass,
                };

                // The best vectors that the processor has; each makes a forward pass of its own, so that every call of a kernel is a direct one.
                // A native program leaves out those that its processors cannot have: the questions behind `when` are for its compiler.
                private static ForwardPass CreateForwardPass(ModelResources resources) => InstructionSets.Current switch
                {
                    InstructionSet.Avx512 when Avx512BW.IsSupported => new Forward<Avx512Kernels>(resources),
                    InstructionSet.Avx2 when Avx2.IsSupported => new Forward<Avx2Kernels>(resources),
                    InstructionSet.AdvSimdDp when Dp.IsSupported => new Forward<Vector128Kernels<WithDot>>(resources),
                    _ => new Forward<Vector128Kernels<WithoutDot>>(resources),
                };
                """);
        }

        return writer.ToString();
    }

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

    /// <summary>What a sequence remembers: of each class its window and its page, head by head.</summary>
    private static string StateClasses(ModelPlan plan) => string.Join("\n", plan.State.Classes.Select(state =>
        $"        new StateClass({state.Window}, {string.Join(", ", state.Parts.Select(Part))}),"));

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
