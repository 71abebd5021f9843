using System.Linq;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <content>Gated delta rules.</content>
internal sealed partial class DecoderWriter
{
    // Tokens that the convolution before a rule sees.
    private const int DeltaRuleTaps = 4;

    // Decays from 0.99 a token on, so that some heads remember much of a text; a bias makes them slower.
    private const double LeastRate = 0.02;
    private const double DecayBias = -1;
    private const double DecayBiasDeviation = 0.5;

    private void AddDeltaRuleSettings(DeltaRulePreset delta)
    {
        int dimension = delta.Dimension * _widening;
        Set("ssm.conv_kernel", DeltaRuleTaps);
        if (delta.DecaysElements)
        {
            Set("kda.head_dim", dimension);
            return;
        }

        Set("ssm.state_size", dimension);
        Set("ssm.group_count", delta.KeyHeads);
        Set("ssm.time_step_rank", delta.ValueHeads);
        Set("ssm.inner_size", dimension * delta.ValueHeads);
        if (delta.IsRecurrent is bool[] layers)
        {
            Set("attention.recurrent_layers", layers);
        }
        else
        {
            Set("full_attention_interval", delta.Interval);
        }
    }

    private void AddDeltaRule(string prefix, DeltaRulePreset delta)
    {
        int dimension = delta.Dimension * _widening;
        int values = dimension * delta.ValueHeads;
        int channels = 2 * dimension * delta.KeyHeads + values;
        AddNorm(prefix + "attn_norm", Embedding);
        if (delta.DecaysElements)
        {
            AddRuleOfElements(prefix, dimension);
            return;
        }

        if (delta.IsPacked)
        {
            AddMatrix(prefix + "ssm_in.weight", Embedding, channels + values);
        }
        else
        {
            AddMatrix(prefix + "attn_qkv.weight", Embedding, channels);
            AddMatrix(prefix + "attn_gate.weight", Embedding, values);
        }

        if (delta.HasGroups)
        {
            AddMatrix(prefix + "ssm_ba.weight", Embedding, 2 * delta.ValueHeads);
        }
        else
        {
            AddMatrix(prefix + "ssm_beta.weight", Embedding, delta.ValueHeads);
            AddMatrix(prefix + "ssm_alpha.weight", Embedding, delta.ValueHeads);
        }

        AddVector(prefix + "ssm_conv1d.weight", [DeltaRuleTaps, channels], 0, FilterDeviation);
        AddVector(prefix + "ssm_dt.bias", [delta.ValueHeads], DecayBias, DecayBiasDeviation);
        AddRates(prefix + "ssm_a", [delta.ValueHeads]);
        AddVector(prefix + "ssm_norm.weight", [dimension], 1, NormDeviation);
        AddMatrix(prefix + "ssm_out.weight", values, Embedding);
    }

    private void AddRuleOfElements(string prefix, int dimension)
    {
        int rows = _preset.Heads * dimension;
        foreach (string part in new[] { "q", "k", "v" })
        {
            AddMatrix($"{prefix}attn_{part}.weight", Embedding, rows);
            AddVector($"{prefix}ssm_conv1d_{part}.weight", [DeltaRuleTaps, 1, rows], 0, FilterDeviation);
        }

        AddMatrix(prefix + "ssm_beta.weight", Embedding, _preset.Heads);
        AddMatrix(prefix + "ssm_f_a.weight", Embedding, dimension);
        AddMatrix(prefix + "ssm_f_b.weight", dimension, rows);
        AddMatrix(prefix + "ssm_g_a.weight", Embedding, dimension);
        AddMatrix(prefix + "ssm_g_b.weight", dimension, rows);
        AddVector(prefix + "ssm_dt.bias", [rows], DecayBias, DecayBiasDeviation);
        AddRates(prefix + "ssm_a", [1, _preset.Heads]);
        AddVector(prefix + "ssm_norm.weight", [dimension], 1, NormDeviation);
        AddMatrix(prefix + "attn_output.weight", rows, Embedding);
    }

    private void AddRates(string name, long[] shape)
    {
        RepeatableRandom random = RandomOf(name);
        _writer.AddTensor(name, shape, [.. Enumerable.Range(0, (int)shape[^1]).Select(_ => Rate(random.NextBell()))]);

        static float Rate(double bell) => (float)-(LeastRate + bell * bell);
    }
}
