namespace ModelGen.Architectures;

/// <summary>"qwen35moe": as qwen35, with the experts of qwen3next (Qwen team 2026, Qwen3.5).</summary>
internal sealed class Qwen35MoeArchitecture : DecoderArchitecture
{
    public override string Name => "qwen35moe";

    protected override DecoderTraits Describe(HeaderQuery header) =>
        Qwen3NextArchitecture.WithExperts(header, Qwen3NextArchitecture.TraitsOf(header, hasGroups: false));
}
