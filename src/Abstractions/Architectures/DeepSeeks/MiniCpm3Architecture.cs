using System;

namespace ModelGen.Architectures;

/// <summary>"minicpm3": latent attention, with minicpm's factors of embedding, branches and logits, which files do not name (OpenBMB 2024, MiniCPM3).</summary>
internal sealed class MiniCpm3Architecture : DecoderArchitecture
{
    public override string Name => "minicpm3";

    protected override DecoderTraits Describe(HeaderQuery header) => new()
    {
        HasLatents = true,
        MayStretchRotation = true,
        EmbeddingScale = 12f,
        ResidualScale = (float)(1.4 / Math.Sqrt(header.Size("block_count"))),
        LogitScale = 256f / header.Size("embedding_length"),
    };
}
