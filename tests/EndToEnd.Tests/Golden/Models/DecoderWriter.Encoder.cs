using System;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <content>What encoders have beside what decoders have.</content>
internal sealed partial class DecoderWriter
{
    private const int RankPooling = 4;

    // As large as the scores.
    private const double DistanceDeviation = 1;

    // Of the biases of terms, as large as their logits.
    private const double TermsDeviation = 1;

    private bool IsT5 => _preset.Encoder is { DistanceBuckets: > 0 };

    private string LayerPrefix => IsT5 ? "enc.blk." : "blk.";

    private string AttentionOutput => IsT5 ? "attn_o" : "attn_output";

    private bool HasEmbeddingNormBias => _preset.Norms != Norms.LayerWithoutBiases;

    private void AddEncoderSettings()
    {
        if (_preset.Encoder is EncoderPreset encoder)
        {
            if (encoder.DecoderLayers > 0)
            {
                Set("decoder_block_count", encoder.DecoderLayers);
                Set("decoder_start_token_id", DecoderVocabulary.FirstOrdinary);
            }
            else
            {
                Set("attention.causal", false);
                Set("pooling_type", encoder.Labels > 0 ? RankPooling : (int)(encoder.Pooling ?? 0));
            }

            if (IsT5)
            {
                Set("attention.relative_buckets_count", encoder.DistanceBuckets);
            }

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

    // Where nothing scales scores, the queries are as small as the scale would make them.
    private void AddQueries(string prefix, int rows)
    {
        AddMatrix(prefix + "attn_q.weight", Embedding, rows, MatrixDeviation / Math.Sqrt(Embedding * (IsT5 ? HeadDimension : 1)));
        AddBias(prefix + "attn_q.bias", rows, _preset.HasQueryBiases);
    }

    // The decoder of T5: as its encoder, with an attention to what that gives behind its own.
    private void AddAnsweringDecoder()
    {
        if (_preset.Encoder is not { DecoderLayers: > 0 } encoder)
        {
            return;
        }

        int queryRows = _preset.Heads * HeadDimension;
        int keyRows = _preset.KeyValueHeads * HeadDimension;
        for (int layer = 0; layer < encoder.DecoderLayers; layer++)
        {
            string prefix = $"dec.blk.{layer}.";
            AddAttention(prefix, layer);
            AddNorm(prefix + "cross_attn_norm", Embedding);
            AddQueries(prefix + "cross_", queryRows);
            AddMatrix(prefix + "cross_attn_k.weight", Embedding, keyRows);
            AddMatrix(prefix + "cross_attn_v.weight", Embedding, keyRows);
            AddMatrix(prefix + "cross_attn_o.weight", queryRows, Embedding);
            AddFeedForward(prefix, layer);
        }

        AddNorm("dec.output_norm", Embedding);
    }

    private void AddDistanceBias(string prefix, int layer, int heads)
    {
        if (_preset.Encoder is { DistanceBuckets: > 0 } encoder && (layer == 0 || encoder.HasBiasesOfEachLayer))
        {
            AddVector(prefix + "attn_rel_b.weight", [heads, encoder.DistanceBuckets], 0, DistanceDeviation);
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

    private void AddTermsHead()
    {
        if (_preset.Encoder is { Terms: TermsPreset terms })
        {
            AddMatrix("cls.weight", Embedding, Embedding);
            AddBias("cls.bias", Embedding, terms.HasBiases);
            AddVector("cls.norm.weight", [Embedding], 1, NormDeviation);
            AddBias("cls.norm.bias", Embedding, terms.HasBiases);
            if (!terms.IsTied)
            {
                AddMatrix("output.weight", Embedding, VocabularySize, isHead: true);
            }

            if (terms.HasBiases)
            {
                // Most logits are below 0, as those of trained models are.
                AddVector("output.bias", [VocabularySize], -TermsDeviation, TermsDeviation);
            }
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
