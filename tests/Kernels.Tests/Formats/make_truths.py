#!/usr/bin/env python3
"""Writes Truths/NAME.json: random rows of a tensor format and the floats that llama.cpp's ggml decodes them to.

    LLAMA_DIR=folder/with/libggml-base.so python3 make_truths.py [NAME ...]

Bytes are written as hexadecimal digits, floats as the eight digits of their bits. Rows are the same in every run.
"""
import ctypes
import json
import os
import pathlib
import random
import sys

ROW_LENGTH = 256

# Id of a type, and the offsets of the half floats in its blocks, whose exponents are kept finite.
FORMATS = {
    "F16": (1, [0]),
    "Q4_0": (2, [0]),
    "Q4_1": (3, [0, 2]),
    "Q5_0": (6, [0]),
    "Q5_1": (7, [0, 2]),
    "Q8_0": (8, [0]),
    "Q2_K": (10, [80, 82]),
    "Q3_K": (11, [108]),
    "Q4_K": (12, [0, 2]),
    "Q5_K": (13, [0, 2]),
    "Q6_K": (14, [208]),
    "IQ4_NL": (20, [0]),
    "IQ4_XS": (23, [0]),
    "BF16": (30, []),
    "IQ2_XXS": (16, [0]),
    "IQ2_XS": (17, [0]),
    "IQ3_XXS": (18, [0]),
    "IQ1_S": (19, [0]),
    "IQ1_M": (29, [54]),
    "IQ3_S": (21, [0]),
    "IQ2_S": (22, [0]),
    "TQ1_0": (34, [52]),
    "TQ2_0": (35, [64]),
    "MXFP4": (39, []),
    "NVFP4": (40, []),
    "Q1_0": (41, [0]),
    "Q2_0": (42, [0]),
}

# First bytes of the first blocks: of MXFP4 its smallest scales, its largest, one and a half; of NVFP4 what would be NaN, the same with
# the bit of a sign, a subnormal scale, and 0 with the bit of a sign.
FIRST_BYTES = {"MXFP4": [0, 1, 2, 255, 128, 127], "NVFP4": [127, 255, 5, 128]}


class TypeTraits(ctypes.Structure):
    """The head of ggml_type_traits."""

    _fields_ = [
        ("type_name", ctypes.c_char_p),
        ("block_length", ctypes.c_int64),
        ("interleave", ctypes.c_int64),
        ("block_bytes", ctypes.c_size_t),
        ("is_quantized", ctypes.c_bool),
        ("to_float", ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)),
    ]


def make_row(name, block_bytes, blocks, half_offsets):
    """Random blocks with finite scales."""
    generator = random.Random(name)
    row = bytearray(generator.randbytes(block_bytes * blocks))
    for block in range(blocks):
        start = block * block_bytes
        for offset in half_offsets:
            row[start + offset + 1] &= 0xBF
        if block < len(FIRST_BYTES.get(name, [])):
            row[start] = FIRST_BYTES[name][block]
    if name == "BF16":
        row[1::2] = bytes(byte & 0xBF for byte in row[1::2])
    return bytes(row)


def write(library, name):
    type_id, half_offsets = FORMATS[name]
    library.ggml_get_type_traits.restype = ctypes.POINTER(TypeTraits)
    traits = library.ggml_get_type_traits(type_id).contents
    if traits.type_name.decode().upper() != name.upper():
        sys.exit(f"Type {type_id} is {traits.type_name}, not {name}.")
    row = make_row(name, traits.block_bytes, ROW_LENGTH // traits.block_length, half_offsets)
    values = (ctypes.c_uint32 * ROW_LENGTH)()
    traits.to_float(row, values, ROW_LENGTH)
    truth = {"row": row.hex(), "values": "".join(f"{value:08x}" for value in values)}
    path = pathlib.Path(__file__).parent / "Truths" / f"{name}.json"
    path.write_text(json.dumps(truth, indent=2) + "\n")


def main():
    library = ctypes.CDLL(os.path.join(os.environ["LLAMA_DIR"], "libggml-base.so"))
    for name in sys.argv[1:] or FORMATS:
        write(library, name)


main()
