using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>What all steps that multiply with a matrix have in common.</summary>
internal static class Products
{
    /// <summary>How many chunks a matrix makes for a number of rows; the matrices of experts, for those that have rows.</summary>
    public static string ChunkCount(MatrixReference matrix, string rows, ExpertRows? experts = null)
    {
        string chunks = OfRows(matrix.OneRow.Count, matrix.ManyRows.Count, rows);
        return experts is null ? chunks : $"s->Experts{experts.Pattern}.ActiveCount * {(chunks.Contains(" ") ? $"({chunks})" : chunks)}";
    }

    /// <summary>Writes where a chunk's matrix lies and which of its strips are the chunk's: <c>weights</c>, <c>first</c> to <c>end</c>.</summary>
    public static void EmitChunk(SourceWriter writer, MatrixReference matrix, string rows, ExpertRows? experts, string strip)
    {
        string weights = Expressions.Address(matrix.Weight);
        string chunk = "chunk";
        if (experts is not null)
        {
            string chunks = Number(matrix.OneRow.Count, matrix.ManyRows.Count, "chunks", "of an expert");
            writer.Line($"int expert = s->Experts{experts.Pattern}.Active[chunk / {chunks}];");
            weights += $" + expert * {matrix.Bytes}L";
            chunk = $"chunk % {chunks}";
        }

        writer.Line($"byte* weights = {weights};");
        string strips = Number(matrix.OneRow.Strips, matrix.ManyRows.Strips, strip + "s", "of a chunk");
        writer.Line($"int first = {chunk} * {strips};");
        writer.Line($"int end = Math.Min(first + {strips}, {matrix.Strips});");

        string Number(int ofOne, int ofMany, string name, string what)
        {
            if (ofOne == ofMany)
            {
                return $"{ofOne}";
            }

            writer.Line($"int {name} = {OfRows(ofOne, ofMany, rows)};   // {what}");
            return name;
        }
    }

    /// <summary>Opens the loop over the tiles of rows: each has <c>tile</c> rows from <c>row</c> on.</summary>
    public static SourceWriter.Scope BlockOfTiles(SourceWriter writer, ProductKernels product, string rows, ExpertRows? experts)
    {
        string first = experts is null ? "0" : $"s->Experts{experts.Pattern}.First[expert]";
        string end = experts is null ? rows : "endRow";
        if (experts is not null)
        {
            writer.Line($"int endRow = s->Experts{experts.Pattern}.End[expert];");
        }

        SourceWriter.Scope scope = writer.Block($"for (int row = {first}, tile; row < {end}; row += tile)");
        writer.Line($"tile = TKernels.TileOf_{product.Kernel}({end} - row);");
        return scope;
    }

    /// <summary>Activations of row number <c>row</c>.</summary>
    public static string Input(ProductInput input, ProductKernels product)
    {
        string row = $"(byte*)s->{input.Buffer} + row * {product.Shape.InputStride}L";
        return input.OfOneRow is null ? row : $"s->RowCount == 1 ? (byte*)s->{input.OfOneRow} : {row}";
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
    /// <param name="experts">The rows, where the matrices are those of experts; null: the first ones.</param>
    /// <param name="input">Activations of row number <c>row</c>.</param>
    /// <param name="output">Where the results of that row go.</param>
    /// <param name="outputStride">Floats from one row of results to the next.</param>
    public static void EmitJob(
        SourceWriter writer,
        string name,
        string equation,
        MatrixReference matrix,
        ProductKernels product,
        string rows,
        ExpertRows? experts,
        string input,
        string output,
        int outputStride)
    {
        writer.Line($"// {equation}, a strip is 16 rows of W");
        using (writer.Method($"private static void {name}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            EmitChunk(writer, matrix, rows, experts, "strip");
            EmitTiles(writer, matrix, product, rows, experts, input, output, outputStride);
        }

        writer.Line();
    }

    /// <summary>Writes the job of a product with a matrix of each head's own: a chunk is some strips of one, which all tiles of rows pass over.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="name">Name of the job.</param>
    /// <param name="equation">What it computes, for the reader.</param>
    /// <param name="matrix">The weights, a stack.</param>
    /// <param name="product">The kernels.</param>
    /// <param name="input">Activations of <c>head</c> in row number <c>row</c>.</param>
    /// <param name="output">Where the results of that go.</param>
    /// <param name="outputStride">Floats from one row of results to the next.</param>
    public static void EmitJobOfHeads(
        SourceWriter writer, string name, string equation, MatrixReference matrix, ProductKernels product, string input, string output, int outputStride)
    {
        writer.Line($"// {equation}, a strip is 16 rows of W");
        using (writer.Method($"private static void {name}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"int chunks = {ChunkCount(matrix, "s->RowCount")};   // of a head");
            writer.Line($"int strips = {OfRows(matrix.OneRow.Strips, matrix.ManyRows.Strips, "s->RowCount")};   // of a chunk");
            writer.Line("int head = chunk / chunks;");
            writer.Line($"byte* weights = {Expressions.Address(matrix.Weight)} + head * {matrix.Bytes}L;");
            writer.Line("int first = chunk % chunks * strips;");
            writer.Line($"int end = Math.Min(first + strips, {matrix.Strips});");
            EmitTiles(writer, matrix, product, "s->RowCount", experts: null, input, output, outputStride);
        }

        writer.Line();
    }

    /// <summary>Writes the products of strips <c>first</c> to <c>end</c> of <c>weights</c> with all rows, tile after tile.</summary>
    private static void EmitTiles(
        SourceWriter writer, MatrixReference matrix, ProductKernels product, string rows, ExpertRows? experts, string input, string output, int outputStride)
    {
        using (BlockOfTiles(writer, product, rows, experts))
        {
            writer.Line($"byte* input = {input};");
            writer.Line($"float* output = {output};");
            using (writer.Block("for (int strip = first; strip < end; strip++)"))
            {
                writer.Line(Call(product, $"weights + strip * {matrix.StripBytes}L", "input", "output + strip * 16", outputStride));
            }
        }
    }

    private static string OfRows(int ofOne, int ofMany, string rows) => ofOne == ofMany ? $"{ofOne}" : $"{rows} == 1 ? {ofOne} : {ofMany}";
}
