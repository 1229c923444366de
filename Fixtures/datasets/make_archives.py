#!/usr/bin/env python3
"""Writes the archives of this folder. The pictures in them are short texts: only their bytes are read."""
import gzip, io, lzma, os, tarfile, zipfile

try:
    import zstandard
except ImportError:
    zstandard = None

HERE = os.path.dirname(os.path.abspath(__file__))
MEMBERS = [
    ("shard/0001.jpg", b"picture one"),
    ("shard/0001.txt", b"caption one\n"),
    ("shard/0001.json", b'{"caption": "not this one", "width": 3}'),
    ("shard/0002.json", b'{"caption": ["from metadata", "two of them"]}'),
    ("shard/0002.PNG", b"picture two"),
    ("shard/._0002.PNG", b"resource fork"),
    ("shard/0003.webp", b"picture three"),
    ("shard/\u65e5\u672c \u00e9.jpg", b"picture four"),
    ("shard/0005.left.jpg", b"picture five, left"),
    ("shard/0005.right.jpg", b"picture five, right"),
    ("shard/0005.txt", b"caption five"),
    ("shard/0006.cls", b"7"),
    ("shard/0006.jpg", b""),
    ("shard/0007.txt", b"caption without a picture"),
    ("shard/0003.txt", b"caption three, far from its picture"),
]


def tar(members, format=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        folder = tarfile.TarInfo("shard")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def write(name, content):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(content)


plain = tar(MEMBERS)
write("shard.tar", plain)
write("shard-gnu.tar", tar(MEMBERS, tarfile.GNU_FORMAT))
write("shard.tar.gz", gzip.compress(plain, mtime=0))
write("shard.tar.xz", lzma.compress(plain))
write("shard.zip", zipped(MEMBERS))
if zstandard:
    write("shard.tar.zst", zstandard.ZstdCompressor(level=3).compress(plain))
damaged = bytearray(zipped([("a.jpg", b"x" * 300 + b"y"), ("b.jpg", b"sound")]))
damaged[damaged.index(b"PK\x03\x04") + 14] ^= 1  # the checksum of a.jpg
write("damaged-member.zip", bytes(damaged))
