using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.Inspection;

/// <summary>Prints a report for people.</summary>
internal static class ModelReportText
{
    private const string Unknown = "?";

    public static void Write(ModelReport report, TextWriter output)
    {
        ShapeReport shapes = report.Shapes;
        List<string[]> facts =
        [
            ["name", Text(report.Name)],
            ["architecture", Text(report.Architecture)],
            ["parameters", Count(report.Parameters)],
            ["file", Bytes(report.FileBytes)],
            ["layers", Count(shapes.Layers)],
            ["embedding", Count(shapes.Embedding)],
            ["hidden", Count(shapes.Hidden)],
            ["heads", $"{Count(shapes.Heads)} of {Count(shapes.HeadDimension)}, {Count(shapes.KeyValueHeads)} for keys and values"],
            ["vocabulary", $"{Count(shapes.Vocabulary)}, tokenizer {Text(report.Tokenizer)}"],
            ["trained context", Count(shapes.Context)],
        ];
        if (report.Plan is PlanReport plan)
        {
            facts.AddRange(
            [
                ["context", Count(plan.ContextLength)],
                ["packed weights", Bytes(plan.WeightBytes)],
                ["a session", $"{Bytes(plan.StateBytes)}, keys and values as {plan.KeyValueFormat}"],
                ["scratch", Bytes(plan.ScratchBytes)],
                ["a decoded token", $"{Bytes(plan.BytesOfToken)} of weights, {Count(plan.OperationsOfToken)} operations"],
            ]);
            if (plan.ExpertBytes > 0)
            {
                facts.Add(["its experts", $"{Bytes(plan.ExpertBytesOfToken)} of all experts' {Bytes(plan.ExpertBytes)}"]);
            }

            if (report.PredictionLayers > 0)
            {
                facts.Add(["left out", $"{Count(report.PredictionLayers)} layers for guessing tokens further ahead"]);
            }
        }

        TextTable.Write(output, ["model", Path.GetFileName(report.File)], facts);
        output.WriteLine();
        TextTable.Write(
            output,
            ["format", "tensors>", "elements>", "bytes>"],
            report.Formats.Select(format => new[] { format.Format, Count(format.Tensors), Count(format.Elements), Count(format.Bytes) }));
        output.WriteLine();
        foreach (RemarkReport remark in report.Remarks)
        {
            output.WriteLine($"{(remark.IsError ? "error" : "warning")} {remark.Id}: {remark.Message}");
        }

        output.WriteLine(report.IsSupported ? "This model can be compiled." : "This model cannot be compiled.");
    }

    private static string Text(string? text) => text is null ? Unknown : Gguf.GgufText.OneLine(text);

    private static string Count(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? Unknown;

    private static string Bytes(long number) => Count(number) + " bytes";
}
