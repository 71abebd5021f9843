using System.Globalization;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>How buffers, weights and numbers stand in emitted code.</summary>
internal static class Expressions
{
    /// <summary>A row of a buffer.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="buffer">Name of the buffer.</param>
    /// <param name="row">Number of the row, as an expression.</param>
    public static string Row(ModelPlan plan, string buffer, string row)
    {
        BufferPlan rows = plan.Buffer(buffer);
        return $"s->{buffer} + {row} * {(rows.IsFloat ? rows.RowFloats : rows.RowBytes)}L";
    }

    /// <summary>A part of a row of a buffer of floats.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="part">The part.</param>
    /// <param name="row">Number of the row, as an expression.</param>
    public static string Part(ModelPlan plan, BufferPart part, string row) =>
        Row(plan, part.Buffer, row) + (part.Column == 0 ? "" : $" + {part.Column}");

    /// <summary>A vector of weights.</summary>
    public static string Vector(WeightReference? reference) => reference switch
    {
        null => "null",
        { Field: string field } => "s->Layer->" + field,
        _ => Floats(Address(reference)),
    };

    /// <summary>The first of some biases, or of those of <c>expert</c>.</summary>
    public static string Bias(BiasReference bias) => $"{Vector(bias.Weight)}{(bias.Floats == 0 ? "" : $" + expert * {bias.Floats}L")}";

    /// <summary>First byte of a matrix.</summary>
    public static string Address(WeightReference reference) =>
        reference.Field is string field ? "s->Layer->" + field : EmittedFile.Plus("s->Weights", reference.Offset);

    /// <summary>An address as one of floats.</summary>
    public static string Floats(string address) => address.Contains(" + ") ? $"(float*)({address})" : "(float*)" + address;

    /// <summary>A float as a literal that gives its bits again.</summary>
    public static string Literal(float number) => number.ToString("G9", CultureInfo.InvariantCulture) + "f";

    /// <summary>A matrix for the reader.</summary>
    public static string Describe(MatrixReference matrix) =>
        $"{(matrix.Count == 1 ? "" : $"{matrix.Count} × ")}{EmittedFile.Grouped(matrix.Rows)} × {EmittedFile.Grouped(matrix.Columns)}, {matrix.Format}, {EmittedFile.Grouped(matrix.Count * matrix.Bytes)} bytes";
}
