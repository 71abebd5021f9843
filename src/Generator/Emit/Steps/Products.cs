using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>What all steps that multiply with a matrix have in common.</summary>
internal static class Products
{
    /// <summary>How many chunks a matrix makes for a number of rows.</summary>
    public static string ChunkCount(MatrixReference matrix, string rows) => matrix.OneRow.Count == matrix.ManyRows.Count
        ? $"{matrix.OneRow.Count}"
        : $"{rows} == 1 ? {matrix.OneRow.Count} : {matrix.ManyRows.Count}";

    /// <summary>Writes which strips are a chunk's: <c>first</c> to <c>end</c>.</summary>
    public static void EmitStrips(SourceWriter writer, MatrixReference matrix, string rows, string strip)
    {
        string strips = $"{matrix.OneRow.Strips}";
        if (matrix.OneRow.Strips != matrix.ManyRows.Strips)
        {
            strips = $"{strip}s";
            writer.Line($"int {strips} = {rows} == 1 ? {matrix.OneRow.Strips} : {matrix.ManyRows.Strips};");
        }

        writer.Line($"int first = chunk * {strips};");
        writer.Line($"int end = Math.Min(first + {strips}, {matrix.Strips});");
    }

    /// <summary>Opens the loop over the tiles of rows: each has <c>tile</c> rows from <c>row</c> on.</summary>
    public static SourceWriter.Scope BlockOfTiles(SourceWriter writer, ProductKernels product, string rows)
    {
        SourceWriter.Scope scope = writer.Block($"for (int row = 0, tile; row < {rows}; row += tile)");
        writer.Line($"tile = TKernels.TileOf_{product.Kernel}({rows} - row);");
        return scope;
    }

    /// <summary>The product of a strip with the rows of a tile.</summary>
    public static string Call(ProductKernels product, string strip, string input, string output, int outputStride) =>
        $"TKernels.{product.Kernel}<{product.Shape.Name}>(tile, {strip}, {input}, {output}, {outputStride});";

    /// <summary>Writes the job of a product: a chunk is some strips, which all tiles of rows pass over.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="name">Name of the job.</param>
    /// <param name="equation">What it computes, for the reader.</param>
    /// <param name="matrix">The weights.</param>
    /// <param name="product">The kernels.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="input">Activations of row number <c>row</c>.</param>
    /// <param name="output">Where the results of that row go.</param>
    /// <param name="outputStride">Floats from one row of results to the next.</param>
    public static void EmitJob(
        SourceWriter writer, string name, string equation, MatrixReference matrix, ProductKernels product, string rows, string input, string output, int outputStride)
    {
        writer.Line($"// {equation}, a strip is 16 rows of W");
        using (writer.Method($"private static void {name}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"byte* weights = {Expressions.Address(matrix.Weight)};");
            EmitStrips(writer, matrix, rows, "strip");
            using (BlockOfTiles(writer, product, rows))
            {
                writer.Line($"byte* input = {input};");
                writer.Line($"float* output = {output};");
                using (writer.Block("for (int strip = first; strip < end; strip++)"))
                {
                    writer.Line(Call(product, $"weights + strip * {matrix.StripBytes}L", "input", "output + strip * 16", outputStride));
                }
            }
        }

        writer.Line();
    }
}
