#!/usr/bin/env python3
"""Writes what `tessera tokens export` must write for two golden token files, with NumPy, tarfile and
struct alone.

    python3 Fixtures/token-bridges/make.py
"""
import io, json, os, struct, sys, tarfile
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ACCEPT = os.path.join(HERE, "..", "token-file", "accept")


def save(name, data):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def line(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def megatron(name, rows, dtype, code):
    save(name + ".bin", b"".join(np.array(row, dtype).tobytes() for row in rows))
    sizes = [len(row) for row in rows]
    pointers = np.cumsum([0] + sizes[:-1]) * dtype().itemsize
    save(name + ".idx", b"MMIDIDX\0\0" + struct.pack("<QBQQ", 1, code, len(rows), len(rows) + 1)
         + np.array(sizes, np.int32).tobytes() + pointers.astype(np.int64).tobytes()
         + np.arange(len(rows) + 1, dtype=np.int64).tobytes())


def main():
    with open(os.path.join(ACCEPT, "rows.json"), encoding="utf-8") as file:
        contents = json.load(file)
    example, ragged = contents["example"], contents["ragged"]["rows"]
    rows = example["rows"]
    images = np.array([row["image"] for row in rows], np.uint16)
    save("image.npy", npy(images))
    without = [{k: v for k, v in row.items() if k != "image"} for row in rows]
    save("rows.jsonl", b"".join(line(row) + b"\n" for row in without))
    rejects = [dict(reject, input=reject["input"][0]) for reject in example["rejects"]]
    save("rejects.jsonl", b"".join(line(reject) + b"\n" for reject in rejects))
    save("all.jsonl", b"".join(line(row) + b"\n" for row in ragged))
    save("cogdata.bin", images.astype("<i4").tobytes())
    flat = [row.ravel().tolist() for row in images]
    megatron("small", [[i + 50000 for i in row] for row in flat], np.uint16, 8)
    megatron("large", [[i + 60000 for i in row] for row in flat], np.int32, 4)
    # Text of 6 places, then grids from the smallest to the largest: 2 coarse ids, then the picture.
    megatron("text", [(row["caption_ids"] + [7] * 6)[:6] + sum(row["coarse"], []) + sum(row["image"], [])
                      for row in ragged], np.uint16, 8)
    with tarfile.open(os.path.join(HERE, "samples.tar"), "w", format=tarfile.PAX_FORMAT) as tar:
        def add(name, data):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for row in ragged:
            name = row["key"][:-4]
            add(name + ".npy", npy(np.array(row["image"], np.uint16)))
            add(name + ".caption_ids.npy", npy(np.array(row["caption_ids"], np.uint8)))
            add(name + ".coarse.npy", npy(np.array(row["coarse"], np.uint8)))
            if row["captions"]:
                add(name + ".txt", "\n".join(row["captions"]).encode())
            add(name + ".json", line({k: row[k] for k in ("captions", "crop", "key", "language", "source_size")}))


main()
