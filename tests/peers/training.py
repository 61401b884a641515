# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens per second of a LoRA step (rank 16, query and value projections, batch 8 x 96) and of sampling 8 completions of
a prompt: transformers with peft, and this program, in turn. Usage: training.py MODEL.gguf BENCH_TRAINING"""

import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import torch
import transformers
from peft import LoraConfig, get_peft_model

ROWS, TOKENS, REPEATS, ROUNDS = 8, 96, 3, 3
THREADS = len(os.sched_getaffinity(0))


def median_seconds(work):
    seconds = []
    for i in range(REPEATS + 1):
        start = time.perf_counter()
        work()
        if i > 0:  # the first one warms up
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def peer(weights, dtype):
    torch.set_num_threads(THREADS)
    path = pathlib.Path(weights)
    base = transformers.AutoModelForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=dtype)
    model = get_peft_model(base, LoraConfig(r=16, lora_alpha=32, target_modules=["q_proj", "v_proj"]))
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4)
    ids = torch.randint(model.config.vocab_size, (ROWS, TOKENS))

    def step():
        optimiser.zero_grad()
        model(input_ids=ids, labels=ids).loss.backward()
        optimiser.step()

    def sample():
        with torch.no_grad():
            model.generate(input_ids=ids[:1], do_sample=True, max_new_tokens=32, min_new_tokens=32, num_return_sequences=ROWS,
                           pad_token_id=2, top_k=0)

    return {"step": ROWS * TOKENS / median_seconds(step), "sampling": ROWS * 32 / median_seconds(sample)}


def main():
    weights, bench = sys.argv[1:3]
    ours, theirs = [], []
    for _ in range(ROUNDS):  # both programs in turn, so that a slow minute hits both
        ours.append(json.loads(subprocess.run([bench, weights, str(THREADS)], check=True, capture_output=True, text=True).stdout))
        theirs.append({str(d)[6:]: peer(weights, d) for d in (torch.float32, torch.bfloat16)})
    print(f"{datetime.date.today()}, {THREADS} threads, transformers {transformers.__version__}, torch {torch.__version__}\n")
    print("| | transformers + peft | this program | ratio |\n|---|---|---|---|")
    for dtype in ("float32", "bfloat16"):
        step = statistics.median(r[dtype]["step"] for r in theirs)
        for key, name in (("step_all_labels", "labels everywhere"), ("step_answer_labels", "labels on 8 answer tokens")):
            own = statistics.median(r[dtype][key] for r in ours)
            print(f"| LoRA step, {dtype}, {name} | {step:.0f} | {own:.0f} | {own / step:.1f} |")
        sampling = statistics.median(r[dtype]["sampling"] for r in theirs)
        for key, name in (("sampling_1_prompt", "8 completions of one prompt"), ("sampling_8_prompts", "8 x 8 completions")):
            own = statistics.median(r[dtype][key] for r in ours)
            print(f"| sampling, {dtype}, {name} | {sampling:.0f} | {own:.0f} | {own / sampling:.1f} |")


main()
