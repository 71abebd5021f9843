using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Layout;

/// <summary>The tensors of one block.</summary>
/// <param name="MixerVectors">Weight and bias of the norm before the mixers, those that the model has, as in the other lists of vectors.</param>
/// <param name="Mixers">The mixers.</param>
/// <param name="NetworkVectors">Biases and norm of the mixers' output, the norm before the feed-forward network.</param>
/// <param name="Network">The feed-forward network; null: none.</param>
/// <param name="OutputVectors">Norm of the feed-forward network's output.</param>
internal sealed record PackedLayer(
    EquatableArray<PackedVector> MixerVectors,
    EquatableArray<PackedMixer> Mixers,
    EquatableArray<PackedVector> NetworkVectors,
    PackedNetwork? Network,
    EquatableArray<PackedVector> OutputVectors)
{
    /// <summary>The branch of the layer's own input of a token; null: there is none.</summary>
    public PackedPerLayer? PerLayer { get; init; }

    /// <summary>What the streams beside x are predicted and corrected by; null: there are none.</summary>
    public PackedAltUp? AltUp { get; init; }

    /// <summary>The branch of low rank beside the mixer; null: there is none.</summary>
    public PackedLaurel? Laurel { get; init; }

    /// <summary>Attention to another text; null: there is none.</summary>
    public PackedSourceAttention? SourceAttention { get; init; }

    /// <summary>Key and value rows of a decoder's layer that looks at this text: one matrix where they have one format; none: it is no such layer.</summary>
    public EquatableArray<PackedMatrix> SourceKeys { get; init; } = EquatableArray<PackedMatrix>.Empty;

    /// <summary>All of them, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors() =>
    [
        .. MixerVectors,
        .. Mixers.SelectMany(mixer => mixer.Tensors()),
        .. NetworkVectors,
        .. Network?.Tensors() ?? [],
        .. OutputVectors,
        .. PerLayer?.Tensors() ?? [],
        .. AltUp?.Tensors() ?? [],
        .. Laurel?.Tensors() ?? [],
        .. SourceAttention?.Tensors() ?? [],
        .. SourceKeys,
    ];
}

/// <summary>The tensors of a mixer.</summary>
/// <param name="Output">[embedding × what it mixes].</param>
internal abstract record PackedMixer(PackedMatrix Output)
{
    /// <summary>The matrices that read the block's input.</summary>
    public abstract IEnumerable<PackedMatrix> Inputs { get; }

    /// <summary>The formats in which the block's input is read.</summary>
    public virtual IEnumerable<ActivationFormat> InputFormats => Inputs.Select(matrix => matrix.Format.Activation);

    /// <summary>All of them, in the order of the file.</summary>
    public abstract IEnumerable<PackedTensor> Tensors();
}

/// <summary>The tensors of an attention.</summary>
/// <param name="QueryKeyValue">Query, key and value rows: one matrix where they have one format, else one a run of equal formats.</param>
/// <param name="Projections">Biases of queries, keys and values and norms of their heads, sinks, the norm of what the heads give, biases by distance.</param>
/// <param name="Output">[embedding × heads · head dimension].</param>
internal sealed record PackedAttention(
    EquatableArray<PackedMatrix> QueryKeyValue, EquatableArray<PackedVector> Projections, PackedMatrix Output)
    : PackedMixer(Output)
{
    public override IEnumerable<PackedMatrix> Inputs => QueryKeyValue;

    public override IEnumerable<PackedTensor> Tensors() => [.. QueryKeyValue, .. Projections, Output];
}

/// <summary>The tensors of a latent attention.</summary>
/// <param name="Down">Rows of what queries are products of, or of the queries, and of the latent: one matrix where they have one format.</param>
/// <param name="Norms">Norms of both.</param>
/// <param name="Query">[heads · query length × rank of the queries]; null where Down has the queries' rows.</param>
/// <param name="KeyUp">A stack of one matrix a head.</param>
/// <param name="ValueUp">A stack of one matrix a head.</param>
/// <param name="Output">[embedding × heads · value length].</param>
internal sealed record PackedLatentAttention(
    EquatableArray<PackedMatrix> Down,
    EquatableArray<PackedVector> Norms,
    PackedMatrix? Query,
    PackedMatrix KeyUp,
    PackedMatrix ValueUp,
    PackedMatrix Output)
    : PackedMixer(Output)
{
    public override IEnumerable<PackedMatrix> Inputs => Down;

    public override IEnumerable<PackedTensor> Tensors() =>
        Query is null ? [.. Down, .. Norms, KeyUp, ValueUp, Output] : [.. Down, .. Norms, Query, KeyUp, ValueUp, Output];
}

