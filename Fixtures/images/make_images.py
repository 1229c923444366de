"""Makes the decoding fixtures: one small file per variant of each format, and files to refuse.

    python3 Fixtures/images/make_images.py        # numpy and Pillow; seeded, rewrites this folder

`decoded.tsv` lists file, orientation-free size, SHA-256 of the RGB bytes, and what those bytes are:
Pillow's own decoding (`exif_transpose`, then `convert("RGB")`) wherever Pillow has one for the case,
otherwise the rule written beside it. `refused.tsv` lists file and expected code.
"""
import hashlib
import io
import os
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

HERE = os.path.dirname(os.path.abspath(__file__))
ACCEPT, REFUSE = os.path.join(HERE, "accept"), os.path.join(HERE, "refuse")
accepted, refused = [], []


def picture(width, height, seed=1):
    """Smooth colour with edges and some grain: something for every coder to get wrong."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    planes = [127 + 120 * np.sin(x / 5 + y / 9), 255 * x / max(1, width - 1),
              127 + 100 * np.cos((x - y) / 7)]
    image = np.stack(planes, -1) + random.normal(0, 6, (height, width, 3))
    image[height // 4:height // 2, width // 3:width // 2] = (250, 20, 40)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def ramp(width, height):
    y, x = np.mgrid[0:height, 0:width]
    return (255 * (x + y) // (width + height - 2)).astype(np.uint8)


def keep(name, data, rgb=None, rule="pillow", alpha="white"):
    """Stores an accepted file; `rgb` replaces Pillow's decoding where Pillow has no such rule."""
    with open(os.path.join(ACCEPT, name), "wb") as file:
        file.write(data)
    if rgb is None:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        rgb = np.asarray(image.convert("RGB"))
    digest = hashlib.sha256(np.ascontiguousarray(rgb).tobytes()).hexdigest()
    accepted.append(f"{name}\t{alpha}\t{rgb.shape[1]}x{rgb.shape[0]}\t{digest}\t{rule}")


def refuse(name, data, code):
    with open(os.path.join(REFUSE, name), "wb") as file:
        file.write(data)
    refused.append(f"{name}\t{code}")


def on(background, rgba):
    """img2dataset's blend: rounded to nearest."""
    alpha = rgba[..., 3:].astype(float)
    blend = alpha / 255 * rgba[..., :3] + (255 - alpha) * background / 255
    return np.rint(blend).astype(np.uint8)


def saved(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


# PNG, written here chunk by chunk where Pillow cannot write the variant.
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples, depth):
    """Rows of samples [height, width, channels] as PNG scan lines without a filter."""
    height, width = samples.shape[:2]
    rows = []
    for row in samples.reshape(height, -1):
        if depth == 16:
            data = row.astype(">u2").tobytes()
        elif depth == 8:
            data = row.astype(np.uint8).tobytes()
        else:
            bits = "".join(format(value, f"0{depth}b") for value in row)
            bits += "0" * (-len(bits) % 8)
            data = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
        rows.append(b"\0" + data)
    return b"".join(rows)


def png(samples, depth, colour, interlaced=False, extra=b"", tail=b""):
    height, width = samples.shape[:2]
    if interlaced:
        data = b""
        for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
                               (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
            part = samples[y0::dy, x0::dx]
            if part.size:
                data += packed_rows(part, depth)
    else:
        data = packed_rows(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
            + chunk(b"IDAT", zlib.compress(data, 9)) + tail + chunk(b"IEND", b""))


def exif(value, order=">"):
    mark = b"MM\0*" if order == ">" else b"II*\0"
    return mark + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, value, 0, 0)


