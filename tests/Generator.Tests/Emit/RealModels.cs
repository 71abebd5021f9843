using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;

namespace ModelGen.Generator.Tests.Emit;

/// <summary>
/// Headers of published models whose layers differ or have most to compute: their sizes, without weights. A name is the model's and its mix.
/// </summary>
internal static class RealModels
{
    private static readonly Dictionary<string, Func<FileMix, HeaderBuilder>> Models = new(StringComparer.Ordinal)
    {
        ["gemma-4-31b"] = mix => Gemma4(mix, embedding: 5376, layers: 60, heads: 32, keyValueHeads: 16, fullKeyValueHeads: 4, hidden: 21504),
        ["gemma-4-26b-a4b"] = mix =>
            Gemma4(mix, embedding: 2816, layers: 30, heads: 16, keyValueHeads: 8, fullKeyValueHeads: 2, hidden: 2112, experts: 128),
        ["gemma-4-e2b"] = Gemma4WithInputs,
        ["gemma-3n-e4b"] = Gemma3n,
        ["qwen3-next-80b-a3b"] = QwenNext,
        ["qwen3.5-35b-a3b"] = Qwen35,
        ["deepseek-v3"] = DeepSeek,
        ["granite-4-h-small"] = Granite,
        ["nemotron-3-nano-30b-a3b"] = Nemotron,
        ["jamba-1.5-mini"] = Jamba,
        ["gpt-oss-20b"] = GptOss,
        ["llama-4-scout"] = mix => Llama4(mix, experts: 16, step: 1),
        ["llama-4-maverick"] = mix => Llama4(mix, experts: 128, step: 2),
    };

    /// <summary>All of them.</summary>
    public static IEnumerable<string> Names =>
        from model in Models.Keys
        from mix in model == "gpt-oss-20b" ? [FileMix.MXFP4] : new[] { FileMix.Q8_0, FileMix.Q4_K_M }
        select $"{model}-{mix.Name}.gguf";

    /// <summary>The header of one.</summary>
    public static GgufHeader Header(string name)
    {
        FileMix mix = new[] { FileMix.Q8_0, FileMix.Q4_K_M, FileMix.MXFP4 }.Single(mix => name.EndsWith($"-{mix.Name}.gguf", StringComparison.Ordinal));
        return Models[name[..^$"-{mix.Name}.gguf".Length]](mix).Header;
    }

    private static HeaderBuilder Gemma4(
        FileMix mix, int embedding, int layers, int heads, int keyValueHeads, int fullKeyValueHeads, int hidden, int experts = 0)
    {
        const int Window = 256;
        const int Full = 512;
        const int OfExpert = 704;
        HeaderBuilder model = new("gemma4", mix, layers, embedding, vocabulary: 262144, isTied: true);
        SetGemma4(model, layers, Window, Full);
        model.Set("attention.sliding_window", 1024).Set("attention.head_count", heads).Set("feed_forward_length", hidden)
            .Set("attention.head_count_kv", OfLayers(layers, layer => IsFull(layer) ? fullKeyValueHeads : keyValueHeads))
            .Set("embedding_length_per_layer_input", 0);
        if (experts > 0)
        {
            model.Set("expert_count", experts).Set("expert_used_count", 8).Set("expert_feed_forward_length", OfExpert);
        }

        return model.ForEachLayer(layer =>
        {
            // Layers without a window have no values of their own.
            int head = IsFull(layer) ? Full : Window;
            int keyRows = (IsFull(layer) ? fullKeyValueHeads : keyValueHeads) * head;
            model.Vectors(embedding, ".attn_norm", ".post_attention_norm", ".ffn_norm", ".post_ffw_norm").Vectors(head, ".attn_q_norm", ".attn_k_norm")
                .Matrix(".attn_q", embedding, heads * head).Matrix(".attn_k", embedding, keyRows).Matrix(".attn_output", heads * head, embedding)
                .Network(hidden).Vector(".layer_output_scale", 1);
            if (!IsFull(layer))
            {
                model.Matrix(".attn_v", embedding, keyRows);
            }

            if (experts > 0)
            {
                model.Vectors(embedding, ".post_ffw_norm_1", ".pre_ffw_norm_2", ".post_ffw_norm_2").Table(".ffn_gate_inp.scale", embedding)
                    .Matrix(".ffn_gate_inp", embedding, experts).Matrix(".ffn_gate_up_exps", embedding, 2 * OfExpert, experts)
                    .Matrix(".ffn_down_exps", OfExpert, embedding, experts).Table(".ffn_down_exps.scale", experts);
            }
        });

        static bool IsFull(int layer) => layer % 6 == 5;
    }

