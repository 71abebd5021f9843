using System;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <content>Time and channel mixing.</content>
internal sealed partial class DecoderWriter
{
    // Shifts are 0.5 ± 0.25; those of channels by themselves, with a mixture's offset beside it.
    private const double ShiftMean = 0.5;
    private const double ShiftDeviation = 0.25;

    // Of decays, rates and shares of the first layer's values, before their σ.
    private const double FunctionMean = -0.5;
    private const double FunctionDeviation = 0.5;

    // Decays of RWKV-6: e^-e^-1.5 a token, 0.8.
    private const double FinchDecayMean = -1.5;

    private const double RemovalMean = 0.85;
    private const double BonusDeviation = 0.3;

    private void AddTimeMixSettings(TimeMixPreset timeMix)
    {
        if (timeMix.IsGoose)
        {
            Set("attention.decay_lora_rank", TimeMixPreset.DecayRank);
            Set("attention.iclr_lora_rank", TimeMixPreset.RateRank);
            Set("attention.value_residual_mix_lora_rank", TimeMixPreset.ValueMixRank);
            if (timeMix.HasGate)
            {
                Set("attention.gate_lora_rank", TimeMixPreset.GateRank);
            }
        }
        else
        {
            Set("wkv.head_size", TimeMixPreset.Dimension);
            Set("time_mix_extra_dim", TimeMixPreset.OffsetRank);
            Set("time_decay_extra_dim", TimeMixPreset.DecayRank);
        }

        if (timeMix.Shifts > 0)
        {
            Set("token_shift_count", timeMix.Shifts);
        }
    }

    private void AddTimeMix(string prefix, int layer, TimeMixPreset timeMix)
    {
        string name = prefix + "time_mix_";
        AddNorm(prefix + "attn_norm", Embedding);
        if (timeMix.IsGoose)
        {
            AddGoose(name, layer, timeMix);
        }
        else
        {
            AddFinch(name, timeMix);
        }

        foreach (string part in new[] { "key", "value", "receptance", "output" })
        {
            AddMatrix($"{name}{part}.weight", Embedding, Embedding);
        }

        if (timeMix.HasNorm)
        {
            AddNorm(name + "ln", Embedding, hasBias: true);
        }
    }

    private void AddGoose(string name, int layer, TimeMixPreset timeMix)
    {
        AddLowRank(name + "w", TimeMixPreset.DecayRank);
        AddLowRank(name + "a", TimeMixPreset.RateRank);

        // The first layer has tensors of a mix that nobody reads, of the rates' rank.
        AddLowRank(name + "v", layer == 0 ? TimeMixPreset.RateRank : TimeMixPreset.ValueMixRank);
        if (timeMix.HasGate)
        {
            AddLowRank(name + "g", TimeMixPreset.GateRank, hasBias: false);
        }

        AddShifts(name + "lerp_fused.weight", timeMix.HasGate ? 6 : 5);
        AddVector(name + "k_k.weight", [Embedding], RemovalMean, NormDeviation);
        AddVector(name + "k_a.weight", [Embedding], 1, NormDeviation);
        AddVector(name + "r_k.weight", [Embedding], 0, BonusDeviation);
    }

    private void AddFinch(string name, TimeMixPreset timeMix)
    {
        const int Offsets = 5;
        AddShifts(name + "lerp_x.weight", 1);
        AddFactor(name + "w1.weight", [Embedding, Offsets * TimeMixPreset.OffsetRank]);
        AddFactor(name + "w2.weight", [TimeMixPreset.OffsetRank, Embedding, Offsets]);
        if (timeMix.IsFused)
        {
            AddShifts(name + "lerp_fused.weight", Offsets);
        }
        else
        {
            foreach (char part in "wkvrg")
            {
                AddShifts($"{name}lerp_{part}.weight", 1);
            }
        }

        AddVector(name + "decay.weight", [Embedding], FinchDecayMean, FunctionDeviation);
        AddFactor(name + "decay_w1.weight", [Embedding, TimeMixPreset.DecayRank]);
        AddFactor(name + "decay_w2.weight", [TimeMixPreset.DecayRank, Embedding]);
        AddVector(name + "first.weight", [TimeMixPreset.Dimension, Embedding / TimeMixPreset.Dimension], 0, BonusDeviation);
        AddMatrix(name + "gate.weight", Embedding, Embedding);
    }

    private void AddChannelMix(string prefix, TimeMixPreset timeMix)
    {
        string name = prefix + "channel_mix_";
        int hidden = _preset.Hidden * _widening;
        AddNorm(prefix + _preset.FeedForwardNorm, Embedding);
        AddShifts(name + "lerp_k.weight", 1);
        AddMatrix(name + "key.weight", Embedding, hidden);
        AddMatrix(name + "value.weight", hidden, Embedding);
        if (!timeMix.IsGoose)
        {
            AddShifts(name + "lerp_r.weight", 1);
            AddMatrix(name + "receptance.weight", Embedding, Embedding);
        }
    }

    private void AddLowRank(string name, int rank, bool hasBias = true)
    {
        if (hasBias)
        {
            AddVector(name + "0.weight", [Embedding], FunctionMean, FunctionDeviation);
        }

        AddFactor(name + "1.weight", [Embedding, rank]);
        AddFactor(name + "2.weight", [rank, Embedding]);
    }

    // Never quantised, as the files of real models have it.
    private void AddFactor(string name, long[] shape) => AddVector(name, shape, 0, MatrixDeviation / Math.Sqrt(shape[0]));

    private void AddShifts(string name, int count) => AddVector(name, [Embedding, 1, 1, count], ShiftMean, ShiftDeviation);
}
