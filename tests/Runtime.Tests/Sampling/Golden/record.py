"""Asks llama.cpp's own samplers what they leave of some logits, and writes answers.json.

python3 record.py TOOLS VOCABULARY.gguf OUTPUT.json, where TOOLS is the folder shared/tools beside the repository; LLAMA_DIR names the folder
with llama.cpp's libraries.
"""
import ctypes as C
import json
import random
import struct
import sys

tools, vocabulary, output = sys.argv[1:]
sys.path.insert(0, tools)
import peer  # noqa: E402


class Token(C.Structure):
    _fields_ = [("id", C.c_int32), ("logit", C.c_float), ("p", C.c_float)]


class Tokens(C.Structure):
    _fields_ = [("data", C.POINTER(Token)), ("size", C.c_size_t), ("selected", C.c_int64), ("sorted", C.c_bool)]


P, F, I, U, Z = C.c_void_p, C.c_float, C.c_int32, C.c_uint32, C.c_size_t
INIT = {
    "top_k": (I,), "top_p": (F, Z), "min_p": (F, Z), "typical": (F, Z), "top_n_sigma": (F,), "temp": (F,), "temp_ext": (F, F, F),
    "xtc": (F, F, Z, U), "penalties": (I, I, F, F, F), "mirostat": (I, U, F, F, I), "mirostat_v2": (U, F, F),
    "dry": (P, F, F, I, I, C.POINTER(C.c_char_p), Z),
}
apply = peer.fn("llama_sampler_apply", None, P, C.POINTER(Tokens))
accept = peer.fn("llama_sampler_accept", None, P, I)


class ChainParameters(C.Structure):
    _fields_ = [("no_perf", C.c_bool)]


chain_init = peer.fn("llama_sampler_chain_init", P, ChainParameters)
chain_add = peer.fn("llama_sampler_chain_add", None, P, P)
free = peer.fn("llama_sampler_free", None, P)


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def logits(seed, count, spread, step=None):
    source = random.Random(seed)
    values = [source.gauss(0, spread) for _ in range(count)]
    return [single(round(value / step) * step if step else value) for value in values]


LOGITS = {
    "wide": logits(1, 64, 3),
    "narrow": logits(2, 64, 0.3),
    "sharp": logits(3, 64, 12),
    "ties": logits(4, 64, 2, step=1),
    "even": [1.5] * 64,
    "many": logits(5, 300, 2.5),
}

model = peer.Model(vocabulary, vocab_only=True)


def step(sampler, values):
    data = (Token * len(values))(*[Token(i, value, 0) for i, value in enumerate(values)])
    tokens = Tokens(data, len(values), -1, False)
    apply(sampler, C.byref(tokens))
    all_left = [(tokens.data[i].id, tokens.data[i].logit) for i in range(tokens.size)]
    left = sorted((i, logit) for i, logit in all_left if logit > float("-inf"))
    answer = {"left": [i for i, _ in left]}
    if any(logit != values[i] for i, logit in left):
        answer["logits"] = [float("%.7g" % logit) for _, logit in left]
    if tokens.selected >= 0:
        answer["chosen"] = all_left[tokens.selected][0]
    return answer


def create(name, arguments):
    return peer.fn("llama_sampler_init_" + name, P, *INIT[name])(*arguments)


def ask(sampler, values, text=(), steps=1):
    for token in text:
        accept(sampler, token)
    answers = [step(sampler, LOGITS[values]) for _ in range(steps)]
    free(sampler)
    return answers


cases = []


def record(name, settings, arguments, values, text=(), steps=1):
    cases.append({"sampler": name, "settings": settings, "logits": values, "text": list(text),
                  "answers": ask(create(name, arguments), values, text, steps)})


RANDOM = ["wide", "narrow", "sharp", "many"]
# Where a cut goes through ties any choice is right: what cuts by a number of candidates or a sum is asked about logits without ties.
for values in RANDOM + ["ties", "even"]:
    for n in (0.5, 1.0, 2.0):
        record("top_n_sigma", [n], [n], values)
    for p in (0.05, 0.3):
        record("min_p", [p], [p, 0], values)
    record("temp", [0.7], [0.7], values)
    for t, delta, exponent in ((1.0, 0.5, 1.0), (0.8, 0.8, 2.0), (1.0, 2.0, 0.5)):
        record("temp_ext", [t, delta, exponent], [t, delta, exponent], values)
