#!/usr/bin/env python3
"""Damages the golden files and reads them with the NumPy reader; see docs/token-file-safety.md.

    python3 Tests/Campaigns/TokenFiles/numpy_reader.py [--cuts 1000] [--flips 1000] [--seed 1]

Counts are per file. A damaged file may be refused or give rows that are right, never others.
"""
import argparse
import os
import random
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
sys.path.insert(0, os.path.join(ROOT, "Formats/readers"))
import tessera_check  # noqa: E402
import tessera_reader  # noqa: E402

NAMES = ["example", "deflate", "ragged", "appended", "appended-thrice", "rejects-only", "fifteen-bits"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    cuts = flips = 0
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        path = os.path.join(folder, "damaged.tessera")
        for name in NAMES:
            with open(os.path.join(ROOT, "Fixtures/token-file/accept", name + ".tessera"), "rb") as file:
                sound = file.read()
            rows, rejects = content(write(path, sound))
            ends = {at + 8 for at in range(len(sound)) if sound[at:at + 8] == tessera_reader.MARK}
            for _ in range(options.cuts):
                length = random.randrange(len(sound))
                if length not in ends:
                    judge(write(path, sound[:length]), rows, rejects, f"{name} cut to {length}")
                    cuts += 1
            for _ in range(options.flips):
                place, bit = random.randrange(len(sound)), random.randrange(8)
                damaged = bytearray(sound)
                damaged[place] ^= 1 << bit
                judge(write(path, damaged), rows, rejects, f"{name}, bit {bit} of byte {place}")
                flips += 1
    print(f"NumPy reader: {cuts} cuts and {flips} flips, none unnoticed")


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
    return path


def plain(row):
    return {name: getattr(value, "tolist", lambda: value)() for name, value in row.items()}


def content(path):
    file = tessera_check.check(path)
    return [plain(file[i]) for i in range(len(file))], list(file.rejects())


def judge(path, rows, rejects, damage):
    """Every row that is given out is right, and something is refused."""
    try:
        file = tessera_reader.TokenFile(path)
    except ValueError:
        return
    assert len(file) == len(rows), damage
    for i in range(len(file)):
        try:
            row = plain(file[i])
        except ValueError:
            continue
        assert row == rows[i], (damage, i)
    try:
        found = list(file.rejects())
    except ValueError:
        found = rejects
    assert found == rejects, damage
    try:
        tessera_check.check(path)
    except ValueError:
        return
    sys.exit(f"{damage}: unnoticed")


main()
