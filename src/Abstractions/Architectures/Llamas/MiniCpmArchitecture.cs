using System;

namespace ModelGen.Architectures;

/// <summary>"minicpm": as llama, with factors of embedding, branches and logits (Hu et al. 2024, MiniCPM).</summary>
internal sealed class MiniCpmArchitecture : DecoderArchitecture
{
    public override string Name => "minicpm";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        Pairing = RotaryPairing.Adjacent,
        MayStretchRotation = true,
        EmbeddingScale = header.Factor("embedding_scale", 12f),
        ResidualScale = header.Factor("residual_scale", (float)(1.4 / Math.Sqrt(header.Size("block_count")))),
        LogitScale = 1f / header.Real("logit_scale", header.Size("embedding_length") / 256f),
    };
}
