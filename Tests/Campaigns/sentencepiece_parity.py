#!/usr/bin/env python3
"""Compares `tessera ice encode` with the Python sentencepiece package: ids, text, CPU time.

    python sentencepiece_parity.py MODEL TEXT [TESSERA]      # needs: pip install sentencepiece

Every line of TEXT is encoded by both in turn; the ids must be the same, and decoding them too.
"""
import resource
import subprocess
import sys
import time

import sentencepiece

model, text = sys.argv[1:3]
command = sys.argv[3] if len(sys.argv) > 3 else ".build/release/tessera"
lines = open(text, encoding="utf-8", errors="replace", newline="\n").read().split("\n")
if lines[-1] == "":
    lines.pop()
data = ("\n".join(lines) + "\n").encode()
peer = sentencepiece.SentencePieceProcessor(model_file=model)


def tessera(verb, data):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    options = [] if verb == "decode" else ["--threads", "1"]
    run = subprocess.run([command, "ice", verb, "--model", model, "--image-codes", "0", *options],
                         input=data, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return run.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


failures = 0
for turn in range(3):
    start = time.process_time()
    expected = [peer.encode(line) for line in lines]
    theirs = time.process_time() - start
    output, ours = tessera("encode", data)
    found = output.decode().split("\n")[:-1]
    different = [i for i, ids in enumerate(expected) if " ".join(map(str, ids)) != found[i]]
    failures += len(different) + (len(found) != len(lines))
    print(f"{len(lines)} lines, {len(different)} different; CPU: package's call {theirs:.2f} s, whole "
          f"command {ours:.2f} s, ratio {theirs / ours:.2f}")
    for i in different[:3]:
        print(repr(lines[i]), expected[i], found[i], sep="\n  ")
decoded, _ = tessera("decode", output)
wanted = [peer.decode(ids) for ids in expected]
# A text may hold line breaks of its own (`<n>`), so the whole is compared.
same = decoded.decode() == "".join(t.replace("<n>", "\n") + "\n" for t in wanted)
print("decoded text", "equal" if same else "DIFFERENT")
sys.exit(1 if failures or not same else 0)
