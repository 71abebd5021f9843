namespace ModelGen.Architectures;

/// <summary>
/// "bitnet": as llama, with norms of what the heads give and of hidden values before their last matrices, and a rotation of halves (Ma et al. 2024,
/// BitNet b1.58).
/// </summary>
internal sealed class BitNetArchitecture : DecoderArchitecture
{
    private const string ActivationKey = "hidden_activation";
    private const string OnlyActivation = "silu";

    public override string Name => "bitnet";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // What others mean to llama.cpp depends on its version.
        string activation = header.Word(ActivationKey, OnlyActivation);
        if (activation != OnlyActivation)
        {
            header.RefuseSetting(ActivationKey, activation);
        }

        return new DecoderTraits { HeadOutputNorm = "attn_sub_norm", HiddenNorm = "ffn_sub_norm" };
    }
}
