# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds to render one source of the kitchen through image sources: this program (binaural, 5 s of audio, tail) and
pyroomacoustics (two omnidirectional receivers, order 17, the same audio)."""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import pyroomacoustics as pra

REPEATS = 5


def main():
    cli = sys.argv[1]
    path = pathlib.Path(__file__).parents[2] / "scenes" / "kitchen.scene.json"
    scene = json.loads(path.read_text())
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(REPEATS):
            start = time.perf_counter()
            subprocess.run([cli, "render", str(path), "-o", folder + "/k.wav"], check=True, capture_output=True)
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            room = pra.ShoeBox(scene["room"]["size_m"], fs=48000, materials=pra.Material(0.2), max_order=17, air_absorption=True)
            for source in scene["sources"]:
                room.add_source(source["position_m"], signal=numpy.random.randn(5 * 48000))
            x, y, z = scene["listener"]["position_m"]
            room.add_microphone_array(numpy.array([[x, y + 0.09, z], [x, y - 0.09, z]]).T)
            room.simulate()
            theirs.append(time.perf_counter() - start)
    print(f"| binaurium | {statistics.median(ours):.2f} | {min(ours):.2f} - {max(ours):.2f} |")
    print(f"| pyroomacoustics | {statistics.median(theirs):.2f} | {min(theirs):.2f} - {max(theirs):.2f} |")


if __name__ == "__main__":
    main()
