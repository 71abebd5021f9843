using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans the channel mixing of RWKV: mixtures of a token with the one before it, and a feed-forward network of one of them.</summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
/// <param name="feedForwards">Plans the network.</param>
internal sealed class ChannelMixPlanner(Kernels kernels, Buffers buffers, StatePlanner state, FeedForwardPlanner feedForwards)
{
    private const string ShiftState = "ChannelShiftState";

    private readonly TimeMixParts _parts = new(kernels, buffers);

    /// <summary>Adds the steps up to the hidden values, and the product of what gates the network's output.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="mix">The channel mixing.</param>
    /// <param name="packed">Its weights.</param>
    /// <param name="input">Buffer of the block's input, in floats.</param>
    /// <param name="length">Its floats.</param>
    /// <returns>The buffer of hidden values, that of the gate, if there is one, and where the layer finds what it remembers.</returns>
    public (string Hidden, string? Gate, StateField Field) Add(List<Step> steps, ChannelMixSpec mix, PackedChannelMix packed, string input, int length)
    {
        var field = new StateField(ShiftState, state.AddFixed(length * (long)sizeof(float)));
        TokenShiftStep shift = _parts.Shift("ChannelShift", input, length, ShiftState, packed.Vectors.Select(vector => vector.Name));
        steps.Add(shift);
        string? gate = null;
        if (packed.Receptance is PackedMatrix receptance)
        {
            gate = buffers.Add("ChannelReceptance", "what gates a network's output", ActivationFormat.Float32, receptance.PaddedRows);
            steps.Add(MatrixStep.Of(kernels, receptance, "gate = W · x̂", _parts.InputOf(steps, shift.Mixtures[1].Buffer, receptance), gate));
        }

        string hidden = feedForwards.Add(
            steps, mix.Network, packed.Network, "", matrix => new ProductInput(_parts.InputOf(steps, shift.Mixtures[0].Buffer, matrix)));
        return (hidden, gate, field);
    }
}
