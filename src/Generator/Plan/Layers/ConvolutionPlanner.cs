using System;
using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans gated convolutions: one matrix for both gates and the input, and a convolution over the last tokens between the gates.</summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="convolutions">Plans what is between the gates.</param>
internal sealed class ConvolutionPlanner(Kernels kernels, Buffers buffers, CausalConvolutionPlanner convolutions)
{
    /// <summary>See <see cref="MixerPlanner.Add"/>.</summary>
    public (string Output, StateField[] Fields) Add(
        List<Step> steps, ConvolutionSpec convolution, PackedConvolution packed, Func<PackedMatrix, string> inputOf)
    {
        int channels = convolution.Channels;
        string gates = buffers.Add("Gates", "both gates of a convolution, and its input", ActivationFormat.Float32, packed.Input.PaddedRows);
        var input = new BufferPart(gates, 2 * channels);
        steps.Add(MatrixStep.Of(kernels, packed.Input, "b | c | u = W · x̂", inputOf(packed.Input), gates));
        steps.Add(new GateStep("InputGate", "u = b · u", channels, input, new BufferPart(gates, 0), kernels.MultiplyVector()));
        (string output, StateField field) = convolutions.Add(
            steps, channels, convolution.Taps, input, packed.Filter.Name, bias: null, hasSilu: false);
        steps.Add(new GateStep(
            "OutputGate", "y = c · y", channels, new BufferPart(output, 0), new BufferPart(gates, channels), kernels.MultiplyVector()));
        return (output, [field]);
    }
}
