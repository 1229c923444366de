#!/usr/bin/env python3
"""Times `tessera bpe` beside YouTokenToMe and gigatoken in one run, on real text.

    python3 Tests/Benchmarks/make_text_corpora.py CACHE
    PEERS_PYTHON Tests/Benchmarks/bench_bpe.py CACHE [--vocabulary 30000] [--only en,ru]
        [--training | --worst]

Prints one Markdown row per measurement: wall seconds, CPU seconds (user + system) and peak memory of
the whole process, for each program, and the ratios YouTokenToMe / tessera. Runs alternate, so that a
busy machine is busy for all. Ids are compared: a fast wrong answer stops the run.

`--training` leaves encoding out. `--worst` measures the worst cases instead: one word of 2.5, 5 and
10 MB, up to a million distinct words, a million lines of one character; CPU seconds, since they are
to grow like the input. The load of the machine is printed first.
"""

import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

GIGATOKEN = """
import sys, gigatoken
gigatoken.train_bpe(gigatoken.TextFileSource([sys.argv[1]]), int(sys.argv[2]), [])
"""


def timed(command, stdin=None, stdout=None, environment=None):
    """Runs a command; wall seconds, CPU seconds, peak bytes."""
    with open(stdin or os.devnull, "rb") as source, open(stdout or os.devnull, "wb") as sink:
        done = subprocess.run(
            ["/usr/bin/time", "-f", "TIME %e %U %S %M", *map(str, command)], stdin=source,
            stdout=sink, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})})
    errors = done.stderr.decode("utf-8", "replace")
    found = re.search(r"TIME ([\d.]+) ([\d.]+) ([\d.]+) (\d+)\s*$", errors)
    if done.returncode != 0 or not found:
        sys.exit(f"{command}: status {done.returncode}\n{errors[-2000:]}")
    wall, user, system, peak = map(float, found.groups())
    return wall, user + system, peak * 1024


def row(name, results):
    """Prints each program's figures and the ratios of the first to the others."""
    cells = [name]
    for wall, cpu, peak in results.values():
        cells.append(f"{wall:.2f} s, {cpu:.2f} CPU-s, {peak / 1e6:.0f} MB")
    ours = results["tessera"]
    peer = results.get("yttm")
    if peer:
        cells.append(
            f"wall {peer[0] / ours[0]:.1f}x, CPU {peer[1] / ours[1]:.1f}x, "
            f"memory 1/{peer[2] / ours[2]:.1f}")
    print("| " + " | ".join(cells) + " |", flush=True)


def captions_only(cache):
    """YouTokenToMe reads text only: the caption column on its own."""
    text = cache / "captions.txt"
    if not text.exists():
        with open(cache / "captions.tsv", encoding="utf-8") as rows, open(text, "w") as out:
            out.writelines(line.split("\t")[0] + "\n" for line in rows)
    return text


def training(options, folder):
    print("| training | tessera | YouTokenToMe | gigatoken | YouTokenToMe / tessera |")
    print("|---|---|---|---|---|")
    for name in options.only:
        text = captions_only(options.cache) if name == "captions" else options.cache / f"{name}.txt"
        for threads in (1, 2):
            source = [options.cache / "captions.tsv", "--format", "tsv"] if name == "captions" else [text]
            results = {
                "tessera": timed(
                    [options.tessera, "bpe", "train", "--vocab-size", options.vocabulary, "--threads",
                     threads, "--output", folder / f"{name}.model", *source]),
                "yttm": timed(
                    [options.yttm, "bpe", "--data", text, "--model", folder / "yttm.model",
                     "--vocab_size", options.vocabulary, "--n_threads", threads]),
            }
            if options.gigatoken:
                results["gigatoken"] = timed(
                    [sys.executable, "-c", GIGATOKEN, text, options.vocabulary],
                    environment={"RAYON_NUM_THREADS": str(threads)})
            row(f"{name}, {threads} thread{'s' * (threads > 1)}", results)


def encoding(options, folder):
    print("\n| encoding, file to file | tessera | YouTokenToMe | YouTokenToMe / tessera |")
    print("|---|---|---|---|")
    for name in options.only:
        text = captions_only(options.cache) if name == "captions" else options.cache / f"{name}.txt"
        model = folder / f"{name}.model"
        for threads in (1, 2):
            results = {
                "tessera": timed(
                    [options.tessera, "bpe", "encode", "--model", model, "--threads", threads], text,
                    folder / "ours"),
                "yttm": timed(
                    [options.yttm, "encode", "--model", model, "--output_type", "id", "--n_threads",
                     threads], text, folder / "theirs"),
            }
            if subprocess.run(["cmp", folder / "ours", folder / "theirs"]).returncode != 0:
                sys.exit(f"{name}: the ids differ")
            row(f"{name}, {threads} thread{'s' * (threads > 1)}", results)
        done = subprocess.run(
            [options.benchmarks, "bpe", model, text], capture_output=True, check=True, text=True)
        figures = json.loads(done.stdout)
        print(
            f"| {name}, in memory, 1 thread | {figures['encode_mb_per_s']:.0f} MB/s; "
            f"model loaded in {figures['load_ms']:.1f} ms | | |", flush=True)


def worst(options, folder):
    """Time must grow like the input, not like its square."""
    rng = random.Random(1)
    cases = {}
    for size in (2.5, 5, 10):
        cases[f"one word of {size} MB, 4 letters"] = bytes(rng.choices(b"abcd", k=int(size * 1_000_000)))
        cases[f"one word of {size} MB, 1 letter"] = b"a" * int(size * 1_000_000)
    for count in (250_000, 500_000, 1_000_000):
        words = {rng.randrange(1 << 60) for _ in range(count)}
        cases[f"{count} distinct words"] = " ".join(f"{word:x}" for word in sorted(words)).encode()
    cases["a million lines of one character"] = b"a\n" * 1_000_000
    print("| worst case | training, vocabulary 5000 | encoding |")
    print("|---|---|---|")
    for name, text in cases.items():
        path = folder / "worst.txt"
        path.write_bytes(text)
        trained = timed(
            [options.tessera, "bpe", "train", "--vocab-size", 5000, "--threads", 1, "--output",
             folder / "worst.model", path])
        encoded = timed(
            [options.tessera, "bpe", "encode", "--model", folder / "worst.model", "--threads", 1], path)
        print(
            f"| {name} | {trained[1]:.2f} CPU-s, {trained[2] / 1e6:.0f} MB | "
            f"{encoded[1]:.2f} CPU-s, {encoded[2] / 1e6:.0f} MB |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cache", type=pathlib.Path)
    parser.add_argument("--vocabulary", type=int, default=30000)
    parser.add_argument("--only", type=lambda text: text.split(","), default=["en", "ru", "zh", "captions"])
    parser.add_argument("--training", action="store_true")
    parser.add_argument("--worst", action="store_true")
    parser.add_argument("--tessera", default=".build/release/tessera")
    parser.add_argument("--benchmarks", default=".build/release/Benchmarks")
    options = parser.parse_args()
    options.yttm = pathlib.Path(sys.executable).parent / "yttm"
    try:
        import gigatoken  # noqa: F401
        options.gigatoken = True
    except ImportError:
        options.gigatoken = False
    print("load averages: {:.1f} {:.1f} {:.1f}\n".format(*os.getloadavg()))
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        if options.worst:
            worst(options, folder)
        else:
            training(options, folder)
            if not options.training:
                encoding(options, folder)


if __name__ == "__main__":
    main()
