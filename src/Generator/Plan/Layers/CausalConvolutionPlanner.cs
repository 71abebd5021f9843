using System.Collections.Generic;
using ModelGen.Formats;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans the convolution over the last tokens that recurrent mixers have before their recurrence, or that they are: each channel by itself, a bias or
/// none, SiLU or none.
/// </summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
internal sealed class CausalConvolutionPlanner(Kernels kernels, Buffers buffers, StatePlanner state)
{
    private const string StateName = "ConvolutionState";

    /// <summary>Adds the step and its place in the fixed state.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="taps">Tokens that it sees, itself counted.</param>
    /// <param name="input">Where a row's channels are, in floats.</param>
    /// <param name="filter">Field of the filter, a packed vector of [taps][channels].</param>
    /// <param name="bias">Field of the biases; null: none.</param>
    /// <param name="hasSilu">Whether SiLU comes behind it.</param>
    /// <returns>The buffer of its output, and the layer's place in a sequence's fixed state.</returns>
    public (string Output, StateField Field) Add(List<Step> steps, int channels, int taps, BufferPart input, string filter, string? bias, bool hasSilu = true)
    {
        string output = buffers.Add("Convolved", "outputs of a convolution", ActivationFormat.Float32, channels);
        long offset = state.AddFixed((taps - 1L) * channels * sizeof(float));
        steps.Add(new CausalConvolutionStep(
            channels,
            taps,
            input,
            filter,
            bias,
            hasSilu,
            StateName,
            output,
            kernels.Of(
                $"CausalConvolution_{channels}",
                "CausalConvolution",
                [
                    Kernels.Constant("Channels", channels),
                    Kernels.Constant("Taps", taps),
                    Kernels.Constant("InputPitch", buffers.RowFloatsOf(input.Buffer)),
                    Kernels.Constant("OutputPitch", buffers.RowFloatsOf(output)),
                    Kernels.Constant("HasBias", bias is not null),
                    Kernels.Constant("HasSilu", hasSilu),
                ])));
        return (output, new StateField(StateName, offset));
    }
}
