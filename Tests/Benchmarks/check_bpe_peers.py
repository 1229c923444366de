#!/usr/bin/env python3
"""Compares `tessera bpe` with YouTokenToMe and Hugging Face tokenizers on random models and texts.

    PEERS_PYTHON Tests/Benchmarks/check_bpe_peers.py [--models 40] [--seed 1] [--tessera PATH]

The Python that runs it needs youtokentome and tokenizers. For each seeded random corpus:

* YouTokenToMe trains a model; ids, subwords and the text decoded again must agree, with and without
  <BOS>, <EOS> and reversal;
* tessera trains a model on the same corpus; YouTokenToMe must load it and agree in the same way;
* both models go through `export --to tokenizer.json`, and the tokenizers library must give the same
  ids; models with two tokens of the same string must be refused.

Prints the counts and exits with 1 at the first difference.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import tokenizers
import youtokentome

ALPHABETS = [
    "ab",
    "abcdefghijklmnopqrstuvwxyz",
    "abcdefgh .,!?-0123456789",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "的一是不了人我在有他这为之大来以个中上们",
    "aé\u0301ñ\u00a0\u3000\u2028\ufeff\u0085😀🏳\u200d한글",
]


def run(command, data=b"", ok=True):
    done = subprocess.run(command, input=data, capture_output=True)
    if ok and done.returncode != 0:
        sys.exit(f"{command}: status {done.returncode}\n{done.stderr.decode()}")
    return done


def text(rng, alphabet, size):
    words = []
    for _ in range(size):
        length = min(int(rng.expovariate(0.25)) + 1, 60)
        words.append("".join(rng.choice(alphabet) for _ in range(length)))
    # Zipf-like: some words come again and again.
    return [rng.choice(words[: max(1, int(len(words) * rng.random() ** 2))]) for _ in range(size)]


def lines(rng, alphabet, count):
    separators = [" ", "  ", "\t", "\u2581", "\r", "\x0b"]
    return [
        "".join(word + rng.choice(separators) for word in text(rng, alphabet, rng.randrange(0, 12)))
        for _ in range(count)
    ]


def same(what, ours, theirs, where):
    if ours != theirs:
        for line, (a, b) in enumerate(zip(ours, theirs)):
            if a != b:
                sys.exit(f"{where}: {what}, line {line}: tessera {a!r}, peer {b!r}")
        sys.exit(f"{where}: {what}: {len(ours)} lines against {len(theirs)}")


def compare_yttm(tessera, model, sentences, where):
    peer = youtokentome.BPE(str(model), n_threads=1)
    data = "".join(s + "\n" for s in sentences).encode()
    checks = 0
    for flags in ([], ["--bos"], ["--eos"], ["--bos", "--eos", "--reverse"]):
        options = {flag[2:]: True for flag in flags}
        ids = peer.encode(sentences, output_type=youtokentome.OutputType.ID, **options)
        ours = run([tessera, "bpe", "encode", "--model", model, *flags], data).stdout.decode()
        ours = [[int(i) for i in line.split()] for line in ours.split("\n")[:-1]]
        same("ids " + " ".join(flags), ours, ids, where)
        pieces = peer.encode(sentences, output_type=youtokentome.OutputType.SUBWORD, **options)
        ours = run(
            [tessera, "bpe", "encode", "--model", model, "--output_type", "subword", *flags], data)
        ours = [line.split(" ")[:-1] for line in ours.stdout.decode().split("\n")[:-1]]
        same("subwords " + " ".join(flags), ours, pieces, where)
        numbers = "".join(" ".join(map(str, line)) + "\n" for line in ids).encode()
        decoded = run([tessera, "bpe", "decode", "--model", model], numbers).stdout.decode()
        same("decode", decoded.split("\n")[:-1], peer.decode(ids), where)
        checks += 3 * len(sentences)
    listing = run([tessera, "bpe", "vocab", "--model", model]).stdout.decode().split("\n")[:-1]
    same("vocab", [line.split("\t", 1)[1] for line in listing], peer.vocab(), where)
    return checks


def compare_tokenizers(tessera, model, sentences, folder, where):
    """Number of sentences compared, or None if the export was refused for a good reason."""
    target = folder / "tokenizer.json"
    done = run(
        [tessera, "bpe", "export", "--model", model, "--to", "tokenizer.json", "-o", target], ok=False)
    vocabulary = youtokentome.BPE(str(model), n_threads=1).vocab()
    if len(set(vocabulary)) < len(vocabulary):
        if done.returncode == 0:
            sys.exit(f"{where}: exported although two tokens share a string")
        return None
    if done.returncode != 0:
        sys.exit(f"{where}: export failed: {done.stderr.decode()}")
    peer = tokenizers.Tokenizer.from_file(str(target))
    data = "".join(s + "\n" for s in sentences).encode()
    ours = run([tessera, "bpe", "encode", "--model", model], data).stdout.decode()
    ours = [[int(i) for i in line.split()] for line in ours.split("\n")[:-1]]
    theirs = [e.ids for e in peer.encode_batch(sentences, add_special_tokens=False)]
    same("tokenizer.json", ours, theirs, where)
    return len(sentences)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tessera", default=".build/release/tessera")
    options = parser.parse_args()
    totals = {"yttm models": 0, "tessera models": 0, "comparisons": 0, "exports": 0,
              "exported sentences": 0, "exports refused": 0}
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for number in range(options.models):
            rng = random.Random(options.seed * 100_000 + number)
            alphabet = ALPHABETS[number % len(ALPHABETS)]
            corpus = folder / "corpus.txt"
            corpus.write_text("\n".join(lines(rng, alphabet, 300)) + "\n" + alphabet)
            size = len(set(alphabet)) + 5 + rng.randrange(0, 400)
            coverage = rng.choice([1.0, 1.0, 0.99, 0.9])
            sentences = lines(rng, alphabet, 60) + lines(rng, rng.choice(ALPHABETS), 40)
            sentences += ["", " ", "<BOS> <UNK>", "<PAD>"]
            sentences = [s.replace("\n", " ") for s in sentences]
            for maker in ("yttm", "tessera"):
                model = folder / f"{maker}.model"
                if maker == "yttm":
                    youtokentome.BPE.train(
                        data=str(corpus), model=str(model), vocab_size=size, coverage=coverage,
                        n_threads=rng.choice([1, 2]))
                else:
                    run([tessera := options.tessera, "bpe", "train", "--data", corpus, "--model", model,
                         "--vocab_size", str(size), "--coverage", str(coverage)])
                where = f"model {number} by {maker}"
                totals[f"{maker} models"] += 1
                totals["comparisons"] += compare_yttm(options.tessera, model, sentences, where)
                compared = compare_tokenizers(options.tessera, model, sentences, folder, where)
                if compared is None:
                    totals["exports refused"] += 1
                else:
                    totals["exports"] += 1
                    totals["exported sentences"] += compared
    print(json.dumps(totals))


if __name__ == "__main__":
    main()