    private static HeaderBuilder Gemma4WithInputs(FileMix mix)
    {
        const int Embedding = 1536;
        const int Layers = 35;
        const int Own = 15;
        const int Heads = 8;
        const int Hidden = 6144;
        const int Input = 256;
        HeaderBuilder model = new("gemma4", mix, Layers, Embedding, vocabulary: 262144, isTied: true);
        SetGemma4(model, Layers, window: 256, full: 512, period: 5);
        model.Set("attention.sliding_window", 512).Set("attention.head_count", Heads).Set("attention.head_count_kv", 1)
            .Set("attention.shared_kv_layers", Layers - Own).Set("embedding_length_per_layer_input", Input)
            .Set("feed_forward_length", OfLayers(Layers, HiddenOf))
            .Matrix("per_layer_token_embd", Input * Layers, 262144).Matrix("per_layer_model_proj", Embedding, Input * Layers)
            .Vector("per_layer_proj_norm", Input);
        return model.ForEachLayer(layer =>
        {
            int head = layer % 5 == 4 ? 512 : 256;
            model.Vectors(Embedding, ".attn_norm", ".post_attention_norm", ".ffn_norm", ".post_ffw_norm", ".post_norm").Vector(".attn_q_norm", head)
                .Matrix(".attn_q", Embedding, Heads * head).Matrix(".attn_output", Heads * head, Embedding)
                .Network(HiddenOf(layer)).Vector(".layer_output_scale", 1).Matrix(".inp_gate", Embedding, Input).Matrix(".proj", Input, Embedding);
            if (layer < Own)
            {
                model.Vector(".attn_k_norm", head).Matrix(".attn_k", Embedding, head).Matrix(".attn_v", Embedding, head);
            }
        });

        static int HiddenOf(int layer) => layer < Own ? Hidden : 2 * Hidden;
    }

    private static void SetGemma4(HeaderBuilder model, int layers, int window, int full, int period = 6) => model
        .Set("attention.key_length", full).Set("attention.value_length", full).Set("rope.dimension_count", full)
        .Set("attention.key_length_swa", window).Set("attention.value_length_swa", window).Set("rope.dimension_count_swa", window)
        .Set("rope.freq_base", 1e6f).Set("rope.freq_base_swa", 1e4f).Set("final_logit_softcapping", 30f)
        .Set("attention.sliding_window_pattern", OfLayers(layers, layer => layer % period != period - 1)).Table("rope_freqs.weight", full / 2);

