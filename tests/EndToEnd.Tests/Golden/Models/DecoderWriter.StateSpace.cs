using System;
using System.Linq;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>State spaces.</summary>
internal sealed partial class DecoderWriter
{
    // Tokens that the convolution before a recurrence sees.
    private const int StateSpaceTaps = 4;

    // Steps are softplus(-1 ± 1), some 0.3, and decays e^-(step · A), A some 0.5: a state lives for a few tokens.
    private const double StepMean = -1;
    private const double StepDeviation = 0.5;
    // PLaMo 2 has what steps follow from of so many floats, or one for so many of the embedding.
    private const int LeastRank = 64;
    private const int EmbeddingOfRank = 16;

    private const double DecayMean = -0.7;
    private const double DecayDeviation = 0.2;

    private void AddStateSpaceSettings(StateSpacePreset stateSpace)
    {
        if (!stateSpace.IsAlone)
        {
            bool[] hasAttention = [.. Enumerable.Range(0, _preset.Layers).Select(layer =>
                _preset.NetworksAlone?.Contains(layer) is not true && (stateSpace.IsBesideAttention || !stateSpace.Layers.Contains(layer)))];
            Set("attention.head_count_kv", hasAttention.Select(has => has ? _preset.KeyValueHeads : 0).ToArray());
        }

        Set("ssm.conv_kernel", StateSpaceTaps);
        Set("ssm.inner_size", stateSpace.Channels * _widening);
        Set("ssm.state_size", stateSpace.StateLength);
        Set("ssm.time_step_rank", stateSpace.Heads);
        if (stateSpace.Groups > 0 || stateSpace.Alternates)
        {
            Set("ssm.group_count", stateSpace.Groups);
        }
    }

    private void AddStateSpace(string prefix, int layer, StateSpacePreset stateSpace)
    {
        int channels = stateSpace.Channels * _widening;
        int weights = Math.Max(stateSpace.Groups, 1) * stateSpace.StateLength;
        bool isSelective = stateSpace.Groups == 0;
        int convolved = isSelective ? channels : channels + 2 * weights;
        int heads = isSelective ? channels : stateSpace.Heads;
        AddNorm(prefix + "attn_norm", Embedding);
        if (stateSpace.Alternates)
        {
            AddAlternatingStateSpace(prefix, channels, stateSpace);
            return;
        }

        AddMatrix(prefix + "ssm_in.weight", Embedding, isSelective ? 2 * channels : channels + convolved + heads);
        AddVector(prefix + "ssm_conv1d.weight", [StateSpaceTaps, convolved], 0, FilterDeviation);
        AddBias(prefix + "ssm_conv1d.bias", convolved, stateSpace.HasFilterBias);
        if (isSelective)
        {
            AddMatrix(prefix + "ssm_x.weight", channels, stateSpace.Heads + 2 * weights, 2 * MatrixDeviation / Math.Sqrt(channels));

            // Of a rank that is no row of whole blocks: never quantised.
            AddVector(prefix + "ssm_dt.weight", [stateSpace.Heads, channels], 0, MatrixDeviation / Math.Sqrt(stateSpace.Heads));
            if (stateSpace.HasSelectionNorms)
            {
                AddVector(prefix + "ssm_dt_norm.weight", [stateSpace.Heads], 1, NormDeviation);
                AddVector(prefix + "ssm_b_norm.weight", [weights], 1, NormDeviation);
                AddVector(prefix + "ssm_c_norm.weight", [weights], 1, NormDeviation);
            }
        }

        AddVector(prefix + "ssm_dt.bias", [heads], StepMean, StepDeviation);
        AddVector(prefix + "ssm_a", isSelective ? [weights, channels] : [1, heads], DecayMean, DecayDeviation);
        AddVector(prefix + "ssm_d", isSelective ? [channels] : [1, heads], 1, NormDeviation);
        if (!isSelective && stateSpace.HasNorm)
        {
            AddVector(prefix + "ssm_norm.weight", [channels / stateSpace.Groups, stateSpace.Groups], 1, NormDeviation);
        }

        AddMatrix(prefix + "ssm_out.weight", channels, Embedding);
        if (stateSpace.IsBesideAttention)
        {
            AddAttention(prefix, layer, hasNorm: false);
        }
    }

    private void AddAlternatingStateSpace(string prefix, int channels, StateSpacePreset stateSpace)
    {
        int rank = Math.Max(LeastRank, Embedding / EmbeddingOfRank);
        AddMatrix(prefix + "ssm_in.weight", Embedding, 2 * channels);
        AddVector(prefix + "ssm_conv1d.weight", [StateSpaceTaps, channels], 0, FilterDeviation);
        AddMatrix(prefix + "ssm_x.weight", channels, 2 * stateSpace.StateLength + rank);

        // Rows of the narrowest are no whole blocks: never quantised.
        AddVector(prefix + "ssm_dt.weight", [rank, stateSpace.Heads], 0, MatrixDeviation / Math.Sqrt(rank));
        AddVector(prefix + "ssm_dt_norm", [rank], 1, NormDeviation);
        AddVector(prefix + "ssm_b_norm", [stateSpace.StateLength], 1, NormDeviation);
        AddVector(prefix + "ssm_c_norm", [stateSpace.StateLength], 1, NormDeviation);
        AddVector(prefix + "ssm_dt.bias", [stateSpace.Heads], StepMean, StepDeviation);
        AddVector(prefix + "ssm_a", [stateSpace.Heads], DecayMean, DecayDeviation);
        AddVector(prefix + "ssm_d", [stateSpace.Heads], 1, NormDeviation);
        AddMatrix(prefix + "ssm_out.weight", channels, Embedding);
        AddPostNorm(prefix + _preset.AttentionPostNorm, mean: 1);
    }
}
