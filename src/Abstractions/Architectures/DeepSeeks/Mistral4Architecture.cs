namespace ModelGen.Architectures;

/// <summary>"mistral4": as deepseek2 (Mistral AI 2026, Mistral Small 4).</summary>
internal sealed class Mistral4Architecture : DecoderArchitecture
{
    public override string Name => "mistral4";

    protected override DecoderTraits Describe(HeaderQuery header) => DeepSeek2Architecture.TraitsOf(header);
}
