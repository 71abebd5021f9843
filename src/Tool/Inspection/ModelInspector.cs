using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Generator;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Templates;
using ModelGen.Gguf;
using ModelGen.Packing;
using ModelGen.Tasks;
using ModelGen.Tool.Compilation;
using ModelGen.Vocabularies;

namespace ModelGen.Tool.Inspection;

/// <summary>Reads off a header what the model is, and asks the generator what it makes of it.</summary>
internal static class ModelInspector
{
    /// <summary>Inspects a model, whether or not it can be compiled.</summary>
    public static ModelReport Inspect(ModelSource source)
    {
        GgufHeader header = source.File.Header;
        List<RemarkReport> remarks =
        [
            .. ModelCompilation.Create(source, "Inspected").Diagnostics.Select(diagnostic => new RemarkReport(
                diagnostic.Id, diagnostic.Severity == DiagnosticSeverity.Error, diagnostic.GetMessage(CultureInfo.InvariantCulture))),
        ];
        ModelSpec? spec = Architecture.Recognise(header).Spec;
        if (spec is not null && WhyNotPacked(source, spec) is string reason)
        {
            remarks.Add(new RemarkReport(BuildDiagnostics.CannotPack, IsError: true, reason));
        }

        bool isSupported = !remarks.Any(remark => remark.IsError);
        return new ModelReport(
            source.Path,
            header.TotalLength,
            header.Find("general.name")?.Text,
            header.Find("general.architecture")?.Text,
            header.Find(VocabularyKeys.ModelKey)?.Text,
            header.Tensors.Sum(tensor => tensor.ElementCount),
            isSupported,
            remarks,
            Shapes(header, spec),
            [.. Formats(header)],
            spec is null ? 0 : PredictionLayers(header),
            isSupported && spec is not null ? Plan(source, spec) : null);
    }

    private static long PredictionLayers(GgufHeader header) =>
        header.Find(header.Find("general.architecture")?.Text + ".nextn_predict_layers") is { IsInteger: true } layers ? layers.Integer : 0;

    /// <summary>What packing the weights would fail with, which the header alone does not show; null where nothing stands in the way.</summary>
    private static string? WhyNotPacked(ModelSource source, ModelSpec spec)
    {
        try
        {
            PackedImage.Create(source.File, spec);
            return null;
        }
        catch (ModelGenException error)
        {
            return error.Message;
        }
    }

    private static ShapeReport Shapes(GgufHeader header, ModelSpec? spec)
    {
        string architecture = header.Find("general.architecture")?.Text ?? "";
        long? embedding = Number("embedding_length");
        long? heads = Number("attention.head_count");
        return new ShapeReport(
            Number("block_count"),
            embedding,
            Number("feed_forward_length"),
            heads,
            header.Find(architecture + ".attention.head_count_kv") is null ? heads : Number("attention.head_count_kv") ?? KeyValueHeads(),
            Number("attention.key_length") ?? (heads > 0 ? embedding / heads : null),
            spec?.VocabularySize ?? (VocabularyKeys.TokenCountOf(header) is > 0 and long tokens ? tokens : Number("vocab_size")),
            Number("context_length"));

        // Where layers without attention are written as having none.
        long? KeyValueHeads() =>
            spec?.Attentions.Select(attention => attention.Heads.KeyValues).Distinct().ToArray() is [int single] ? single : null;

        // A number that is written once a layer is one where all are the same.
        long? Number(string key) => header.Find($"{architecture}.{key}") switch
        {
            { IsInteger: true } value => value.Integer,
            { Array: { HasElements: true, Count: > 0 } array } when array.Elements.All(element => element.IsInteger && element == array.Elements[0]) => array.Elements[0].Integer,
            _ => null,
        };
    }

    private static IEnumerable<FormatReport> Formats(GgufHeader header) => header.Tensors
        .GroupBy(tensor => tensor.TypeId)
        .Select(group => new FormatReport(
            GgmlType.NameOf(group.Key), group.Count(), group.Sum(tensor => tensor.ElementCount), Bytes(group.Key, group)))
        .OrderByDescending(format => format.Bytes);

    private static long? Bytes(int typeId, IEnumerable<GgufTensor> tensors) => GgmlType.Find(typeId) is GgmlType type
        ? tensors.Sum(tensor => tensor.ElementCount / type.BlockLength * type.BlockBytes)
        : null;

    private static PlanReport Plan(ModelSource source, ModelSpec spec)
    {
        GgufHeader header = source.File.Header;
        int contextLength = source.Settings.ContextLength == 0
            ? Math.Min(spec.ContextLength, ModelGenerator.DefaultContextLength)
            : source.Settings.ContextLength;
        ModelPlan plan = Planner.Create(header, spec, source.FileName, contextLength, source.Settings.KeyValueFormat ?? default, ChatTemplates.Of(header).Templates);
        return new PlanReport(
            contextLength,
            plan.KeyValueFormat,
            plan.WeightBytes,
            plan.StateBytes,
            plan.AllScratchBytes,
            plan.TokenCost.WeightBytes,
            plan.TokenCost.Operations,
            plan.TokenCost.ExpertBytes,
            plan.TokenCost.AllExpertBytes);
    }
}
