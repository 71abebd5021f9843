using System;
using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans gated convolutions over the last tokens: one matrix for both gates and the input, then the filter.</summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
internal sealed class ConvolutionPlanner(Kernels kernels, Buffers buffers, StatePlanner state)
{
    private const string StateName = "ConvolutionState";

    /// <summary>See <see cref="MixerPlanner.Add"/>.</summary>
    public (string Output, StateField[] Fields) Add(
        List<Step> steps, ConvolutionSpec convolution, PackedConvolution packed, Func<PackedMatrix, string> inputOf)
    {
        string gates = buffers.Add("Gates", "both gates of a convolution, and its input", ActivationFormat.Float32, packed.Input.PaddedRows);
        string output = buffers.Add("Convolved", "outputs of a convolution", ActivationFormat.Float32, convolution.Channels);
        steps.Add(MatrixStep.Of(kernels, packed.Input, "b | c | u = W · x̂", inputOf(packed.Input), gates));
        long offset = state.AddFixed((convolution.Taps - 1L) * convolution.Channels * sizeof(float));
        steps.Add(new ConvolutionStep(
            convolution.Channels,
            convolution.Taps,
            gates,
            packed.Filter.Name,
            StateName,
            output,
            kernels.Convolution(convolution.Channels, convolution.Taps)));
        return (output, [new StateField(StateName, offset)]);
    }
}
