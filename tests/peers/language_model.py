# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens per second of greedy decoding: this program, llama.cpp and transformers on the same weights."""

import json
import pathlib
import statistics
import subprocess
import sys
import time

REPEATS = 5
TOKENS = 48
FILE = "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"
QUESTION = "Tell me a long story about a river and a mountain."


def ours(cli, scene):
    out = subprocess.run([cli, "ask", scene, "-q", QUESTION, "--max-tokens", str(TOKENS), "--json"], capture_output=True, check=True, text=True)
    return json.loads(out.stdout)["tokens_per_s"]


def main():
    cli, weights = sys.argv[1], pathlib.Path(sys.argv[2])
    from llama_cpp import Llama
    llama = Llama(str(weights / FILE), n_ctx=512, verbose=False)
    import torch
    from transformers import AutoModelForCausalLM
    hf = AutoModelForCausalLM.from_pretrained(weights / pathlib.Path(FILE).parent, gguf_file=pathlib.Path(FILE).name, dtype=torch.float32).eval()
    ids = torch.tensor([llama.tokenize(QUESTION.encode())])

    def by_llama():
        llama.reset()
        start = time.perf_counter()
        llama.create_completion(QUESTION, max_tokens=TOKENS, temperature=0.0, logit_bias={2: -100.0, 0: -100.0})
        return TOKENS / (time.perf_counter() - start)

    def by_transformers():
        start = time.perf_counter()
        with torch.no_grad():
            hf.generate(ids, max_new_tokens=TOKENS, min_new_tokens=TOKENS, do_sample=False)
        return TOKENS / (time.perf_counter() - start)

    scene = str(pathlib.Path(__file__).parents[2] / "scenes" / "kitchen.scene.json")
    rows = {"binaurium (fp32)": [], "llama.cpp (Q4_1)": [], "transformers (fp32)": []}
    for _ in range(REPEATS):  # interleaved, so that a slow minute hits all
        rows["binaurium (fp32)"].append(ours(cli, scene))
        rows["llama.cpp (Q4_1)"].append(by_llama())
        rows["transformers (fp32)"].append(by_transformers())
    for name, values in rows.items():
        print(f"| {name} | {statistics.median(values):.1f} | {min(values):.1f} - {max(values):.1f} |")


if __name__ == "__main__":
    main()
