using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>y = SiLU(s), or s itself, s = bias + Σₖ filterₖ · u of the token Taps - 1 - k before, channel by channel.</summary>
/// <param name="Channels">Channels.</param>
/// <param name="Taps">Tokens that the filter sees.</param>
/// <param name="Input">Where a row's u are.</param>
/// <param name="Filter">Field of the layer's filter.</param>
/// <param name="Bias">Field of its biases; null: none.</param>
/// <param name="HasSilu">Whether y is SiLU of the sum.</param>
/// <param name="State">Field of the layer's place in a sequence's fixed state: u of the last Taps - 1 tokens.</param>
/// <param name="Output">Buffer of y.</param>
/// <param name="Kernel">Does some channels of the rows of a sequence.</param>
internal sealed record CausalConvolutionStep(
    int Channels, int Taps, BufferPart Input, string Filter, string? Bias, bool HasSilu, string State, string Output, string Kernel)
    : Step("CausalConvolution", $"y = {(HasSilu ? $"SiLU({SumOf(Bias)})" : SumOf(Bias))}, over the last {Taps} tokens")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(Input.Buffer), BufferUse.Write(Output) }.ToEquatableArray();

    public override bool WritesState => true;

    private static string SumOf(string? bias) => (bias is null ? "" : "bias + ") + "Σₖ filterₖ · u";
}

/// <summary>A part of a buffer's rows.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Column">Floats of a row before the part.</param>
internal sealed record BufferPart(string Buffer, int Column);
