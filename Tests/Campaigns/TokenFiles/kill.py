#!/usr/bin/env python3
"""Kills writers of token files at random moments (kill -9); see docs/token-file-safety.md.

    python3 Tests/Campaigns/TokenFiles/kill.py TESSERA [--kills 200] [--seed 1]

Half of the kills hit `encode`, half `tokens append`. After each: every whole chunk can be salvaged, what
the file held before is still there, and going on gives the bytes of an undisturbed run.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import tempfile
import time

PICTURE = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../../Fixtures/images/accept/420.jpg")
PICTURES = 1800
CHUNK = 512


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tessera")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tessera = os.path.abspath(options.tessera)
    random.seed(options.seed)
    folder = tempfile.mkdtemp(prefix="tessera-kill-")
    os.chdir(folder)
    try:
        encode = Encode(tessera)
        append = Append(tessera)
        for subject in encode, append:
            kills(subject, options.kills // 2)
    finally:
        shutil.rmtree(folder)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def content(path):
    with open(path, "rb") as file:
        return file.read()


class Encode:
    """A new file: PICTURES small pictures, some hundred of them in each chunk."""

    name = "encode"

    def __init__(self, tessera):
        self.tessera = tessera
        os.mkdir("in")
        shutil.copy(PICTURE, "in/0000.jpg")
        for number in range(1, PICTURES):
            os.link("in/0000.jpg", f"in/{number:04}.jpg")
        start = time.monotonic()
        run(*self.command("whole.tessera"))
        self.seconds = time.monotonic() - start
        self.whole = content("whole.tessera")

    def command(self, out, *more):
        return [self.tessera, "encode", "in", "--size", "16", "-o", out, "--threads", "2", *more]

    def begin(self):
        for name in "x.tessera", "x.tessera.partial", "x.tessera.torn", "saved.tessera":
            if os.path.exists(name):
                os.remove(name)
        return self.command("x.tessera")

    def check(self):
        """What is there after the kill; returns a word for the summary."""
        if os.path.exists("x.tessera"):
            assert content("x.tessera") == self.whole
            return "was done"
        size = os.path.getsize("x.tessera.partial") if os.path.exists("x.tessera.partial") else 0
        word = "had begun nothing"
        if size > 4096:
            report = json.loads(
                run(self.tessera, "tokens", "salvage", "x.tessera.partial", "-o", "saved.tessera", "--json"))
            run(self.tessera, "tokens", "verify", "saved.tessera")
            rows = report["rows"]
            assert rows % CHUNK == 0 or rows == PICTURES, rows
            word = "had whole chunks" if rows else "had no whole chunk"
        run(*self.command("x.tessera", "--resume"))
        assert content("x.tessera") == self.whole, "resumed to other bytes"
        return word


class Append:
    """Some ten megabytes behind a small file."""

    name = "append"

    def __init__(self, tessera):
        self.tessera = tessera
        shutil.copy("whole.tessera", "old.tessera")
        shutil.copy("whole.tessera", "source.tessera")
        while os.path.getsize("source.tessera") < 8_000_000:
            run(tessera, "tokens", "merge", *["source.tessera"] * 4, "-o", "next.tessera")
            os.replace("next.tessera", "source.tessera")
        self.old = content("old.tessera")
        shutil.copy("old.tessera", "x.tessera")
        start = time.monotonic()
        run(*self.command())
        self.seconds = time.monotonic() - start
        self.whole = content("x.tessera")

    def command(self, *more):
        return [self.tessera, "tokens", "append", "x.tessera", "source.tessera", *more]

    def begin(self):
        shutil.copy("old.tessera", "x.tessera")
        return self.command()

    def check(self):
        now = content("x.tessera")
        assert now[: len(self.old)] == self.old, "old bytes changed"
        if now in (self.old, self.whole):
            run(self.tessera, "tokens", "verify", "x.tessera")
            word = "had begun nothing" if now == self.old else "was done"
            if now == self.old:
                run(*self.command())
        else:
            report = json.loads(run(self.tessera, "tokens", "salvage", "x.tessera", "--json"))
            assert report["rows"] >= PICTURES and report["lost_rows"] == []
            word = "was torn"
            run(*self.command("--resume"))
        assert content("x.tessera") == self.whole, "appended to other bytes"
        return word


def kills(subject, count):
    words = {}
    for _ in range(count):
        process = subprocess.Popen(
            subject.begin(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, subject.seconds))
        process.kill()
        process.wait()
        word = subject.check()
        words[word] = words.get(word, 0) + 1
    details = ", ".join(f"{words[word]} {word}" for word in sorted(words))
    print(f"{subject.name}: {count} kills within {subject.seconds:.2f} s: {details}; every file whole again")


main()
