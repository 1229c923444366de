#!/usr/bin/env python3
"""Encoding and loading: `tessera ice encode` against the Python sentencepiece package.

    python bench_ice.py TEXT MODEL... [--tessera PATH] [--threads 1,2] [--rounds 5]

Both sides read TEXT, encode every line with the same model and write the ids as decimal text, a line
for each line, in processes of their own, in turns; the best round of each counts. The package gets all
lines in one call (`encode(lines, num_threads=n)`). Their output must be the same. CPU time is user
and system time of the process; wall time needs a quiet machine to mean anything. "load" is the whole
process that encodes two words.
"""
import argparse
import hashlib
import os
import subprocess
import sys
import time

PEER = """
import sys, sentencepiece
model, threads = sys.argv[1], int(sys.argv[2])
peer = sentencepiece.SentencePieceProcessor(model_file=model)
lines = sys.stdin.buffer.read().decode(errors="replace").split("\\n")
if lines[-1] == "": lines.pop()
rows = peer.encode(lines, num_threads=threads)
sys.stdout.write("".join(" ".join(map(str, ids)) + "\\n" for ids in rows))
"""
BARE = "import sys, sentencepiece, time"

parser = argparse.ArgumentParser()
parser.add_argument("text")
parser.add_argument("models", nargs="+")
parser.add_argument("--tessera", default=".build/release/tessera")
parser.add_argument("--threads", default="1,2")
parser.add_argument("--rounds", type=int, default=5)
options = parser.parse_args()


def run(command, data):
    """Wall and CPU seconds of a process, and the digest of its output."""
    with open(data, "rb") as source:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE)
        digest = hashlib.sha256()
        while block := process.stdout.read(1 << 20):
            digest.update(block)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{command[0]} ended with {status}")
    return wall, usage.ru_utime + usage.ru_stime, digest.hexdigest()


def best(runs):
    return min(r[0] for r in runs), min(r[1] for r in runs)


size = os.path.getsize(options.text) / 1e6
words = "/tmp/bench_ice_words.txt"
with open(words, "w") as file:
    file.write("你好 world\n")
different = False
empty = best([run([sys.executable, "-c", BARE], words) for _ in range(options.rounds)])
print(f"{size:.1f} MB; python with the package imported: {empty[0]:.3f} s wall, {empty[1]:.3f} s CPU")
print("model                     threads  package: wall   CPU    MB/s  tessera: wall   CPU    MB/s   CPU ratio")
for model in options.models:
    name = os.path.basename(model)[:24]
    for threads in options.threads.split(","):
        theirs, ours = [], []
        for _ in range(options.rounds):
            theirs.append(run([sys.executable, "-c", PEER, model, threads], options.text))
            ours.append(run([options.tessera, "ice", "encode", "--model", model, "--image-codes", "0",
                             "--threads", threads], options.text))
        different |= len({r[2] for r in theirs + ours}) != 1
        (tw, tc), (ow, oc) = best(theirs), best(ours)
        print(f"{name:24} {threads:>8} {tw:14.3f} {tc:6.3f} {size / tw:7.1f} {ow:14.3f} {oc:6.3f} "
              f"{size / ow:7.1f} {tc / oc:11.2f}")
    theirs, ours = [], []
    for _ in range(options.rounds):
        theirs.append(run([sys.executable, "-c", PEER, model, "1"], words))
        ours.append(run([options.tessera, "ice", "encode", "--model", model, "--image-codes", "0"], words))
    (tw, tc), (ow, oc) = best(theirs), best(ours)
    print(f"{name:24}     load {tw:14.3f} {tc:6.3f} {'':7} {ow:14.3f} {oc:6.3f} {'':7} {tc / oc:11.2f}")
print("output DIFFERENT" if different else "output equal")
sys.exit(1 if different else 0)
