using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Gguf;

namespace ModelGen.Architectures;

/// <summary>
/// A setting that a decoder need not know as long as its value asks for nothing: no experts, no cap, a factor of 1. Converters write many of
/// them for every architecture. What each value means is what llama.cpp makes of it; a value that asks for something is refused.
/// </summary>
/// <param name="Suffix">The key behind the architecture's name.</param>
/// <param name="Type">Bool, or the type that converters write numbers in; a number of any other type is understood as well.</param>
/// <param name="Values">The values that ask a model for nothing beyond what it computes anyway; of a Bool, 0 and 1.</param>
internal sealed record NeutralSetting(string Suffix, GgufValueType Type, Func<ModelSpec, double[]> Values)
{
    private static readonly ILookup<string, NeutralSetting> BySuffix = All().ToLookup(setting => setting.Suffix, StringComparer.Ordinal);

    /// <summary>The settings; one that is written in two ways is there twice.</summary>
    public static IEnumerable<NeutralSetting> Known => BySuffix.SelectMany(settings => settings);

    /// <summary>Whether a setting asks for nothing.</summary>
    /// <param name="suffix">The key behind the architecture's name.</param>
    /// <param name="value">The file's value.</param>
    /// <param name="spec">What the model computes without it.</param>
    public static bool AsksForNothing(string suffix, GgufValue value, ModelSpec spec) =>
        BySuffix[suffix].Any(setting => setting.IsNeutral(value, spec));

    /// <summary>Whether the value is neutral itself, or every entry of an array is.</summary>
    private bool IsNeutral(GgufValue value, ModelSpec spec)
    {
        if (value.Array is GgufArray array)
        {
            return array.HasElements && array.Elements.All(element => element.Array is null && IsNeutral(element, spec));
        }

        if ((value.Type == GgufValueType.Bool) != (Type == GgufValueType.Bool))
        {
            return false;
        }

        // A large UInt64 is kept by its bits, which read as a negative number.
        bool isBeyondInt64 = value.Type == GgufValueType.UInt64 && value.Integer < 0;
        return value.Text is null && !isBeyondInt64 && Values(spec).Contains(value.IsReal ? (float)value.Real : value.Integer);
    }

