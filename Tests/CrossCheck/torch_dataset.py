#!/usr/bin/env python3
"""Checks Formats/readers/tessera_torch.py with torch's own DataLoader. Opt-in: needs torch.

    python3 Tests/CrossCheck/torch_dataset.py
"""
import os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(ROOT, "Formats", "readers"))
sys.dont_write_bytecode = True
import torch
from torch.utils.data import DataLoader
from tessera_reader import TokenFile, TokenFileError
from tessera_torch import TokenDataset, collate


def golden(name):
    return os.path.join(ROOT, "Fixtures", "token-file", "accept", name + ".tessera")


def refused(paths):
    try:
        TokenDataset(paths)
    except TokenFileError:
        return True


def main():
    paths = [golden("deflate"), golden("example")]
    files = [TokenFile(path) for path in paths]
    rows = [file[i] for file in files for i in range(len(file))]
    data = TokenDataset(paths)
    assert len(data) == len(rows) and data[-1]["key"] == rows[-1]["key"]
    for workers in (0, 2):
        loader = DataLoader(data, batch_size=7, num_workers=workers, collate_fn=collate)
        seen = 0
        for batch in loader:
            assert batch["image"].dtype == torch.int64 and batch["source_size"].shape[1:] == (2,)
            for i, key in enumerate(batch["key"]):
                row = rows[seen]
                assert key == row["key"] and batch["captions"][i] == row["captions"]
                assert batch["image"][i].tolist() == row["image"].tolist()
                seen += 1
        assert seen == len(rows)
    ragged = TokenDataset(golden("ragged"), columns=["image", "caption_ids"])
    batch = next(iter(DataLoader(ragged, batch_size=5, collate_fn=collate)))
    assert set(batch) == {"image", "caption_ids"} and isinstance(batch["image"], list)
    assert batch["caption_ids"].shape == (5, 12) and batch["caption_ids"][1].tolist() == [0, 1, 2] + [-1] * 9
    # Without the two of tessera_torch: torch's own collation takes columns of one shape.
    plain = TokenDataset(paths, columns=["image", "source_size"])
    assert next(iter(DataLoader(plain, batch_size=4)))["image"].shape == (4, 2, 2)
    assert refused([golden("example"), golden("fifteen-bits")])
    print("ok")


main()