/// <summary>The tensors of a gated convolution over the last tokens.</summary>
/// <param name="Input">[3 · channels × embedding].</param>
/// <param name="Filter">[taps × channels].</param>
/// <param name="Output">[embedding × channels].</param>
internal sealed record PackedConvolution(PackedMatrix Input, PackedVector Filter, PackedMatrix Output) : PackedMixer(Output)
{
    public override IEnumerable<PackedMatrix> Inputs => [Input];

    public override IEnumerable<PackedTensor> Tensors() => [Input, Filter, Output];
}

/// <summary>The tensors of a gated delta rule.</summary>
/// <param name="Projections">
/// Rows of queries, keys, values, output gates, β and decays: one matrix where they have one format, else one a run of equal formats.
/// </param>
/// <param name="OutputGate">The matrices of the output gates; null: they are rows of the projections, as the decays are.</param>
/// <param name="Decay">Those of the decays.</param>
/// <param name="Vectors">The convolution's filter, bias and rate of the decays, norm of a head.</param>
/// <param name="Output">[embedding × value heads · value dimension].</param>
internal sealed record PackedDeltaRule(
    EquatableArray<PackedMatrix> Projections,
    PackedLowRank? OutputGate,
    PackedLowRank? Decay,
    EquatableArray<PackedVector> Vectors,
    PackedMatrix Output)
    : PackedMixer(Output)
{
    public override IEnumerable<PackedMatrix> Inputs => [.. Projections, .. new[] { OutputGate, Decay }.OfType<PackedLowRank>().Select(pair => pair.Down)];

    public override IEnumerable<PackedTensor> Tensors() =>
        [.. Projections, .. OutputGate?.Tensors() ?? [], .. Decay?.Tensors() ?? [], .. Vectors, Output];
}

/// <summary>Two matrices whose products are those of one of low rank.</summary>
/// <param name="Down">[rank × embedding].</param>
/// <param name="Up">[rows × rank].</param>
internal sealed record PackedLowRank(PackedMatrix Down, PackedMatrix Up)
{
    /// <summary>Both, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors() => [Down, Up];
}

/// <summary>The tensors of a selective state space.</summary>
/// <param name="Input">Its input matrix.</param>
/// <param name="Vectors">Filter, biases, decays, skips and norms.</param>
/// <param name="Selection">What B, C and the steps follow from; null: they are rows of the input matrix.</param>
/// <param name="Output">[embedding × channels].</param>
internal sealed record PackedStateSpace(
    PackedMatrix Input, EquatableArray<PackedVector> Vectors, PackedSelection? Selection, PackedMatrix Output)
    : PackedMixer(Output)
{
    public override IEnumerable<PackedMatrix> Inputs => [Input];

    public override IEnumerable<PackedTensor> Tensors() => [Input, .. Vectors, .. Selection?.Tensors() ?? [], Output];
}

/// <summary>The matrices that a state space's B, C and steps follow from.</summary>
/// <param name="StepInput">[rank × channels].</param>
/// <param name="StateWeights">[2 · state × channels].</param>
/// <param name="Step">[heads × rank].</param>
internal sealed record PackedSelection(PackedMatrix StepInput, PackedMatrix StateWeights, PackedMatrix Step)
{
    /// <summary>All of them, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors() => [StepInput, StateWeights, Step];
}

/// <summary>The tensors of a feed-forward network of some kind.</summary>
internal abstract record PackedNetwork
{
    /// <summary>The matrices that read the block's input.</summary>
    public abstract IEnumerable<PackedMatrix> Inputs { get; }

    /// <summary>The formats in which the block's input is read.</summary>
    public virtual IEnumerable<ActivationFormat> InputFormats => Inputs.Select(matrix => matrix.Format.Activation);

    /// <summary>All of them, in the order of the file.</summary>
    public abstract IEnumerable<PackedTensor> Tensors();
}

