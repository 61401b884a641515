# SPDX-License-Identifier: GPL-3.0-or-later
"""A random tiny Qwen2-Audio with its tokenizer as Hugging Face saves it, and what transformers makes of a sound and a
question: states of the tower, projected tokens, logits, greedy answer. Usage: qwen2_audio.py tests/model/fixtures"""

import json
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import Qwen2AudioConfig, Qwen2AudioForConditionalGeneration, WhisperFeatureExtractor

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|AUDIO|>", "<|audio_bos|>", "<|audio_eos|>"]
PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
TEXT = ["What do you hear in this recording?", "Where is the kettle, left or right of the door?",
        "Which of the sounds is louder: the dog's bark or the bird's song?", "Il y a 3 oiseaux derri\u00e8re la fen\u00eatre."]
STRINGS = TEXT + ["", " ", "a  b\n\n c\t", "1234 and 56", "don't DON'T", "\u4f60\u597d, \u4e16\u754c!", "\U0001f600 ok", "<|im_end|> is text"]
QUESTION = "What do you hear?"
SAMPLES = 24000  # 1.5 s
GREEDY_TOKENS = 12
SEED = 2  # one whose answer does not end at once


def build_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(TEXT * 3, trainers.BpeTrainer(
        vocab_size=330, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIALS])
    return tokenizer


def sound():
    n = np.arange(SAMPLES, dtype=np.float64) / 16000.0
    return (0.3 * np.sin(2 * np.pi * 440 * n) + 0.1 * np.sin(2 * np.pi * 1700 * n) * (n > 0.5)).astype(np.float32)


def main():
    out = pathlib.Path(sys.argv[1]) / "qwen2-audio"
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = build_tokenizer()
    tokenizer.save(str(out / "tokenizer.json"))
    torch.manual_seed(SEED)
    audio_token = tokenizer.token_to_id("<|AUDIO|>")
    config = Qwen2AudioConfig(
        audio_config={"model_type": "qwen2_audio_encoder", "num_mel_bins": 16, "d_model": 32, "encoder_layers": 2,
                      "encoder_attention_heads": 2, "encoder_ffn_dim": 48, "max_source_positions": 1500},
        text_config={"model_type": "qwen2", "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
                     "num_key_value_heads": 2, "intermediate_size": 80, "vocab_size": tokenizer.get_vocab_size() + 6,
                     "max_position_embeddings": 2048, "rope_theta": 10000.0, "rms_norm_eps": 1e-5,
                     "tie_word_embeddings": False},
        audio_token_index=audio_token)
    model = Qwen2AudioForConditionalGeneration(config).eval().to(torch.float32)
    with torch.no_grad():
        for p in model.parameters():  # biases start at zero, which would hide a wrong one
            p.add_(0.05 * torch.randn_like(p))
    model.save_pretrained(out)
    (out / "generation_config.json").unlink(missing_ok=True)

    extractor = WhisperFeatureExtractor(feature_size=16)
    features = extractor(sound(), sampling_rate=16000, return_attention_mask=True, padding="max_length", return_tensors="pt")
    expected = {}
    with torch.no_grad():
        heard = int(features.attention_mask.sum())
        _, states = model.audio_tower._get_feat_extract_output_lengths(torch.tensor(heard))
        count = int(states)
        prompt = ("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nAudio 1: <|audio_bos|>"
                  + "<|AUDIO|>" * count + f"<|audio_eos|>\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n")
        ids = torch.tensor([tokenizer.encode(prompt).ids])
        seen = {}
        hook = model.multi_modal_projector.register_forward_hook(
            lambda module, inputs, output: seen.update(states=inputs[0].clone(), tokens=output.clone()))
        inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "input_features": features.input_features,
                  "feature_attention_mask": features.attention_mask}
        logits = model(**inputs).logits[0, -1]
        hook.remove()
        greedy = model.generate(**inputs, max_new_tokens=GREEDY_TOKENS, min_new_tokens=GREEDY_TOKENS, do_sample=False,
                                pad_token_id=0)[0, ids.shape[1]:]
    expected["states"] = seen["states"][0, :count].contiguous()
    expected["tokens"] = seen["tokens"][0, :count].contiguous()
    expected["logits"] = logits.contiguous()
    save_file(expected, out / "expected.safetensors")
    rows = {"question": QUESTION, "samples": SAMPLES, "prompt": ids[0].tolist(), "greedy": greedy.tolist(),
            "strings": [{"text": s, "ids": tokenizer.encode(s, add_special_tokens=False).ids} for s in STRINGS[:-1]]}
    (out / "expected.json").write_text(json.dumps(rows, indent=1) + "\n")
    print("tower states", count, "prompt tokens", ids.shape[1], "answer", greedy.tolist())


if __name__ == "__main__":
    main()
