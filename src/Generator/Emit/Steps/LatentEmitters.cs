using ModelGen.Architectures;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes how a token's latent gets into the sequence's pages, and how its queries are parted.</summary>
internal sealed class LatentEmitter : RowStepEmitter<LatentStep>
{
    public override bool IsLong => true;

    protected override void EmitRow(SourceWriter writer, ModelPlan plan, LatentStep step)
    {
        LatentShape shape = step.Shape;
        int partBytes = plan.Buffer(step.Parted).RowBytes / shape.Heads;
        string column = step.LatentColumn == 0 ? "" : $" + {step.LatentColumn}";
        writer.Line($"""
            int position = s->Rows[row].Position;
            float* queries = {Expressions.Row(plan, step.Queries, "row")};   // {shape.Heads} heads of {shape.KeyLength} that meet the latent and {shape.RotaryLength} that meet the shared key
            float* latent = {Expressions.Row(plan, step.Latents, "row")}{column};   // {shape.Rank}, and {shape.RotaryLength} of the shared key
            float* wide = {Expressions.Row(plan, step.Wide, "row")};
            float* key = {Expressions.Row(plan, step.Keys, "row")};
            """);
        if (step.Angles is not null)
        {
            writer.Line($"float* angles = {Expressions.Row(plan, step.Angles, "row")};");
        }

        TemperatureExpressions.Emit(writer, step.Temperature, "queries", shape.Heads * shape.QueryLength);
        using (writer.Block($"for (int head = 0; head < {shape.Heads}; head++)"))
        {
            writer.Line($"float* query = queries + head * {shape.QueryLength};");
            string part = $"(byte*)({Expressions.Row(plan, step.Parted, "row")})";
            writer.Line(step.QuantizeKernel is null
                ? $"Buffer.MemoryCopy(query, {part} + head * {partBytes}, {partBytes}, {shape.KeyLength} * sizeof(float));"
                : $"TKernels.{step.QuantizeKernel}(query, {part} + head * {partBytes});");
            writer.Line(
                $"new Span<float>(query + {shape.KeyLength}, {shape.RotaryLength}).CopyTo(new Span<float>(wide + head * {step.KeyLength} + {step.PaddedRank}, {shape.RotaryLength}));");
        }

        writer.Line();
        if (step.RopeKernel is not null)
        {
            writer.Line($"TKernels.{step.RopeKernel}(wide + {step.PaddedRank}, {shape.Heads}, angles);");
        }

        writer.Line($"TKernels.{step.NormKernel}(latent, s->Layer->{step.NormField}, key);");
        if (step.PaddedRank > shape.Rank)
        {
            writer.Line($"new Span<float>(key + {shape.Rank}, {step.PaddedRank - shape.Rank}).Clear();");
        }

        writer.Line($"new Span<float>(latent + {shape.Rank}, {shape.RotaryLength}).CopyTo(new Span<float>(key + {step.PaddedRank}, {shape.RotaryLength}));");
        if (step.RopeKernel is not null)
        {
            writer.Line($"TKernels.{step.RopeKernel}(key + {step.PaddedRank}, 1, angles);");
        }

        writer.Line(CacheExpressions.Page(plan, step.Cache, "s->Rows[row]", "position / RangeKeys", "page"));
        writer.Line($"TKernels.{step.Kernel}(key, key + {step.KeyLength}, page, null, position % RangeKeys);");
    }
}

/// <summary>Writes the product of each head with a matrix of its own: a chunk is some strips of one head's, for all rows.</summary>
internal sealed class HeadMatrixEmitter : StepEmitter
{
    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (HeadMatrixStep)job.Step;
        writer.Line($"// {step.Equation}: {Expressions.Describe(step.Matrix)}");
        writer.Line($"_workers.Run(&{job.Name}, s, {step.Heads} * ({Products.ChunkCount(step.Matrix, "s->RowCount")}));");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (HeadMatrixStep)job.Step;
        BufferPlan output = plan.Buffer(step.Output);
        Products.EmitJobOfHeads(
            writer,
            job.Name,
            step.Equation,
            step.Matrix,
            step.Product,
            $"(byte*)s->{step.Input} + row * {step.Product.Shape.InputStride}L + head * {step.InputBytes}",
            $"s->{step.Output} + row * {output.RowFloats}L + head * {step.OutputPitch}",
            output.RowFloats);
    }
}

/// <summary>Writes the quantisation of each head of a row.</summary>
internal sealed class QuantizeHeadsEmitter : RowStepEmitter<QuantizeHeadsStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, QuantizeHeadsStep step)
    {
        int floats = plan.Buffer(step.Input).RowFloats / step.Heads;
        int bytes = plan.Buffer(step.Output).RowBytes / step.Heads;
        using (writer.Block($"for (int head = 0; head < {step.Heads}; head++)"))
        {
            writer.Line(
                $"TKernels.{step.Kernel}({Expressions.Row(plan, step.Input, "row")} + head * {floats}, {Expressions.Row(plan, step.Output, "row")} + head * {bytes});");
        }
    }
}
