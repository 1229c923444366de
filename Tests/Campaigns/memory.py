"""python3 Tests/Campaigns/memory.py TESSERA: peak memory of `encode` on pictures of many sizes.

Two threads, the default codec. Fails when a run needs more than its bound. The pictures are written
by the script itself (Python's zlib) and, where Pillow is there, as progressive JPEG too.
"""
import io
import os
import resource
import struct
import subprocess
import sys
import tempfile
import zlib

try:
    from PIL import Image
except ImportError:
    Image = None


def png(width, height):
    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body
                + struct.pack(">I", zlib.crc32(kind + body)))

    row = b"\0" + (bytes(range(256)) * (width * 3 // 256 + 1))[: width * 3]
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body)
            + chunk(b"IEND", b""))


def progressive(width, height):
    out = io.BytesIO()
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    picture.save(out, "JPEG", quality=85, progressive=True)
    return out.getvalue()


def peak(tessera, folder, out, *options):
    """Kilobytes that the run needed, told by wait4."""
    process = subprocess.Popen([tessera, "encode", folder, "-o", out, "--threads", "2", *options],
                               stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"status {process.returncode}"
    return usage.ru_maxrss


def main(tessera):
    cases = [
        ("small", 2000, lambda: png(500, 375), [], 200),
        ("camera, 24 megapixels", 12, lambda: png(6000, 4000), [], 600),
        ("large, 64 megapixels", 6, lambda: png(8000, 8000), ["--max-megapixels", "64"], 600),
        ("giant, 254 megapixels", 4, lambda: png(15937, 15937), [], 1000),
    ]
    if Image:
        cases.insert(2, ("progressive, 24 megapixels", 12, lambda: progressive(6000, 4000), [], 600))
    failed = False
    for name, count, make, options, bound in cases:
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/in")
            with open(f"{folder}/in/00000.png", "wb") as file:
                file.write(make())
            for number in range(1, count):
                os.link(f"{folder}/in/00000.png", f"{folder}/in/{number:05d}.png")
            megabytes = peak(tessera, f"{folder}/in", f"{folder}/x.tessera", *options) / 1000
        failed |= megabytes > bound
        print(f"{name:28}{count:6} pictures{megabytes:8.0f} MB, bound {bound}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main(sys.argv[1])
