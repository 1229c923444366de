#!/usr/bin/env python3
"""Prints a small token file field by field, as in Formats/token-file.md.

    python3 Fixtures/token-file/dump.py Fixtures/token-file/accept/example.tessera
"""
import struct, sys

TYPES = {1: "HEAD", 2: "CHUNK", 3: "REJECT", 4: "INDEX", 5: "END"}
data = open(sys.argv[1], "rb").read()
at = 0


def show(count, comment):
    """Prints `count` bytes, at most 16 a line, the comment beside the first."""
    global at
    for start in range(0, count, 16):
        piece = data[at + start:at + min(count, start + 16)]
        text = " ".join(f"{b:02x}" for b in piece)
        print(f"{at + start:08x}  {text:<47}  {comment if start == 0 else ''}".rstrip())
    at += count


def number(size, what, fmt=str):
    value = int.from_bytes(data[at:at + size], "little")
    show(size, f"{what} {fmt(value)}".strip())
    return value


def table(kind):
    start = at
    columns = number(4, "columns:")
    number(4, "rows:" if kind == 2 else "rejects:")
    number(8, "first:")
    number(8, "inputs up to the end of the group:")
    bodies = []
    for _ in range(columns):
        column, encoding, bits, _, offset, stored, raw = struct.unpack_from("<HBBIQQQ", data, at)
        show(8, f"column {column}, encoding {encoding}, {bits} bits, flags 0")
        show(8, f"  body at payload + {offset:#x}")
        show(8, f"  {stored} bytes stored")
        show(8, f"  {raw} bytes uncompressed")
        bodies.append((column, stored))
    for column, stored in bodies:
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in data[at:at + stored])
        show(stored, f"body of column {column}: {text}")
        if -stored % 8:
            show(-stored % 8, "  padding")
    assert at > start


show(8, "magic")
while at < len(data):
    kind, size, ordinal = struct.unpack_from("<IQQ", data, at + 4)
    print(f"\n; block {ordinal}: {TYPES[kind]}")
    show(4, "sync: TSRB")
    number(4, "type:")
    number(8, "payload bytes:")
    number(8, "ordinal:")
    number(4, "CRC-32 of the payload:", hex)
    number(4, "CRC-32 of the 28 bytes above:", hex)
    end = at + size
    if kind == 1:
        show(size, "canonical JSON, filled up with spaces")
    elif kind in (2, 3):
        table(kind)
    elif kind == 4:
        number(8, "rows:")
        number(8, "rejects:")
        chunks, rejects = number(4, "chunks:"), number(4, "reject blocks:")
        for i in range(chunks + rejects):
            number(8, f"{'chunk' if i < chunks else 'reject block'} at", hex)
            number(8, "  first:")
    else:
        number(8, "index at", hex)
        number(8, "rows:")
        number(8, "rejects:")
        show(8, "end mark: TSREND CR LF")
    assert at == end
