using System;
using System.Globalization;
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
        switch (step)
        {
            case MatrixStep matrix:
                writer.Line($"// {matrix.Equation}: {Describe(matrix.Matrix)}");
                writer.Line($"_workers.Run(&{matrix.Name}{phase}, s, {(isPrefill ? matrix.Matrix.Prefill : matrix.Matrix.Decode).Count});");
                break;

            case HiddenStep hidden:
                writer.Line($"// {hidden.Activation.Equation}, {Products(hidden)} = W · x̂: {Describe(hidden.Matrix)}");
                writer.Line($"_workers.Run(&{hidden.Name}{phase}, s, {(isPrefill ? hidden.Matrix.Prefill : hidden.Matrix.Decode).Count});");
                break;

            case AttentionStep attention:
                AttentionEmitter.EmitCall(writer, plan, attention, suffix, isPrefill, tokensOfChunk);
                break;

            default:
                writer.Line($"// {StatementEmitter.EquationOf(step)}");
                if (isPrefill)
                {
                    string chunks = $"(s->Tokens + {tokensOfChunk - 1}) / {tokensOfChunk}";
                    writer.Line($"_workers.Run(&{StatementEmitter.NameOf(step)}{phase}, s, {chunks});");
                }
                else
                {
                    StatementEmitter.Emit(writer, plan, step, token: "");
                }

                break;
        }
    }

    /// <summary>Writes the jobs of all steps.</summary>
    public static void EmitJobs(SourceWriter writer, ModelPlan plan, int tokensOfChunk)
    {
        for (int kind = 0; kind < plan.LayerKinds.Count; kind++)
        {
            string suffix = plan.LayerKinds.Count == 1 ? "" : kind.ToString(CultureInfo.InvariantCulture);
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

    private static string Describe(MatrixReference matrix) =>
        $"{EmittedFile.Grouped(matrix.Rows)} × {EmittedFile.Grouped(matrix.Columns)}, {matrix.Format}, {EmittedFile.Grouped(matrix.Strips * matrix.StripBytes)} bytes";

    private static string Products(HiddenStep hidden) => hidden.Activation.IsGated ? "gate | up" : "up";

    private static void EmitJob(SourceWriter writer, ModelPlan plan, Step step, string phase, bool isPrefill, int tokensOfChunk)
    {
        switch (step)
        {
            case MatrixStep matrix when isPrefill:
                EmitMatrixPrefill(writer, plan, matrix, phase);
                break;

            case MatrixStep matrix:
                EmitMatrixDecode(writer, matrix, phase);
                break;

            case HiddenStep hidden:
                EmitHidden(writer, plan, hidden, phase, isPrefill);
                break;

            default:
                if (isPrefill)
                {
                    EmitTokenJob(writer, StatementEmitter.NameOf(step) + phase, tokensOfChunk, () => StatementEmitter.Emit(writer, plan, step, "t"));
                }

                break;
        }
    }

    /// <summary>A job that does the same for each of a chunk's tokens.</summary>
    private static void EmitTokenJob(SourceWriter writer, string name, int tokensOfChunk, Action emitBody)
    {
        using (writer.Method($"private static void {name}(void* state, int chunk)"))
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
        using (writer.Method($"private static void {step.Name}{phase}(void* state, int chunk)"))
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
        using (writer.Method($"private static void {step.Name}{phase}(void* state, int chunk)"))
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
        matrix.Weight.Field is string field ? "s->Layer->" + field : EmittedFile.Plus("s->Weights", matrix.Weight.Offset);

    /// <summary>
    /// A unit is 32 hidden values: two strips of gate rows, then two of up rows, or two of up rows alone. Their products stay in a small
    /// buffer on the stack until the activation has made one block of hidden values of them.
    /// </summary>
    private static void EmitHidden(SourceWriter writer, ModelPlan plan, HiddenStep step, string phase, bool isPrefill)
    {
        MatrixReference matrix = step.Matrix;
        Chunks chunks = isPrefill ? matrix.Prefill : matrix.Decode;
        string kernel = isPrefill ? step.TileKernel : step.VectorKernel;
        int strips = step.Activation.Sources * PackedMatrix.PairedStrips;
        int products = strips * 16;
        long stripBytes = matrix.StripBytes / strips;
        int tile = isPrefill ? plan.Kernel(step.TileKernel).LargestTile : 1;
        string unit = step.Activation.IsGated ? "two strips of gate and two of up" : "two strips";
        writer.Line($"// {step.Activation.Equation}: a unit is {unit}, 32 hidden values, one block of the next matrix's input");
        writer.Line("[SkipLocalsInit]");
        using (writer.Method($"private static void {step.Name}{phase}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"byte* stack = stackalloc byte[{tile} * {products} * sizeof(float) + 63];");
            writer.Line("float* products = AlignToCacheLine(stack);");
            SourceWriter.Scope? tokens = isPrefill ? writer.Block($"for (int t = 0; t < s->Tokens; t += TKernels.{kernel}_Tile)") : null;
            writer.Line($"byte* input = (byte*)s->{step.Input}{(isPrefill ? $" + t * {plan.Buffer(step.Input).RowBytes}L" : "")};");
            using (EmitStripLoop(writer, matrix, chunks, "unit"))
            {
                writer.Line($"byte* weights = s->Layer->{matrix.Weight.Field} + unit * {matrix.StripBytes}L;");
                for (int strip = 0; strip < strips; strip++)
                {
                    writer.Line($"TKernels.{kernel}({EmittedFile.Plus("weights", strip * stripBytes)}, input, {EmittedFile.Plus("products", strip * 16)}, {products});");
                }

                if (isPrefill)
                {
                    using (writer.Block($"for (int i = 0; i < TKernels.{kernel}_Tile; i++)"))
                    {
                        EmitActivation($"products + i * {products}", "(t + i)");
                    }
                }
                else
                {
                    EmitActivation("products", "");
                }
            }

            tokens?.Dispose();
        }

        writer.Line();

        void EmitActivation(string first, string token)
        {
            string up = step.Activation.IsGated ? first + " + 32" : first;
            StatementEmitter.EmitActivation(writer, plan, step.Activation, first, up, StatementEmitter.Row(plan, step.Output, token));
        }
    }
}
