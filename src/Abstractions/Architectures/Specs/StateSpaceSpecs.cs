namespace ModelGen.Architectures;

/// <summary>
/// A selective state space (Gu and Dao 2023, Mamba; Dao and Gu 2024, Mamba 2). With z | u | … = Input · x and v = SiLU(bias + the convolution of u over
/// the last tokens), each channel c of v has a state h of its own: h = e^(Δ·A) · h + Δ · v_c · B, y_c = C·h + D · v_c, with Δ = softplus(step + bias); the
/// output is Output · norm(SiLU(z) · y). Mamba 2 has one Δ and A for the channels of a head, one B and C for those of a group, and all of them are
/// rows of Input; Mamba's follow from v (<see cref="SelectionSpec"/>).
/// </summary>
/// <param name="Shape">Its channels, heads and groups.</param>
/// <param name="Taps">Tokens that the convolution sees, itself counted.</param>
/// <param name="Input">[embedding, …]: the rows that <see cref="StateSpaceRows"/> names, but for those of <see cref="Gate"/>.</param>
/// <param name="Rows">What its rows are, behind those of the gate where these are apart.</param>
/// <param name="Filter">[taps, convolved channels].</param>
/// <param name="FilterBias">[convolved channels], or null.</param>
/// <param name="Selection">How B, C and the steps follow from v; null: they are rows of Input, B and C convolved with u.</param>
/// <param name="StepBias">[heads].</param>
/// <param name="Decay">A: [heads], or [state, channels] where each channel is a head.</param>
/// <param name="Skip">D: [heads].</param>
/// <param name="Norm">Norm of SiLU(z) · y, of each group's channels by themselves; null: none.</param>
/// <param name="Output">[channels, embedding].</param>
internal sealed record StateSpaceSpec(
    StateSpaceShape Shape,
    int Taps,
    TensorSpec Input,
    StateSpaceRows Rows,
    TensorSpec Filter,
    TensorSpec? FilterBias,
    SelectionSpec? Selection,
    TensorSpec StepBias,
    TensorSpec Decay,
    TensorSpec Skip,
    NormSpec? Norm,
    TensorSpec Output)
    : MixerSpec("StateSpace")
{
    /// <summary>[embedding, channels]: the rows of z, where the file has them between others; null: they are among those of Input.</summary>
    public TensorSpec? Gate { get; init; }

    /// <summary>Channels that are convolved: u, and B and C of all groups where they stand beside it.</summary>
    public int ConvolvedChannels => Selection is null ? Shape.Channels + 2 * Shape.Groups * Shape.StateLength : Shape.Channels;
}

/// <summary>The sizes of a selective state space.</summary>
/// <param name="Channels">Channels of u, z and y.</param>
/// <param name="Heads">Runs of channels that share a step and a decay; each channel may be one.</param>
/// <param name="Groups">Runs of heads that share B and C.</param>
/// <param name="StateLength">Floats that a channel remembers.</param>
internal sealed record StateSpaceShape(int Channels, int Heads, int Groups, int StateLength)
{
    /// <summary>Channels that are walked through together: heads, but for those of one channel, are whole runs of them.</summary>
    public const int StripChannels = 16;

    /// <summary>Channels of a head.</summary>
    public int HeadChannels => Channels / Heads;

    /// <summary>Channels of a group.</summary>
    public int GroupChannels => Channels / Groups;

    /// <summary>Whether each channel is a head, with a decay for each float of its state.</summary>
    public bool HasOwnDecays => Heads == Channels;
}

/// <summary>Where the rows of a state space's input matrix are that have a meaning of their own.</summary>
/// <param name="Gate">First row of z.</param>
/// <param name="Convolved">First row of u; where B and C are rows too, they stand behind it.</param>
/// <param name="Step">First row of the steps; not looked at where they follow from v.</param>
internal sealed record StateSpaceRows(int Gate, int Convolved, int Step);

/// <summary>How a state space's B, C and steps follow from v: B | C = StateWeights · v, step = Step · norm(StepInput · v).</summary>
/// <param name="StepInput">[channels, rank].</param>
/// <param name="StateWeights">[channels, 2 · state].</param>
/// <param name="Step">[rank, heads].</param>
/// <param name="StepNorm">Norm of the rank's floats; null: none, as for the next two.</param>
/// <param name="InputNorm">Norm of B.</param>
/// <param name="OutputNorm">Norm of C.</param>
internal sealed record SelectionSpec(
    TensorSpec StepInput, TensorSpec StateWeights, TensorSpec Step, NormSpec? StepNorm, NormSpec? InputNorm, NormSpec? OutputNorm);
