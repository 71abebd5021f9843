using System;
using ModelGen.Architectures;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes the recurrence of a selective state space. A chunk is some strips of channels, of all rows.</summary>
internal sealed class StateSpaceEmitter : StepEmitter
{
    // Enough for the cores to share, and few enough that a chunk of one row takes longer than they need to agree who does it.
    private const int MostChunks = 64;

    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (StateSpaceStep)job.Step;
        int strips = StripsOf(step);
        writer.Line("// " + step.Equation);
        writer.Line($"_workers.Run(&{job.Name}, s, {(strips + StripsOfChunk(strips) - 1) / StripsOfChunk(strips)});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (StateSpaceStep)job.Step;
        int strips = StripsOf(step);
        writer.Line("// " + step.Equation);
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line($"""
                State* s = (State*)state;
                int strip = chunk * {StripsOfChunk(strips)};   // of {StateSpaceShape.StripChannels} channels
                int endStrip = Math.Min(strip + {StripsOfChunk(strips)}, {strips});
                """);
            using (SequenceRows.Begin(writer, plan))
            {
                writer.Line($"""
                    float* from = (float*)(states[0] + s->Layer->{step.State});
                    float* to = (float*)(states[1] + s->Layer->{step.State});
                    float* v = {Expressions.Row(plan, step.Input, "row")};
                    float* b = {Part(plan, step.Weights)};
                    float* steps = {Part(plan, step.Steps)};
                    float* z = {Part(plan, step.Gate)};
                    float* y = {Expressions.Row(plan, step.Output, "row")};
                    TKernels.{step.Kernel}(v, b, steps, z, s->Layer->StepBias, s->Layer->Decay, s->Layer->Skip, from, to, y, end - row, strip, endStrip);
                    """);
            }
        }

        writer.Line();
    }

    private static int StripsOf(StateSpaceStep step) => step.Shape.Channels / StateSpaceShape.StripChannels;

    private static int StripsOfChunk(int strips) => Math.Max(1, strips / MostChunks);

    private static string Part(ModelPlan plan, BufferPart part) => Expressions.Part(plan, part, "row");
}

/// <summary>Writes norms of parts of a row.</summary>
internal sealed class PartNormEmitter : RowStepEmitter<PartNormStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, PartNormStep step)
    {
        foreach (PartNorm norm in step.Parts)
        {
            string place = Expressions.Part(plan, norm.Part, "row");
            if (norm.Count == 1)
            {
                writer.Line($"TKernels.{norm.Kernel}({place}, {(norm.Weight is null ? "null" : "s->Layer->" + norm.Weight)}, {place});");
                continue;
            }

            using (writer.Block($"for (int part = 0; part < {norm.Count}; part++)"))
            {
                string own = $" + part * {norm.Length}";
                writer.Line($"TKernels.{norm.Kernel}({place}{own}, s->Layer->{norm.Weight}{own}, {place}{own});");
            }
        }
    }
}
