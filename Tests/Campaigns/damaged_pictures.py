"""python3 Tests/Campaigns/damaged_pictures.py TESSERA [COUNT] [SEED]: pictures that crash decoders.

Mutates the fixture pictures (bits, bytes, lengths, cuts, spliced halves, repeated stretches) from a
seed and sends them through `encode` as folder and as tar, some thousands at a time. Every input must
be a row or a reject with a reason, the token file must verify, the process must live, and its memory
must stay within bounds.
"""
import collections
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile

BATCH, BOUND = 1000, 1500


def mutate(data, chance, others):
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        place = chance.randrange(len(data))
        kind = chance.randrange(8)
        if kind == 0:
            data[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF))
        elif kind == 2:  # a length, most often
            size = chance.choice((2, 4))
            value = chance.choice((0, 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1))
            data[place : place + size] = (value % 256**size).to_bytes(size, "big")
        elif kind == 3:
            del data[place:]
        elif kind == 4:
            end = min(len(data), place + chance.randrange(1, 200))
            data[place:place] = data[place:end] * chance.randrange(1, 4)
        elif kind == 5:
            del data[place : place + chance.randrange(1, 200)]
        elif kind == 6:
            data[place:] = chance.choice(others)[place:]
        else:  # the headers, where it hurts
            data[chance.randrange(min(len(data), 64))] = chance.randrange(256)
        if not data:
            data = bytearray(b"\0")
    return bytes(data)


def fixtures():
    pictures = []
    for folder in ("Fixtures/images/accept", "Fixtures/images/refuse", "Fixtures/pictures"):
        for name in sorted(os.listdir(folder)):
            if name.rsplit(".", 1)[-1] in ("jpg", "jpeg", "png", "webp"):
                with open(f"{folder}/{name}", "rb") as file:
                    data = file.read()
                if 0 < len(data) < 300_000:
                    pictures.append((name.rsplit(".", 1)[-1], data))
    return pictures


def run(*command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, errors = process.communicate()
    return process.returncode, output, errors


def main(tessera, count, seed):
    chance, sources = random.Random(seed), fixtures()
    others = [data for _, data in sources]
    reasons, rows = collections.Counter(), 0
    for start in range(0, count, BATCH):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/in")
            number = min(BATCH, count - start)
            with tarfile.open(f"{folder}/in.tar", "w") as archive:
                for index in range(number):
                    kind, data = chance.choice(sources)
                    data = mutate(data, chance, others)
                    with open(f"{folder}/in/{index:05d}.{kind}", "wb") as file:
                        file.write(data)
                    member = tarfile.TarInfo(f"{index:05d}.{kind}")
                    member.size = len(data)
                    archive.addfile(member, io.BytesIO(data))
            for source in ("in", "in.tar"):
                out = f"{folder}/{source}.tessera"
                status, output, errors = run(
                    "/usr/bin/time", "-f", "%M", tessera, "encode", f"{folder}/{source}", "-o", out,
                    "--size", "16", "--threads", "2", "--json")
                assert status == 0, f"seed {seed}, from {start}: status {status}: {errors[-300:]}"
                report = json.loads(output)
                peak = int(errors.split()[-1]) / 1000
                assert report["rows"] + report["rejected"] == number == report["inputs"], report
                assert peak < BOUND, f"seed {seed}, from {start}: {peak} MB"
                status, _, errors = run(tessera, "tokens", "verify", out)
                assert status == 0, errors
            with open(f"{folder}/in.tessera", "rb") as a, open(f"{folder}/in.tar.tessera", "rb") as b:
                assert a.read() == b.read(), "folder and tar give other bytes"
            rows += report["rows"]
            reasons.update(report["rejects"])
            print(f"{start + number:7} pictures, peak {peak:.0f} MB", flush=True)
    print(f"seed {seed}: {count} pictures, {rows} rows, {sum(reasons.values())} rejects")
    for reason, number in reasons.most_common():
        print(f"{number:7} {reason}")


if __name__ == "__main__":
    main(os.path.realpath(sys.argv[1]), int((sys.argv + ["3000"])[2]),
         int((sys.argv + ["3000", "1"])[3]))
