namespace ModelGen.Architectures;

/// <summary>
/// "nemotron_h": each layer is a state space as Mamba 2 has it, an attention without rotation, or a network of squared ReLU without a gate, with one
/// norm (NVIDIA 2025, Nemotron-H).
/// </summary>
internal sealed class NemotronHArchitecture : DecoderArchitecture
{
    public override string Name => "nemotron_h";

    /// <summary>What all of the family have in common.</summary>
    public static DecoderTraits Traits { get; } = new()
    {
        Form = BlockForm.MixerOrNetwork,
        Recurrent = (header, shape) => Mamba2Architecture.ReaderOf(header, shape),
        Pairing = null,
        ProjectionBias = Presence.Optional,
        OutputBias = Presence.Optional,
        FeedForwardBias = Presence.Optional,
        Activation = _ => new ActivationSpec(ActivationFunction.SquaredRelu),
        IsGated = false,
    };

    /// <summary>Files have the ε of another kind of norm too, which llama.cpp wants to be there and does not use.</summary>
    public static void IgnoreOtherEpsilon(HeaderQuery header) => header.Ignore("attention.layer_norm_epsilon");

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        IgnoreOtherEpsilon(header);
        return Traits;
    }
}