/// <summary>The tensors of a feed-forward network, or of all experts, which are stacks.</summary>
/// <param name="HiddenBiases">Biases of gate and up.</param>
/// <param name="Hidden">
/// Gate and up rows: one paired matrix where they have one format, else gate and up apart; up alone where the network is not gated.
/// </param>
/// <param name="Down">[embedding × hidden].</param>
/// <param name="DownBias">Its bias, if there is one.</param>
internal sealed record PackedFeedForward(
    EquatableArray<PackedVector> HiddenBiases, EquatableArray<PackedMatrix> Hidden, PackedMatrix Down, EquatableArray<PackedVector> DownBias)
    : PackedNetwork
{
    /// <summary>Norm of the hidden values.</summary>
    public EquatableArray<PackedVector> HiddenNorm { get; init; } = EquatableArray<PackedVector>.Empty;

    /// <summary>True where the activation is computed in the same pass as gate and up.</summary>
    public bool HasFusedActivation => Hidden.Count == 1;

    public override IEnumerable<PackedMatrix> Inputs => Hidden;

    public override IEnumerable<PackedTensor> Tensors() => [.. HiddenBiases, .. Hidden, Down, .. DownBias, .. HiddenNorm];
}

/// <summary>The tensors of a mixture of experts.</summary>
/// <param name="Router">The router's rows and the shared network's gate: one matrix where they have one format.</param>
/// <param name="RouterVectors">The router's biases.</param>
/// <param name="Experts">All experts.</param>
/// <param name="Shared">The network that every token takes; null: none.</param>
internal sealed record PackedExperts(
    EquatableArray<PackedMatrix> Router, EquatableArray<PackedVector> RouterVectors, PackedFeedForward Experts, PackedFeedForward? Shared)
    : PackedNetwork
{
    public override IEnumerable<PackedMatrix> Inputs => [.. Router, .. Experts.Inputs, .. Shared?.Inputs ?? []];

    public override IEnumerable<PackedTensor> Tensors() => [.. Router, .. RouterVectors, .. Experts.Tensors(), .. Shared?.Tensors() ?? []];
}

/// <summary>The tensors of a dense network beside a mixture of experts.</summary>
/// <param name="Dense">The dense network.</param>
/// <param name="Vectors">Norms of its output, of what experts and router read, and of the experts' output.</param>
/// <param name="Experts">The mixture.</param>
internal sealed record PackedDenseAndExperts(PackedFeedForward Dense, EquatableArray<PackedVector> Vectors, PackedExperts Experts) : PackedNetwork
{
    public override IEnumerable<PackedMatrix> Inputs => [.. Dense.Inputs, .. Experts.Inputs];

    public override IEnumerable<PackedTensor> Tensors() => [.. Dense.Tensors(), .. Vectors, .. Experts.Tensors()];
}

/// <summary>The tensors of an attention to another text.</summary>
/// <param name="Vectors">Norm before it.</param>
/// <param name="Query">[heads · head dimension × embedding].</param>
/// <param name="Output">[embedding × heads · head dimension].</param>
internal sealed record PackedSourceAttention(EquatableArray<PackedVector> Vectors, PackedMatrix Query, PackedMatrix Output)
{
    /// <summary>All of them, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors() => [.. Vectors, Query, Output];
}

/// <summary>The tensors of the branch of a layer's own input of a token.</summary>
/// <param name="Gate">[length × embedding].</param>
/// <param name="Projection">[embedding × length].</param>
/// <param name="Vectors">Norm of what is added.</param>
internal sealed record PackedPerLayer(PackedMatrix Gate, PackedMatrix Projection, EquatableArray<PackedVector> Vectors)
{
    /// <summary>All of them, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors() => [Gate, Projection, .. Vectors];
}

/// <summary>The tensors that the streams beside x are predicted and corrected by.</summary>
/// <param name="Router">[streams × embedding].</param>
/// <param name="Vectors">Norm of what it reads, and the coefficients.</param>
internal sealed record PackedAltUp(PackedMatrix Router, EquatableArray<PackedVector> Vectors)
{
    /// <summary>All of them, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors() => [Router, .. Vectors];
}

/// <summary>The tensors of a branch of low rank.</summary>
/// <param name="Left">[rank × embedding].</param>
/// <param name="Right">[embedding × rank].</param>
/// <param name="Vectors">Norm of the products.</param>
internal sealed record PackedLaurel(PackedMatrix Left, PackedMatrix Right, EquatableArray<PackedVector> Vectors)
{
    /// <summary>All of them, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors() => [Left, Right, .. Vectors];
}

/// <summary>The matrices of a head that weighs terms.</summary>
/// <param name="Hidden">[embedding × embedding].</param>
/// <param name="Output">[vocabulary × embedding]; the token embedding where the head is tied.</param>
internal sealed record PackedTerms(PackedMatrix Hidden, PackedMatrix Output);
