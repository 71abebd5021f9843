"""llama.cpp's vectors of a text's tokens. Arguments: the folder of peer_bench.py, an encoder's GGUF file, ids with commas between, a file for the vectors.

The vectors are those of each token, neither pooled nor normalised: float32, one behind the other. One thread, no flash attention, no repacked weights.
"""
import argparse
import ctypes
import sys

sys.path.insert(0, sys.argv[1])
import peer_bench  # noqa: E402

ids = [int(number) for number in sys.argv[3].split(",")]
options = argparse.Namespace(exact=True, no_repack=True, no_mmap=False, no_pool=True, fa="off")
llama = peer_bench.Llama()
llama.load(sys.argv[2], options)
context = llama.context(len(ids) + 8, 1, options, embeddings=True, pooling_type=0)
batch = llama.l.llama_batch_init(len(ids), 0, 1)
batch.n_tokens = len(ids)
for i, token in enumerate(ids):
    batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.seq_id[i][0], batch.logits[i] = token, i, 1, 0, 1
if llama.l.llama_encode(context, batch):
    sys.exit("encode failed")
width = llama.l.llama_model_n_embd(llama.model)
with open(sys.argv[4], "wb") as file:
    for i in range(len(ids)):
        file.write(ctypes.string_at(llama.l.llama_get_embeddings_ith(context, i), width * 4))
