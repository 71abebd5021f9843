#!/usr/bin/env python3
"""Writes GGUF models with random weights at the shapes of real models, the large ones with fewer layers, so that they fit a small machine.

usage: make_scaled.py PRESET TYPE OUT     e.g. make_scaled.py gpt-oss-6-layers Q8_0 gpt-oss-6-layers.gguf

The models are written by ../shared/tools/make_more.py (LLAMA_DIR names llama.cpp's libraries, which quantise); here are only the sizes, and the
layers of those models whose sizes that file fixes.
"""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/tools"))
import make_more

# gpt-oss-20b: 2,880 wide, 32 experts of which a token takes 4, MXFP4; 6 of its 24 layers, and a sixth of its vocabulary.
make_more.PRESETS["gpt-oss-6-layers"] = dict(
    make_more.PRESETS["gpt-oss"], d=2880, l=6, h=64, kv=8, hd=64, ff=2880, ffe=2880, experts=32, topk=4, v=32768, ctx=131072,
    keys={"attention.sliding_window": 128, "rope.scaling.type": "yarn", "rope.scaling.factor": 32.0, "rope.scaling.original_context_length": 4096})

# LFM2-350M, whole: ten gated convolutions and six layers of attention.
make_more.PRESETS["lfm2-350m"] = dict(
    make_more.PRESETS["lfm2"], d=1024, l=16, h=16, kv=8, hd=64, ff=4608, v=65536, ctx=128000,
    kvs=[8 if layer in (2, 5, 8, 10, 12, 14) else 0 for layer in range(16)])


def delta_net(m, b, i):
    """Qwen 3.5's layers: three of four are gated delta rules with 16 heads of 128, the others attention behind a gate."""
    p, d = m.p, m.p["d"]
    if (i + 1) % 4 == 0:
        return make_more.delta_net(m, b, i)
    head, keys, values = 128, 16, 16
    m.lin(b + "attn_qkv", d, head * (2 * keys + values))
    m.lin(b + "attn_gate", d, head * values)
    m.add(b + "ssm_conv1d.weight", (4, head * (2 * keys + values)), "g")
    m.add(b + "ssm_dt.bias", (values,), "f", lambda random, shape: random.standard_normal(shape) * 0.5 - 1)
    m.add(b + "ssm_a", (values,), "f", lambda random, shape: -np.exp(random.random(shape) * 2))
    m.lin(b + "ssm_beta", d, values)
    m.lin(b + "ssm_alpha", d, values)
    m.norm(b + "ssm_norm", head)
    m.lin(b + "ssm_out", head * values, d)


# Qwen3.5-0.8B, whole but for a quarter of its vocabulary, which is most of a decoded token otherwise.
make_more.PRESETS["qwen35-0.8b"] = dict(
    make_more.PRESETS["qwen35"], d=1024, l=24, h=8, kv=2, hd=256, rot=64, ff=3584, v=62080, ctx=262144, tied=True, mixer=delta_net,
    keys={"rope.dimension_sections": [11, 11, 10, 0], "ssm.conv_kernel": 4, "ssm.inner_size": 2048, "ssm.state_size": 128,
          "ssm.time_step_rank": 16, "ssm.group_count": 16, "full_attention_interval": 4})


def granite_hybrid(m, b, i):
    """Granite 4's layers: attention in four, Mamba 2 with 48 heads of 32 and a state of 128 in the others."""
    p, d = m.p, m.p["d"]
    if p["kvs"][i]:
        return make_more.attention(m, b)
    inner, state, heads, groups = 1536, 128, 48, 1
    convolved = inner + 2 * groups * state
    m.lin(b + "ssm_in", d, inner + convolved + heads)
    m.add(b + "ssm_conv1d.weight", (4, convolved), "g")
    m.add(b + "ssm_conv1d.bias", (convolved,), "b")
    m.add(b + "ssm_dt.bias", (heads,), "f", lambda random, shape: random.standard_normal(shape) * 0.5 - 1)
    m.add(b + "ssm_a", (1, heads), "f", lambda random, shape: -np.exp(random.random(shape) * 2))
    m.add(b + "ssm_d", (1, heads), "n")
    m.add(b + "ssm_norm.weight", (inner // groups, groups), "n")
    m.lin(b + "ssm_out", inner, d)


# Granite 4.0 H 350M, whole.
make_more.PRESETS["granite-4-h-350m"] = dict(
    make_more.PRESETS["granitehybrid"], d=768, l=32, h=12, kv=4, hd=64, ff=2048, v=100352, ctx=32768, mixer=granite_hybrid,
    kvs=[4 if layer in (10, 13, 17, 27) else 0 for layer in range(32)],
    keys={"logit_scale": 3.0, "residual_scale": 0.246, "embedding_scale": 12.0, "attention.scale": 0.015625, "rope.scaling.finetuned": False,
          "ssm.conv_kernel": 4, "ssm.inner_size": 1536, "ssm.state_size": 128, "ssm.time_step_rank": 48, "ssm.group_count": 1})

# DeepSeek V2 Lite: 64 experts of which a token takes 6, two shared; 8 of its 27 layers, and a third of its vocabulary.
make_more.PRESETS["deepseek-v2-lite-8-layers"] = dict(
    make_more.PRESETS["deepseek2-lite"], d=2048, l=8, h=16, ff=10944, v=32768, ctx=163840, rot=64, nope=128, vdim=128, kv_rank=512, hd=192,
    experts=64, topk=6, ffe=1408, shexp=2816,
    keys={"attention.q_lora_rank": 0, "attention.kv_lora_rank": 512, "attention.key_length": 576, "attention.value_length": 512,
          "attention.key_length_mla": 192, "attention.value_length_mla": 128, "leading_dense_block_count": 1, "expert_shared_count": 2,
          "expert_weights_scale": 1.0, "expert_weights_norm": False, "expert_gating_func": 1, "rope.scaling.type": "yarn",
          "rope.scaling.factor": 40.0, "rope.scaling.original_context_length": 4096, "rope.scaling.yarn_log_multiplier": 0.0707})

# Gemma 3n E2B: 10 of its 30 layers, and an eighth of its vocabulary.
make_more.PRESETS["gemma-3n-10-layers"] = dict(
    make_more.PRESETS["gemma3n"], d=2048, l=10, h=8, kv=2, hd=256, ff=8192, v=32768, ctx=32768,
    keys={"attention.sliding_window": 512, "attention.sliding_window_pattern": [True] * 4 + [False] + [True] * 4 + [False]})

# What llama.cpp's own quantiser leaves as halves in Gemma 3n.
HALVES = ("altup_proj.", "altup_unembd_proj.", "per_layer_model_proj.", "laurel_l.", "laurel_r.")
pick = make_more.mg.pick
make_more.mg.pick = lambda name, *rest: "F16" if any(half in name for half in HALVES) else pick(name, *rest)

if __name__ == "__main__":
    sys.exit(make_more.main())
