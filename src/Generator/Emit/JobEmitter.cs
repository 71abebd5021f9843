using System;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Generator.Plan;
using ModelGen.Layout;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes each step twice: the call in the layer's method, and the job behind it, a static method that does one chunk of the step.
/// </summary>
internal static class JobEmitter
{
    /// <summary>Writes the call of a step.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="step">The step.</param>
    /// <param name="suffix">Tells jobs of different kinds of layers apart.</param>
    /// <param name="isPrefill">For a batch instead of a token.</param>
    /// <param name="tokensOfChunk">Tokens that a chunk takes where each is the same work.</param>
    public static void EmitCall(
        SourceWriter writer, ModelPlan plan, Step step, string suffix, bool isPrefill, int tokensOfChunk)
    {
        string phase = (isPrefill ? "Prefill" : "Decode") + suffix;
        string tokenChunks = $"(s->Tokens + {tokensOfChunk - 1}) / {tokensOfChunk}";
        switch (step)
        {
            case NormStep norm:
                writer.Line($"// x̂ = x / √(mean(x²) + ε) · weight, as {string.Join(" and as ", norm.Outputs.Select(output => Describe(output.Format)))}");
                if (isPrefill)
                {
                    writer.Line($"_workers.Run(&{norm.Weight.Field}{phase}, s, {tokenChunks});");
                }
                else
                {
                    EmitNorm(writer, plan, norm, "s->X", token: "");
                }

                break;

            case MatrixStep matrix:
                writer.Line($"// {matrix.Equation}: {Describe(matrix.Matrix)}");
                writer.Line($"_workers.Run(&{matrix.Name}{phase}, s, {(isPrefill ? matrix.Matrix.Prefill : matrix.Matrix.Decode).Count});");
                break;

            case GateUpStep gateUp:
                writer.Line($"// hidden = silu(gate) · up with gate | up = W · x̂: {Describe(gateUp.Matrix)}");
                writer.Line($"_workers.Run(&{gateUp.Name}{phase}, s, {(isPrefill ? gateUp.Matrix.Prefill : gateUp.Matrix.Decode).Count});");
                break;

            case SwiGluStep swiGlu:
                writer.Line("// hidden = silu(gate) · up");
                if (isPrefill)
                {
                    writer.Line($"_workers.Run(&Hidden{phase}, s, {tokenChunks});");
                }
                else
                {
                    EmitSwiGlu(writer, plan, swiGlu, row: "");
                }

                break;

            case QuantizeStep quantize:
                writer.Line("// the heads' outputs in blocks of 32 whole numbers with a scale");
                writer.Line(isPrefill
                    ? $"_workers.Run(&{quantize.Output}{phase}, s, {tokenChunks});"
                    : $"TKernels.{quantize.Kernel}(s->{quantize.Input}, s->{quantize.Output});");
                break;

            case AttentionStep attention:
                AttentionEmitter.EmitCall(writer, plan, attention, suffix, isPrefill, tokensOfChunk);
                break;

            default:
                throw new InvalidOperationException($"No code for {step.GetType().Name}.");
        }
    }

    /// <summary>Writes the jobs of all steps.</summary>
    public static void EmitJobs(SourceWriter writer, ModelPlan plan, int tokensOfChunk)
    {
        for (int kind = 0; kind < plan.LayerKinds.Count; kind++)
        {
            string suffix = plan.LayerKinds.Count == 1 ? "" : kind.ToString(System.Globalization.CultureInfo.InvariantCulture);
            foreach (Step step in plan.LayerKinds[kind].Steps)
            {
                if (step is AttentionStep attention)
                {
                    AttentionEmitter.EmitJobs(writer, plan, attention, suffix, tokensOfChunk);
                    continue;
                }

                EmitJob(writer, plan, step, "Decode" + suffix, isPrefill: false, tokensOfChunk);
                EmitJob(writer, plan, step, "Prefill" + suffix, isPrefill: true, tokensOfChunk);
            }
        }

        foreach (Step step in plan.Head)
        {
            EmitJob(writer, plan, step, "Decode", isPrefill: false, tokensOfChunk);
        }

        AttentionEmitter.EmitHelpers(writer);
    }

    private static string Describe(ActivationFormat format) => format switch
    {
        ActivationFormat.Int8Blocks => "bytes with a scale each 32",
        ActivationFormat.Int16Blocks => "words with a scale each 32",
        _ => "floats",
    };

    private static string Describe(MatrixReference matrix) =>
        $"{ModelEmitter.Grouped(matrix.Rows)} × {ModelEmitter.Grouped(matrix.Columns)}, {matrix.Format}, {ModelEmitter.Grouped(matrix.Strips * matrix.StripBytes)} bytes";

