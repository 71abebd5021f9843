using System;
using System.Collections.Generic;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes one kind of step: its call in the layer's method, and its jobs, static methods that do a chunk of it for all rows of the batch.
/// </summary>
internal abstract class StepEmitter
{
    /// <summary>Rows that a chunk takes where each is the same work: a few microseconds' worth.</summary>
    public const int RowsOfChunk = 8;

    private static readonly Dictionary<Type, StepEmitter> Emitters = new()
    {
        [typeof(EmbedStep)] = new EmbedEmitter(),
        [typeof(KeepStep)] = new KeepEmitter(),
        [typeof(AnglesStep)] = new AnglesEmitter(),
        [typeof(NormStep)] = new NormEmitter(),
        [typeof(MatrixStep)] = new MatrixEmitter(),
        [typeof(AppendStep)] = new AppendEmitter(),
        [typeof(AttentionStep)] = new AttentionEmitter(),
        [typeof(LatentStep)] = new LatentEmitter(),
        [typeof(HeadMatrixStep)] = new HeadMatrixEmitter(),
        [typeof(QuantizeHeadsStep)] = new QuantizeHeadsEmitter(),
        [typeof(CausalConvolutionStep)] = new CausalConvolutionEmitter(),
        [typeof(PrepareDeltaStep)] = new PrepareDeltaEmitter(),
        [typeof(DeltaRuleStep)] = new DeltaRuleEmitter(),
        [typeof(GatedNormStep)] = new GatedNormEmitter(),
        [typeof(GateStep)] = new GateEmitter(),
        [typeof(StateSpaceStep)] = new StateSpaceEmitter(),
        [typeof(PartNormStep)] = new PartNormEmitter(),
        [typeof(TokenShiftStep)] = new TokenShiftEmitter(),
        [typeof(SquashStep)] = new SquashEmitter(),
        [typeof(GooseStep)] = new GooseEmitter(),
        [typeof(FinchStep)] = new FinchEmitter(),
        [typeof(QuantizeStep)] = new QuantizeEmitter(),
        [typeof(HiddenStep)] = new HiddenEmitter(),
        [typeof(ActivationStep)] = new ActivationEmitter(),
        [typeof(RouteStep)] = new RouteEmitter(),
        [typeof(GatherStep)] = new GatherEmitter(),
        [typeof(CombineStep)] = new CombineEmitter(),
        [typeof(JoinStep)] = new JoinEmitter(),
        [typeof(ResidualStep)] = new ResidualEmitter(),
        [typeof(PerLayerStep)] = new PerLayerEmitter(),
        [typeof(PerLayerGateStep)] = new PerLayerGateEmitter(),
        [typeof(ScaleStep)] = new ScaleEmitter(),
        [typeof(StreamsStep)] = new StreamsEmitter(),
        [typeof(PredictStep)] = new PredictEmitter(),
        [typeof(CorrectStep)] = new CorrectEmitter(),
        [typeof(LaurelStep)] = new LaurelEmitter(),
        [typeof(StreamResidualStep)] = new StreamResidualEmitter(),
        [typeof(SplitStreamsStep)] = new SplitStreamsEmitter(),
        [typeof(MergeStreamsStep)] = new MergeStreamsEmitter(),
        [typeof(CutStep)] = new CutEmitter(),
        [typeof(LogitsStep)] = new LogitsEmitter(),
        [typeof(VectorsStep)] = new VectorsEmitter(),
        [typeof(TermsStep)] = new TermsEmitter(),
    };

    /// <summary>The emitter of a step.</summary>
    public static StepEmitter Of(Step step) => Emitters[step.GetType()];

    /// <summary>Whether it takes so long that cancellation is looked at before it.</summary>
    public virtual bool IsLong => false;

    /// <summary>Writes the call.</summary>
    public abstract void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job);

    /// <summary>Writes the jobs.</summary>
    public abstract void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job);

    /// <summary>How many chunks so many rows make.</summary>
    protected static string ChunksOf(string rows) => $"({rows} + {RowsOfChunk - 1}) / {RowsOfChunk}";
}

/// <summary>Writes a step that does the same to each row.</summary>
internal abstract class RowStepEmitter<TStep> : StepEmitter
    where TStep : Step
{
    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        writer.Line("// " + job.Step.Equation);
        writer.Line($"_workers.Run(&{job.Name}, s, {ChunksOf(CountOf((TStep)job.Step))});");
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        writer.Line("// " + job.Step.Equation);
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"int end = Math.Min((chunk + 1) * {RowsOfChunk}, {CountOf((TStep)job.Step)});");
            string row = IndexOf((TStep)job.Step);
            using (writer.Block($"for (int {row} = chunk * {RowsOfChunk}; {row} < end; {row}++)"))
            {
                EmitRow(writer, plan, (TStep)job.Step);
            }

            EmitBehindRows(writer, plan, (TStep)job.Step);
        }

        writer.Line();
    }

    /// <summary>How many rows there are.</summary>
    protected virtual string CountOf(TStep step) => "s->RowCount";

    /// <summary>What they are called: rows, or the places of experts' rows.</summary>
    protected virtual string IndexOf(TStep step) => "row";

    /// <summary>Writes what is done to row number <c>row</c> of the state <c>s</c>.</summary>
    protected abstract void EmitRow(SourceWriter writer, ModelPlan plan, TStep step);

    /// <summary>Writes what is done to all rows of a <c>chunk</c> behind that, up to <c>end</c>; nothing, as a rule.</summary>
    protected virtual void EmitBehindRows(SourceWriter writer, ModelPlan plan, TStep step)
    {
    }
}
