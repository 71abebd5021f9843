using System;
using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans selective state spaces: one matrix for gate, input and what else follows from x, the convolution over the last tokens, what follows from it,
/// the recurrence, and the norm of its gated output.
/// </summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
/// <param name="convolutions">Plans the convolutions.</param>
internal sealed class StateSpacePlanner(Kernels kernels, Buffers buffers, StatePlanner state, CausalConvolutionPlanner convolutions)
{
    private const string StateName = "ScanState";

    /// <summary>See <see cref="MixerPlanner.Add"/>.</summary>
    public (string Output, StateField[] Fields) Add(
        List<Step> steps, StateSpaceSpec stateSpace, PackedStateSpace packed, Func<PackedMatrix, string> inputOf)
    {
        StateSpaceShape shape = stateSpace.Shape;
        string rows = buffers.Add("StateSpaceRows", "gate and input of a state space, and what else follows from x", ActivationFormat.Float32, packed.Input.PaddedRows);
        string parts = stateSpace.Selection is null ? "z | u | B | C | step" : "z and u";
        steps.Add(MatrixStep.Of(kernels, packed.Input, parts + " = W · x̂", inputOf(packed.Input), rows));
        (string convolved, StateField convolutionState) = convolutions.Add(
            steps,
            stateSpace.ConvolvedChannels,
            stateSpace.Taps,
            new BufferPart(rows, stateSpace.Rows.Convolved),
            "StateSpaceFilter",
            stateSpace.FilterBias is null ? null : "StateSpaceFilterBias");
        (BufferPart weights, BufferPart step) = packed.Selection is PackedSelection selection
            ? AddSelection(steps, stateSpace, selection, convolved)
            : (new BufferPart(convolved, shape.Channels), new BufferPart(rows, stateSpace.Rows.Step));

        string output = buffers.Add("Scanned", "outputs of a state space", ActivationFormat.Float32, shape.Channels);
        var gate = new BufferPart(rows, stateSpace.Rows.Gate);
        long offset = state.AddFixed((long)shape.Channels * shape.StateLength * sizeof(float));
        steps.Add(new StateSpaceStep(shape, convolved, weights, step, gate, StateName, output, ScanKernel(shape, convolved, weights, step, gate, output)));
        if (stateSpace.Norm is NormSpec norm)
        {
            steps.Add(new PartNormStep(
                "GatedNorm",
                "ŷ = y / √(mean(y²) + ε) · weight of each group",
                new[] { NormOf(norm, new BufferPart(output, 0), shape.GroupChannels, shape.Groups, "GatedNorm") }.ToEquatableArray()));
        }

        return (output, [convolutionState, new StateField(StateName, offset)]);
    }

    /// <summary>B | C and the steps as they follow from the convolved input.</summary>
    private (BufferPart Weights, BufferPart Step) AddSelection(List<Step> steps, StateSpaceSpec stateSpace, PackedSelection packed, string convolved)
    {
        SelectionSpec selection = stateSpace.Selection!;
        int rank = selection.StepInput.Rows;
        int length = stateSpace.Shape.StateLength;
        string stepInput = RowQuantizer.Add(steps, kernels, buffers, convolved, packed.StepInput);
        string weightInput = packed.StateWeights.Format.Activation == packed.StepInput.Format.Activation
            ? stepInput
            : RowQuantizer.Add(steps, kernels, buffers, convolved, packed.StateWeights);
        string ranks = buffers.Add("StepRanks", "what the steps of a state space follow from", ActivationFormat.Float32, rank);
        string weights = buffers.Add("StateWeights", "B and C of a state space", ActivationFormat.Float32, packed.StateWeights.PaddedRows);
        steps.Add(MatrixStep.Of(kernels, packed.StepInput, "r = W · v", stepInput, ranks));
        steps.Add(MatrixStep.Of(kernels, packed.StateWeights, "B | C = W · v", weightInput, weights));
        PartNorm[] norms =
        [
            .. Norms(selection.StepNorm, new BufferPart(ranks, 0), rank, "StepNorm"),
            .. Norms(selection.InputNorm, new BufferPart(weights, 0), length, "StateInputNorm"),
            .. Norms(selection.OutputNorm, new BufferPart(weights, length), length, "StateOutputNorm"),
        ];
        if (norms.Length > 0)
        {
            steps.Add(new PartNormStep("SelectionNorm", "r, B and C, each divided by √(mean of its squares + ε)", norms.ToEquatableArray()));
        }

        string output = buffers.Add("Steps", "steps of a state space, one a head", ActivationFormat.Float32, packed.Step.PaddedRows);
        steps.Add(MatrixStep.Of(kernels, packed.Step, "step = W · r", RowQuantizer.Add(steps, kernels, buffers, ranks, packed.Step), output));
        return (new BufferPart(weights, 0), new BufferPart(output, 0));
    }

    private IEnumerable<PartNorm> Norms(NormSpec? norm, BufferPart part, int length, string field) =>
        norm is null ? [] : [NormOf(norm, part, length, count: 1, field)];

    private PartNorm NormOf(NormSpec norm, BufferPart part, int length, int count, string field) =>
        new(kernels.RmsNorm(length, norm), part, length, count, norm.Weight is null ? null : field);

    private string ScanKernel(StateSpaceShape shape, string convolved, BufferPart weights, BufferPart step, BufferPart gate, string output) => kernels.Of(
        $"StateSpaceScan_{shape.Channels}",
        "StateSpaceScan",
        [
            Kernels.Constant("Channels", shape.Channels),
            Kernels.Constant("HeadChannels", shape.HeadChannels),
            Kernels.Constant("GroupChannels", shape.GroupChannels),
            Kernels.Constant("StateLength", shape.StateLength),
            Kernels.Constant("HasOwnDecays", shape.HasOwnDecays),
            Kernels.Constant("InputPitch", buffers.RowFloatsOf(convolved)),
            Kernels.Constant("WeightsPitch", buffers.RowFloatsOf(weights.Buffer)),
            Kernels.Constant("StepPitch", buffers.RowFloatsOf(step.Buffer)),
            Kernels.Constant("GatePitch", buffers.RowFloatsOf(gate.Buffer)),
            Kernels.Constant("OutputPitch", buffers.RowFloatsOf(output)),
        ]);
}
