# SPDX-License-Identifier: GPL-3.0-or-later
"""Logits and greedy continuations of SmolLM2 by transformers, in float32 with the weights of the GGUF file."""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

from tokenizer import MODEL, build

PROMPTS = [
    "Where is the kettle?", "Name three animals that bark or meow.", "What is the capital of France?",
    "Write one sentence about rain.", "Count from one to ten.", "Is a piano an instrument?",
    "Translate 'good morning' to Spanish.", "Why is the sky blue?", "List the colours of a rainbow.",
    "What is 12 plus 30?", "Who wrote Hamlet?", "Give me a recipe for tea.", "Explain an echo to a child.",
    "Which is heavier, a kilogram of iron or of feathers?", "Finish: once upon a time", "What does a microphone do?",
    "Is sound faster in air or in water?", "Name a planet with rings.", "Say hello in German.", "What is reverberation?",
]
LOGIT_PROMPTS = 3  # whose logits behind the last token are kept
GREEDY_TOKENS = 32


def chat(question):
    return ("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
            f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n")


def main():
    weights, out = map(pathlib.Path, sys.argv[1:3])
    path = weights / MODEL
    tokenizer = build(path)
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32).eval()
    rows, logits = [], {}
    with torch.no_grad():
        for i, question in enumerate(PROMPTS):
            ids = tokenizer.encode(chat(question)).ids
            current = torch.tensor([ids])
            made = []
            for step in range(GREEDY_TOKENS):
                last = model(current).logits[0, -1]
                if step == 0 and i < LOGIT_PROMPTS:
                    logits[f"prompt{i}"] = last.clone().contiguous()
                made.append(int(last.argmax()))
                current = torch.cat([current, torch.tensor([[made[-1]]])], 1)
            rows.append({"question": question, "prompt": ids, "greedy": made})
            print(question, "->", tokenizer.decode(made))
    (out / "greedy.json").write_text(json.dumps(rows) + "\n")
    save_file(logits, out / "logits.safetensors")


if __name__ == "__main__":
    main()
