namespace ModelGen.Architectures;

/// <summary>
/// "t5": an encoder that reads a text, and a decoder that writes another one to it (Raffel et al. 2020; Chung et al. 2022, Flan-T5).
/// </summary>
internal sealed class T5Architecture : DecoderArchitecture
{
    public override string Name => "t5";

    protected override DecoderTraits Describe(HeaderQuery header) => T5Traits.Decoder(header);
}