def make_png():
    rgb = picture(37, 29)
    grey = ramp(37, 29)
    alpha = ramp(37, 29)[::-1].copy()
    wide = rgb.astype(np.uint32) * 257 + np.random.default_rng(2).integers(-90, 90, rgb.shape)
    wide = np.clip(wide.astype(np.int64), 0, 65535).astype(np.uint16)
    keep("rgb8.png", png(rgb, 8, 2))
    keep("rgb8-interlaced.png", png(rgb, 8, 2, interlaced=True))
    keep("rgb8-filtered.png", saved(Image.fromarray(rgb), "PNG"))
    keep("rgb16.png", png(wide, 16, 2))
    keep("rgb16-interlaced.png", png(wide, 16, 2, interlaced=True))
    for depth in (1, 2, 4, 8):
        keep(f"grey{depth}.png", png((grey >> (8 - depth))[..., None], depth, 0))
    keep("grey4-interlaced.png", png((grey >> 4)[..., None], 4, 0, interlaced=True))
    wide_grey = grey.astype(np.uint16) * 251 + 77
    upper = np.repeat((wide_grey >> 8).astype(np.uint8)[..., None], 3, -1)
    keep("grey16.png", png(wide_grey[..., None], 16, 0), upper, "upper byte")
    entries = np.random.default_rng(3).integers(0, 256, (256, 3), dtype=np.uint8)
    for depth in (1, 2, 4, 8):
        table = chunk(b"PLTE", entries[:1 << depth].tobytes())
        keep(f"palette{depth}.png", png((grey >> (8 - depth))[..., None], depth, 3, extra=table))
    table = chunk(b"PLTE", entries[:16].tobytes())
    opacity = np.full(16, 255, np.uint8)
    opacity[:5] = (0, 40, 128, 200, 254)
    index = grey >> 4
    data = png(index[..., None], 4, 3, extra=table + chunk(b"tRNS", opacity[:5].tobytes()))
    rgba = np.dstack([entries[index], opacity[index]])
    keep("palette4-trns.png", data, on(255, rgba), "on white")
    keep("palette4-trns.png", data, on(0, rgba), "on black", "black")
    keep("palette4-trns.png", data, None, "pillow", "drop")
    rgba = np.dstack([rgb, alpha])
    for name, interlaced in (("rgba8.png", False), ("rgba8-interlaced.png", True)):
        data = png(rgba, 8, 6, interlaced=interlaced)
        keep(name, data, on(255, rgba), "on white")
        keep(name, data, on(0, rgba), "on black", "black")
        keep(name, data, None, "pillow", "drop")
    wide_rgba = np.dstack([wide, alpha.astype(np.uint16) * 257])
    keep("rgba16.png", png(wide_rgba, 16, 6), on(255, (wide_rgba >> 8).astype(np.uint8)),
         "upper byte, on white")
    grey_alpha = np.dstack([grey, alpha])
    keep("grey-alpha8.png", png(grey_alpha, 8, 4), on(255, np.dstack([grey] * 3 + [alpha])),
         "on white")
    keep("grey-alpha8.png", png(grey_alpha, 8, 4), None, "pillow", "drop")
    keep("grey-alpha16.png", png(grey_alpha.astype(np.uint16) * 257, 16, 4),
         on(255, np.dstack([grey] * 3 + [alpha])), "upper byte, on white")
    key = tuple(int(v) for v in rgb[8, 14])
    solid = np.where((rgb == rgb[8, 14]).all(-1), 0, 255).astype(np.uint8)
    keep("rgb8-trns.png", png(rgb, 8, 2, extra=chunk(b"tRNS", struct.pack(">HHH", *key))),
         on(255, np.dstack([rgb, solid])), "on white")
    solid = np.where(grey >> 6 == 2, 0, 255).astype(np.uint8)
    values = np.repeat((grey >> 6)[..., None] * 85, 3, -1).astype(np.uint8)
    keep("grey2-trns.png", png((grey >> 6)[..., None], 2, 0, extra=chunk(b"tRNS", b"\0\2")),
         on(255, np.dstack([values, solid])), "on white")
    keep("exif6.png", png(rgb, 8, 2, extra=chunk(b"eXIf", exif(6))))
    keep("exif8-late.png", png(rgb, 8, 2, tail=chunk(b"eXIf", exif(8, "<"))))
    keep("text-and-time.png", png(rgb, 8, 2, extra=chunk(b"gAMA", struct.pack(">I", 45455))
         + chunk(b"tEXt", b"Comment\0hello") + chunk(b"tIME", bytes((7, 230, 1, 2, 3, 4, 5)))))
    keep("1x1.png", png(rgb[:1, :1], 8, 2))
    keep("1x33.png", png(rgb[:, :1][:33], 8, 2, interlaced=True))
    animated = io.BytesIO()
    frames = [Image.fromarray(picture(20, 14, seed)) for seed in (1, 2)]
    frames[0].save(animated, "PNG", save_all=True, append_images=frames[1:], duration=50)
    keep("animated.png", animated.getvalue())


