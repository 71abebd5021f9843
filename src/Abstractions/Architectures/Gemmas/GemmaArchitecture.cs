using System;

namespace ModelGen.Architectures;

/// <summary>"gemma": as llama, with rotary embedding of halves, GELU instead of SiLU, and the embedding times √d (Gemma team 2024).</summary>
internal sealed class GemmaArchitecture : DecoderArchitecture
{
    public override string Name => "gemma";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Activation = _ => new ActivationSpec(ActivationFunction.Gelu),
        EmbeddingScale = (float)Math.Sqrt(header.Size("embedding_length")),
    };
}
