using System.Globalization;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes the numbers that a forward pass reads: where each layer's weights lie, frequencies of rotations, slopes and buckets of biases.
/// </summary>
internal static class TableEmitter
{
    private const int NumbersOfLine = 4;

    /// <summary>The biases of a layer, spread out of a vector of them by bucket; null in a layer that has none.</summary>
    public static string Spread(ModelPlan plan, DistanceBiasPlan bias, string offset)
    {
        int field = plan.Weights.Fields.ToList().FindIndex(candidate => candidate.Kind == WeightKind.DistanceBias);
        string check = plan.Weights.Rows.All(row => row.Offsets[field] >= 0) ? "" : $"{offset} < 0 ? null : ";
        string numbers = $"{bias.Heads}, {bias.Buckets}, DistanceBuckets, {bias.Before}, {bias.Behind}";
        long bytes = bias.Heads * (long)bias.Distances * sizeof(float);
        return $"{check}DistanceBiases.Spread((float*)(weights + {offset}), {numbers}, (float*)Allocate({bytes}));";
    }

    public static void Emit(SourceWriter writer, ModelPlan plan)
    {
        writer.Line($"// Bytes from the start of the weights, or of a page, a row a layer: {string.Join(", ", plan.Weights.Fields.Select(field => field.Name))}; -1: not in this layer.");
        writer.Line("private static ReadOnlySpan<long> LayerOffsets => new long[]");
        writer.Line("{");
        writer.Lines(plan.Weights.Rows.Select(row => "    " + string.Join(", ", row.Offsets.Select(offset => offset.ToString(CultureInfo.InvariantCulture))) + ","));
        writer.Line("};").Line();
        foreach (AnglesStep step in plan.Beginning.OfType<AnglesStep>())
        {
            string[] frequencies = [.. step.Rotary.Frequencies.Select(frequency => frequency.ToString("G17", CultureInfo.InvariantCulture))];
            writer.Line($"// Angle that pair i of a head turns a position: {EquationOf(step.Rotary.Spec)}.");
            writer.Line($"private static ReadOnlySpan<double> {step.Rotary.Field} => new double[]");
            writer.Line("{");
            for (int i = 0; i < frequencies.Length; i += NumbersOfLine)
            {
                writer.Line("    " + string.Join(", ", frequencies.Skip(i).Take(NumbersOfLine)) + ",");
            }

            writer.Line("};").Line();
        }

        EmitNumbers(writer, "Slope of each head's linear biases.", "Slopes", plan.Slopes);
        if (plan.DistanceBias is DistanceBiasPlan bias)
        {
            writer.Line("// Bucket of the bias of a distance, from 0 on; the last one has those of all that are farther.");
            writer.Line($"private static ReadOnlySpan<byte> DistanceBuckets => new byte[] {{ {string.Join(", ", bias.BucketOfDistance)} }};").Line();
        }

        EmitNumbers(writer, "αp, αn, β and ε of each layer's activation.", "ActivationParameters", plan.ActivationParameters);
        if (plan.LayerKinds.Count > 1)
        {
            writer.Line("private static ReadOnlySpan<byte> LayerKinds => new byte[] { " + string.Join(", ", plan.KindOfLayer) + " };").Line();
        }
    }

    private static string EquationOf(RotarySpec rotary)
    {
        string factor = rotary.Scaling.Factor.ToString("R", CultureInfo.InvariantCulture);
        string scaled = rotary.Scaling switch
        {
            { Yarn: not null } => $", slow pairs divided by {factor} (YaRN)",
            { Factor: not 1f } => " / " + factor,
            _ => "",
        };
        return $"{rotary.Base.ToString("R", CultureInfo.InvariantCulture)}^(-2i / {rotary.Dimensions}){scaled}";
    }

    private static void EmitNumbers(SourceWriter writer, string meaning, string name, EquatableArray<float> numbers)
    {
        if (numbers.Count > 0)
        {
            writer.Line("// " + meaning);
            writer.Line($"private static ReadOnlySpan<float> {name} => new float[] {{ {string.Join(", ", numbers.Select(Expressions.Literal))} }};").Line();
        }
    }
}
