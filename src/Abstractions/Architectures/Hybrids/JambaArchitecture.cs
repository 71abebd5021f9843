namespace ModelGen.Architectures;

/// <summary>
/// "jamba": state spaces as the first Mamba has them in most layers, with norms of what follows from their input, attention without rotation in the
/// others, and experts in some (Lieber et al. 2024, Jamba).
/// </summary>
internal sealed class JambaArchitecture : DecoderArchitecture
{
    public override string Name => "jamba";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Recurrent = (query, shape) => new SelectiveReader(query, shape.Embedding, Mamba2Architecture.EpsilonOf(query), SelectionNorms.Weighted),
        Pairing = null,
        Experts = header.SizeOrZero("expert_count") > 0
            ? new ExpertTraits { HasExperts = layer => header.HasTensor($"blk.{layer}.ffn_gate_inp.weight"), HiddenLength = header.Size("feed_forward_length") }
            : null,
    };
}
