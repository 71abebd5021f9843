namespace ModelGen.EndToEnd.Tests.Golden;

/// <content>What encoders have beside what decoders have.</content>
internal sealed partial class DecoderWriter
{
    private const int RankPooling = 4;

    private bool HasEmbeddingNormBias => _preset.Norms != Norms.LayerWithoutBiases;

    private void AddEncoderSettings()
    {
        if (_preset.Encoder is EncoderPreset encoder)
        {
            Set("attention.causal", false);
            Set("pooling_type", encoder.Labels > 0 ? RankPooling : (int)(encoder.Pooling ?? 0));
            if (encoder.Types > 0)
            {
                Set(".tokenizer.ggml.token_type_count", encoder.Types);
            }
        }
    }

    // As large as a token's embedding, so that it shows which of them is taken.
    private void AddTypes()
    {
        if (_preset.Encoder is { Types: > 0 and int types })
        {
            AddVector("token_types.weight", types == 1 ? [Embedding] : [Embedding, types], 0, EmbeddingDeviation);
        }
    }

    private void AddClassifier()
    {
        if (_preset.Encoder is { Labels: > 0 and int labels })
        {
            AddMatrix("cls.weight", Embedding, Embedding);
            AddBias("cls.bias", Embedding, isThere: true);
            AddMatrix("cls.output.weight", Embedding, labels);
            AddBias("cls.output.bias", labels, isThere: true);
        }
    }

    private void AddSumNorm(string name)
    {
        if (_preset.Encoder is { NormsSums: true })
        {
            AddNorm(name, Embedding);
        }
    }

    private void AddHeadNormBiases(string prefix, int queryRows, int keyRows)
    {
        if (_preset.Encoder is { HasHeadNormBiases: true })
        {
            AddBias(prefix + "attn_q_norm.bias", queryRows, isThere: true);
            AddBias(prefix + "attn_k_norm.bias", keyRows, isThere: true);
        }
    }
}