    private static IEnumerable<NeutralSetting> All() =>
    [
        // What attention computes.
        new("attention.causal", GgufValueType.Bool, spec => [spec.Attentions.Any(attention => attention.SeesAll) ? 0 : 1]),
        Real("attention.scale", spec => [0, spec.Scores.Scale]),
        Real("attention.clamp_kqv", spec => [spec.Scores.Clamp]),
        Real("attention.max_alibi_bias", spec => [spec.Scores.MaxBias]),
        Real("attn_logit_softcapping", spec => [spec.Scores.SoftCap]),
        Real("attention.output_scale", 0),
        Real("attention.temperature_scale", 0),
        Integer("attention.temperature_length", 0),
        Integer("attention.relative_buckets_count", 0),

        // Which layers see what, and what they share. Where no layer has a window, a pattern leaves each without one: by a period of 1, or
        // layer by layer.
        Integer("attention.sliding_window_pattern", spec => HasWindows(spec) ? [] : [1]),
        new("attention.sliding_window_pattern", GgufValueType.Bool, spec => HasWindows(spec) ? [] : [0]),
        Integer("attention.shared_kv_layers", spec => [spec.Attentions.Count(attention => attention.KeysOf is not null)]),
        new("attention.recurrent_layers", GgufValueType.Bool, spec => IsRecurrent(spec) ? [] : [0]),
        Integer("full_attention_interval", spec => IsRecurrent(spec) ? [] : [0, 1]),
        Integer("attention.key_length_swa", spec => [.. spec.Attentions.Take(1).Select(attention => (double)attention.Heads.Dimension)]),
        Integer("attention.value_length_swa", spec => [.. spec.Attentions.Take(1).Select(attention => (double)attention.Heads.Dimension)]),

        // Projections in two factors.
        Integer("attention.q_lora_rank", 0),
        Integer("attention.kv_lora_rank", 0),
        Integer("attention.key_length_mla", 0),
        Integer("attention.value_length_mla", 0),
        Integer("attention.output_lora_rank", 0),
        Integer("attention.decay_lora_rank", 0),
        Integer("attention.iclr_lora_rank", 0),
        Integer("attention.gate_lora_rank", 0),
        Integer("attention.value_residual_mix_lora_rank", 0),
        Integer("attention.indexer.head_count", 0),
        Integer("attention.indexer.key_length", 0),
        Integer("attention.indexer.top_k", 0),

        // Norms: ε of the kind that the model has not got, and groups.
        Real("attention.layer_norm_epsilon", EpsilonOf),
        Real("attention.layer_norm_rms_epsilon", EpsilonOf),
        Real("attention.group_norm_epsilon", EpsilonOf),
        Integer("attention.group_norm_groups", 0),
        Flag("swin_norm", false),
        Flag("norm_before_residual", false),

        // Rotations. The extrapolation factor is -1 where the kind of scaling decides it: 1 of YaRN, 0 of the others.
        Real("rope.scale_linear", 0, 1),
        Real("rope.scaling.alpha", 0, 1),
        Real("rope.scaling.yarn_attn_factor", 1),
        Real("rope.scaling.yarn_ext_factor", spec => [-1, spec.Rotaries.Any(rotary => rotary.Scaling.Yarn is not null) ? 1 : 0]),
        new("rope.dimension_sections", GgufValueType.Int32, _ => [0]),
        Integer("rope.dimension_count_swa", spec => OfWindows(spec) is RotarySpec rotary ? [rotary.Dimensions] : []),
        Real("rope.freq_base_swa", spec => OfWindows(spec) is RotarySpec rotary ? [rotary.Base] : []),

        // Factors; 0 stands for none.
        Real("embedding_scale", spec => [0, spec.Embedding.Scale]),
        Real("residual_scale", spec => [0, spec.ResidualScale]),
        Real("logit_scale", spec => [0, spec.Head.Scale]),
        Real("final_logit_softcapping", spec => [spec.Head.SoftCap]),

        // The form of blocks.
        new("use_parallel_residual", GgufValueType.Bool, spec => [spec.Layers.All(layer => layer.IsParallel) ? 1 : 0]),
        Integer("nextn_predict_layers", 0),
        Integer("n_deepstack_layers", 0),
        Integer("hash_layer_count", 0),
        Integer("hyper_connection.count", 0),
        Integer("num_loops", 0, 1),
        Real("swiglu_clamp_exp", 0),
        Real("swiglu_clamp_shexp", 0),

        // Mixtures of experts.
        Integer("expert_count", 0),
        Integer("expert_used_count", 0),
        Integer("expert_shared_count", 0),
        Integer("expert_feed_forward_length", 0),
        Integer("expert_shared_feed_forward_length", 0),
        Integer("expert_chunk_feed_forward_length", 0),
        Integer("expert_latent_length", 0),
        Integer("expert_group_count", 0),
        Integer("expert_group_used_count", 0),
        Integer("experts_per_group", 0),
        Integer("expert_gating_func", 0),
        Real("expert_group_scale", 0, 1),
        Real("expert_weights_scale", 0, 1),
        Flag("expert_weights_norm", false),
        Integer("leading_dense_block_count", spec => [0, spec.Layers.Count]),
        Integer("interleave_moe_layer_step", 0),
        Integer("moe_every_n_layers", 0),
        Real("router_logit_softcapping", 0),

        // Recurrent layers.
        Integer("ssm.conv_kernel", 0),
        Integer("ssm.inner_size", 0),
        Integer("ssm.state_size", 0),
        Integer("ssm.time_step_rank", 0),
        Integer("ssm.group_count", 0),
        Flag("ssm.dt_b_c_rms", false),
        Integer("shortconv.l_cache", 0),
        Integer("wkv.head_size", 0),
        Integer("kda.head_dim", 0),
        Integer("time_mix_extra_dim", 0),
        Integer("time_decay_extra_dim", 0),
        Integer("token_shift_count", spec => [spec.Layers.Select(ShiftsOf).DefaultIfEmpty().Max()]),
        Integer("rescale_every_n_layers", 0),

        // What comes before the first block and behind the last.
        Integer("embedding_length_out", spec => [0, spec.EmbeddingLength]),
        Integer("embedding_length_per_layer_input", spec => [spec.PerLayerInputs?.Length ?? 0]),
        Integer("features_length", 0),
        Integer("decoder_block_count", 0),
        Integer("dense_2_feat_in", 0),
        Integer("dense_2_feat_out", 0),
        Integer("dense_3_feat_in", 0),
        Integer("dense_3_feat_out", 0),
        Integer("adapters.count", 0),
    ];

    // ε of the norm behind the last block, or of any.
    private static double[] EpsilonOf(ModelSpec spec) =>
        [0, .. new[] { spec.Head.Norm, spec.Embedding.Norm }.OfType<NormSpec>().Take(1).Select(norm => norm.Epsilon)];

    private static bool HasWindows(ModelSpec spec) => spec.Attentions.Any(attention => attention.Window > 0);

    // Which layers are is what these settings say.
    private static bool IsRecurrent(ModelSpec spec) => spec.Layers.Any(layer => layer.Mixers.Any(mixer => mixer is DeltaRuleSpec));

    // How often a layer looks at the token before.
    private static int ShiftsOf(LayerSpec layer) => layer.Mixers.Count(mixer => mixer is GooseSpec or FinchSpec) + (layer.Network is ChannelMixSpec ? 1 : 0);

    // The rotation of layers with a window stands behind that of the others, where it is another.
    private static RotarySpec? OfWindows(ModelSpec spec) => spec.Rotaries.LastOrDefault();

    private static NeutralSetting Flag(string suffix, bool value) => new(suffix, GgufValueType.Bool, _ => [value ? 1 : 0]);

    private static NeutralSetting Integer(string suffix, params double[] values) => new(suffix, GgufValueType.UInt32, _ => values);

    private static NeutralSetting Integer(string suffix, Func<ModelSpec, double[]> values) => new(suffix, GgufValueType.UInt32, values);

    private static NeutralSetting Real(string suffix, params double[] values) => new(suffix, GgufValueType.Float32, _ => values);

    private static NeutralSetting Real(string suffix, Func<ModelSpec, double[]> values) => new(suffix, GgufValueType.Float32, values);
}
