#!/usr/bin/env python3
"""Writes GGUF models with random weights at the shapes of large models, with fewer layers, so that they fit a small machine.

usage: make_scaled.py PRESET TYPE OUT     e.g. make_scaled.py gpt-oss-6-layers Q8_0 gpt-oss-6-layers.gguf

The models are written by ../shared/tools/make_more.py (LLAMA_DIR names llama.cpp's libraries, which quantise); here are only the sizes.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/tools"))
import make_more

# gpt-oss-20b: 2,880 wide, 32 experts of which a token takes 4, MXFP4; 6 of its 24 layers, and a sixth of its vocabulary.
make_more.PRESETS["gpt-oss-6-layers"] = dict(
    make_more.PRESETS["gpt-oss"], d=2880, l=6, h=64, kv=8, hd=64, ff=2880, ffe=2880, experts=32, topk=4, v=32768, ctx=131072,
    keys={"attention.sliding_window": 128, "rope.scaling.type": "yarn", "rope.scaling.factor": 32.0, "rope.scaling.original_context_length": 4096})

if __name__ == "__main__":
    sys.exit(make_more.main())
