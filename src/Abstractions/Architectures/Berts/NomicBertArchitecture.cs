namespace ModelGen.Architectures;

/// <summary>"nomic-bert": BERT with rotated queries and keys and networks gated by SiLU (Nussbaum et al. 2024).</summary>
internal sealed class NomicBertArchitecture : DecoderArchitecture
{
    public override string Name => "nomic-bert";

    protected override DecoderTraits Describe(HeaderQuery header) => BertTraits.SumNormed;
}