    private static void EmitJob(SourceWriter writer, ModelPlan plan, Step step, string phase, bool isPrefill, int tokensOfChunk)
    {
        switch (step)
        {
            case NormStep norm when isPrefill:
                EmitTokenJob(writer, norm.Weight.Field + phase, tokensOfChunk, () => EmitNorm(
                    writer, plan, norm, Row(plan, "X", "t"), token: "t"));
                break;

            case SwiGluStep swiGlu when isPrefill:
                EmitTokenJob(writer, "Hidden" + phase, tokensOfChunk, () => EmitSwiGlu(writer, plan, swiGlu, row: "t"));
                break;

            case QuantizeStep quantize when isPrefill:
                EmitTokenJob(writer, quantize.Output + phase, tokensOfChunk, () => writer.Line(
                    $"TKernels.{quantize.Kernel}({Row(plan, quantize.Input, "t")}, {Row(plan, quantize.Output, "t")});"));
                break;

            case MatrixStep matrix when isPrefill:
                EmitMatrixPrefill(writer, plan, matrix, phase);
                break;

            case MatrixStep matrix:
                EmitMatrixDecode(writer, matrix, phase);
                break;

            case GateUpStep gateUp:
                EmitGateUp(writer, plan, gateUp, phase, isPrefill);
                break;
        }
    }

    /// <summary>A row of a buffer as an expression; the first one where <paramref name="token"/> is empty.</summary>
    public static string Row(ModelPlan plan, string buffer, string token)
    {
        if (token.Length == 0)
        {
            return "s->" + buffer;
        }

        BufferPlan rows = plan.Buffer(buffer);
        return $"s->{buffer} + {token} * {(rows.IsFloat ? rows.RowFloats : rows.RowBytes)}L";
    }

    private static void EmitNorm(SourceWriter writer, ModelPlan plan, NormStep norm, string input, string token)
    {
        string weight = norm.Weight.Field is string field ? "s->Layer->" + field : $"(float*)(s->Weights + {norm.Weight.Offset})";
        foreach (NormOutput output in norm.Outputs)
        {
            writer.Line($"TKernels.{output.Kernel}({input}, {weight}, {Row(plan, output.Buffer, token)});");
        }
    }

    private static void EmitSwiGlu(SourceWriter writer, ModelPlan plan, SwiGluStep step, string row)
    {
        using (writer.Block($"for (int unit = 0; unit < {step.Units}; unit++)"))
        {
            string gate = $"{Row(plan, step.Gate, row)} + unit * 32";
            string up = $"{Row(plan, step.Up, row)} + unit * 32";
            writer.Line(step.QuantizesOutput
                ? $"TKernels.{step.ActivationKernel}({gate}, {up}, {Row(plan, step.Output, row)}, unit);"
                : $"TKernels.{step.ActivationKernel}({gate}, {up}, {Row(plan, step.Output, row)} + unit * 32);");
        }
    }

