namespace ModelGen.Architectures;

/// <summary>"plm": latent attention, and feed-forward networks of squared ReLU without a gate (Deng et al. 2025, PLM).</summary>
internal sealed class PlmArchitecture : DecoderArchitecture
{
    public override string Name => "plm";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        HasLatents = true,
        IsGated = false,
        Activation = _ => new ActivationSpec(ActivationFunction.SquaredRelu),
    };
}
