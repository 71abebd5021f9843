namespace ModelGen.Architectures;

/// <summary>
/// "qwen35": gated delta rules, every fourth layer attention with a gate behind it, as qwen3next without experts (Qwen team 2026, Qwen3.5).
/// </summary>
internal sealed class Qwen35Architecture : DecoderArchitecture
{
    public override string Name => "qwen35";

    protected override DecoderTraits Describe(HeaderQuery header) => Qwen3NextArchitecture.TraitsOf(header, hasGroups: false);
}