for values in RANDOM:
    for low in (0.05, 0.2):
        record("xtc", [low], [1.0, low, 0, 1], values)
    for k in (1, 5, 40):
        record("top_k", [k], [k], values)
    for p in (0.1, 0.5, 0.9):
        record("top_p", [p], [p, 0], values)
        record("typical", [p], [p, 0], values)
    for tau in (1.0, 3.0, 5.0):
        count = len(LOGITS[values])
        record("mirostat", [tau, 0.1], [count, 1, tau, 0.1, 100], values, steps=6)
        record("mirostat_v2", [tau, 0.1], [1, tau, 0.1], values, steps=6)

source = random.Random(6)
for values in ("wide", "ties"):
    text = [source.randrange(64) for _ in range(90)]
    for last, repeat, frequency, presence in ((64, 1.3, 0, 0), (10, 1, 0.4, 0), (200, 1, 0, 1.5), (20, 1.1, 0.25, 0.5), (64, 0.8, -0.2, -1)):
        record("penalties", [last, repeat, frequency, presence], [64, last, repeat, frequency, presence], values, text)

# Texts of few different tokens repeat themselves. In the vocabulary 13 is a line break, 37 a quotation mark, 45 an asterisk, 61 a colon, and
# 442 and 444 are marks with a quotation mark behind them; 259 is "he", and 265 and 279 have it in them.
STANDARD = ["\n", ":", "\"", "*"]


def record_dry(settings, values, text, breakers=STANDARD):
    multiplier, base, allowed, last = settings
    pointers = (C.c_char_p * max(1, len(breakers)))(*[breaker.encode() for breaker in breakers])
    record("dry", settings, [model.v, multiplier, base, allowed, last, pointers, len(breakers)], values, text)
    cases[-1]["breakers"] = breakers


for seed in range(16):
    source = random.Random(100 + seed)
    alphabet = [20, 21, 22, 23] + ([13, 37, 45, 61, 442, 444] if seed % 2 else [])
    text = source.choices(alphabet, [8, 4, 2, 1] + [0.25] * (len(alphabet) - 4), k=source.choice([3, 20, 60, 120]))
    for settings in ([0.8, 1.75, 2, 4096], [2.0, 1.0, 1, 30], [0.5, 3.0, 4, 4096]):
        record_dry(settings, "wide", text)
for seed in range(8):
    source = random.Random(200 + seed)
    text = source.choices([262, 266, 283, 264, 259, 265, 279, 444], [8, 4, 2, 1] + [0.5] * 4, k=60)
    record_dry([0.8, 1.75, 2, 4096], "many", text, ["he", ".\""])
    record_dry([0.8, 1.75, 2, 4096], "many", text, [])
record_dry([1.0, 4.5, 2, 4096], "wide", [20, 21, 22] * 200)

# All of them, in the order that is the default of llama.cpp's programs. Top-k takes fewer than top-n-sigma leaves: what that takes away stays
# among llama.cpp's candidates with -inf, of which its typical-p makes an entropy that is not a number.
for seed, values in ((300, "many"), (301, "wide"), (302, "many"), (303, "narrow")):
    source = random.Random(seed)
    text = source.choices(range(20, 30), k=100)
    last, repeat, frequency, presence = 30, 1.1, 0.05, 0.2
    dry = [0.8, 1.75, 2, 4096]
    sigma, k, typical, p, min_p, xtc = source.choice((1.5, 2.5)), source.choice((10, 20)), 0.95, 0.9, 0.02, 0.1
    temperature = [0.9, 0.3, 1.5]
    pointers = (C.c_char_p * len(STANDARD))(*[breaker.encode() for breaker in STANDARD])
    chain = chain_init(ChainParameters(True))
    for name, arguments in (
            ("penalties", [len(LOGITS[values]), last, repeat, frequency, presence]), ("dry", [model.v, *dry, pointers, len(STANDARD)]),
            ("top_n_sigma", [sigma]), ("top_k", [k]), ("typical", [typical, 0]), ("top_p", [p, 0]), ("min_p", [min_p, 0]),
            ("xtc", [1.0, xtc, 0, 1]), ("temp_ext", temperature)):
        chain_add(chain, create(name, arguments))
    settings = [last, repeat, frequency, presence, *dry, sigma, k, typical, p, min_p, xtc, *temperature]
    cases.append({"sampler": "chain", "settings": settings, "logits": values, "text": text, "answers": ask(chain, values, text)})

with open(output, "w") as file:
    file.write("{\n \"logits\": {\n")
    file.write(",\n".join("  %s: %s" % (json.dumps(name), json.dumps(values)) for name, values in LOGITS.items()))
    file.write("\n },\n \"cases\": [\n")
    file.write(",\n".join("  " + json.dumps(case) for case in cases))
    file.write("\n ]\n}\n")
