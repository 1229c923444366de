"""Compares Tessera's pictures with Pillow, PyTorch and OpenCV, value by value.

    swift build -c release --product Benchmarks
    python3 Tests/Benchmarks/compare_pictures.py resize 2000        # random sizes, all filters
    python3 Tests/Benchmarks/compare_pictures.py recipes 500
    python3 Tests/Benchmarks/compare_pictures.py files FOLDER       # every picture below a folder

Needs numpy and Pillow; `recipes` also torch and opencv-python-headless, each skipped when missing.
"""
import os
import random
import subprocess
import sys

import numpy as np
from PIL import Image, ImageOps

PROGRAM = ".build/release/Benchmarks"
FILTERS = {"box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC,
           "lanczos": Image.LANCZOS}


def noise(seed, width, height):
    """The bytes of TestSupport's `RasterImage.noise`: SplitMix64, little-endian."""
    count = (width * height * 3 + 7) // 8
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return z.view(np.uint8)[:width * height * 3].reshape(height, width, 3)


class Tessera:
    def __init__(self):
        self.process = subprocess.Popen([PROGRAM, "picture-pixels"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def ask(self, *job):
        self.process.stdin.write((" ".join(map(str, job)) + "\n").encode())
        self.process.stdin.flush()
        line = self.process.stdout.readline().split()
        if line[0] == b"error":
            return line[1].decode()
        width, height = map(int, line)
        pixels = self.process.stdout.read(width * height * 3)
        return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)


class Tally:
    def __init__(self):
        self.rows = {}

    def add(self, name, found, expected, where):
        row = self.rows.setdefault(name, [0, 0, 0, 0])
        row[0] += 1
        row[1] += expected.size
        if isinstance(found, str) or found.shape != expected.shape:
            print(f"{name}: {where}: {found if isinstance(found, str) else found.shape}")
            row[2] += expected.size
            return
        difference = np.abs(found.astype(int) - expected)
        wrong = int((difference != 0).sum())
        if wrong and row[2] == 0:
            print(f"{name}: {where}: {wrong} values differ, by {difference.max()} at most")
        row[2] += wrong
        row[3] = max(row[3], int(difference.max()))

    def report(self):
        for name, (pictures, values, wrong, worst) in sorted(self.rows.items()):
            print(f"{name:28} {pictures:6} pictures {values:12} values {wrong:8} differ, "
                  f"largest {worst}")
        return 1 if any(row[2] for row in self.rows.values()) else 0


def random_size(source, low, high):
    """Sides spread evenly over orders of magnitude."""
    side = lambda: int(round(low * (high / low) ** source.random()))
    return side(), side()


def text(size):
    return f"{size[0]}x{size[1]}"


def resize(count):
    tessera, tally, source = Tessera(), Tally(), random.Random(1)
    for index in range(count):
        size, target = random_size(source, 1, 900), random_size(source, 1, 500)
        if index % 7 == 0:
            target = (size[0], target[1])
        if index % 7 == 1:
            target = (target[0], size[1])
        picture = Image.fromarray(noise(index, *size))
        for name, filter in FILTERS.items():
            gap = [0, 0, 1, 1.5, 2, 3][source.randrange(6)]
            expected = picture.resize(target, filter, reducing_gap=gap or None)
            found = tessera.ask("resize", name, gap, index, text(size), text(target))
            tally.add(f"{name} gap {gap}", found, np.asarray(expected), f"{size} to {target}")
    return tally.report()


def python_recipes():
    """The originals' preparation, from the picture array to the target array."""
    def square_crop(a):
        h, w, _ = a.shape
        s = min(h, w)
        return a[(h - s) // 2:(h - s) // 2 + s, (w - s) // 2:(w - s) // 2 + s]

    def half_even_crop(a, s):
        top, left = int(round((a.shape[0] - s) / 2.0)), int(round((a.shape[1] - s) / 2.0))
        return a[top:top + s, left:left + s]

    def crop_resize(filter):
        return lambda a, s: np.asarray(
            Image.fromarray(np.ascontiguousarray(square_crop(a))).resize((s, s), filter))

    def lanczos_crop(a, s):
        r = s / min(a.shape[:2])
        size = (round(r * a.shape[1]), round(r * a.shape[0]))
        return half_even_crop(np.asarray(Image.fromarray(a).resize(size, Image.LANCZOS)), s)

    recipes = {
        "square-lanczos": crop_resize(Image.LANCZOS),
        "lanczos-crop": lanczos_crop,
        "crop-bilinear": crop_resize(Image.BILINEAR),
        "bicubic-gap": lambda a, s: np.asarray(
            Image.fromarray(a).resize((s, s), Image.BICUBIC, reducing_gap=1)),
    }
    try:
        import torch

        def torch_resize(antialias):
            def apply(a, s):
                h, w, _ = a.shape
                short, long = min(h, w), max(h, w)
                other = int(s * long / short)
                size = (s, other) if h <= w else (other, s)
                if size != (h, w):
                    planes = torch.from_numpy(a.copy()).permute(2, 0, 1).contiguous().float()
                    planes = torch.nn.functional.interpolate(
                        planes[None], size=size, mode="bilinear", align_corners=False,
                        antialias=antialias)
                    a = planes.round().clamp(0, 255).byte()[0].permute(1, 2, 0).numpy()
                return half_even_crop(a, s)
            return apply

        recipes["torch-bilinear"] = torch_resize(False)
        recipes["torch-bilinear-antialias"] = torch_resize(True)
    except ImportError:
        print("torch is missing: its recipes are skipped")
    try:
        import cv2

        def opencv(a, s):
            h, w, _ = a.shape
            scale = s / min(h, w)
            size = (round(w * scale), round(h * scale))
            if size != (w, h):
                a = cv2.resize(np.ascontiguousarray(a), size, interpolation=cv2.INTER_LINEAR)
            top, left = (a.shape[0] - s) // 2, (a.shape[1] - s) // 2
            return a[top:top + s, left:left + s]

        recipes["opencv-bilinear-crop"] = opencv
    except ImportError:
        print("opencv is missing: its recipe is skipped")
    return recipes


def recipes(count):
    tessera, tally, source, originals = Tessera(), Tally(), random.Random(2), python_recipes()
    for index in range(count):
        size = random_size(source, 20, 1200)
        side = source.choice([8, 64, 128, 160, 200, 256, min(size) // 2 or 1])
        if max(size) * side > 40_000_000 // 8 * min(size) // 64:
            continue
        picture = noise(index, *size)
        for name, apply in originals.items():
            found = tessera.ask("recipe", name, index, text(size), f"{side}x{side}")
            tally.add(name, found, apply(picture, side), f"{size} to {side}")
    return tally.report()


def files(folder):
    tessera, tally = Tessera(), Tally()
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(root, name)
            try:
                expected = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
            except Exception as error:
                print(f"{path}: Pillow: {error}; Tessera: {tessera.ask('decode', 'drop', path)}")
                continue
            tally.add(os.path.splitext(name)[1], tessera.ask("decode", "drop", path),
                      np.asarray(expected), path)
    return tally.report()


if __name__ == "__main__":
    what, argument = sys.argv[1], sys.argv[2]
    sys.exit({"resize": lambda: resize(int(argument)), "recipes": lambda: recipes(int(argument)),
              "files": lambda: files(argument)}[what]())
