namespace ModelGen.Architectures;

/// <summary>"mamba2": selective state spaces alone, whose decays are of heads (Dao and Gu 2024).</summary>
internal sealed class Mamba2Architecture : DecoderArchitecture
{
    public override string Name => "mamba2";

    /// <summary>A model whose layers are recurrent mixers and nothing else.</summary>
    public static DecoderTraits WithoutAttention { get; } = new() { Form = BlockForm.Mixer, HasAttention = false, Pairing = null };

    /// <summary>ε of the norms of a model.</summary>
    public static float EpsilonOf(HeaderQuery header) => header.Real("attention.layer_norm_rms_epsilon");

    /// <summary>Reads state spaces as Mamba 2 has them, with the norm of their output.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="filterBias">Biases of the convolution.</param>
    /// <param name="norm">Norm of the gated output.</param>
    public static IMixerReader ReaderOf(
        HeaderQuery header, DecoderShape shape, Presence filterBias = Presence.Optional, Presence norm = Presence.Required) =>
        new StateSpaceReader(header, shape.Embedding, EpsilonOf(header), filterBias, norm);

    protected override DecoderTraits Describe(HeaderQuery header) => WithoutAttention with
    {
        Recurrent = (query, shape) => ReaderOf(query, shape, filterBias: Presence.Required),
    };
}
