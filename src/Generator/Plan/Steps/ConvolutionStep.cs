using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>y = c · Σₖ Filterₖ · (b · u) of the token Taps - 1 - k before, channel by channel.</summary>
/// <param name="Channels">Channels.</param>
/// <param name="Taps">Tokens that the filter sees.</param>
/// <param name="Gates">Buffer of b, c and u.</param>
/// <param name="Filter">Field of the layer's filter.</param>
/// <param name="State">Field of the layer's place in a sequence's fixed state: b · u of the last Taps - 1 tokens.</param>
/// <param name="Output">Buffer of y.</param>
/// <param name="Kernel">Does a row's channels, or some of them.</param>
internal sealed record ConvolutionStep(int Channels, int Taps, string Gates, string Filter, string State, string Output, string Kernel)
    : Step("Convolution", "y = c · Σₖ filterₖ · (b · u), over the last " + Taps + " tokens")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(Gates), BufferUse.Write(Output) }.ToEquatableArray();

    public override bool WritesState => true;
}
