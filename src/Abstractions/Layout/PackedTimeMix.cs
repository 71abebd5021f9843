using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Layout;

/// <summary>The tensors of a time mixing of RWKV-7.</summary>
/// <param name="Vectors">Shifts, biases and scales, norm of a head's output.</param>
/// <param name="Receptance">[embedding × embedding], as the next two.</param>
/// <param name="Key">Matrix of the keys.</param>
/// <param name="Value">Matrix of the values.</param>
/// <param name="Decay">Of the decays.</param>
/// <param name="Rate">Of the rates.</param>
/// <param name="ValueMix">Of what the first layer's values are mixed in by; null in the first layer.</param>
/// <param name="Gate">Of the gates; null: there are none.</param>
/// <param name="Output">[embedding × embedding].</param>
internal sealed record PackedGoose(
    EquatableArray<PackedVector> Vectors,
    PackedMatrix Receptance,
    PackedMatrix Key,
    PackedMatrix Value,
    PackedLowRank Decay,
    PackedLowRank Rate,
    PackedLowRank? ValueMix,
    PackedLowRank? Gate,
    PackedMatrix Output)
    : PackedMixer(Output)
{
    /// <summary>None: all read mixtures of the block's input and that of the token before.</summary>
    public override IEnumerable<PackedMatrix> Inputs => [];

    public override IEnumerable<ActivationFormat> InputFormats => [ActivationFormat.Float32];

    public override IEnumerable<PackedTensor> Tensors() =>
    [
        .. Vectors,
        Receptance,
        Key,
        Value,
        .. Decay.Tensors(),
        .. Rate.Tensors(),
        .. ValueMix?.Tensors() ?? [],
        .. Gate?.Tensors() ?? [],
        Output,
    ];
}

/// <summary>The tensors of a time mixing of RWKV-6.</summary>
/// <param name="Vectors">Shifts, biases and scales, norm of a head's output.</param>
/// <param name="OffsetDown">[5 · rank × embedding].</param>
/// <param name="OffsetUp">A stack of five of [embedding × rank].</param>
/// <param name="Decay">Of the decays.</param>
/// <param name="Key">[embedding × embedding], as the next three.</param>
/// <param name="Value">Matrix of the values.</param>
/// <param name="Receptance">Matrix of the receptances.</param>
/// <param name="OutputGate">Matrix of the gates.</param>
/// <param name="Output">[embedding × embedding].</param>
internal sealed record PackedFinch(
    EquatableArray<PackedVector> Vectors,
    PackedMatrix OffsetDown,
    PackedMatrix OffsetUp,
    PackedLowRank Decay,
    PackedMatrix Key,
    PackedMatrix Value,
    PackedMatrix Receptance,
    PackedMatrix OutputGate,
    PackedMatrix Output)
    : PackedMixer(Output)
{
    /// <summary>None: all read mixtures of the block's input and that of the token before.</summary>
    public override IEnumerable<PackedMatrix> Inputs => [];

    public override IEnumerable<ActivationFormat> InputFormats => [ActivationFormat.Float32];

    public override IEnumerable<PackedTensor> Tensors() =>
        [.. Vectors, OffsetDown, OffsetUp, .. Decay.Tensors(), Key, Value, Receptance, OutputGate, Output];
}

/// <summary>The tensors of a channel mixing of RWKV.</summary>
/// <param name="Vectors">The shifts.</param>
/// <param name="Network">The network.</param>
/// <param name="Receptance">[embedding × embedding]; null: there is none.</param>
internal sealed record PackedChannelMix(EquatableArray<PackedVector> Vectors, PackedFeedForward Network, PackedMatrix? Receptance) : PackedNetwork
{
    /// <summary>None: all read mixtures of the block's input and that of the token before.</summary>
    public override IEnumerable<PackedMatrix> Inputs => [];

    public override IEnumerable<ActivationFormat> InputFormats => [ActivationFormat.Float32];

    public override IEnumerable<PackedTensor> Tensors() =>
        [.. Vectors, .. Network.Tensors(), .. new[] { Receptance }.OfType<PackedMatrix>()];
}
