namespace ModelGen.Architectures;

/// <summary>
/// "nomic-bert-moe": BERT with rotated queries and keys, and a mixture of experts in every moe_every_n_layers-th layer, the second of them first
/// (Nussbaum and Duderstadt 2025).
/// </summary>
internal sealed class NomicBertMoeArchitecture : DecoderArchitecture
{
    public override string Name => "nomic-bert-moe";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        int every = header.SizeOrZero("moe_every_n_layers");
        return BertTraits.SumNormed with
        {
            Activation = _ => new ActivationSpec(ActivationFunction.ExactGelu),
            IsGated = false,
            Experts = every == 0 ? null : new ExpertTraits { HasExperts = layer => layer % every == 1 % every },
        };
    }
}
