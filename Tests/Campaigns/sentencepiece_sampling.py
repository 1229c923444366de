#!/usr/bin/env python3
"""Compares seeded sampling of `tessera ice encode --sample` with the Python sentencepiece package.

    python sentencepiece_sampling.py MODEL [TESSERA] [DRAWS] [bpe]     # needs: pip install sentencepiece

Each line is drawn DRAWS (20,000) times by both programs with the same model. For a Unigram model all
segmentations are found by trying, so that both are also held against the exact probabilities:
Pearson's chi-square of each, and of the two against one another, as a normal deviate (above 4 once
in 30,000 times by chance); total variation distance for the size of it. For a BPE model (dropout) the two are compared with
one another. The programs draw other numbers from the same seed: only distributions can be equal.
"""
import math
import subprocess
import sys
from collections import Counter

import sentencepiece

model = sys.argv[1]
command = sys.argv[2] if len(sys.argv) > 2 else ".build/release/tessera"
draws = int(sys.argv[3]) if len(sys.argv) > 3 else 20_000
peer = sentencepiece.SentencePieceProcessor(model_file=model)
is_bpe = "bpe" in sys.argv[4:]
LIMIT = 4.0


def ours(line, alpha, nbest):
    options = ["--nbest", str(nbest)] if nbest > 0 else []
    run = subprocess.run(
        [command, "ice", "encode", "--model", model, "--image-codes", "0", "--sample", str(alpha),
         "--seed", "5", *options], input=(line + "\n").encode() * draws, capture_output=True, check=True)
    return Counter(tuple(map(int, row.split())) for row in run.stdout.decode().split("\n")[:-1])


def theirs(line, alpha, nbest):
    sentencepiece.set_random_generator_seed(5)
    return Counter(tuple(peer.encode(line, enable_sampling=True, alpha=alpha, nbest_size=nbest))
                   for _ in range(draws))


def exact(line, alpha, nbest):
    text = peer.normalize(line).replace(" ", "▁")
    found = []

    def extend(start, ids, score):
        if start == len(text):
            found.append((score, tuple(ids)))
        for end in range(start + 1, len(text) + 1):
            piece = text[start:end]
            i = peer.piece_to_id(piece)
            if peer.id_to_piece(i) == piece and not peer.is_unknown(i):
                extend(end, ids + [i], score + peer.get_score(i))

    extend(0, [], 0.0)
    found.sort(reverse=True)
    if nbest > 0:
        found = found[:nbest]
    weights = [math.exp(alpha * (score - found[0][0])) for score, _ in found]
    return {ids: weight / sum(weights) for (_, ids), weight in zip(found, weights)}


def deviations(pairs):
    """Chi-square of (observed, expected, variance), as a normal deviate (Wilson and Hilferty)."""
    value = sum((o - e) ** 2 / v for o, e, v in pairs)
    freedom = max(1, len(pairs) - 1)
    return ((value / freedom) ** (1 / 3) - 1 + 2 / (9 * freedom)) / math.sqrt(2 / (9 * freedom))


def against(counts, probabilities):
    rare = [0.0, 0.0]
    pairs = []
    for ids, p in probabilities.items():
        if p * draws < 5:
            rare = [rare[0] + counts[ids], rare[1] + p * draws]
        else:
            pairs.append((counts[ids], p * draws, p * draws))
    if rare[1] >= 5:
        pairs.append((rare[0], rare[1], rare[1]))
    assert all(ids in probabilities for ids in counts), "a segmentation that does not exist"
    return deviations(pairs)


def between(a, b):
    """Two samples of the same size: the difference has the variance of their sum."""
    bins = Counter(), Counter()
    for i in set(a) | set(b):
        key = i if a[i] + b[i] >= 10 else "rare"
        bins[0][key] += a[i]
        bins[1][key] += b[i]
    return deviations([(bins[0][k], bins[1][k], bins[0][k] + bins[1][k])
                       for k in set(bins[0]) | set(bins[1]) if bins[0][k] + bins[1][k] > 0])


def variation(a, b):
    return sum(abs(a.get(i, 0) - b.get(i, 0)) for i in set(a) | set(b)) / 2


worst = 0.0
lines = ["the glass", "mosaic token", "in order", "玻璃 tile order", "你好世界", "word"]
print("line               alpha nbest  kinds  ours-exact  package-exact  ours-package   TV/exact  TV/package")
for line in lines:
    for alpha, nbest in ((0.1, -1), (0.5, -1), (1.0, -1), (0.3, 8)) if not is_bpe else ((0.1, -1), (0.5, -1)):
        a, b = ours(line, alpha, nbest), theirs(line, alpha, nbest)
        figures = [between(a, b)]
        tv = variation({i: n / draws for i, n in a.items()}, {i: n / draws for i, n in b.items()})
        if is_bpe:
            print(f"{line:18} {alpha:5} {nbest:5} {len(set(a) | set(b)):6} {'':10}  {'':13}  "
                  f"{figures[0]:12.2f}   {'':8}  {tv:9.4f}")
        else:
            p = exact(line, alpha, nbest)
            figures = [against(a, p), against(b, p)] + figures
            print(f"{line:18} {alpha:5} {nbest:5} {len(p):6} {figures[0]:11.2f} {figures[1]:14.2f} "
                  f"{figures[2]:13.2f} {variation({i: n / draws for i, n in a.items()}, p):10.4f} {tv:11.4f}")
            figures = [figures[0], figures[2]]
        worst = max(worst, *figures)
print(f"largest deviate of ours {worst:.2f}, allowed {LIMIT}")
sys.exit(1 if worst > LIMIT else 0)
