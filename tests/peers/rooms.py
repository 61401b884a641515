# SPDX-License-Identifier: GPL-3.0-or-later
"""A full image-source response of 5 x 4 x 3 m, RT60 0.5 s, 48 kHz, by pyroomacoustics and by this program, and the other
times of renderer and live engine beside their bars. Usage: rooms.py BUILD/tests (tests/peers/rooms does it all)."""

import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import pyroomacoustics as pra

SIZE = [5.0, 4.0, 3.0]
ORDER = 71  # every image that arrives until 0.5 s, along the longest way round
ROUNDS = 3  # both programs in turn, so that a slow minute hits both
REPEATS = 5


def peer_seconds():
    absorption, _ = pra.inverse_sabine(0.5, SIZE)
    start = time.perf_counter()
    room = pra.ShoeBox(SIZE, fs=48000, materials=pra.Material(absorption), max_order=ORDER)
    room.add_source([1.2, 3.1, 0.8])
    room.add_microphone([3.9, 1.4, 1.7])
    room.compute_rir()
    return time.perf_counter() - start


def row(name, values, bar, scale=1e3, unit=" ms"):
    values = [scale * v for v in values]
    print(f"| {name} | {bar} | {statistics.median(values):.1f}{unit} | {min(values):.1f} - {max(values):.1f} |")


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines() if pathlib.Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def main():
    tests = pathlib.Path(sys.argv[1])
    load = os.getloadavg()[0]
    peer_seconds()  # imports and tables
    theirs, ours = [], {}
    for _ in range(ROUNDS):
        theirs += [peer_seconds() for _ in range(REPEATS)]
        out = subprocess.run([tests / "bench_rooms"], check=True, capture_output=True, text=True).stdout
        for name, values in json.loads(out).items():
            ours.setdefault(name, []).extend(values)
    live = subprocess.run([tests / "bench_live"], check=True, capture_output=True, text=True).stdout
    print(f"{datetime.date.today()}, {os.cpu_count()} x {processor()}, load {load:.1f} before the run; "
          f"pyroomacoustics {pra.__version__}\n\n| | bar | median | range |\n|---|---|---|---|")
    row("full image sources, pyroomacoustics, one band", theirs, "")
    row("full image sources, this program, one band and air", ours["full_images_s"], "")
    row("full image sources, this program, seven bands and air", ours["full_images_7_bands_s"], "")
    ratios = [t / statistics.median(ours["full_images_s"]) for t in theirs]
    row("as fast as pyroomacoustics", ratios, ">= 20", 1.0, " times")
    row("complete binaural response, seven bands", ours["binaural_response_s"], "<= 15 ms")
    row("scenes of two sources, 5 s, 32 kHz, per second", ours["scenes_per_s"], ">= 25", 1.0, "")
    print(f"\nLive (bars: 64 moving sources at block 256 <= 50 % of one core, drag to sound <= 30 ms)\n\n```\n{live}```")


if __name__ == "__main__":
    main()
