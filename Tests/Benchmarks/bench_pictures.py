"""Decodes and resizes the same JPEGs with Tessera and with Pillow, in turns, and prints both.

    swift build -c release --product Benchmarks
    python3 Tests/Benchmarks/bench_pictures.py [FILE.jpg ...]       # numpy, Pillow

Times are the median microseconds of processor time on one thread: decoding alone, and decoding,
central crop and Lanczos to 256 x 256. Without files, JPEGs are made from `Fixtures/preprocess`.
"""
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import PIL
from PIL import Image

PROGRAM, SIDE, ROUNDS, TURNS = ".build/release/Benchmarks", 256, 25, 3


def made(folder):
    photograph = Image.open("Fixtures/preprocess/astronaut.png").convert("RGB")
    for size in ((500, 375), (375, 500), (640, 480), (1600, 1200), (4000, 3000)):
        path = os.path.join(folder, "%dx%d.jpg" % size)
        photograph.resize(size, Image.LANCZOS).save(path, quality=90)
        yield path


def decoded(data):
    return Image.open(io.BytesIO(data)).convert("RGB")


def prepared(data):
    image = decoded(data)
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    image = image.crop((left, top, left + side, top + side))
    return np.asarray(image.resize((SIDE, SIDE), Image.LANCZOS))


def median(call, data):
    times = []
    for _ in range(ROUNDS):
        start = time.thread_time_ns()
        call(data)
        times.append(time.thread_time_ns() - start)
    return statistics.median(times) / 1000


def main(files):
    ours, theirs = {}, {}
    for _ in range(TURNS):
        output = subprocess.run([PROGRAM, "pictures", str(SIDE), str(ROUNDS)] + files, check=True,
                                capture_output=True, text=True).stdout
        for path, line in zip(files, output.splitlines()):
            decoding, both, total = map(int, line.split()[:3])
            ours.setdefault(path, []).append((decoding, both))
            with open(path, "rb") as file:
                data = file.read()
            expected = int(prepared(data).sum(dtype=np.int64))
            assert total == expected, f"{path}: other pixels than Pillow ({total}, {expected})"
            theirs.setdefault(path, []).append((median(decoded, data), median(prepared, data)))
    print(f"Pillow {PIL.__version__}; microseconds, median of {ROUNDS}, best of {TURNS} turns")
    print(f"{'picture':22}{'decode':>9}{'Pillow':>9}{'+resize':>10}{'Pillow':>9}{'ratio':>8}")
    ratios = []
    for path in files:
        mine = [min(values) for values in zip(*ours[path])]
        peer = [min(values) for values in zip(*theirs[path])]
        ratios.append(peer[1] / mine[1])
        print(f"{os.path.basename(path)[:21]:22}{mine[0]:9.0f}{peer[0]:9.0f}{mine[1]:10.0f}"
              f"{peer[1]:9.0f}{ratios[-1]:8.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1:] or list(made(folder)))
