# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens per second of reading a prompt and of greedy decoding: this program, llama.cpp and transformers on the same
weights with two threads. Usage: language_model.py BENCH_LANGUAGE WEIGHTS_FOLDER"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

REPEATS = 5
PROMPT, ANSWER, THREADS = 256, 64, 2
FILE = "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"


def median_seconds(work):
    seconds = []
    for i in range(REPEATS + 1):
        start = time.perf_counter()
        work()
        if i:  # the first one warms up
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def by_llama(path):
    from llama_cpp import Llama

    llama = Llama(str(path), n_ctx=512, n_batch=PROMPT, n_threads=THREADS, n_threads_batch=THREADS, verbose=False)
    ids = [(7919 * i) % 40000 + 100 for i in range(PROMPT)]

    def read():
        llama.reset()
        llama.eval(ids)

    def answer():
        for i in range(ANSWER):  # forced tokens: the sampler of Python is not what is compared
            llama.eval([ids[i]])

    prefill = PROMPT / median_seconds(read)

    def decode():
        llama.reset()
        llama.eval(ids[:16])
        answer()

    def start_only():
        llama.reset()
        llama.eval(ids[:16])

    return {"prefill_tokens_per_s": prefill,
            "decode_tokens_per_s": ANSWER / (median_seconds(decode) - median_seconds(start_only))}


def by_transformers(path):
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(THREADS)
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32).eval()
    ids = torch.randint(100, 40000, (1, PROMPT))
    with torch.no_grad():
        prefill = PROMPT / median_seconds(lambda: model(ids, logits_to_keep=1))
        options = {"do_sample": False, "pad_token_id": 2}
        whole = median_seconds(lambda: model.generate(ids[:, :16], max_new_tokens=ANSWER, min_new_tokens=ANSWER, **options))
        first = median_seconds(lambda: model.generate(ids[:, :16], max_new_tokens=1, **options))
    return {"prefill_tokens_per_s": prefill, "decode_tokens_per_s": (ANSWER - 1) / (whole - first)}


def main():
    bench, path = sys.argv[1], pathlib.Path(sys.argv[2]) / FILE
    ours = json.loads(subprocess.run([bench, str(path), str(THREADS)], capture_output=True, check=True, text=True).stdout)
    rows = {f"this program, {name}": row for name, row in ours.items()}
    rows["llama.cpp, Q4_1"] = by_llama(path)
    if os.environ.get("WITHOUT_TRANSFORMERS") is None:
        rows["transformers, float32"] = by_transformers(path)
    print("| | prefill, tokens/s | decode, tokens/s |\n|---|---|---|")
    for name, row in rows.items():
        print(f"| {name} | {row['prefill_tokens_per_s']:.0f} | {row['decode_tokens_per_s']:.1f} |")


if __name__ == "__main__":
    main()
