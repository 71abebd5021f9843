namespace ModelGen.Architectures;

/// <summary>
/// The time mixing of RWKV-7 (Peng et al. 2025, "Goose"). Of each token and the one before it a mixture x + (before - x) · shift is what each matrix
/// reads. Each head remembers a matrix S, of which a token makes S · diag(w) - (S κ̂)(κ̂ a)ᵀ + v k̃ᵀ and reads S r, with w = e^(-σ(decay) / √e), a = σ(rate),
/// κ̂ = κ / │κ│ of κ = k · RemovalScale, k̃ = k · (1 + (a - 1) · KeyScale), and v mixed with the first layer's: v + (first - v) · σ(mix). The layer gives
/// Output · ((norm(S r) + v · Σ r k̃ Bonus) · gate), norm and sum of each head.
/// </summary>
/// <param name="Heads">The heads.</param>
/// <param name="Receptance">r: [embedding, embedding], as the next two.</param>
/// <param name="Key">k.</param>
/// <param name="Value">v.</param>
/// <param name="Decay">The decay, with a tanh between its factors.</param>
/// <param name="Rate">The rate.</param>
/// <param name="ValueMix">The mix; null in the first layer, whose values the others mix theirs with.</param>
/// <param name="Gate">The gate, with a σ between its factors; null: there is none.</param>
/// <param name="Vectors">What it is scaled by.</param>
/// <param name="Norm">Norm of a head's output, with weights of each head's own: [embedding]; null: none.</param>
/// <param name="Output">[embedding, embedding].</param>
internal sealed record GooseSpec(
    TimeMixHeads Heads,
    ShiftedMatrix Receptance,
    ShiftedMatrix Key,
    ShiftedMatrix Value,
    LowRankSpec Decay,
    LowRankSpec Rate,
    LowRankSpec? ValueMix,
    LowRankSpec? Gate,
    GooseVectors Vectors,
    NormSpec? Norm,
    TensorSpec Output)
    : MixerSpec("TimeMix");

/// <summary>What a time mixing scales its heads by: [embedding] each.</summary>
/// <param name="RemovalScale">Of keys, where something is removed.</param>
/// <param name="KeyScale">Of the rate, where keys are scaled by it.</param>
/// <param name="Bonus">Of a token's own value, through r · k̃.</param>
internal sealed record GooseVectors(TensorSpec RemovalScale, TensorSpec KeyScale, TensorSpec Bonus);

/// <summary>
/// The time mixing of RWKV-6 (Peng et al. 2024, "Finch"). What each matrix reads is x + (before - x) · (shift + offset), offset being a low-rank function of
/// x + (before - x) · OffsetShift. Each head remembers a matrix S: o = (S + (v (Bonus · k)ᵀ)) r, then S = S · diag(w) + v kᵀ, with w = e^(-e^decay). The layer
/// gives Output · (norm(o) · SiLU(gate)), the norm of each head.
/// </summary>
/// <param name="Heads">The heads.</param>
/// <param name="OffsetShift">[embedding].</param>
/// <param name="OffsetDown">[embedding, 5 · rank], a tanh behind it.</param>
/// <param name="OffsetUp">A stack of five: [rank, embedding].</param>
/// <param name="Decay">The decay, with a tanh between its factors.</param>
/// <param name="Key">k: [embedding, embedding], as the next three.</param>
/// <param name="Value">v.</param>
/// <param name="Receptance">r.</param>
/// <param name="Gate">The gate.</param>
/// <param name="Bonus">[embedding].</param>
/// <param name="Norm">Norm of a head's output, with weights of each head's own: [embedding].</param>
/// <param name="Output">[embedding, embedding].</param>
internal sealed record FinchSpec(
    TimeMixHeads Heads,
    TensorSpec OffsetShift,
    TensorSpec OffsetDown,
    TensorSpec OffsetUp,
    LowRankSpec Decay,
    ShiftedMatrix Key,
    ShiftedMatrix Value,
    ShiftedMatrix Receptance,
    ShiftedMatrix Gate,
    TensorSpec Bonus,
    NormSpec Norm,
    TensorSpec Output)
    : MixerSpec("TimeMix")
{
    /// <summary>What is read with an offset of its own: by decay, key, value, receptance and gate, in this order.</summary>
    public const int Offsets = 5;

    /// <summary>Ranks are multiples of this: those of an offset are whole rows of activations, side by side.</summary>
    public const int RankMultiple = 32;
}

/// <summary>The heads of a time mixing.</summary>
/// <param name="Count">Heads.</param>
/// <param name="Dimension">Floats of a head.</param>
internal sealed record TimeMixHeads(int Count, int Dimension)
{
    /// <summary>Dimensions are multiples of this: a vector of the widest instructions.</summary>
    public const int DimensionMultiple = 16;

    /// <summary>A head's matrix has at most this many rows, and columns.</summary>
    public const int LargestDimension = 1024;

    /// <summary>Added to the variance of a head's output.</summary>
    public const float NormEpsilon = 64e-5f;

    /// <summary>Floats of all heads.</summary>
    public int Length => Count * Dimension;
}

/// <summary>A matrix that reads a mixture of a token and the one before it: x + (before - x) · Shift.</summary>
/// <param name="Shift">[embedding].</param>
/// <param name="Weight">The matrix.</param>
internal sealed record ShiftedMatrix(TensorSpec Shift, TensorSpec Weight);

/// <summary>A low-rank function of a mixture of a token and the one before it: Bias + Up · f(Down · mixture).</summary>
/// <param name="Shift">[embedding]: of the mixture.</param>
/// <param name="Down">[embedding, rank].</param>
/// <param name="Up">[rank, embedding].</param>
/// <param name="Bias">[embedding], or null.</param>
internal sealed record LowRankSpec(TensorSpec Shift, TensorSpec Down, TensorSpec Up, TensorSpec? Bias);

/// <summary>
/// The channel mixing of RWKV: a feed-forward network that reads x + (before - x) · Shift, in RWKV-6 multiplied with σ(Receptance · x̂), which reads a
/// mixture of its own.
/// </summary>
/// <param name="Shift">[embedding].</param>
/// <param name="Network">The network.</param>
/// <param name="Receptance">[embedding, embedding], or null.</param>
internal sealed record ChannelMixSpec(TensorSpec Shift, FeedForwardSpec Network, ShiftedMatrix? Receptance) : NetworkSpec
{
    public override ActivationSpec Function => Network.Activation;
}