    /// <summary>A job that does the same for each of a chunk's tokens.</summary>
    private static void EmitTokenJob(SourceWriter writer, string name, int tokensOfChunk, Action emitBody)
    {
        using (writer.Block($"private static void {name}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"int end = Math.Min((chunk + 1) * {tokensOfChunk}, s->Tokens);");
            using (writer.Block($"for (int t = chunk * {tokensOfChunk}; t < end; t++)"))
            {
                emitBody();
            }
        }

        writer.Line();
    }

    private static void EmitMatrixDecode(SourceWriter writer, MatrixStep step, string phase)
    {
        MatrixReference matrix = step.Matrix;
        writer.Line($"// {step.Equation}: {Share(matrix.Decode)} of 16 rows a chunk");
        using (writer.Block($"private static void {step.Name}{phase}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"byte* weights = {Weights(matrix)};");
            string output = $"s->{step.Output}{(step.OutputColumn == 0 ? "" : " + " + step.OutputColumn)} + strip * 16";
            using (EmitStripLoop(writer, matrix, matrix.Decode))
            {
                writer.Line($"TKernels.{step.VectorKernel}(weights + strip * {matrix.StripBytes}L, (byte*)s->{step.Input}, {output}, 0);");
            }
        }

        writer.Line();
    }

    private static void EmitMatrixPrefill(SourceWriter writer, ModelPlan plan, MatrixStep step, string phase)
    {
        MatrixReference matrix = step.Matrix;
        BufferPlan output = plan.Buffer(step.Output);
        string column = step.OutputColumn == 0 ? "" : " + " + step.OutputColumn;
        writer.Line($"// {step.Equation}, for all tokens: {Share(matrix.Prefill)} of 16 rows a chunk");
        using (writer.Block($"private static void {step.Name}{phase}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"byte* weights = {Weights(matrix)};");
            using (writer.Block($"for (int t = 0; t < s->Tokens; t += TKernels.{step.TileKernel}_Tile)"))
            {
                writer.Line($"byte* input = (byte*)s->{step.Input} + t * {plan.Buffer(step.Input).RowBytes}L;");
                writer.Line($"float* output = s->{step.Output}{column} + t * {output.RowFloats}L;");
                using (EmitStripLoop(writer, matrix, matrix.Prefill))
                {
                    writer.Line($"TKernels.{step.TileKernel}(weights + strip * {matrix.StripBytes}L, input, output + strip * 16, {output.RowFloats});");
                }
            }
        }

        writer.Line();
    }

    private static SourceWriter.Scope EmitStripLoop(SourceWriter writer, MatrixReference matrix, Chunks chunks, string variable = "strip")
    {
        string first = chunks.Strips == 1 ? "chunk" : $"chunk * {chunks.Strips}";
        string end = chunks.Strips == 1 ? "chunk + 1"
            : chunks.Count * chunks.Strips == matrix.Strips ? $"(chunk + 1) * {chunks.Strips}"
            : $"Math.Min((chunk + 1) * {chunks.Strips}, {matrix.Strips})";
        writer.Line($"int end = {end};");
        return writer.Block($"for (int {variable} = {first}; {variable} < end; {variable}++)");
    }

    private static string Share(Chunks chunks) => chunks.Strips == 1 ? "1 strip" : $"{chunks.Strips} strips";

    private static string Weights(MatrixReference matrix) =>
        matrix.Weight.Field is string field ? "s->Layer->" + field : ModelEmitter.Plus("s->Weights", matrix.Weight.Offset);

    /// <summary>
    /// A unit is 32 hidden values: two strips of gate rows, then two of up rows. Their products stay in a small buffer on the stack until
    /// the activation has made one block of hidden values of them.
    /// </summary>
    private static void EmitGateUp(SourceWriter writer, ModelPlan plan, GateUpStep step, string phase, bool isPrefill)
    {
        MatrixReference matrix = step.Matrix;
        Chunks chunks = isPrefill ? matrix.Prefill : matrix.Decode;
        string kernel = isPrefill ? step.TileKernel : step.VectorKernel;
        long stripBytes = matrix.StripBytes / (2 * PackedMatrix.PairedStrips);
        BufferPlan hidden = plan.Buffer(step.Output);
        int tile = isPrefill ? plan.Kernel(step.TileKernel).LargestTile : 1;
        writer.Line("// hidden = silu(gate) · up: a unit is two strips of gate and two of up, 32 hidden values, one block of the next matrix's input");
        writer.Line("[SkipLocalsInit]");
        using (writer.Block($"private static void {step.Name}{phase}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"byte* stack = stackalloc byte[{tile} * 64 * sizeof(float) + 63];");
            writer.Line("float* gateUp = AlignToCacheLine(stack);");
            SourceWriter.Scope? tokens = isPrefill ? writer.Block($"for (int t = 0; t < s->Tokens; t += TKernels.{kernel}_Tile)") : null;
            writer.Line($"byte* input = (byte*)s->{step.Input}{(isPrefill ? $" + t * {plan.Buffer(step.Input).RowBytes}L" : "")};");
            using (EmitStripLoop(writer, matrix, chunks, "unit"))
            {
                writer.Line($"byte* weights = s->Layer->{matrix.Weight.Field} + unit * {matrix.StripBytes}L;");
                for (int strip = 0; strip < 2 * PackedMatrix.PairedStrips; strip++)
                {
                    writer.Line($"TKernels.{kernel}({ModelEmitter.Plus("weights", strip * stripBytes)}, input, {ModelEmitter.Plus("gateUp", strip * 16)}, 64);");
                }

                if (isPrefill)
                {
                    using (writer.Block($"for (int i = 0; i < TKernels.{kernel}_Tile; i++)"))
                    {
                        writer.Line(Activate("gateUp + i * 64", "gateUp + i * 64 + 32", "(t + i)"));
                    }
                }
                else
                {
                    writer.Line(Activate("gateUp", "gateUp + 32", ""));
                }
            }

            tokens?.Dispose();
        }

        writer.Line();

        string Activate(string gate, string up, string token) => step.QuantizesOutput
            ? $"TKernels.{step.ActivationKernel}({gate}, {up}, {Row(plan, step.Output, token)}, unit);"
            : $"TKernels.{step.ActivationKernel}({gate}, {up}, {Row(plan, step.Output, token)} + unit * 32);";
    }
}
