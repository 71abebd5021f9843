#!/usr/bin/env python3
"""Writes bert-words.json: the words that BERT's rules make of text, by a plain program of its own over Python's Unicode tables.

    record_bert_words.py bert-words.json

Python must have the Unicode version of the tokenizers' tables, 15.1: that is 3.13.
"""
import hashlib
import json
import random
import sys
import unicodedata

assert unicodedata.unidata_version == "15.1.0"
BLOCK = 0x1000
TEXTS = 200
MODES = {"uncased": (True, True), "lower": (True, False), "accentless": (False, True), "cased": (False, False)}
CHINESE = [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF),
           (0x2F800, 0x2FA1F)]
ALPHABETS = [
    "abcXYZ", "0123456789", " \t\n\r", "\u00a0\u2003\u3000\u2028\u2029", ".,;:!?'\"()[]{}<>|\\/@#$%^&*-_=+~`", "\0\x01\x0b\x0c\x1c\x1f\x7f\x85\x9f",
    "\u200b\u200d\u200e\ufeff\ufe0f\u00ad\ufffd\ue000", "éèüßñçøåæœÅÉÜİıŁŒ", "e\u0301o\u0308n\u0303a\u030a\u0327", "ДжйКШщЁёΑΒΓάέήΪΰΣσς",
    "的是一不了\u3007豈\U00020000\U0002b820\U0002b920\U0002f800", "ひらがなカタカナガギ゙", "서울은한국어각힣", "नमस्ते हिन्दी किताब", "বাংলা কৌশল তো", "தமிழ் கொடு கௌ", "ಕನ್ನಡ ಕೀ ಕೇ",
    "മലയാളം കൊ", "සිංහල කෝ", "ไทยกำ", "العربية هٰذا", "עִבְרִית", "😀👍🏽👨🇩🇪❤1\u20e3", "≠≤½²③Ⅳ€£™®°", "\u0378\U000e0080\U0010fffd",
]


def drops(character):
    return character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Co")


def parts_words(character):
    return character in "\t\n\r" or unicodedata.category(character) in ("Zs", "Zl", "Zp")


def is_chinese(character):
    return any(first <= ord(character) <= last for first, last in CHINESE)


def is_punctuation(character):
    return unicodedata.category(character)[0] == "P" or ("!" <= character <= "~" and not character.isalnum())


def words(text, lowers, strips):
    spaced = ""
    for character in text:
        if parts_words(character):
            spaced += " "
        elif not drops(character):
            spaced += " " + character + " " if is_chinese(character) else character
    if lowers:
        # A capital at a time: at the end of a word Python would write a sigma otherwise.
        spaced = "".join(character.lower() for character in spaced)
    if strips:
        spaced = "".join(part for part in unicodedata.normalize("NFD", spaced) if unicodedata.category(part) != "Mn")
    return "".join(" " + character + " " if is_punctuation(character) else character for character in spaced).split()


def blocks(lowers, strips):
    hashes = []
    for first in range(0, 0x110000, BLOCK):
        digest = hashlib.sha256()
        for code in range(first, first + BLOCK):
            if not 0xD800 <= code < 0xE000:
                digest.update(" ".join(words("a" + chr(code) + "B", lowers, strips)).encode() + b"\n")
        hashes.append(digest.hexdigest()[:16])
    return hashes


def texts():
    source = random.Random(7)
    for _ in range(TEXTS):
        alphabets = source.sample(ALPHABETS, 4)
        yield "".join(source.choice(source.choice(alphabets)) for _ in range(source.randint(1, 40)))


answers = {
    "blocks": {mode: blocks(*flags) for mode, flags in MODES.items()},
    "texts": [{"text": text, **{mode: " ".join(words(text, *flags)) for mode, flags in MODES.items()}} for text in texts()],
}
with open(sys.argv[1], "w", encoding="ascii", newline="\n") as file:
    file.write(json.dumps(answers, indent=0) + "\n")
