"""Picks what the codec tests need out of the reference vectors and the default codec's outputs.

    python3 make_fixtures.py VECTORS/codecs DEFAULT-CODEC

VECTORS/codecs holds, per codec, a checkpoint with seeded random weights as the original classes
saved it, and what the original programs computed from it. Nothing is computed here: checkpoints
are copied, arrays cut down.
"""
import json
import os
import shutil
import sys

import numpy as np
from PIL import Image

vectors, default_codec = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))

CODECS = {
    "sber": ["vqgan.gumbelf8-sber.model.ckpt"],
    "sber_dwt": ["vqgan.gumbelf8-sber-dwt.model.ckpt"],
    "taming_f16_vq2": ["last.ckpt"],
    "taming_f8_vq1": ["last.ckpt"],
    "taming_f16_ema": ["last.ckpt"],
    "dalle": ["encoder.pkl", "decoder.pkl"],
    "icetk": ["ice_image.pt"],
    "movq": ["movq_final.ckpt"],
    "klvae": ["vae.ckpt"],
}
CASES = ["astronaut_128x128", "coffee_64x96"]
ICE_CASES = ["astronaut_128", "coffee_64"]


def save(path, array):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    np.save(path, np.ascontiguousarray(array))


def hwc(path):
    return np.load(path)[0].transpose(1, 2, 0)


def thinned(array, step=3):
    """Every third pixel of every third row: enough to see any error, a ninth of the bytes."""
    return array[::step, ::step]


def trace(source, target):
    """One line per layer: name, shape, then the six sampled positions and values."""
    with open(target, "w") as file:
        for layer in json.load(open(source)):
            file.write("\t".join([
                layer["name"], ",".join(map(str, layer["shape"])),
                ",".join(map(str, layer["idx"])), ",".join(f"{v:.9g}" for v in layer["val"])]) + "\n")


def noise(report):
    """The largest score error of fp32 against fp64, as the vectors' report measured it."""
    return max((c["noise"]["max_abs_score_err"] for c in report["cases"] if "noise" in c), default=0)


tolerances = {}
for codec, files in CODECS.items():
    source, target = os.path.join(vectors, codec), os.path.join(here, codec)
    os.makedirs(target, exist_ok=True)
    for file in files:
        shutil.copyfile(os.path.join(source, file), os.path.join(target, file))
    tolerances[codec] = noise(json.load(open(f"{source}/report.json")))
    ice = codec == "icetk"
    for case in ICE_CASES if ice else CASES:
        if ice:
            picture = np.load(f"{source}/{case}.u8_noantialias.npy")
            if picture.shape[0] == 3:
                picture = picture.transpose(1, 2, 0)
        else:
            picture = np.array(Image.open(f"{source}/{case}.resized.png"))
        save(f"{target}/{case}.picture.npy", picture)
        small = case.startswith("coffee")
        for rate in [".rate4", ".rate8", ".rate16"] if ice else [""]:
            for kind in ["tokens", "gap"]:
                path = f"{source}/{case}{rate}.{kind}.npy"
                if os.path.exists(path):
                    save(f"{target}/{case}{rate}.{kind}.npy", np.load(path))
            for kind in ["recon", "recon_from_latent", "latent", "stats"]:
                path = f"{source}/{case}{rate}.{kind}.npy"
                if os.path.exists(path) and (kind != "stats" or small):
                    array = hwc(path)
                    if kind == "stats":
                        array = array[:, :, :3]
                    save(f"{target}/{case}{rate}.{kind}.npy",
                         array if kind == "latent" else thinned(array))
            for direction in ["enc", "dec"]:
                path = f"{source}/{case}{rate}.trace_{direction}.json"
                if os.path.exists(path):
                    trace(path, f"{target}/{case}{rate}.trace_{direction}.tsv")

for name in ["astronaut", "coffee", "chelsea", "rocket"]:
    source, target = f"{default_codec}/expected/{name}", f"{here}/default/{name}"
    save(f"{target}.picture.npy", np.array(Image.open(f"{source}.input.png")))
    save(f"{target}.tokens.npy", np.load(f"{source}.tokens.npy").astype(np.int32))
    save(f"{target}.gap.npy", np.load(f"{source}.margin_sq.npy"))
    save(f"{target}.latent.npy", hwc(f"{source}.latent.npy"))
    save(f"{target}.recon.npy", thinned(hwc(f"{source}.recon.npy")))

with open(f"{here}/noise.tsv", "w") as file:
    for codec, value in tolerances.items():
        file.write(f"{codec}\t{value:.3g}\n")
