namespace ModelGen.Architectures;

/// <summary>
/// "kimi-linear": delta rules whose keys decay element by element in most layers, latent attention without rotation in the others, experts in all
/// layers but the leading ones, chosen with a bias, beside a network that every token takes (Kimi Team 2025, Kimi Linear).
/// </summary>
internal sealed class KimiLinearArchitecture : DecoderArchitecture
{
    public override string Name => "kimi-linear";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // Weights of the chosen experts are divided by their sum whatever the file says.
        header.Ignore("expert_weights_norm");
        return new DecoderTraits
        {
            Pairing = null,
            HasLatents = true,
            Recurrent = (query, shape) => new KimiDeltaReader(query, shape),
            MayTieOutput = false,
            Experts = ExpertTraits.BehindLeading(header) with
            {
                HiddenLength = header.Size("expert_feed_forward_length"),
                Gating = ExpertTraits.ReadGating(header, fallback: null),
                Normalises = true,
                Scale = header.Factor("expert_weights_scale", 1f),
                SelectionBias = Presence.Required,
                SharedLength = header.Size("expert_feed_forward_length") * header.Size("expert_shared_count"),
            },
        };
    }
}
