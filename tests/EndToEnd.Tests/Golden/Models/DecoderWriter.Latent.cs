namespace ModelGen.EndToEnd.Tests.Golden;

/// <content>Latent attentions.</content>
internal sealed partial class DecoderWriter
{
    private void AddLatentSettings(LatentPreset latent)
    {
        Set("attention.kv_lora_rank", latent.Rank * _widening);
        if (latent.QueryRank > 0)
        {
            Set("attention.q_lora_rank", latent.QueryRank * _widening);
        }

        if (_preset.RotaryBase is null)
        {
            // What would be rotated is there all the same.
            Set("rope.dimension_count", RotaryDimensions);
        }

        int keys = (latent.KeyLength + latent.RotaryLength) * _widening;
        int values = latent.ValueLength * _widening;
        if (latent.IsWhole)
        {
            Set("attention.key_length", keys);
            Set("attention.value_length", values);
            return;
        }

        Set("attention.key_length", (latent.Rank + latent.RotaryLength) * _widening);
        Set("attention.value_length", latent.Rank * _widening);
        Set("attention.key_length_mla", keys);
        Set("attention.value_length_mla", values);
    }

    private void AddLatentAttention(string prefix, LatentPreset latent)
    {
        int rank = latent.Rank * _widening;
        int keys = latent.KeyLength * _widening;
        int values = latent.ValueLength * _widening;
        int queryRows = _preset.Heads * (keys + RotaryDimensions);
        AddNorm(prefix + "attn_norm", Embedding);
        if (latent.QueryRank > 0)
        {
            int queryRank = latent.QueryRank * _widening;
            AddMatrix(prefix + "attn_q_a.weight", Embedding, queryRank);
            AddNorm(prefix + "attn_q_a_norm", queryRank);
            AddMatrix(prefix + "attn_q_b.weight", queryRank, queryRows);
        }
        else
        {
            AddMatrix(prefix + "attn_q.weight", Embedding, queryRows);
        }

        AddMatrix(prefix + "attn_kv_a_mqa.weight", Embedding, rank + RotaryDimensions);
        AddNorm(prefix + "attn_kv_a_norm", rank);
        if (latent.IsWhole)
        {
            AddMatrix(prefix + "attn_kv_b.weight", rank, _preset.Heads * (keys + values));
        }
        else
        {
            AddMatrices(prefix + "attn_k_b.weight", keys, rank, _preset.Heads);
            AddMatrices(prefix + "attn_v_b.weight", rank, values, _preset.Heads);
        }

        AddMatrix(prefix + "attn_output.weight", _preset.Heads * values, Embedding);
    }
}