    private static HeaderBuilder Gemma3n(FileMix mix)
    {
        const int Embedding = 2048;
        const int Layers = 35;
        const int Heads = 8;
        const int KeyValueHeads = 2;
        const int Head = 256;
        const int Hidden = 16384;
        const int Input = 256;
        const int Streams = 4;
        HeaderBuilder model = new("gemma3n", mix, Layers, Embedding, vocabulary: 262144, isTied: true);
        model.Set("attention.head_count", Heads).Set("attention.head_count_kv", KeyValueHeads).Set("feed_forward_length", Hidden)
            .Set("attention.key_length", Head).Set("attention.value_length", Head).Set("rope.dimension_count", Head)
            .Set("rope.freq_base", 1e6f).Set("attention.sliding_window", 512)
            .Set("attention.sliding_window_pattern", OfLayers(Layers, layer => layer % 5 != 4))
            .Matrix("per_layer_token_embd", Input * Layers, 262144).Matrix("per_layer_model_proj", Embedding, Input * Layers)
            .Vector("per_layer_proj_norm", Input)
            .Matrix("altup_proj", Embedding, Embedding, Streams - 1).Matrix("altup_unembd_proj", Embedding, Embedding, Streams - 1);
        return model.ForEachLayer(_ => model
            .Vectors(Embedding, ".attn_norm", ".post_attention_norm", ".ffn_norm", ".post_ffw_norm", ".post_norm")
            .Vectors(Embedding, ".altup_router_norm", ".altup_correct_scale", ".laurel_post_norm").Vectors(Head, ".attn_q_norm", ".attn_k_norm")
            .Matrix(".attn_q", Embedding, Heads * Head).Matrix(".attn_k", Embedding, KeyValueHeads * Head)
            .Matrix(".attn_v", Embedding, KeyValueHeads * Head).Matrix(".attn_output", Heads * Head, Embedding).Network(Hidden)
            .Matrix(".inp_gate", Embedding, Input).Matrix(".proj", Input, Embedding)
            .Matrix(".altup_router", Embedding, Streams).Vector(".altup_predict_coef", Streams, Streams * Streams)
            .Vector(".altup_correct_coef", Streams, Streams).Matrix(".laurel_l", Embedding, 64).Matrix(".laurel_r", 64, Embedding));
    }

    private static HeaderBuilder QwenNext(FileMix mix)
    {
        HeaderBuilder model = new("qwen3next", mix, layers: 48, embedding: 2048, vocabulary: 151936, isTied: false);
        return Qwen(model, experts: 512, used: 10, () => model.Matrix(".ssm_ba", 2048, 64));
    }

    private static HeaderBuilder Qwen35(FileMix mix)
    {
        HeaderBuilder model = new("qwen35moe", mix, layers: 40, embedding: 2048, vocabulary: 248320, isTied: false);
        return Qwen(model, experts: 256, used: 8, () => model.Matrix(".ssm_beta", 2048, 32).Matrix(".ssm_alpha", 2048, 32));
    }

    private static HeaderBuilder Qwen(HeaderBuilder model, int experts, int used, Action addGates)
    {
        const int Heads = 16;
        const int KeyValueHeads = 2;
        const int Head = 256;
        const int Hidden = 512;
        const int Dimension = 128;
        const int Keys = 16;
        const int Values = 32;
        const int Taps = 4;
        int embedding = model.Embedding;
        model.Set("attention.head_count", Heads).Set("attention.head_count_kv", KeyValueHeads).Set("feed_forward_length", Hidden)
            .Set("attention.key_length", Head).Set("attention.value_length", Head).Set("rope.dimension_count", Head / 4).Set("rope.freq_base", 1e7f)
            .Set("expert_count", experts).Set("expert_used_count", used).Set("expert_feed_forward_length", Hidden)
            .Set("expert_shared_feed_forward_length", Hidden)
            .Set("ssm.conv_kernel", Taps).Set("ssm.state_size", Dimension).Set("ssm.group_count", Keys).Set("ssm.time_step_rank", Values)
            .Set("ssm.inner_size", Values * Dimension).Set("full_attention_interval", 4);
        return model.ForEachLayer(layer =>
        {
            model.Vectors(embedding, ".attn_norm", ".post_attention_norm").Matrix(".ffn_gate_inp", embedding, experts)
                .Network(Hidden, "_exps", experts).Network(Hidden, "_shexp").Vector(".ffn_gate_inp_shexp", embedding);
            if (layer % 4 == 3)
            {
                model.Matrix(".attn_q", embedding, 2 * Heads * Head).Matrix(".attn_k", embedding, KeyValueHeads * Head)
                    .Matrix(".attn_v", embedding, KeyValueHeads * Head).Matrix(".attn_output", Heads * Head, embedding)
                    .Vectors(Head, ".attn_q_norm", ".attn_k_norm");
                return;
            }

            const int Channels = (2 * Keys + Values) * Dimension;
            model.Matrix(".attn_qkv", embedding, Channels).Matrix(".attn_gate", embedding, Values * Dimension)
                .Vector(".ssm_conv1d", Taps, Channels).Table(".ssm_dt.bias", Values).Table(".ssm_a", Values).Vector(".ssm_norm", Dimension)
                .Matrix(".ssm_out", Values * Dimension, embedding);
            addGates();
        });
    }

