namespace ModelGen.Architectures;

/// <summary>
/// "t5encoder": the encoder of T5 by itself, as GTR, Sentence-T5 and the text encoders of image models have it (Ni et al. 2021).
/// </summary>
internal sealed class T5EncoderArchitecture : DecoderArchitecture
{
    public override string Name => "t5encoder";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // Files that were made of whole models may still have it.
        header.Ignore("decoder_start_token_id");
        return T5Traits.Encoder(header);
    }
}
