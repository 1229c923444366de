#!/usr/bin/env python3
"""Makes golden.json: the ids and positions that ruDALL-E's and RUDOLPH's own models look up.

    pip download --no-deps rudalle==1.1.3 rudolph==0.0.1rc10 einops && unzip them into one folder
    PYTHONPATH=<that folder> python make.py          # needs torch, numpy

The models are made tiny and untrained; hooks on their embedding tables record which rows are looked
up, so every offset and position below is the package's own arithmetic. Text ids and codes are
seeded random numbers. The rows of CogView2 are its `pretrain_coglm.py` (make_text_image_generation)
and `dsr_sampling.py`, `itersr_sampling.py`, computed here from the description in docs/sequences.md.
"""
import importlib
import importlib.util
import json
import random
import sys
import types
from pathlib import Path

import torch

HERE = Path(__file__).parent


class Anything(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name)

    def __call__(self, *a, **k):
        return self


def load(package, submodule):
    """Imports a submodule without its package's own imports, which download things."""
    root = next(p for p in (Path(x) / package.split(".")[0] for x in sys.path) if p.is_dir())
    parts = package.split(".")
    for i in range(1, len(parts) + 1):
        name = ".".join(parts[:i])
        module = sys.modules.setdefault(name, types.ModuleType(name))
        module.__path__ = [str(root.joinpath(*parts[1:i]))]
        sys.modules[name] = module
    return importlib.import_module(f"{package}.{submodule}")


for missing in ("huggingface_hub", "youtokentome", "transformers"):
    # Only names are taken from them; newer versions lack some of those.
    sys.modules[missing] = Anything(missing)

rudalle = load("rudalle.dalle", "model")
prepare_tokens = load("rudalle", "tokenizer").YTTMTokenizerWrapper.prepare_tokens
rudolph = load("rudolph.model", "model")
rng = random.Random(12)


def hook(module, names):
    seen = {n: [] for n in names}
    for n in names:
        getattr(module, n).register_forward_hook(
            lambda m, i, o, n=n: seen[n].append(i[0].flatten().tolist()))
    return seen


def text(length):
    return [rng.randrange(4, 16384) for _ in range(length)]


def run_rudalle(version):
    rows = []
    for length in (0, 1, 5, 125, 126, 127, 300):
        bpe = text(length)
        codes = [rng.randrange(8192) for _ in range(1024)]
        torch.manual_seed(0)
        model = rudalle.DalleModel("cpu", 1, 16384 + 128, 8, 1, 0.0, 0.0, 0.0, image_vocab_size=8192,
                                   hf_version=version, is_bool_mask=False, mlp_activation="gelu_jit")
        names = ["text_embeddings", "image_embeddings", "text_pos_embeddings", "image_row_embeddings",
                 "image_col_embeddings"]
        seen = hook(model, names)
        marked = prepare_tokens([2] + bpe + [3], 128).tolist()
        inputs = marked + codes
        mask = torch.tril(torch.ones((1, 1, 1152, 1152)))
        with torch.no_grad():
            try:
                model(torch.tensor([inputs]), mask)
            except Exception as problem:  # the transformer behind the tables may not like tiny sizes
                print("ignored:", type(problem).__name__)
        t, c = seen["text_embeddings"][0], seen["image_embeddings"][0]
        tp, r, k = (seen[n][0] for n in names[2:])
        ids = (t + [x + 16384 + 128 for x in c])[:1152]
        positions = (tp + [a * 32 + b for a, b in zip(r, k)])[:1152]
        rows.append({"text": bpe, "codes": codes, "inputs": inputs, "ids": ids, "positions": positions})
    return rows


def run_rudolph(left, side, right, ts, ims):
    rows = []
    for ll, rl in ((0, 0), (3, 2), (left - 3, right - 3), (left - 2, right), (500, 500), (4, None)):
        bpe, second = text(ll), None if rl is None else text(rl)
        codes = [rng.randrange(8192) for _ in range(side * side)]
        model = rudolph.ruDolphModel("cpu", 1, 16384 + left, 8, 1, 0.0, 0.0, 0.0, left, right,
                                     image_tokens_per_dim=side, text_special_tokens=ts,
                                     image_special_tokens=ims, is_bool_mask=False)
        names = ["text_embeddings", "image_embeddings", "l_text_pos_embeddings", "r_text_pos_embeddings",
                 "image_row_embeddings", "image_col_embeddings"]
        seen = hook(model, names)

        def frame(ids, special, length):
            return prepare_tokens([2] + ([special] if ts else []) + ids + [3], length).tolist()

        l = frame(bpe, 16386, left)
        r = [0] * right if second is None else frame(second, 16389, right)
        inputs = l + codes + r
        n = len(inputs)
        with torch.no_grad():
            try:
                model(torch.tensor([inputs]), torch.tril(torch.ones((1, 1, n, n))))
            except Exception as problem:
                print("ignored:", type(problem).__name__)
        vocabulary = model.get_param("vocab_size")
        lt, rt = seen["text_embeddings"]
        ids = lt + [x + vocabulary for x in seen["image_embeddings"][0]] + rt
        image = [a * side + b for a, b in zip(seen["image_row_embeddings"][0], seen["image_col_embeddings"][0])]
        rows.append({"text": bpe, "second": second, "codes": codes, "inputs": inputs, "ids": ids,
                     "positions": seen["l_text_pos_embeddings"][0] + image + seen["r_text_pos_embeddings"][0]})
    return rows


golden = {"rudalle": run_rudalle("v3"), "rudalle-v2": run_rudalle("v2"),
          "rudolph-350m": run_rudolph(64, 16, 64, 384, 384),
          "rudolph-350m-v1": run_rudolph(64, 16, 64, 0, 0),
          "rudolph-1.3b": run_rudolph(128, 32, 128, 2048, 64),
          "rudolph-2.7b": run_rudolph(384, 24, 128, 1024, 1024)}
(HERE / "golden.json").write_text(json.dumps(golden, separators=(",", ":")))
