# SPDX-License-Identifier: GPL-3.0-or-later
"""Strings of all scripts with their token ids: tokenizers is the oracle, llama.cpp the cross-check."""

import json
import pathlib
import random
import sys

from gguf import GGUFReader
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

MODEL = "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"
COUNT = 2400

SCRIPTS = [
    (0x20, 0x7E), (0xA0, 0xFF), (0x100, 0x17F), (0x370, 0x3FF), (0x400, 0x4FF), (0x530, 0x58F), (0x590, 0x5FF),
    (0x600, 0x6FF), (0x900, 0x97F), (0x980, 0x9FF), (0xE00, 0xE7F), (0x10A0, 0x10FF), (0x1100, 0x11FF),
    (0x1F00, 0x1FFF), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2150, 0x218F), (0x2460, 0x24FF), (0x2700, 0x27BF),
    (0x3040, 0x30FF), (0x3400, 0x34FF), (0x4E00, 0x4FFF), (0xAC00, 0xACFF), (0xFE00, 0xFE0F), (0xFF10, 0xFF5A),
    (0x1F300, 0x1F64F), (0x1F900, 0x1F9FF), (0x1D7CE, 0x1D7FF), (0x10330, 0x1034A), (0x20000, 0x20040),
]
SPACES = [" ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", " \n", "\u00a0", "\u2003", "\u3000", "\u200b", "\t \n "]
WORDS = """Where is the kettle left right front behind It's they're I've we'll he'd don't I'm cannot HELLO world 3 42 1999
100,000 3.14159 e-mail http://example.org C++20 f(x) = x^2; naïve façade Größe 東京 こんにちは Привет مرحبا नमस्ते สวัสดี 안녕 🙂 👩‍👩‍👧 🇩🇪
degrees 45° −3 dB 10 m/s² “quoted” … — 'tis ''' ### <|im_start|> <|endoftext|> ½ Ⅷ ١٢٣ ४५ ①②""".split()


def strings():
    rng = random.Random(20260101)
    fixed = ["", " ", "\n", "a", "'s", "'S", " 's", "''s", "1", "12", " 12", "a1b2", "\ufeff", "\U0010ffff", "e\u0301", "\u0301"]
    yield from fixed
    yield from WORDS
    yield from SPACES
    for _ in range(COUNT - len(fixed) - len(WORDS) - len(SPACES)):
        parts = []
        for _ in range(rng.randint(1, 8)):
            kind = rng.random()
            if kind < 0.35:
                parts.append(rng.choice(WORDS))
            elif kind < 0.6:
                parts.append(rng.choice(SPACES))
            elif kind < 0.7:
                parts.append("".join(rng.choice("0123456789") for _ in range(rng.randint(1, 6))))
            else:
                low, high = rng.choice(SCRIPTS)
                parts.append("".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 6))))
        yield "".join(parts)


def values(reader, key):
    field = reader.fields[key]
    return [bytes(field.parts[i]).decode("utf-8") for i in field.data]


def build(path):
    reader = GGUFReader(path)
    tokens = values(reader, "tokenizer.ggml.tokens")
    merges = [tuple(m.split(" ")) for m in values(reader, "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def main():
    weights, out = map(pathlib.Path, sys.argv[1:3])
    tokenizer = build(weights / MODEL)
    rows = [(s, tokenizer.encode(s).ids) for s in strings()]
    from llama_cpp import Llama
    llama = Llama(str(weights / MODEL), vocab_only=True, verbose=False)
    different = [s for s, ids in rows if llama.tokenize(s.encode(), add_bos=False, special=False) != ids]
    print(f"{len(rows)} strings, llama.cpp differs on {len(different)}: {different[:20]!r}")
    with open(out / "tokenizer.jsonl", "w", encoding="ascii") as file:
        for s, ids in rows:
            file.write(json.dumps({"text": s, "ids": ids}) + "\n")


if __name__ == "__main__":
    main()
