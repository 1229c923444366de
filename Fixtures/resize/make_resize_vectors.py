"""Makes `pillow.tsv`: what Pillow's resampler does to noise, as SHA-256 of the resized RGB bytes.

    python3 Fixtures/resize/make_resize_vectors.py > Fixtures/resize/pillow.tsv     # numpy, Pillow

The sources are not stored: they are the bytes of SplitMix64 (TestSupport's `RasterImage.noise`).
Columns: filter, reducing gap (0 = none), seed, source size, target size, digest.
"""
import hashlib
import random

import numpy as np
import PIL
from PIL import Image

FILTERS = {"box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC,
           "lanczos": Image.LANCZOS}


def noise(seed, width, height):
    count = (width * height * 3 + 7) // 8
    with np.errstate(over="ignore"):
        step = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = np.uint64(seed) + step
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return z.view(np.uint8)[:width * height * 3].reshape(height, width, 3)


def cases():
    source = random.Random(20260101)
    side = lambda low, high: int(round(low * (high / low) ** source.random()))
    for name in FILTERS:
        yield name, 0, (1, 1), (9, 7)
        yield name, 0, (640, 480), (256, 256)
        yield name, 0, (300, 3), (2, 2)
        yield name, 0, (5, 900), (3, 8)
        yield name, 0, (97, 64), (97, 31)
        yield name, 0, (64, 97), (31, 97)
        for _ in range(24):
            yield name, 0, (side(2, 400), side(2, 400)), (side(1, 260), side(1, 260))
        for gap in (1, 1.5, 2, 3):
            for _ in range(3):
                yield name, gap, (side(60, 500), side(60, 500)), (side(4, 90), side(4, 90))


if __name__ == "__main__":
    print(f"# Pillow {PIL.__version__}: filter, gap, seed, source, target, sha256")
    for seed, (name, gap, size, target) in enumerate(cases()):
        image = Image.fromarray(noise(seed, *size))
        image = image.resize(target, FILTERS[name], reducing_gap=gap or None)
        digest = hashlib.sha256(np.asarray(image).tobytes()).hexdigest()
        print(name, gap, seed, "%dx%d" % size, "%dx%d" % target, digest, sep="\t")
