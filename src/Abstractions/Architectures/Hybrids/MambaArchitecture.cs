namespace ModelGen.Architectures;

/// <summary>
/// "mamba": selective state spaces alone, whose decays are of each channel; with norms without weights in Falcon Mamba (Gu and Dao 2023; Zuo et
/// al. 2024).
/// </summary>
internal sealed class MambaArchitecture : DecoderArchitecture
{
    public override string Name => "mamba";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        SelectionNorms norms = header.Flag("ssm.dt_b_c_rms", fallback: false) ? SelectionNorms.Plain : SelectionNorms.None;
        return Mamba2Architecture.WithoutAttention with
        {
            Recurrent = (query, shape) => new SelectiveReader(query, shape.Embedding, Mamba2Architecture.EpsilonOf(query), norms),
        };
    }
}
