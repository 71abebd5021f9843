using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans gated delta rules: their projections, a convolution of queries, keys and values, the rule, and a norm with a gate.</summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
/// <param name="convolutions">Plans the convolution.</param>
internal sealed class DeltaRulePlanner(Kernels kernels, Buffers buffers, StatePlanner state, CausalConvolutionPlanner convolutions)
{
    private const string StateName = "DeltaRuleState";

    // Columns of a head's state that a chunk has: with a key of 128 elements 32 KB, which stay in a first-level cache for a prompt.
    private const int ColumnsOfChunk = 64;

    /// <summary>See <see cref="MixerPlanner.Add"/>.</summary>
    public (string Output, StateField[] Fields) Add(
        List<Step> steps, DeltaRuleSpec delta, PackedDeltaRule packed, Func<PackedMatrix, string> inputOf)
    {
        DeltaRuleHeads heads = delta.Heads;
        (string projections, IReadOnlyDictionary<string, int> columns, _) = Projections.Add(
            steps, kernels, buffers, packed.Projections, "queries, keys, values, gates, β and decays of all heads", inputOf);
        BufferPart gates = packed.OutputGate is PackedLowRank gatePair
            ? AddLowRank(steps, gatePair, "Gate", "gates", inputOf)
            : new BufferPart(projections, columns["OutputGate"]);
        BufferPart decays = packed.Decay is PackedLowRank decayPair
            ? AddLowRank(steps, decayPair, "Decay", "decays", inputOf)
            : new BufferPart(projections, columns["Decay"]);

        // Dimensions are whole strips, so that queries, keys and values stand together.
        (string convolved, StateField convolution) = convolutions.Add(
            steps, heads.Channels, delta.Taps, new BufferPart(projections, columns["Query"]), "DeltaRuleFilter", bias: null);
        var inputs = new DeltaRuleInputs(
            new BufferPart(convolved, 0),
            new BufferPart(convolved, heads.KeyLength),
            new BufferPart(convolved, 2 * heads.KeyLength),
            gates,
            new BufferPart(projections, columns["Beta"]),
            decays);
        steps.Add(new PrepareDeltaStep(
            heads,
            inputs,
            "DecayBias",
            "DecayRate",
            kernels.Of(
                "PrepareDelta",
                "PrepareDelta",
                [
                    Kernels.Constant("KeyHeads", heads.Keys),
                    Kernels.Constant("ValueHeads", heads.Values),
                    Kernels.Constant("HeadDecays", heads.DecaysElements ? 0 : heads.Values),
                    Kernels.Constant("KeyDimension", heads.KeyDimension),
                    Kernels.Constant("Epsilon", delta.Epsilon),
                ]),
            heads.DecaysElements
                ? kernels.Of(
                    "ElementDecays",
                    "ElementDecays",
                    [Kernels.Constant("Heads", heads.Values), Kernels.Constant("KeyDimension", heads.KeyDimension)])
                : null));
        string output = buffers.Add("Recalled", "outputs of all heads of a delta rule", ActivationFormat.Float32, heads.ValueLength);
        int chunk = Enumerable.Range(1, ColumnsOfChunk / DeltaRuleSpec.DimensionMultiple)
            .Select(count => count * DeltaRuleSpec.DimensionMultiple).Last(count => heads.ValueDimension % count == 0);
        long offset = state.AddFixed((long)heads.ValueLength * heads.KeyDimension * sizeof(float));
        steps.Add(new DeltaRuleStep(heads, inputs, chunk, StateName, output, PlanRule(heads, chunk, inputs, output)));
        steps.Add(new GatedNormStep(
            heads.Values,
            heads.ValueDimension,
            output,
            inputs.Gate,
            "DeltaRuleHeadNorm",
            kernels.RmsNorm(ActivationFormat.Float32, heads.ValueDimension, delta.Norm.Epsilon),
            delta.GatesBySigmoid,
            delta.GatesBySigmoid
                ? kernels.MultiplySigmoid()
                : kernels.Activate(ActivationFormat.Float32, ActivationFunction.Silu, isGated: true, heads.ValueLength)));
        return (output, [convolution, new StateField(StateName, offset)]);
    }

    /// <summary>Products with two matrices, one behind the other.</summary>
    private BufferPart AddLowRank(List<Step> steps, PackedLowRank pair, string name, string meaning, Func<PackedMatrix, string> inputOf)
    {
        string ranks = buffers.Add(name + "Ranks", $"what {meaning} of a delta rule are products of", ActivationFormat.Float32, pair.Down.PaddedRows);
        steps.Add(MatrixStep.Of(kernels, pair.Down, "r = W · x̂", inputOf(pair.Down), ranks));
        string output = buffers.Add(name + "s", $"{meaning} of a delta rule", ActivationFormat.Float32, pair.Up.PaddedRows);
        steps.Add(MatrixStep.Of(kernels, pair.Up, $"{meaning} = W · r", RowQuantizer.Add(steps, kernels, buffers, ranks, pair.Up), output));
        return new BufferPart(output, 0);
    }

    private string PlanRule(DeltaRuleHeads heads, int columns, DeltaRuleInputs inputs, string output) => kernels.Of(
        $"DeltaRule_{heads.KeyDimension}",
        "DeltaRule",
        [
            Kernels.Constant("KeyDimension", heads.KeyDimension),
            Kernels.Constant("ValueDimension", heads.ValueDimension),
            Kernels.Constant("Columns", columns),
            Kernels.Constant("DecaysElements", heads.DecaysElements),
            Kernels.Constant("InputPitch", buffers.RowFloatsOf(inputs.Query.Buffer)),
            Kernels.Constant("DecayPitch", buffers.RowFloatsOf(inputs.Decay.Buffer)),
            Kernels.Constant("BetaPitch", buffers.RowFloatsOf(inputs.Beta.Buffer)),
            Kernels.Constant("OutputPitch", buffers.RowFloatsOf(output)),
        ],
        VectorWidth.All.Select(width =>
        {
            int vectors = columns / width.Lanes;
            int most = KernelFile.Get("DeltaRule").Tile('v', width);
            return new KernelRepeat('v', width, Enumerable.Range(1, most).Last(count => vectors % count == 0));
        }));
}