def make_jpeg():
    rgb = picture(83, 61)
    image = Image.fromarray(rgb)
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        keep(f"{name}.jpg", saved(image, "JPEG", quality=80, subsampling=sampling))
        keep(f"{name}-progressive.jpg", saved(image, "JPEG", quality=80, subsampling=sampling,
                                              progressive=True))
    for name, sampling in (("440", "4:4:0"), ("411", "4:1:1")):
        keep(f"{name}.jpg", retabled(sampling))
    keep("q10.jpg", saved(image, "JPEG", quality=10))
    keep("q100.jpg", saved(image, "JPEG", quality=100, subsampling=0))
    keep("optimised.jpg", saved(image, "JPEG", quality=80, optimize=True))
    keep("restart.jpg", saved(image, "JPEG", quality=80, restart_marker_blocks=2))
    keep("grey.jpg", saved(image.convert("L"), "JPEG", quality=80))
    keep("grey-progressive.jpg", saved(image.convert("L"), "JPEG", quality=80, progressive=True))
    keep("rgb-not-ycc.jpg", saved(image, "JPEG", quality=80, keep_rgb=True))
    cmyk = Image.fromarray(np.dstack([255 - rgb, ramp(83, 61) // 3]), "CMYK")
    data = saved(cmyk, "JPEG", quality=85)
    keep("cmyk-adobe.jpg", data)
    keep("cmyk-progressive.jpg", saved(cmyk, "JPEG", quality=85, progressive=True))
    # The Adobe marker's last byte says how the four channels are coded: 0 CMYK, 2 YCCK.
    at = data.index(b"Adobe") + 11
    assert data[at] in (0, 2)
    keep("ycck.jpg" if data[at] == 0 else "cmyk-plain.jpg",
         data[:at] + bytes([2 - data[at]]) + data[at + 1:])
    for value in range(1, 9):
        block = b"Exif\0\0" + exif(value, "<>"[value % 2])
        keep(f"exif{value}.jpg", saved(image.resize((40, 24)), "JPEG", quality=85, exif=block))
    keep("1x1.jpg", saved(image.resize((1, 1)), "JPEG"))
    keep("17x1.jpg", saved(image.resize((17, 1)), "JPEG"))
    block = b"Exif\0\0"
    for name, tiff in (("endless", b"II*\0" + struct.pack("<IH", 8, 65535)),
                       ("far", b"MM\0*" + struct.pack(">I", 0xFFFFFFF0)),
                       ("nine", exif(9)), ("short", b"II*"),
                       ("long-count", b"II*\0" + struct.pack("<IHHHIHH", 8, 1, 0x0112, 3, 7, 6, 0))):
        data = saved(image.resize((16, 8)), "JPEG", exif=block + tiff)
        keep(f"exif-hostile-{name}.jpg", data, np.asarray(Image.open(io.BytesIO(data))),
             "pillow, orientation ignored")
    base = saved(image.resize((24, 16)), "JPEG")
    keep("bytes-after-end.jpg", base + b"<trailing rubbish>" * 3)
    keep("fill-bytes.jpg", base[:2] + b"\xff\xff\xff" + base[2:])
    return base


def retabled(sampling):
    """A 4:2:2 or 4:4:4 file whose frame header claims other sampling factors would not decode, so
    the odd ones are written by hand: blocks of one colour each, in the standard tables' codes."""
    horizontal, vertical = {"4:4:0": (1, 2), "4:1:1": (4, 1)}[sampling]
    donor = saved(Image.fromarray(picture(8, 8)), "JPEG", quality=75, subsampling=0)
    frame = donor.index(b"\xff\xc0")
    scan = donor.index(b"\xff\xda")
    scan_end = scan + 2 + struct.unpack(">H", donor[scan + 2:scan + 4])[0]
    columns, rows = 9, 7
    header = bytearray(donor[:scan_end])
    struct.pack_into(">HH", header, frame + 5, rows * 8 * vertical - 3, columns * 8 * horizontal - 5)
    header[frame + 11] = horizontal << 4 | vertical
    dc = {False: {0: "00", 1: "010", 2: "011", 3: "100", 4: "101", 5: "110", 6: "1110"},
          True: {0: "00", 1: "01", 2: "10", 3: "110", 4: "1110", 5: "11110", 6: "111110"}}
    end = {False: "1010", True: "00"}
    random = np.random.default_rng(4)
    bits, last = "", [0, 0, 0]
    for _ in range(columns * rows):
        for component, count in ((0, horizontal * vertical), (1, 1), (2, 1)):
            for _ in range(count):
                value = int(random.integers(-30, 31))
                step = value - last[component]
                last[component] = value
                size = abs(step).bit_length()
                bits += dc[component > 0][size]
                if size:
                    bits += format(step if step > 0 else step + (1 << size) - 1, f"0{size}b")
                bits += end[component > 0]
    bits += "1" * (-len(bits) % 8)
    data = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)).replace(b"\xff", b"\xff\0")
    return bytes(header) + data + b"\xff\xd9"


def make_webp():
    rgb = picture(53, 41)
    image = Image.fromarray(rgb)
    rgba = np.dstack([rgb, ramp(53, 41)])
    keep("lossless.webp", saved(image, "WEBP", lossless=True))
    keep("lossy.webp", saved(image, "WEBP", quality=70))
    keep("lossy-sharp.webp", saved(image, "WEBP", quality=95, method=6))
    for name, options in (("alpha-lossless", {"lossless": True, "exact": True}),
                          ("alpha-lossy", {"quality": 70})):
        data = saved(Image.fromarray(rgba), "WEBP", **options)
        decoded = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
        keep(f"{name}.webp", data, on(255, decoded), "pillow, on white")
        keep(f"{name}.webp", data, on(0, decoded), "pillow, on black", "black")
        keep(f"{name}.webp", data, None, "pillow", "drop")
    block = b"Exif\0\0" + exif(6)
    keep("exif6.webp", saved(image, "WEBP", lossless=True, exif=block))
    frames = [Image.fromarray(picture(30, 22, seed)) for seed in (5, 6, 7)]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=40,
                 lossless=True)
    keep("animated.webp", data)
    keep("1x1.webp", saved(image.resize((1, 1)), "WEBP", lossless=True))


