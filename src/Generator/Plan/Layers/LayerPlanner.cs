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
    ModelSpec spec,
    Kernels kernels,
    Buffers buffers,
    MixerPlanner mixers,
    FeedForwardPlanner feedForwards,
    ExpertsPlanner experts,
    ChannelMixPlanner channelMixes,
    SourcePlanner sources,
    EquatableArray<AnglesStep> angles)
{
    // Begin of the names of what the feed-forward network of a parallel block reads while attention's input is still needed.
    private const string ParallelPrefix = "FeedForward";

    // Begin of the names of what a router reads that reads what the layer begins with.
    private const string RouterPrefix = "Router";

    // Rows of logits that are computed at once: a multiple of every format's tile, and some ten megabytes.
    private const int LogitRowsAtOnce = Planner.TileMultiple;

    private readonly NormPlanner _norms = new(kernels, buffers, spec.EmbeddingLength);
    private readonly PerLayerPlanner _perLayers = new(kernels, buffers, spec.EmbeddingLength);
    private readonly AltUpPlanner _altUp = new(kernels, buffers, spec.EmbeddingLength);

    private readonly List<EquatableArray<StateField>> _stateFields = [];

    /// <summary>Where each layer that was planned finds what it remembers, in their order.</summary>
    public IReadOnlyList<EquatableArray<StateField>> StateFields => _stateFields;

    /// <summary>The steps of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="packed">Its weights.</param>
    /// <param name="layout">The model's.</param>
    /// <param name="networkFrom">Index of the first step behind those of its mixers.</param>
    public List<Step> Plan(LayerSpec layer, PackedLayer packed, WeightLayout layout, out int networkFrom)
    {
        var steps = new List<Step>();
        if (layer.NormsRound)
        {
            // Its weights are those of the norm before the output matrix, whose name they have.
            steps.Add(_norms.InPlace("OutputNorm", spec.Head.Norm!, ResidualStep.Output, name => Shared(layout, name)) with { Name = "RoundNorm" });
        }

        if (layer.SourceKeys is not null)
        {
            AddNorm(steps, "SourceInput", norm: null, prefix: "", [.. packed.SourceKeys.Select(matrix => matrix.Format.Activation)]);
            StateField keys = sources.AddKeys(steps, layer.SourceKeys, packed.SourceKeys, matrix => InputOf(matrix, "", norm: null));
            _stateFields.Add(new[] { keys }.ToEquatableArray());
            networkFrom = steps.Count;
            return steps;
        }

        if (layer.SecondMixerSumNorm is not null)
        {
            buffers.Add(KeepStep.Output, "x as the layer began with it", ActivationFormat.Float32, spec.EmbeddingLength);
            steps.Add(new KeepStep(spec.EmbeddingLength));
        }

        ActivationFormat[] mixerReaders = [.. packed.Mixers.SelectMany(mixer => mixer.InputFormats)];
        PackedMatrix[] early = EarlyRouter(layer, packed);
        ActivationFormat[] hiddenReaders = early.Length == 0
            ? [.. packed.Network?.InputFormats ?? []]
            : [.. packed.Network!.Inputs.Except(early).Select(matrix => matrix.Format.Activation)];
        bool sharesNorm = layer.IsParallel && layer.FeedForwardNorm is null;
        if ((layer.IsParallel || layer.Mixers.Count > 1) && layer.MixerNorm is null)
        {
            throw new InvalidOperationException("What stands beside the first mixer would read x after that has changed it.");
        }

        if (layer.Mixers.Count > 1 && layer.MixerPostNorm is not null)
        {
            throw new InvalidOperationException("A norm of the sum of several mixers has no plan.");
        }

        if (layer.AltUp is not null)
        {
            _altUp.AddPrediction(steps, layer.AltUp, packed.AltUp!);
        }

        if (packed.Laurel is not null)
        {
            mixerReaders = [.. mixerReaders, packed.Laurel.Left.Format.Activation, ActivationFormat.Float32];
        }

        RouterProducts? routed = early.Length == 0 ? null : AddEarlyRouter(steps, layer, packed, early);

        // Norms of the block's x. In a parallel block the feed-forward network's is one of them, because the mixer changes x.
        if (layer.Mixers.Count > 0)
        {
            AddNorm(
                steps, layer.Mixers[0].Name + "Norm", layer.MixerNorm, prefix: "", sharesNorm ? [.. mixerReaders, .. hiddenReaders] : mixerReaders);
        }

        string hiddenPrefix = layer.IsParallel && !sharesNorm ? ParallelPrefix : "";
        NormSpec? hiddenNorm = sharesNorm ? layer.MixerNorm : layer.FeedForwardNorm;
        if (hiddenPrefix.Length > 0)
        {
            AddNorm(steps, "FeedForwardNorm", hiddenNorm, hiddenPrefix, hiddenReaders);
        }

        List<StateField> fields = [.. layer.Mixers.Zip(packed.Mixers, (mixer, weights) => AddMixer(steps, layer, mixer, weights)).SelectMany(each => each)];
        if (layer.Laurel is not null)
        {
            string floats = NormPlanner.BufferOf("", layer.MixerNorm, ActivationFormat.Float32);
            _altUp.AddLaurel(
                steps,
                layer.Laurel,
                packed.Laurel!,
                matrix => InputOf(matrix, "", layer.MixerNorm),
                floats,
                (low, matrix) => RowQuantizer.Add(steps, kernels, buffers, low, matrix));
        }

        AddSumNorms(steps, layer);
        if (layer.SourceAttention is not null)
        {
            fields.Add(AddSourceAttention(steps, layer.SourceAttention, packed.SourceAttention!));
        }

        networkFrom = steps.Count;
        if (packed.Network is PackedNetwork network)
        {
            if (!layer.IsParallel)
            {
                AddNorm(steps, "FeedForwardNorm", hiddenNorm, hiddenPrefix, hiddenReaders);
            }

            string floats = NormPlanner.BufferOf(hiddenPrefix, hiddenNorm, ActivationFormat.Float32);
            fields.AddRange(AddNetwork(steps, layer, network, matrix => InputOf(matrix, hiddenPrefix, hiddenNorm), floats, routed));
        }

        _stateFields.Add(fields.ToEquatableArray());
        AddSumNorm(steps, "FeedForward", layer.FeedForwardSumNorm);
        AddPerLayer(steps, layer, packed);
        if (layer.OutputScale is not null)
        {
            steps.Add(new ScaleStep("OutputScale", Field: "OutputScale", Factor: 1f, spec.EmbeddingLength, kernels.Multiply()));
        }

        if (layer.IsHalved)
        {
            steps.Add(new ScaleStep("Halve", Field: null, Factor: 0.5f, spec.EmbeddingLength, kernels.Multiply()));
        }

        return steps;
    }

    /// <summary>The matrices of a router that reads what the layer begins with, which the mixer changes; none: it reads what the experts read.</summary>
    private static PackedMatrix[] EarlyRouter(LayerSpec layer, PackedLayer packed) =>
        layer.Network is ExpertsSpec { Router.ReadsLayerInput: true } && packed.Network is PackedExperts mixture ? [.. mixture.Router] : [];

    private RouterProducts AddEarlyRouter(List<Step> steps, LayerSpec layer, PackedLayer packed, PackedMatrix[] matrices)
    {
        var network = (ExpertsSpec)layer.Network!;
        if (network.SharedGate is not null)
        {
            throw new InvalidOperationException("The gate of a shared network would read what the layer begins with.");
        }

        AddNorm(steps, "RouterInput", norm: null, RouterPrefix, [.. matrices.Select(matrix => matrix.Format.Activation)]);
        return experts.AddRouter(steps, network, (PackedExperts)packed.Network!, matrix => InputOf(matrix, RouterPrefix, norm: null));
    }

    /// <summary>The branch of the layer's own input, which is added to x, or to the streams beside it.</summary>
    private void AddPerLayer(List<Step> steps, LayerSpec layer, PackedLayer packed)
    {
        const string Branch = "PerLayer";
        const string Operand = "(gate · input)";
        if (layer.AltUp is not null && layer.PerLayer is not null)
        {
            string corrected = _altUp.AddCorrection(steps, layer.AltUp, packed.AltUp!);
            PackedPerLayer weights = packed.PerLayer!;
            string read = RowQuantizer.Add(steps, kernels, buffers, corrected, weights.Gate);
            string gated = _perLayers.Add(steps, spec.PerLayerInputs!, layer.PerLayer, weights, read);
            string output = buffers.Add(Branch + "Branch", "what is added to streams", ActivationFormat.Float32, weights.Projection.PaddedRows);
            steps.Add(MatrixStep.Of(kernels, weights.Projection, "branch = W · " + Operand, gated, output));
            _altUp.AddResidual(steps, output, Branch + "PostNorm", layer.PerLayer.PostNorm);
        }
        else if (layer.PerLayer is not null)
        {
            string gated = _perLayers.Add(steps, spec.PerLayerInputs!, layer.PerLayer, packed.PerLayer!);
            AddBranch(steps, Branch, Operand, biasField: "", hasBias: false, packed.PerLayer!.Projection, gated, layer.PerLayer.PostNorm);
        }
    }

    /// <summary>The steps from x to the logits, or to an encoder's vectors.</summary>
    public List<Step> PlanHead(WeightLayout layout)
    {
        List<Step> steps = _altUp.PlanMerge(layout);
        HeadSpec head = spec.Head;
        if (spec.Layers.Any(layer => layer.SourceKeys is not null))
        {
            // What comes out are keys and values, and the norm stands before them.
            return steps;
        }

        if (layout.Output is not PackedMatrix output)
        {
            if (head.Norm is not null)
            {
                steps.Add(_norms.InPlace("OutputNorm", head.Norm, ResidualStep.Output, name => Shared(layout, name)));
            }

            steps.Add(new VectorsStep(ResidualStep.Output, spec.EmbeddingLength));
            return steps;
        }

        NormStep norm = _norms.Of("OutputNorm", head.Norm, "", [output.Format.Activation], name => Shared(layout, name));
        steps.Add(norm);
        steps.Add(new LogitsStep(
            spec.HasTiedOutput ? "logits = E · x̂ (the head is tied to the embedding)" : "logits = W · x̂",
            MatrixReference.Of(new WeightReference(null, output.Offset), output),
            kernels.Product(output.Format, output.Columns, accumulates: false),
            InputOf(output, "", head.Norm),
            buffers.Add("LogitRows", "logits of some rows, for several sessions", output.PaddedRows, LogitRowsAtOnce),
            LogitRowsAtOnce,
            spec.VocabularySize,
            output.PaddedRows,
            head.OutputBias is null ? null : Shared(layout, "OutputBias"),
            head.OutputBias is null ? null : kernels.AddVector(),
            head.Scale,
            head.Scale == 1f ? null : kernels.Multiply(),
            head.SoftCap == 0 ? null : kernels.SoftCap("SoftCapLogits", head.SoftCap)));
        return steps;
    }

    private static WeightReference Shared(WeightLayout layout, string name) => new(null, layout.FindShared(name)!.Offset);

    private static WeightReference Field(string name) => new(name, 0);

    private static string InputOf(PackedMatrix matrix, string prefix, NormSpec? norm) => NormPlanner.BufferOf(prefix, norm, matrix.Format.Activation);

    private void AddNorm(List<Step> steps, string name, NormSpec? norm, string prefix, ActivationFormat[] readers)
    {
        NormStep step = _norms.Of(name, norm, prefix, readers, Field);
        if (step.Outputs.Count > 0)
        {
            steps.Add(step);
        }
    }

    /// <summary>x = norm(x) behind the mixer's branch, and again behind what the layer began with.</summary>
    private void AddSumNorms(List<Step> steps, LayerSpec layer)
    {
        if (layer.MixerSumNorm is null)
        {
            return;
        }

        string mixer = layer.Mixers[0].Name;
        AddSumNorm(steps, mixer, layer.MixerSumNorm);
        if (layer.SecondMixerSumNorm is not null)
        {
            steps.Add(new ResidualStep(
                "KeptResidual", "x += what the layer began with", spec.EmbeddingLength, KeepStep.Output, Bias: null, Norm: null, kernels.AddVector(), Scale: 1f, ScaledAddKernel: null));
            AddSumNorm(steps, mixer + "Second", layer.SecondMixerSumNorm);
        }
    }

    /// <summary>x = norm(x) behind a branch.</summary>
    private void AddSumNorm(List<Step> steps, string branch, NormSpec? norm)
    {
        if (norm is not null)
        {
            steps.Add(_norms.InPlace(branch + "SumNorm", norm, ResidualStep.Output, Field));
        }
    }

    /// <summary>A mixer: x += Wo · mixer(norm(x)).</summary>
    private StateField[] AddMixer(List<Step> steps, LayerSpec layer, MixerSpec mixer, PackedMixer packed)
    {
        string floats = NormPlanner.BufferOf("", layer.MixerNorm, ActivationFormat.Float32);
        (string mixed, StateField[] fields) =
            mixers.Add(steps, mixer, packed, matrix => InputOf(matrix, "", layer.MixerNorm), floats, angles, _stateFields.Count);
        bool hasBias = mixer is AttentionSpec { OutputBias: not null };
        string input = RowQuantizer.Add(steps, kernels, buffers, mixed, packed.Output);
        AddBranch(
            steps, mixer.Name, mixed.ToLowerInvariant(), mixer.Name + "OutputBias", hasBias, packed.Output, input, layer.MixerPostNorm);
        return fields;
    }

    /// <summary>Attention to the source text: x += Wo · attention(norm(x)).</summary>
    private StateField AddSourceAttention(List<Step> steps, SourceAttentionSpec attention, PackedSourceAttention packed)
    {
        const string Branch = "SourceAttention";
        AddNorm(steps, Branch + "Norm", attention.Norm, prefix: "", [packed.Query.Format.Activation]);
        (string attended, StateField field) = sources.AddAttention(steps, attention, packed, InputOf(packed.Query, "", attention.Norm));
        string input = RowQuantizer.Add(steps, kernels, buffers, attended, packed.Output);
        AddBranch(steps, Branch, attended.ToLowerInvariant(), biasField: "", hasBias: false, packed.Output, input, norm: null);
        return field;
    }

    /// <summary>The feed-forward network: x += Wdown · (f(Wgate · norm(x)) · (Wup · norm(x))), or the sum of experts of that form.</summary>
    /// <returns>Where the layer finds what it remembers for it.</returns>
    private StateField[] AddNetwork(
        List<Step> steps, LayerSpec layer, PackedNetwork packed, Func<PackedMatrix, string> inputOf, string floats, RouterProducts? routed)
    {
        const string Branch = "FeedForward";
        switch (layer.Network, packed)
        {
            case (FeedForwardSpec network, PackedFeedForward weights):
                string hidden = feedForwards.Add(steps, network, weights, "", matrix => new ProductInput(inputOf(matrix)));
                AddBranch(steps, Branch, "hidden", "DownBias", network.DownBias is not null, weights.Down, hidden, layer.FeedForwardPostNorm);
                break;
            case (ExpertsSpec network, PackedExperts weights):
                string target = TargetOf(Branch, layer.FeedForwardPostNorm, spec.EmbeddingLength);
                experts.Add(steps, network, weights, inputOf, target, routed);
                AddResidual(steps, Branch, target, biasField: null, layer.FeedForwardPostNorm);
                break;
            case (DenseAndExpertsSpec network, PackedDenseAndExperts weights):
                string sum = TargetOf(Branch, network.DensePostNorm, weights.Dense.Down.PaddedRows);
                new DenseAndExpertsPlanner(kernels, buffers, feedForwards, experts, _norms, spec.EmbeddingLength).Add(steps, network, weights, inputOf, sum);
                AddResidual(steps, Branch, sum, biasField: null, layer.FeedForwardPostNorm);
                break;
            case (ChannelMixSpec network, PackedChannelMix weights):
                return [AddChannelMix(steps, Branch, layer, network, weights, floats)];
            default:
                throw new InvalidOperationException($"{packed.GetType().Name} has no plan.");
        }

        return [];
    }

    /// <summary>x += Wvalue · f(Wkey · mixture) · σ(gate), the gate where there is one.</summary>
    private StateField AddChannelMix(List<Step> steps, string branch, LayerSpec layer, ChannelMixSpec network, PackedChannelMix packed, string floats)
    {
        (string hidden, string? gate, StateField field) = channelMixes.Add(steps, network, packed, floats, spec.EmbeddingLength);
        PackedMatrix down = packed.Network.Down;
        if (gate is null)
        {
            AddBranch(steps, branch, "hidden", biasField: "", hasBias: false, down, hidden, layer.FeedForwardPostNorm);
            return field;
        }

        string output = buffers.Add(branch + "Branch", "what the branch adds to x", ActivationFormat.Float32, down.PaddedRows);
        steps.Add(MatrixStep.Of(kernels, down, "branch = W · hidden", hidden, output));
        steps.Add(new GateStep(
            "BranchGate", "branch = branch · σ(gate)", spec.EmbeddingLength, new BufferPart(output, 0), new BufferPart(gate, 0), kernels.MultiplySigmoid()));
        AddResidual(steps, branch, output, biasField: null, layer.FeedForwardPostNorm);
        return field;
    }

    /// <summary>
    /// x += scale · norm(W · input + bias), the parts that the model has. Where there is neither norm nor scale, the matrix adds to x itself.
    /// </summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="branch">Name of the branch.</param>
    /// <param name="operand">What its matrix multiplies, for the reader.</param>
    /// <param name="biasField">Field of its bias.</param>
    /// <param name="hasBias">Whether it has one.</param>
    /// <param name="matrix">W.</param>
    /// <param name="input">Buffer that it reads.</param>
    /// <param name="norm">Norm of the branch; null: none.</param>
    private void AddBranch(
        List<Step> steps, string branch, string operand, string biasField, bool hasBias, PackedMatrix matrix, string input, NormSpec? norm)
    {
        string output = TargetOf(branch, norm, matrix.PaddedRows);
        bool addsItself = output == ResidualStep.Output;
        steps.Add(new MatrixStep(
            matrix.Name,
            addsItself ? $"x += W · {operand}" : $"branch = W · {operand}",
            MatrixReference.Of(Field(matrix.Name), matrix),
            kernels.Product(matrix.Format, matrix.Columns, addsItself),
            new ProductInput(input),
            output,
            OutputColumn: 0));
        AddResidual(steps, branch, output, hasBias ? biasField : null, norm);
    }

    /// <summary>Where a branch goes: to x, if nothing is done to it before, else to a buffer of its own.</summary>
    private string TargetOf(string branch, NormSpec? norm, int length) => norm is null && spec.ResidualScale == 1f
        ? ResidualStep.Output
        : buffers.Add(branch + "Branch", "what the branch adds to x", ActivationFormat.Float32, length);

    /// <summary>What is done to a branch before it is added to x.</summary>
    private void AddResidual(List<Step> steps, string branch, string output, string? biasField, NormSpec? norm)
    {
        bool addsItself = output == ResidualStep.Output;
        if (addsItself && biasField is null)
        {
            return;
        }

        string biased = biasField is null ? "branch" : "(branch + bias)";
        string normed = norm is null ? biased : $"norm({biased})";
        steps.Add(new ResidualStep(
            branch + "Residual",
            addsItself ? "x += bias" : spec.ResidualScale == 1f ? $"x += {normed}" : $"x += scale · {normed}",
            spec.EmbeddingLength,
            addsItself ? null : output,
            biasField is null ? null : Field(biasField),
            norm is null ? null : _norms.InPlace(branch + "PostNorm", norm, output, Field),
            kernels.AddVector(),
            spec.ResidualScale,
            spec.ResidualScale == 1f ? null : kernels.AddScaled()));
    }
}
