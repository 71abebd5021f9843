"""llama.cpp's ids of texts. Arguments: the folder of peer.py, a GGUF file, 1 or 0 for adding and for parsing special tokens.

Standard input has a text on each line, as a JSON string; standard output a JSON array of ids for each.
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
import peer  # noqa: E402

model = peer.Model(sys.argv[2], vocab_only=True)
for line in sys.stdin:
    print(json.dumps(model.tokenize(json.loads(line), sys.argv[3] == "1", sys.argv[4] == "1")))