def make_refused(jpeg):
    with open(os.path.join(ACCEPT, "rgb8.png"), "rb") as file:
        plain = file.read()
    with open(os.path.join(ACCEPT, "lossy.webp"), "rb") as file:
        webp = file.read()
    with open(os.path.join(ACCEPT, "animated.webp"), "rb") as file:
        animated = file.read()
    with open(os.path.join(ACCEPT, "420-progressive.jpg"), "rb") as file:
        progressive = file.read()
    refuse("empty.jpg", b"", "empty")
    refuse("text.jpg", b"This is no picture, whatever its name says.\n", "unknown-format")
    refuse("one-byte.png", b"\x89", "truncated")
    refuse("zeros.jpg", bytes(600), "unknown-format")
    refuse("page.jpg", b"<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n", "web-page")
    refuse("page-with-mark.jpg", b"\xef\xbb\xbf \n<HTML><body>Forbidden</body></HTML>", "web-page")
    refuse("pointer.jpg", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64
           + b"\nsize 123456\n", "git-lfs-pointer")
    refuse("animation.gif", saved(Image.fromarray(picture(9, 7)), "GIF"), "unsupported")
    refuse("bitmap.png", saved(Image.fromarray(picture(9, 7)), "BMP"), "unsupported")
    refuse("tagged.jpg", saved(Image.fromarray(picture(9, 7)), "TIFF"), "unsupported")
    refuse("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "unsupported")
    refuse("photo.avif", b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", "unsupported")
    for part in (3, 11, 33, 60, 95):
        refuse(f"cut-{part}.jpg", jpeg[:max(3, len(jpeg) * part // 100)], "truncated")
    refuse("cut-before-end.jpg", jpeg[:-2], "truncated")
    refuse("cut-50.progressive.jpg", progressive[:len(progressive) // 2], "truncated")
    for part in (10, 50, 90):
        refuse(f"cut-{part}.png", plain[:len(plain) * part // 100], "truncated")
    refuse("cut-before-end.png", plain[:-12], "truncated")
    for part in (4, 50, 95):
        refuse(f"cut-{part}.webp", webp[:len(webp) * part // 100], "truncated")
    refuse("cut-40.animated.webp", animated[:len(animated) * 40 // 100], "truncated")
    body = bytearray(plain)
    body[len(body) // 2] ^= 0x10
    refuse("flipped-bit.png", bytes(body), "corrupt")
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999)))
    refuse("bomb.png", bomb + chunk(b"IEND", b""), "too-large")
    header = struct.pack(">IIBBBBB", 0x7FFFFFFF, 0x7FFFFFFF, 16, 6, 0, 0, 0)
    refuse("bomb-largest.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header), "too-large")
    header = struct.pack(">IIBBBBB", 0, 5, 8, 2, 0, 0, 0)
    refuse("no-width.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header), "corrupt")
    frame = jpeg.index(b"\xff\xc0")
    body = bytearray(jpeg)
    struct.pack_into(">HH", body, frame + 5, 65500, 65500)
    refuse("bomb.jpg", bytes(body), "too-large")
    struct.pack_into(">HH", body, frame + 5, 0, 16)
    refuse("no-height.jpg", bytes(body), "unsupported")
    struct.pack_into(">HH", body, frame + 5, 16, 0)
    refuse("no-width.jpg", bytes(body), "corrupt")
    body = bytearray(jpeg)
    body[frame + 4] = 12
    refuse("twelve-bits.jpg", bytes(body), "unsupported")
    body = bytearray(jpeg)
    body[frame + 1] = 0xC3
    refuse("lossless.jpg", bytes(body), "unsupported")
    scan = jpeg.index(b"\xff\xda")
    refuse("no-frame.jpg", jpeg[:frame] + jpeg[scan:], "corrupt")
    refuse("only-markers.jpg", b"\xff\xd8\xff\xd9" * 9, "corrupt")
    refuse("bomb.webp", b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\x3f\0" + b"\xff\x3f\0"
           + b"VP8 ", "too-large")
    refuse("other-riff.webp", b"RIFF\x24\0\0\0WAVEfmt " + bytes(24), "unknown-format")


if __name__ == "__main__":
    for folder in (ACCEPT, REFUSE):
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(folder):
            os.remove(os.path.join(folder, name))
    make_png()
    base = make_jpeg()
    make_webp()
    make_refused(base)
    for name, head, lines in (
            ("decoded.tsv", "file\talpha\tsize\tsha256\trule", accepted),
            ("refused.tsv", "file\tcode", refused)):
        with open(os.path.join(HERE, name), "w") as file:
            file.write("\n".join(["# " + head] + lines) + "\n")
    print(len(accepted), "decodings,", len(refused), "refusals")
