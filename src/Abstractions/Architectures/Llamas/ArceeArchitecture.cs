namespace ModelGen.Architectures;

/// <summary>"arcee": as llama, with squared ReLU without a gate (Arcee AI 2025, AFM).</summary>
internal sealed class ArceeArchitecture : DecoderArchitecture
{
    public override string Name => "arcee";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        MayStretchRotation = true,
        Activation = _ => new ActivationSpec(ActivationFunction.SquaredRelu),
        IsGated = false,
    };
}