    private static HeaderBuilder DeepSeek(FileMix mix)
    {
        const int Embedding = 7168;
        const int Heads = 128;
        const int Rank = 512;
        const int QueryRank = 1536;
        const int Rotated = 64;
        const int Plain = 128;
        const int Experts = 256;
        HeaderBuilder model = new("deepseek2", mix, layers: 61, Embedding, vocabulary: 129280, isTied: false);
        model.Set("attention.head_count", Heads).Set("attention.head_count_kv", 1).Set("feed_forward_length", 18432)
            .Set("attention.key_length", Rank + Rotated).Set("attention.value_length", Rank)
            .Set("attention.key_length_mla", Plain + Rotated).Set("attention.value_length_mla", Plain)
            .Set("attention.kv_lora_rank", Rank).Set("attention.q_lora_rank", QueryRank).Set("rope.dimension_count", Rotated)
            .Set("rope.scaling.type", "yarn").Set("rope.scaling.factor", 40f).Set("rope.scaling.original_context_length", 4096)
            .Set("rope.scaling.yarn_log_multiplier", 0.1f)
            .Set("leading_dense_block_count", 3).Set("expert_count", Experts).Set("expert_used_count", 8)
            .Set("expert_feed_forward_length", 2048).Set("expert_shared_count", 1).Set("expert_group_count", 8).Set("expert_group_used_count", 4)
            .Set("expert_gating_func", 2).Set("expert_weights_norm", true).Set("expert_weights_scale", 2.5f);
        return model.ForEachLayer(layer =>
        {
            model.Vectors(Embedding, ".attn_norm", ".ffn_norm").Vector(".attn_q_a_norm", QueryRank).Vector(".attn_kv_a_norm", Rank)
                .Matrix(".attn_q_a", Embedding, QueryRank).Matrix(".attn_q_b", QueryRank, Heads * (Plain + Rotated))
                .Matrix(".attn_kv_a_mqa", Embedding, Rank + Rotated).Matrix(".attn_k_b", Plain, Rank, Heads).Matrix(".attn_v_b", Rank, Plain, Heads)
                .Matrix(".attn_output", Heads * Plain, Embedding);
            if (layer < 3)
            {
                model.Network(18432);
                return;
            }

            model.Matrix(".ffn_gate_inp", Embedding, Experts).Table(".exp_probs_b.bias", Experts).Network(2048, "_exps", Experts).Network(2048, "_shexp");
        });
    }

    private static HeaderBuilder Granite(FileMix mix)
    {
        const int Embedding = 4096;
        const int Layers = 40;
        const int Experts = 72;
        HeaderBuilder model = new("granitehybrid", mix, Layers, Embedding, vocabulary: 100352, isTied: true);
        model.Set("attention.head_count", 32).Set("attention.head_count_kv", OfLayers(Layers, layer => layer % 10 == 5 ? 8 : 0))
            .Set("feed_forward_length", 768).Set("expert_count", Experts).Set("expert_used_count", 10).Set("expert_shared_feed_forward_length", 1536)
            .Set("rope.scaling.finetuned", false).Set("rope.dimension_count", 128).Set("logit_scale", 16f).Set("residual_scale", 0.22f)
            .Set("embedding_scale", 12f).Set("attention.scale", 0.0078125f);
        SetStateSpace(model, inner: 8192, heads: 128, groups: 1);
        return model.ForEachLayer(layer =>
        {
            if (layer % 10 == 5)
            {
                AddAttention(model, heads: 32, keyValueHeads: 8, head: 128);
            }
            else
            {
                AddStateSpace(model, inner: 8192, heads: 128, groups: 1);
            }

            model.Vectors(Embedding, ".attn_norm", ".ffn_norm").Matrix(".ffn_gate_inp", Embedding, Experts).Network(768, "_exps", Experts)
                .Network(1536, "_shexp");
        });
    }

