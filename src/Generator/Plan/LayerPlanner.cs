using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans the steps of a layer and of the head, and asks for their kernels and buffers.</summary>
internal sealed class LayerPlanner(
    ModelSpec spec, Kernels kernels, BufferList buffers, KeyValuePlan keyValue, EquatableArray<RotaryPlan> rotaries)
{
    // Begin of the names of what the feed-forward network of a parallel block reads while attention's input is still needed.
    private const string ParallelPrefix = "FeedForward";

    private readonly NormPlanner _norms = new(kernels, buffers, spec.EmbeddingLength);

    /// <summary>The steps of a layer.</summary>
    public List<Step> Plan(LayerSpec layer, PackedLayer packed)
    {
        var steps = new List<Step>();
        ActivationFormat[] attentionReaders = [.. packed.QueryKeyValue.Select(matrix => matrix.Format.Activation)];
        ActivationFormat[] hiddenReaders = [.. packed.Hidden.Select(matrix => matrix.Format.Activation)];
        bool sharesNorm = layer.IsParallel && layer.FeedForwardNorm is null;
        if (layer.IsParallel && layer.AttentionNorm is null)
        {
            throw new InvalidOperationException("A parallel block's feed-forward network would read x after attention has changed it.");
        }

        // Norms of the block's x. In a parallel block the feed-forward network's is one of them, because attention changes x.
        AddNorm(
            steps,
            "AttentionNorm",
            layer.AttentionNorm,
            prefix: "",
            sharesNorm ? [.. attentionReaders, .. hiddenReaders] : attentionReaders,
            LayerTime.Start,
            sharesNorm ? LayerTime.Hidden : LayerTime.Projection);
        string hiddenPrefix = layer.IsParallel && !sharesNorm ? ParallelPrefix : "";
        NormSpec? hiddenNorm = sharesNorm ? layer.AttentionNorm : layer.FeedForwardNorm;
        if (hiddenPrefix.Length > 0)
        {
            AddNorm(steps, "FeedForwardNorm", hiddenNorm, hiddenPrefix, hiddenReaders, LayerTime.Start, LayerTime.Hidden);
        }

        string[] hiddenInputs = [.. packed.Hidden.Select(matrix => InputOf(matrix, hiddenPrefix, hiddenNorm))];

        // Attention: x += Wo · attention(Wqkv · norm(x)).
        AddAttention(steps, layer, packed, layer.IsParallel ? hiddenInputs : []);
        string attended = Quantized(steps, "Attended", packed.AttentionOutput, LayerTime.AttentionOutput);
        AddBranch(steps, Branch.Attention, packed.AttentionOutput, attended, layer.Attention.OutputBias is not null, layer.AttentionPostNorm);

        // Feed-forward network: x += Wdown · (f(Wgate · norm(x)) · (Wup · norm(x))).
        if (!layer.IsParallel)
        {
            AddNorm(steps, "FeedForwardNorm", hiddenNorm, hiddenPrefix, hiddenReaders, LayerTime.FeedForward, LayerTime.Hidden);
        }

        string hidden = AddHidden(steps, layer.FeedForward, packed, hiddenInputs);
        AddBranch(steps, Branch.FeedForward, packed.Down, hidden, layer.FeedForward.DownBias is not null, layer.FeedForwardPostNorm);
        return steps;
    }

    /// <summary>The steps from x to the logits.</summary>
    public List<Step> PlanHead(WeightLayout layout)
    {
        var steps = new List<Step>();
        PackedMatrix output = layout.Output;
        steps.Add(_norms.Of(
            "OutputNorm", spec.Head.Norm, "", [output.Format.Activation], name => Shared(layout, name), LayerTime.Start, LayerTime.Hidden));
        steps.Add(new MatrixStep(
            "Logits",
            spec.HasTiedOutput ? "logits = E · x̂ (the head is tied to the embedding)" : "logits = W · x̂",
            Reference(new WeightReference(null, output.Offset), output, stripsOfUnit: 1),
            kernels.MatVec(output.Format, output.Columns, accumulate: false),
            TileKernel: null,
            InputOf(output, "", spec.Head.Norm),
            "Logits",
            OutputColumn: 0));
        return steps;
    }

    /// <summary>The logits, and what is done to them behind their matrix.</summary>
    public LogitPlan PlanLogits(WeightLayout layout)
    {
        HeadSpec head = spec.Head;
        return new LogitPlan(
            layout.Output.PaddedRows,
            head.OutputBias is null ? null : Shared(layout, "OutputBias"),
            head.OutputBias is null ? null : kernels.AddVector(),
            head.Scale,
            head.Scale == 1f ? null : kernels.Multiply(),
            head.SoftCap == 0 ? null : kernels.SoftCap("SoftCapLogits", head.SoftCap));
    }

    private static WeightReference Shared(WeightLayout layout, string name) => new(null, layout.FindShared(name)!.Offset);

    private static WeightReference Field(string name) => new(name, 0);

    private static string InputOf(PackedMatrix matrix, string prefix, NormSpec? norm) => NormPlanner.BufferOf(prefix, norm, matrix.Format.Activation);

    private void AddNorm(
        List<Step> steps, string name, NormSpec? norm, string prefix, ActivationFormat[] readers, LayerTime first, LayerTime last)
    {
        NormStep step = _norms.Of(name, norm, prefix, readers, Field, first, last);
        if (step.Outputs.Count > 0)
        {
            steps.Add(step);
        }
    }

    private void AddAttention(List<Step> steps, LayerSpec layer, PackedLayer packed, string[] carriedInputs)
    {
        int column = 0;
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (PackedMatrix matrix in packed.QueryKeyValue)
        {
            for (int i = 0; i < matrix.Sources.Count; i++)
            {
                columns[matrix.Sources[i].Role] = column + matrix.FirstRowOf(i);
            }

            steps.Add(Product(matrix, InputOf(matrix, "", layer.AttentionNorm), "Projections", column));
            column += matrix.PaddedRows;
        }

        buffers.Add(
            "Projections", "queries, keys and values of all heads", ActivationFormat.Float32, column, LayerTime.Projection, LayerTime.Attention);
        AddAttentionBuffers();
        AttentionSpec attention = layer.Attention;
        ScoreSpec scores = spec.Scores;
        RotarySpec? rotary = attention.Rotary is int index ? spec.Rotaries[index] : null;
        string? angles = attention.Rotary is int table ? rotaries[table].Angles : null;
        string[] always = angles is null ? ["X", "Projections"] : ["X", angles, "Projections"];
        steps.Add(new AttentionStep(
            "Projections",
            columns["Key"],
            columns["Value"],
            "Attended",
            packed.Projections.Select(vector => vector.Name).ToEquatableArray(),
            packed.Projections.Any(vector => vector.Name is "QueryBias" or "KeyBias" or "ValueBias") ? kernels.AddVector() : null,
            scores.Clamp == 0 ? null : kernels.Clamp(scores.Clamp),
            PlanHeadNorm(attention),
            rotary is null ? null : kernels.Rope(spec.HeadDimension, rotary),
            angles,
            scores.Temperature is TemperatureSpec t ? new TemperaturePlan(kernels.Multiply(), t.Scale, t.Offset, t.Interval) : null,
            scores.SoftCap == 0 ? null : kernels.SoftCap("SoftCapScores", scores.SoftCap),
            scores.MaxBias == 0 ? null : kernels.BiasScores(),
            attention.Window == 0 ? null : kernels.MaskScores(),
            attention.Window,
            AttentionKernels.Plan(kernels, keyValue, spec.HeadDimension, spec.GroupSize, scores.Scale),
            always.Concat(carriedInputs).Distinct().ToEquatableArray()));
    }

    private HeadNormPlan? PlanHeadNorm(AttentionSpec attention)
    {
        if (attention.QueryNorm is not NormSpec queryNorm || attention.KeyNorm is not NormSpec keyNorm)
        {
            return null;
        }

        bool isLayerNorm = queryNorm.Kind == NormKind.Layer;
        return new HeadNormPlan(
            Kernel(queryNorm, spec.HeadCount), Kernel(keyNorm, spec.KeyValueHeadCount), attention.NormExtent, isLayerNorm, attention.NormsAfterRotation);

        string Kernel(NormSpec norm, int heads)
        {
            int length = attention.NormExtent == HeadNormExtent.AllHeads ? heads * spec.HeadDimension : spec.HeadDimension;
            return isLayerNorm ? kernels.LayerNorm(length, norm) : kernels.RmsNorm(ActivationFormat.Float32, length, norm.Epsilon);
        }
    }

    /// <summary>
    /// Queries of all tokens as the score kernels read them, and, for one token, each range's sums. A tile of rows may reach beyond the last
    /// one.
    /// </summary>
    private void AddAttentionBuffers()
    {
        int queries = spec.HeadCount * keyValue.Stride;
        buffers.Add(
            "Queries",
            "queries as attention reads them, a row a head",
            ActivationFormat.Float32,
            queries,
            LayerTime.Attention,
            LayerTime.Attention,
            buffers.PrefillTokens + AttentionKernels.LargestTile);
        int partials = keyValue.Ranges * spec.KeyValueHeadCount * AttentionKernels.PartialRows(spec.GroupSize) * keyValue.SumFloats;
        buffers.Add(
            "Partials",
            "sums of each range of keys and each head of one token",
            ActivationFormat.Float32,
            partials,
            LayerTime.Attention,
            LayerTime.Attention,
            rows: 1);
        buffers.Add(
            "Attended",
            "outputs of all heads",
            ActivationFormat.Float32,
            spec.HeadCount * spec.HeadDimension,
            LayerTime.Attention,
            LayerTime.AttentionOutput);
    }

    /// <summary>The hidden values, and the buffer that has them.</summary>
    private string AddHidden(List<Step> steps, FeedForwardSpec feedForward, PackedLayer packed, string[] inputs)
    {
        ActivationFormat format = packed.Down.Format.Activation;
        string hidden = "Hidden" + Kernels.Of(format);
        buffers.Add(hidden, "hidden units", format, packed.Down.Columns, LayerTime.Hidden, LayerTime.End);
        ActivationPlan activation = PlanActivation(feedForward, format, packed.Down.Columns);
        if (packed.HasFusedActivation)
        {
            PackedMatrix matrix = packed.Hidden[0];
            steps.Add(new HiddenStep(
                matrix.Name,
                Reference(Field(matrix.Name), matrix, PackedMatrix.PairedStrips * matrix.Sources.Count),
                kernels.MatVec(matrix.Format, matrix.Columns, accumulate: false),
                kernels.MatMul(matrix.Format, matrix.Columns, accumulate: false),
                activation,
                inputs[0],
                hidden));
            return hidden;
        }

        for (int i = 0; i < packed.Hidden.Count; i++)
        {
            PackedMatrix matrix = packed.Hidden[i];
            string meaning = matrix.Name.ToLowerInvariant() + " values";
            buffers.Add(matrix.Name, meaning, ActivationFormat.Float32, matrix.PaddedRows, LayerTime.Hidden, LayerTime.Hidden);
            steps.Add(Product(matrix, inputs[i], matrix.Name, column: 0));
        }

        steps.Add(new ActivationStep(activation, "Gate", "Up", hidden));
        return hidden;
    }

    private ActivationPlan PlanActivation(FeedForwardSpec feedForward, ActivationFormat format, int length)
    {
        ActivationFunction function = feedForward.Activation.Function;
        bool isGated = feedForward.Gate is not null;
        bool isPrepared = function == ActivationFunction.Xielu;
        bool hasBias = feedForward.GateBias is not null || feedForward.UpBias is not null;
        string symbol = function switch
        {
            ActivationFunction.Gelu => "gelu",
            ActivationFunction.SquaredRelu => "relu²",
            ActivationFunction.Xielu => "xielu",
            _ => "silu",
        };
        return new ActivationPlan(
            isGated ? $"hidden = {symbol}(gate) · up" : $"hidden = {symbol}(up)",
            kernels.Activate(format, isPrepared ? null : function, isGated, length),
            isPrepared ? kernels.Xielu() : null,
            isGated,
            length,
            feedForward.GateBias is not null,
            feedForward.UpBias is not null,
            hasBias ? kernels.AddVector() : null,
            format != ActivationFormat.Float32);
    }

    /// <summary>A buffer as a matrix reads it: quantised first where it does so.</summary>
    private string Quantized(List<Step> steps, string input, PackedMatrix matrix, LayerTime time)
    {
        ActivationFormat format = matrix.Format.Activation;
        if (format == ActivationFormat.Float32)
        {
            return input;
        }

        string quantized = input + Kernels.Of(format);
        buffers.Add(quantized, "the same, quantised", format, matrix.Columns, time, time);
        steps.Add(new QuantizeStep(kernels.QuantizeRow(format, matrix.Columns), input, quantized));
        return quantized;
    }

    /// <summary>
    /// x += scale · norm(W · input + bias), the parts that the model has. Where there is neither norm nor scale, the matrix adds to x itself.
    /// </summary>
    private void AddBranch(List<Step> steps, Branch branch, PackedMatrix matrix, string input, bool hasBias, NormSpec? norm)
    {
        bool addsItself = norm is null && spec.ResidualScale == 1f;
        string output = addsItself ? "X" : branch.Name + "Branch";
        if (!addsItself)
        {
            buffers.Add(output, "what the branch adds to x", ActivationFormat.Float32, matrix.PaddedRows, branch.Time, branch.Time);
        }

        steps.Add(new MatrixStep(
            matrix.Name,
            addsItself ? $"x += W · {branch.Operand}" : $"branch = W · {branch.Operand}",
            Reference(Field(matrix.Name), matrix, stripsOfUnit: 1),
            kernels.MatVec(matrix.Format, matrix.Columns, addsItself),
            kernels.MatMul(matrix.Format, matrix.Columns, addsItself),
            input,
            output,
            OutputColumn: 0));
        if (addsItself && !hasBias)
        {
            return;
        }

        string biased = hasBias ? "(branch + bias)" : "branch";
        string normed = norm is null ? biased : $"norm({biased})";
        steps.Add(new ResidualStep(
            branch.Name + "Residual",
            addsItself ? "x += bias" : spec.ResidualScale == 1f ? $"x += {normed}" : $"x += scale · {normed}",
            addsItself ? null : output,
            hasBias ? Field(branch.BiasField) : null,
            norm is null ? null : _norms.InPlace(branch.Name + "PostNorm", norm, output, Field),
            kernels.AddVector(),
            spec.ResidualScale == 1f ? null : kernels.AddScaled(spec.ResidualScale)));
    }

    private MatrixStep Product(PackedMatrix matrix, string input, string output, int column) => new(
        matrix.Name,
        string.Join(" | ", matrix.Sources.Select(source => source.Role.ToLowerInvariant())) + " = W · x̂",
        Reference(Field(matrix.Name), matrix, stripsOfUnit: 1),
        kernels.MatVec(matrix.Format, matrix.Columns, accumulate: false),
        kernels.MatMul(matrix.Format, matrix.Columns, accumulate: false),
        input,
        output,
        column);

    private static MatrixReference Reference(WeightReference weight, PackedMatrix matrix, int stripsOfUnit)
    {
        int units = matrix.Strips / stripsOfUnit;
        long unitBytes = matrix.StripBytes * stripsOfUnit;
        return new MatrixReference(
            weight,
            matrix.Format.Name,
            matrix.Rows,
            matrix.Columns,
            units,
            unitBytes,
            Chunks.ForDecode(units, unitBytes),
            Chunks.ForPrefill(units, unitBytes));
    }

    /// <summary>What the two branches of a block are called.</summary>
    private sealed record Branch(string Name, string Operand, string BiasField, LayerTime Time)
    {
        public static readonly Branch Attention = new("Attention", "attended", "AttentionOutputBias", LayerTime.AttentionOutput);
        public static readonly Branch FeedForward = new("FeedForward", "hidden", "DownBias", LayerTime.End);
    }
}
