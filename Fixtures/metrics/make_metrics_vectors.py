"""Makes the picture pairs and reference scores of Fixtures/metrics.

Run from this folder with numpy, pillow and scikit-image:  python make_metrics_vectors.py
"""

import io
import json

import numpy as np
import skimage
from PIL import Image, ImageFilter
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

rng = np.random.default_rng(20261121)


def crop(name, top, left, height, width):
    return getattr(skimage.data, name)()[top : top + height, left : left + width].copy()


def jpeg(picture, quality):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def blurred(picture, radius):
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def noisy(picture, sigma):
    return np.clip(np.rint(picture + rng.normal(0, sigma, picture.shape)), 0, 255).astype(np.uint8)


def flat(level, height=16, width=20):
    return np.full((height, width, 3), level, np.uint8)


astronaut = crop("astronaut", 30, 160, 96, 128)
coffee = crop("coffee", 100, 200, 61, 47)
chelsea = crop("chelsea", 90, 130, 40, 75)
rocket = crop("rocket", 200, 300, 11, 33)
pairs = {
    "jpeg": (astronaut, jpeg(astronaut, 20)),
    "blur": (coffee, blurred(coffee, 1.5)),
    "noise": (chelsea, noisy(chelsea, 12)),
    "one-row": (rocket, jpeg(rocket, 50)),
    "one-window": (rocket[:, :11].copy(), noisy(rocket[:, :11], 30)),
    "random": tuple(rng.integers(0, 256, (2, 23, 19, 3), dtype=np.uint8)),
    "flat-one-level": (flat(254), flat(255)),
    "black-white": (flat(0), flat(255)),
    "identical": (coffee, coffee),
}

scores = {}
for name, (original, reconstruction) in pairs.items():
    np.save(f"{name}.original.npy", original)
    if name != "identical":
        np.save(f"{name}.reconstruction.npy", reconstruction)
    with np.errstate(divide="ignore"):
        psnr = peak_signal_noise_ratio(original, reconstruction, data_range=255)
    scores[name] = {
        "mse": mean_squared_error(original, reconstruction),
        "psnr": float(psnr) if np.isfinite(psnr) else None,
        "ssim": float(
            structural_similarity(
                original,
                reconstruction,
                gaussian_weights=True,
                sigma=1.5,
                use_sample_covariance=False,
                channel_axis=2,
                data_range=255,
            )
        ),
    }

with open("scores.json", "w") as file:
    json.dump({"scikit-image": skimage.__version__, "pairs": scores}, file, indent=1)
    file.write("\n")