    private static HeaderBuilder Nemotron(FileMix mix)
    {
        const string Pattern = "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME";
        const int Embedding = 2688;
        const int Experts = 128;
        HeaderBuilder model = new("nemotron_h_moe", mix, Pattern.Length, Embedding, vocabulary: 131072, isTied: false);
        model.Set("attention.head_count", 32).Set("attention.key_length", 128).Set("attention.value_length", 128)
            .Set("attention.head_count_kv", OfLayers(Pattern.Length, layer => Pattern[layer] == '*' ? 2 : 0))
            .Set("feed_forward_length", OfLayers(Pattern.Length, layer => Pattern[layer] == 'E' ? 1856 : 0))
            .Set("expert_count", Experts).Set("expert_used_count", 6).Set("expert_feed_forward_length", 1856).Set("expert_shared_count", 1)
            .Set("expert_shared_feed_forward_length", 3712).Set("expert_weights_norm", true).Set("expert_weights_scale", 2.5f);
        SetStateSpace(model, inner: 4096, heads: 64, groups: 8);
        return model.ForEachLayer(layer =>
        {
            model.Vector(".attn_norm", Embedding);
            switch (Pattern[layer])
            {
                case '*':
                    AddAttention(model, heads: 32, keyValueHeads: 2, head: 128);
                    break;
                case 'M':
                    AddStateSpace(model, inner: 4096, heads: 64, groups: 8);
                    break;
                default:
                    model.Matrix(".ffn_gate_inp", Embedding, Experts).Table(".exp_probs_b.bias", Experts)
                        .Network(1856, "_exps", Experts, isGated: false).Network(3712, "_shexp", isGated: false);
                    break;
            }
        });
    }

    private static HeaderBuilder Jamba(FileMix mix)
    {
        const int Embedding = 4096;
        const int Layers = 32;
        const int Inner = 8192;
        const int State = 16;
        const int Rank = 256;
        const int Experts = 16;
        HeaderBuilder model = new("jamba", mix, Layers, Embedding, vocabulary: 65536, isTied: false);
        model.Set("attention.head_count", 32).Set("attention.head_count_kv", OfLayers(Layers, layer => layer % 8 == 4 ? 8 : 0))
            .Set("feed_forward_length", 14336).Set("expert_count", Experts).Set("expert_used_count", 2)
            .Set("ssm.conv_kernel", 4).Set("ssm.inner_size", Inner).Set("ssm.state_size", State).Set("ssm.time_step_rank", Rank);
        return model.ForEachLayer(layer =>
        {
            model.Vectors(Embedding, ".attn_norm", ".ffn_norm");
            if (layer % 8 == 4)
            {
                AddAttention(model, heads: 32, keyValueHeads: 8, head: 128);
            }
            else
            {
                model.Matrix(".ssm_in", Embedding, 2 * Inner).Vector(".ssm_conv1d", 4, Inner).Table(".ssm_conv1d.bias", Inner)
                    .Matrix(".ssm_x", Inner, Rank + 2 * State).Matrix(".ssm_dt", Rank, Inner).Table(".ssm_dt.bias", Inner)
                    .Table(".ssm_a", State, Inner).Table(".ssm_d", Inner).Vector(".ssm_dt_norm", Rank).Vectors(State, ".ssm_b_norm", ".ssm_c_norm")
                    .Matrix(".ssm_out", Inner, Embedding);
            }

            if (layer % 2 == 1)
            {
                model.Matrix(".ffn_gate_inp", Embedding, Experts).Network(14336, "_exps", Experts);
            }
            else
            {
                model.Network(14336);
            }
        });
    }

