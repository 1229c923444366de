#!/usr/bin/env python3
"""Bytes of the same tokens in every format: the table of docs/token-files.md.

    python3 Tests/Benchmarks/token_sizes.py TESSERA TOKENS [--rows 1000] [--slow]

TOKENS is a token file, or 16-bit little-endian tokens of 32 x 32 grids of the default codec. The last
ROWS pictures are taken. Needs numpy, pyarrow and zstandard; zstd, xz and (with --slow) zpaq where they are
installed. `order-0` is a computed bound: the entropy of the codes plus a histogram of 16 bits for each
code, which an rANS coder reaches but for its states.
"""
import argparse, lzma, os, shutil, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "Formats", "readers"))
sys.dont_write_bytecode = True
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from tessera_reader import TokenFile


def pack(rows, bits):
    """The packed rows of Formats/token-file.md, section 5."""
    wide = (rows[:, :, None] >> np.arange(bits)) & 1
    return np.packbits(wide.reshape(len(rows), -1).astype(np.uint8), axis=1, bitorder="little").tobytes()


def order0(tokens, size):
    counts = np.bincount(tokens, minlength=size)
    shares = counts[counts > 0] / len(tokens)
    return -(shares * np.log2(shares)).sum() * len(tokens) / 8 + 2 * size


def parquet(rows, folder, **options):
    path = os.path.join(folder, "a.parquet")
    column = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel(), pa.uint16()), rows.shape[1])
    pq.write_table(pa.table({"image": column}), path, **options)
    return os.path.getsize(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tessera")
    parser.add_argument("tokens")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--slow", action="store_true", help="zpaq -m5 as well")
    arguments = parser.parse_args()
    size, bits = 8192, 13
    if arguments.tokens.endswith(".tessera"):
        file = TokenFile(arguments.tokens)
        rows = np.stack([file.grid(i).ravel() for i in range(len(file))])
        side = file.grid(0).shape
    else:
        rows, side = np.fromfile(arguments.tokens, "<u2").reshape(-1, 1024), (32, 32)
    rows = rows[-arguments.rows:].astype("<u2")
    tokens, raw, packed = rows.ravel(), rows.tobytes(), pack(rows, bits)
    results = []

    def add(name, measure):
        start = time.process_time()
        found = measure()
        results.append((name, found, time.process_time() - start))

    with tempfile.TemporaryDirectory() as folder:
        def tessera(name, *options):
            np.save(folder + "/a.npy", rows.reshape(-1, *side))
            path = f"{folder}/{name}.tessera"
            if not os.path.exists(folder + "/packed.tessera"):
                subprocess.run([arguments.tessera, "tokens", "import", folder + "/a.npy", "--codec", "default", "-o",
                                folder + "/packed.tessera"], check=True, stdout=subprocess.DEVNULL)
            if options:
                subprocess.run([arguments.tessera, "tokens", "convert", folder + "/packed.tessera", "-o", path, *options],
                               check=True, stdout=subprocess.DEVNULL)
            return os.path.getsize(path)
        add("16-bit integers", lambda: len(raw))
        add("token file, packed", lambda: tessera("packed"))
        add("token file, compact", lambda: tessera("compact", "--encoding", "compact"))
        add("order-0 entropy and histogram", lambda: int(order0(tokens, size)))
        for name, data in ("packed", packed), ("16-bit", raw):
            add(f"zstd -19 on {name}", lambda: len(zstandard.ZstdCompressor(level=19).compress(data)))
            add(f"xz -9e on {name}", lambda: len(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME)))
        if arguments.slow and shutil.which("zpaq"):
            with open(folder + "/a.u16", "wb") as out:
                out.write(raw)

            def zpaq():
                subprocess.run(["zpaq", "add", folder + "/a.zpaq", folder + "/a.u16", "-m5", "-t1"], check=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                return os.path.getsize(folder + "/a.zpaq")
            add("zpaq -m5 on 16-bit", zpaq)
        add("Parquet, defaults", lambda: parquet(rows, folder))
        add("Parquet, zstd -19", lambda: parquet(rows, folder, compression="zstd", compression_level=19))
        add("Parquet, zstd -19, no dictionary",
            lambda: parquet(rows, folder, compression="zstd", compression_level=19, use_dictionary=False))
    print(f"{len(rows)} rows of {rows.shape[1]} tokens, {size} codes\n")
    print("| format | bytes | bits a token | against packed |\n| --- | --- | --- | --- |")
    for name, found, _ in results:
        print(f"| {name} | {found:,} | {found * 8 / len(tokens):.2f} | {found / len(packed) - 1:+.1%} |")


main()
