#!/usr/bin/env python3
"""Writes the Unicode tables of the tokenizers: UnicodeClasses.Data.cs, CanonicalBases.Data.cs and AccentlessForms.Data.cs.

The general categories and decompositions are those of the Unicode version that llama.cpp has (15.1), asked from its library, because a
tokenizer must split text as the model's own did, whatever version the running .NET knows. What its library does not know is Python's own,
so that Python must be one with the same version: 3.13. Run it with LLAMA_DIR set to the folder that holds libllama*.so; it needs nothing else.
"""
import ctypes
import glob
import os
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
DIRECTORY = os.environ["LLAMA_DIR"]
assert unicodedata.unidata_version == "15.1.0"
for stem in ("libggml-base", "libggml", "libllama"):
    name = sorted(path for path in glob.glob(os.path.join(DIRECTORY, stem + ".*")))[0]
    LIBRARY = ctypes.CDLL(name, mode=ctypes.RTLD_GLOBAL)

# Categories as the library flags them, and white space, which is a flag of its own; numbered as UnicodeClass has them.
UNASSIGNED, NUMBER, LETTER, MARK, PUNCTUATION, SYMBOL, OTHER, SPACE = range(8)
CLASS_OF_FLAG = {1: UNASSIGNED, 2: NUMBER, 4: LETTER, 16: MARK, 32: PUNCTUATION, 64: SYMBOL, 128: OTHER}
SPACE_FLAG = 0x100
LOW_BITS, MIDDLE_BITS = 5, 5


def classes():
    flags_of = LIBRARY["_Z26unicode_cpt_flags_from_cptj"]
    flags_of.restype, flags_of.argtypes = ctypes.c_uint16, [ctypes.c_uint32]
    flags = [flags_of(code_point) for code_point in range(0x110000)]
    return [SPACE if flag & SPACE_FLAG else CLASS_OF_FLAG[flag & 0xFF] for flag in flags]


def stages(values, bits):
    blocks, index = {}, []
    for start in range(0, len(values), 1 << bits):
        index.append(blocks.setdefault(tuple(values[start:start + (1 << bits)]), len(blocks)))
    return index, [value for block in blocks for value in block]


def rows(name, element, values, form):
    text = f"    private static ReadOnlySpan<{element}> {name} =>\n    [\n"
    line = "       "
    for value in values:
        item = " " + form.format(value) + ","
        if len(line) + len(item) > 138:
            text += line + "\n"
            line = "       "
        line += item
    return text + line + "\n    ];\n"


def write(name, body):
    with open(os.path.join(HERE, name + ".Data.cs"), "w", encoding="utf-8", newline="\n") as file:
        file.write(f"// Written by make_tables.py.\nusing System;\n\nnamespace ModelGen.Tokenization.Unicode;\n\n"
                   f"internal static partial class {name}\n{{\n{body}}}\n")


middle, low = stages(classes(), LOW_BITS)
high, middle = stages(middle, MIDDLE_BITS)
assert max(high) < 256 and max(middle) < 512
packed = [low[i] | low[i + 1] << 4 for i in range(0, len(low), 2)]
write("UnicodeClasses",
      rows("High", "byte", high, "{}") + "\n" + rows("Middle", "ushort", middle, "{}") + "\n" + rows("Low", "byte", packed, "{}"))

array = ctypes.cast(ctypes.c_void_p.in_dll(LIBRARY, "unicode_ranges_nfd"), ctypes.POINTER(ctypes.c_uint32))
length = (ctypes.c_size_t * 2).in_dll(LIBRARY, "unicode_ranges_nfd")[1]
ranges = [(array[3 * i], array[3 * i + 1], array[3 * i + 2]) for i in range(length)]
ranges = [r for r in ranges if not (r[0] == r[1] == r[2])]
assert all(a[1] < b[0] for a, b in zip(ranges, ranges[1:]))
write("CanonicalBases",
      rows("Firsts", "int", [r[0] for r in ranges], "{:#x}") + "\n" + rows("Lasts", "int", [r[1] for r in ranges], "{:#x}") + "\n"
      + rows("Bases", "int", [r[2] for r in ranges], "{:#x}"))

# Marks that take room of their own, and so are not accents.
spacing = [c for c in range(0x110000) if unicodedata.category(chr(c)) in ("Mc", "Me")]
starts = sorted(set(spacing) - {c + 1 for c in spacing})
ends = sorted(set(spacing) - {c - 1 for c in spacing})

# What is left of a decomposition without its accents, where that is not its first code point alone. Hangul is computed.
composed, part_ends, parts = [], [], []
for c in range(0x110000):
    if 0xAC00 <= c < 0xE000:
        continue
    form = unicodedata.normalize("NFD", chr(c))
    left = [ord(part) for part in form if unicodedata.category(part) != "Mn"]
    if left not in ([ord(form[0])], []):
        composed.append(c)
        parts += left
        part_ends.append(len(parts))
write("AccentlessForms",
      rows("SpacingStarts", "int", starts, "{:#x}") + "\n" + rows("SpacingEnds", "int", ends, "{:#x}") + "\n"
      + rows("Composed", "int", composed, "{:#x}") + "\n" + rows("PartEnds", "byte", part_ends, "{}") + "\n"
      + rows("Parts", "int", parts, "{:#x}"))