    private static HeaderBuilder GptOss(FileMix mix)
    {
        const int Embedding = 2880;
        const int Heads = 64;
        const int KeyValueHeads = 8;
        const int Head = 64;
        const int Experts = 32;
        HeaderBuilder model = new("gpt-oss", mix, layers: 24, Embedding, vocabulary: 201088, isTied: false);
        model.Set("attention.head_count", Heads).Set("attention.head_count_kv", KeyValueHeads).Set("feed_forward_length", Embedding)
            .Set("attention.key_length", Head).Set("attention.value_length", Head).Set("attention.sliding_window", 128)
            .Set("rope.freq_base", 150000f).Set("rope.dimension_count", Head).Set("rope.scaling.type", "yarn").Set("rope.scaling.factor", 32f)
            .Set("rope.scaling.original_context_length", 4096).Set("expert_count", Experts).Set("expert_used_count", 4)
            .Set("expert_feed_forward_length", Embedding);
        return model.ForEachLayer(_ =>
        {
            AddAttention(model, Heads, KeyValueHeads, Head);
            model.Vectors(Embedding, ".attn_norm", ".post_attention_norm").Vector(".attn_sinks", Heads).Table(".attn_q.bias", Heads * Head)
                .Table(".attn_k.bias", KeyValueHeads * Head).Table(".attn_v.bias", KeyValueHeads * Head).Table(".attn_output.bias", Embedding)
                .Matrix(".ffn_gate_inp", Embedding, Experts).Table(".ffn_gate_inp.bias", Experts).Network(Embedding, "_exps", Experts)
                .Table(".ffn_gate_exps.bias", Embedding, Experts).Table(".ffn_up_exps.bias", Embedding, Experts)
                .Table(".ffn_down_exps.bias", Embedding, Experts);
        });
    }

    private static HeaderBuilder Llama4(FileMix mix, int experts, int step)
    {
        const int Embedding = 5120;
        HeaderBuilder model = new("llama4", mix, layers: 48, Embedding, vocabulary: 202048, isTied: false);
        model.Set("attention.head_count", 40).Set("attention.head_count_kv", 8).Set("feed_forward_length", 16384)
            .Set("attention.key_length", 128).Set("attention.value_length", 128).Set("rope.dimension_count", 128).Set("rope.freq_base", 500000f)
            .Set("expert_count", experts).Set("expert_used_count", 1).Set("expert_feed_forward_length", 8192)
            .Set("interleave_moe_layer_step", step).Table("rope_freqs.weight", 64);
        return model.ForEachLayer(layer =>
        {
            AddAttention(model, heads: 40, keyValueHeads: 8, head: 128);
            model.Vectors(Embedding, ".attn_norm", ".ffn_norm");
            if ((layer + 1) % step != 0)
            {
                model.Network(16384);
                return;
            }

            model.Matrix(".ffn_gate_inp", Embedding, experts).Network(8192, "_exps", experts).Network(8192, "_shexp");
        });
    }

    private static void AddAttention(HeaderBuilder model, int heads, int keyValueHeads, int head) => model
        .Matrix(".attn_q", model.Embedding, heads * head).Matrix(".attn_k", model.Embedding, keyValueHeads * head)
        .Matrix(".attn_v", model.Embedding, keyValueHeads * head).Matrix(".attn_output", heads * head, model.Embedding);

    private static void SetStateSpace(HeaderBuilder model, int inner, int heads, int groups) => model
        .Set("ssm.conv_kernel", 4).Set("ssm.inner_size", inner).Set("ssm.state_size", 128).Set("ssm.time_step_rank", heads)
        .Set("ssm.group_count", groups);

    private static void AddStateSpace(HeaderBuilder model, int inner, int heads, int groups)
    {
        int convolved = inner + 2 * groups * 128;
        model.Matrix(".ssm_in", model.Embedding, inner + convolved + heads).Vector(".ssm_conv1d", 4, convolved).Table(".ssm_conv1d.bias", convolved)
            .Table(".ssm_dt.bias", heads).Table(".ssm_a", 1, heads).Table(".ssm_d", 1, heads).Vector(".ssm_norm", inner / groups, groups)
            .Matrix(".ssm_out", inner, model.Embedding);
    }

    private static T[] OfLayers<T>(int layers, Func<int, T> value) => [.. Enumerable.Range(0, layers).Select(value)];
}
