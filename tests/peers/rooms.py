# SPDX-License-Identifier: GPL-3.0-or-later
"""A full image-source response of 5 x 4 x 3 m, RT60 0.5 s, 48 kHz, by pyroomacoustics and by this program, and the other
times of the offline renderer. Usage: rooms.py BUILD/tests/bench_rooms (both on the same idle machine)."""

import json
import statistics
import subprocess
import sys
import time

import pyroomacoustics as pra

SIZE = [5.0, 4.0, 3.0]
ORDER = 71  # every image that arrives until 0.5 s, along the longest way round
REPEATS = 7


def peer_seconds():
    absorption, _ = pra.inverse_sabine(0.5, SIZE)
    start = time.perf_counter()
    room = pra.ShoeBox(SIZE, fs=48000, materials=pra.Material(absorption), max_order=ORDER)
    room.add_source([1.2, 3.1, 0.8])
    room.add_microphone([3.9, 1.4, 1.7])
    room.compute_rir()
    return time.perf_counter() - start


def row(name, values, scale=1e3, unit="ms"):
    values = [scale * v for v in values]
    print(f"| {name} | {statistics.median(values):.1f} {unit} | {min(values):.1f} - {max(values):.1f} |")


def main():
    theirs = [peer_seconds() for _ in range(REPEATS + 1)][1:]
    ours = json.loads(subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout)
    print(f"pyroomacoustics {pra.__version__}\n\n| | median | range |\n|---|---|---|")
    row("full image sources, pyroomacoustics, one band", theirs)
    row("full image sources, this program, one band and air", ours["full_images_s"])
    row("full image sources, this program, seven bands and air", ours["full_images_7_bands_s"])
    row("complete binaural response, seven bands", ours["binaural_response_s"])
    row("scenes of two sources, 5 s, 32 kHz, per second", ours["scenes_per_s"], 1.0, "")
    ratio = statistics.median(theirs) / statistics.median(ours["full_images_s"])
    print(f"\nfull image sources: {ratio:.0f} times as fast")


if __name__ == "__main__":
    main()
