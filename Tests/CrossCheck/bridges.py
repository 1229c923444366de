#!/usr/bin/env python3
"""Reads what `tessera tokens export` and tessera_parquet.py write with the other side's own readers,
and imports what NumPy wrote. Opt-in: needs numpy, webdataset and pyarrow.

    python3 Tests/CrossCheck/bridges.py .build/release/tessera

The truth is Formats/readers/tessera_reader.py on the golden files of Fixtures/token-file/accept.
"""
import json, os, random, struct, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(ROOT, "Formats", "readers"))
sys.dont_write_bytecode = True
import numpy as np
import pyarrow.parquet as pq
import webdataset
import tessera_parquet
from tessera_check import check
from tessera_reader import TokenFile

TESSERA = os.path.abspath(sys.argv[1])


def golden(name):
    return os.path.join(ROOT, "Fixtures", "token-file", "accept", name + ".tessera")


def tessera(*arguments, fails=False):
    done = subprocess.run([TESSERA, "tokens", *arguments], capture_output=True, text=True)
    assert (done.returncode != 0) == fails, (arguments, done)
    return done


def check_npy(file, path, out):
    tessera("export", path, "--to", "npy", "-o", out)
    with open(out + "/rows.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert len(rows) == len(file)
    for column in file.header["columns"]:
        name = column["name"]
        if column["kind"] != "grid":
            assert all(row[name] == plain(file[i][name]) for i, row in enumerate(rows)), name
        elif os.path.exists(f"{out}/{name}.npy"):
            array = np.load(f"{out}/{name}.npy")
            assert array.dtype == (np.uint8 if column["vocabulary_size"] <= 256 else np.uint16)
            assert all((array[i] == file.grid(i, name)).all() for i in range(len(file)))
        else:
            for i in range(len(file)):
                assert (np.load(f"{out}/{name}/{i:09}.npy") == file.grid(i, name)).all()
    tessera("import", out, "-o", out + ".tessera", fails=len(file) == 0 < file.reject_count)
    again = check(out + ".tessera")
    assert again.header == file.header and plain_rejects(again) == plain_rejects(file)
    assert all(plain(again[i]) == plain(file[i]) for i in range(len(file)))


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def megatron(path):
    """Every row of an indexed data set, by the layout that Megatron documents."""
    with open(path + ".idx", "rb") as file:
        index = file.read()
    assert index[:9] == b"MMIDIDX\0\0"
    version, code, count, documents = struct.unpack_from("<QBQQ", index, 9)
    assert version == 1 and documents == count + 1
    dtype = {4: np.int32, 8: np.uint16}[code]
    sizes = np.frombuffer(index, np.int32, count, 34)
    pointers = np.frombuffer(index, np.int64, count, 34 + 4 * count)
    bounds = np.frombuffer(index, np.int64, documents, 34 + 12 * count)
    assert (bounds == np.arange(documents)).all() and len(index) == 34 + 12 * count + 8 * documents
    data = np.fromfile(path + ".bin", dtype)
    assert len(data) == sizes.sum()
    return [data[p // dtype().itemsize:][:s] for p, s in zip(pointers, sizes)], dtype


def check_megatron(file, path, out):
    for offset in (0, 50_000, 100_000):
        tessera("export", path, "--to", "megatron", "--id-offset", str(offset), "-o", f"{out}{offset}")
        rows, dtype = megatron(f"{out}{offset}")
        size = max(c["vocabulary_size"] for c in file.header["columns"] if c["kind"] == "grid")
        assert dtype == (np.uint16 if size + offset < 65_500 else np.int32)
        assert len(rows) == len(file)
        if not any(c["name"] == "coarse" for c in file.header["columns"]):
            assert all((row == file.grid(i).ravel().astype(int) + offset).all() for i, row in enumerate(rows))


def check_webdataset(file, path, out):
    tessera("export", path, "--to", "webdataset", "-o", out)
    samples = list(webdataset.WebDataset(out, shardshuffle=False).decode()) if len(file) else []
    assert len(samples) == len(file)
    for i, sample in enumerate(samples):
        row = file[i]
        assert (sample["npy"] == row["image"]).all()
        assert sample["json"]["key"] == row["key"] and sample["json"]["captions"] == row["captions"]
        assert sample.get("txt", "") == "\n".join(row["captions"])
        if "caption_ids" in row:
            assert (sample["caption_ids.npy"] == row["caption_ids"]).all()
            assert (sample["coarse.npy"] == row["coarse"]).all()


def check_parquet(file, path, out):
    tessera_parquet.write(path, out)
    table = pq.read_table(out)
    assert json.loads(table.schema.metadata[b"tessera"]) == file.header
    assert json.loads(table.schema.metadata[b"tessera.rejects"]) == plain_rejects(file)
    for i, found in enumerate(table.to_pylist()):
        for name, value in file[i].items():
            if getattr(value, "ndim", 0) == 2:
                assert found[name] == value.ravel().tolist()
                assert found.get(name + "_height", value.shape[0]) == value.shape[0]
            else:
                assert found[name] == plain(value), name


def plain_rejects(file):
    return [plain(reject) for reject in file.rejects()]


def check_cogdata(out):
    path = golden("deflate")
    file = TokenFile(path)
    tessera("export", path, "--to", "cogdata", "-o", out + "/c.bin")
    height, width = file.grid(0).shape
    rows = np.memmap(out + "/c.bin", np.int32).reshape(-1, height * width)  # as cogdata's BinaryDataset
    assert len(rows) == len(file)
    assert all((rows[i] == file.grid(i).ravel()).all() for i in range(len(file)))
    tessera("import", out + "/c.bin", "--like", path, "-o", out + "/c.tessera")
    again = TokenFile(out + "/c.tessera")
    assert all((again.grid(i) == file.grid(i)).all() for i in range(len(file)))
    # A row of text, a coarse and a fine picture, as icetk's task lays it out.
    random.seed(5)
    text = [[random.randrange(900) for _ in range(random.randrange(9))] for _ in range(20)]
    coarse, fine = np.random.default_rng(5).integers(0, 8192, (2, 20, 16))[:, :, :]
    data = np.concatenate([np.array([t + [-1] * (10 - len(t)) for t in text]), coarse[:, :4], fine], 1)
    data.astype(np.int32).tofile(out + "/t.bin")
    tessera("import", out + "/t.bin", "--codec", "default", "--grid", "2x2,4x4", "--text-length", "10",
            "--text-vocabulary", "900", "-o", out + "/t.tessera")
    file = TokenFile(out + "/t.tessera")
    for i in range(20):
        assert file[i]["caption_ids"].tolist() == text[i]
        assert (file[i]["image_2x2"].ravel() == coarse[i, :4]).all() and (file[i]["image"].ravel() == fine[i]).all()
    tessera("export", out + "/t.tessera", "--to", "cogdata", "--text-length", "10", "-o", out + "/u.bin")
    assert (np.fromfile(out + "/u.bin", np.int32) == data.ravel()).all()


def check_llamagen(out):
    codes, labels = out + "/imagenet16_codes", out + "/imagenet16_labels"
    os.makedirs(codes), os.makedirs(labels)
    values = np.random.default_rng(3).integers(0, 8192, (12, 1, 2, 16))
    for i, value in enumerate(values):
        np.save(f"{codes}/{i}.npy", value)
        np.save(f"{labels}/{i}.npy", np.array([i * 3]))
    np.save(f"{codes}/12.npy", np.array([{"a": 1}], object), allow_pickle=True)
    np.save(f"{codes}/13.npy", np.full((1, 2, 16), 9000))
    np.save(f"{labels}/13.npy", np.array([1]))
    tessera("import", out, "--from", "llamagen", "--codec", "default", "-o", out + "/l.tessera")
    file = check(out + "/l.tessera")
    assert len(file) == 24
    for i in range(24):
        row = file[i]
        assert row["key"] == f"{i // 2}/{i % 2}" and row["label"] == [i // 2 * 3]
        assert (row["image"].ravel() == values[i // 2, 0, i % 2]).all()
    assert [r["code"] for r in file.rejects()] == ["unreadable", "token-out-of-range", "token-out-of-range"]


def check_arrays(out):
    values = np.random.default_rng(4).integers(0, 8192, (7, 16))
    for dtype in ("<u2", "<i4", "<i8", "<u8"):
        for shape in ((7, 16), (7, 4, 4)):
            np.save(out + "/a.npy", values.astype(dtype).reshape(shape))
            tessera("import", out + "/a.npy", "--codec", "default", "-o", out + "/a.tessera")
            file = TokenFile(out + "/a.tessera")
            assert all((file.grid(i).ravel() == values[i]).all() for i in range(7))
            os.remove(out + "/a.tessera")
    for bad in (values.astype(">i4"), values.astype(float), np.asfortranarray(values), values.astype(object),
                values[0], values.reshape(7, 2, 2, 4)):
        np.save(out + "/b.npy", bad, allow_pickle=True)
        done = tessera("import", out + "/b.npy", "--codec", "default", "-o", out + "/b.tessera", fails=True)
        assert done.stderr.startswith("tessera: ") and done.stderr.count("\n") == 1, done
        assert not os.path.exists(out + "/b.tessera")


def main():
    for name in ("example", "deflate", "zstd", "ragged", "fifteen-bits", "appended", "rejects-only", "empty"):
        path = golden(name)
        file = TokenFile(path)
        with tempfile.TemporaryDirectory() as out:
            check_npy(file, path, out + "/npy")
            check_megatron(file, path, out + "/m")
            check_webdataset(file, path, out + "/w.tar")
            check_parquet(file, path, out + "/p.parquet")
    for part in (check_cogdata, check_llamagen, check_arrays):
        with tempfile.TemporaryDirectory() as out:
            part(out)
    print("ok")


main()
