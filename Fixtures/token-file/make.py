#!/usr/bin/env python3
"""Writes the token files of this folder from Formats/token-file.md alone (no Tessera code).

    python3 Fixtures/token-file/make.py        # needs the standard library; `zstandard` for one file

accept/*.tessera    files that every reader must accept, with accept/rows.json: what they hold
refuse/*.tessera    files that every reader must refuse, with refuse/reasons.json: why, and where
"""
import base64, json, os, struct, zlib

import compact

HERE = os.path.dirname(os.path.abspath(__file__))
MAGIC = b"\x89TSR\r\n\x1a\n"
HEAD, CHUNK, REJECT, INDEX, END = 1, 2, 3, 4, 5
RAW, PACKED, DEFLATE, ZSTD, COMPACT = 0, 1, 3, 4, 5
ENCODINGS = {"raw": RAW, "packed": PACKED, "deflate": DEFLATE, "zstd": ZSTD, "compact": COMPACT}
DIGEST = "0123456789abcdef" * 4
# Frames of Zstandard, so that refused files need no package: two keys of 300 bytes, and 1 MiB of zeros.
ZSTD_KEYS = base64.b64decode("KLUv/WBgAaUAAFAsAQAALAEAAGFiAgAoQBUoKjgC")
ZSTD_ZEROS = base64.b64decode("KLUv/aAAABAATAAACAABAPz/ORACAgAQAAIAEAACABAAAgAQAAIAEAACABAAAwAQAA==")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def pad(data, filler=b"\0"):
    return data + filler * (-len(data) % 8)


def pack(values, bits):
    number = 0
    for place, value in enumerate(values):
        number |= value << (place * bits)
    return number.to_bytes((len(values) * bits + 7) // 8, "little")


def bits_for(vocabulary):
    return max(1, (vocabulary - 1).bit_length())


def grid_column(number, name, vocabulary, height=None, width=None):
    column = {"id": number, "name": name, "kind": "grid", "encoding": "packed",
              "vocabulary_size": vocabulary, "bits": bits_for(vocabulary)}
    if height:
        column.update(height=height, width=width)
    return column


def header(height=2, width=2, vocabulary=8192, text="deflate", per_chunk=2, more=(), **changes):
    result = {
        "format": "tessera-token-file", "version": [1, 0], "requires": [],
        "codec": {"name": "sample", "weights_digest": DIGEST, "codebook_size": vocabulary,
                  "codebook_digest": DIGEST, "patch_size": 8},
        "recipe": {"name": "lanczos-center-crop", "size": 8 * (height or 0), "options": {}},
        "policy": "balanced", "rows_per_chunk": per_chunk, "notes": {},
        "columns": [grid_column(1, "image", vocabulary, height, width),
                    {"id": 2, "name": "key", "kind": "text", "encoding": text},
                    {"id": 3, "name": "captions", "kind": "texts", "encoding": text},
                    {"id": 4, "name": "source_size", "kind": "integers", "count": 2,
                     "encoding": text}, *more],
    }
    result.update(changes)
    return result


def body(column, values):
    """The uncompressed body of a column."""
    kind = column["kind"]
    if kind == "grid" and "height" in column:
        return b"".join(pack(sum(v, []), column["bits"]) for v in values)
    if kind == "grid":
        return (b"".join(struct.pack("<HH", len(v), len(v[0])) for v in values)
                + b"".join(pack(sum(v, []), column["bits"]) for v in values))
    if kind == "tokens":
        return (b"".join(struct.pack("<I", len(v)) for v in values)
                + b"".join(pack(v, column["bits"]) for v in values))
    if kind == "text":
        data = [v.encode() for v in values]
        return b"".join(struct.pack("<I", len(d)) for d in data) + b"".join(data)
    if kind == "texts":
        data = [s.encode() for v in values for s in v]
        return (b"".join(struct.pack("<I", len(v)) for v in values)
                + b"".join(struct.pack("<I", len(d)) for d in data) + b"".join(data))
    return b"".join(struct.pack(f"<{len(v)}q", *v) for v in values)


def stored(column, raw):
    """(encoding, stored bytes): compressed where that is smaller."""
    encoding = ENCODINGS[column["encoding"]]
    if encoding == DEFLATE:
        data = zlib.compress(raw, 6)
    elif encoding == ZSTD:
        import zstandard
        data = zstandard.ZstdCompressor(level=3).compress(raw)
    else:
        return encoding, raw
    return (encoding, data) if len(data) < len(raw) else (RAW, raw)


def labels_of(column):
    """The label of each code, from the column's tree."""
    number, bits = int.from_bytes(base64.b64decode(column["tree"]), "little"), column["bits"]
    return [number >> (bits * code) & (1 << bits) - 1 for code in range(column["vocabulary_size"])]


def coded(column, values, raw):
    """(encoding, stored bytes) of a compact column: packed where that is not larger."""
    lead = 0 if "height" in column else 4 * len(values)
    data = compact.encode(values, labels_of(column), column["bits"])
    return (COMPACT, raw[:lead] + data) if len(data) < len(raw) - lead else (PACKED, raw)


def compact_column(column, factor):
    """The same column coded compactly along a made-up tree: label = code * factor mod 2^bits."""
    bits = column["bits"]
    labels = [code * factor % (1 << bits) for code in range(column["vocabulary_size"])]
    return dict(column, encoding="compact", tree=base64.b64encode(pack(labels, bits)).decode())


def table(columns, rows, first, inputs, override={}):
    """A CHUNK or REJECT payload. `override` maps a column name to (encoding, bits, stored, raw size)."""
    bodies = []
    for column in columns:
        raw = body(column, [row[column["name"]] for row in rows])
        values = [row[column["name"]] for row in rows]
        encoding, data = coded(column, values, raw) if "tree" in column else stored(column, raw)
        entry = (encoding, column.get("bits", 0), data, len(raw))
        bodies.append((column["id"], *override.get(column["name"], entry)))
    at = 24 + 32 * len(bodies)
    payload = struct.pack("<IIQQ", len(bodies), len(rows), first, inputs)
    for number, encoding, bits, data, size in bodies:
        payload += struct.pack("<HBBIQQQ", number, encoding, bits, 0, at, len(data), size)
        at += len(pad(data))
    return payload + b"".join(pad(b[3]) for b in bodies)


REJECT_COLUMNS = [{"id": 1, "name": "input", "kind": "integers", "count": 1, "encoding": "deflate"}] + [
    {"id": 2 + i, "name": n, "kind": "text", "encoding": "deflate"}
    for i, n in enumerate(["key", "stage", "code", "message"])]


def block(kind, payload, ordinal, checksum=None):
    start = b"TSRB" + struct.pack("<IQQI", kind, len(payload), ordinal,
                                  zlib.crc32(payload) if checksum is None else checksum)
    return start + struct.pack("<I", zlib.crc32(start)) + payload


class File:
    """Blocks one after the other, with what the index will say about them."""

    def __init__(self, head, payload=None):
        self.head, self.rows, self.rejects, self.ordinal = head, 0, 0, 0
        self.chunks, self.reject_blocks = [], []
        self.data = MAGIC
        self.block(HEAD, pad(canonical(head), b" ") if payload is None else payload)

    def block(self, kind, payload, **options):
        self.data += block(kind, payload, options.pop("ordinal", self.ordinal), **options)
        self.ordinal += 1

    def chunk(self, rows, inputs=None, override={}, first=None, **options):
        self.chunks.append((len(self.data), self.rows))
        first = self.rows if first is None else first
        self.rows += len(rows)
        inputs = self.rows + self.rejects if inputs is None else inputs
        self.block(CHUNK, table(self.head["columns"], rows, first, inputs, override), **options)
        return self

    def reject(self, rejects, following=0, inputs=None):
        self.reject_blocks.append((len(self.data), self.rejects))
        first = self.rejects
        self.rejects += len(rejects)
        inputs = self.rows + self.rejects + following if inputs is None else inputs
        columns = [dict(c, encoding="raw") for c in REJECT_COLUMNS] if self.raw else REJECT_COLUMNS
        self.block(REJECT, table(columns, rejects, first, inputs))
        return self

    @property
    def raw(self):
        return self.head["columns"][1]["encoding"] == "raw"

    def end(self, rows=None, index=None, index_at=None, mark=b"TSREND\r\n", counts=None):
        at = len(self.data)
        entries = self.chunks + self.reject_blocks if index is None else index
        counts = counts or (len(self.chunks), len(self.reject_blocks))
        payload = struct.pack("<QQII", self.rows, self.rejects, *counts)
        self.block(INDEX, payload + b"".join(struct.pack("<QQ", *e) for e in entries))
        self.block(END, struct.pack("<QQQ", at if index_at is None else index_at,
                                    self.rows if rows is None else rows, self.rejects) + mark)
        return self


def row(number, height=2, width=2, vocabulary=8192, **more):
    grid = [[(number * 1000 + y * width * 37 + x * 411 + 5) % vocabulary for x in range(width)]
            for y in range(height)]
    captions = ["a red cat", "猫", "", "Straße"][: number % 4]
    return {"key": f"set/{number:03}.jpg", "image": grid, "captions": captions,
            "source_size": [480 + number, 640], **more}


def broken(number, position):
    return {"input": [position], "key": f"set/broken-{number}.jpg", "stage": "decode",
            "code": "truncated", "message": f"cut after {number} bytes"}


def accepted():
    rows = [row(i) for i in range(9)]
    raw = header(text="raw")
    yield "example", raw, File(raw).reject([broken(7, 1)], 2).chunk(rows[:2]).chunk(rows[2:3]).end(), rows[:3], [broken(7, 1)]
    head = header(text="raw")
    yield "empty", head, File(head).end(), [], []
    yield "rejects-only", head, File(head).reject([broken(0, 0), broken(1, 1)]).reject([broken(2, 2)]).end(), [], [broken(i, i) for i in range(3)]
    head = header(per_chunk=64)
    many = [row(i) for i in range(150)]
    yield "deflate", head, File(head).chunk(many[:64]).reject([broken(9, 70)], 64).chunk(many[64:128]).chunk(many[128:]).end(), many, [broken(9, 70)]
    head = header(3, 5, vocabulary=20000, per_chunk=1)
    small = [row(i, 3, 5, 20000) for i in range(4)]
    file = File(head)
    for item in small:
        file.chunk([item])
    yield "fifteen-bits", head, file.end(), small, []
    more = [{"id": 5, "name": "caption_ids", "kind": "tokens", "encoding": "packed", "vocabulary_size": 3, "bits": 2},
            {"id": 9, "name": "language", "kind": "text", "encoding": "raw"},
            {"id": 10, "name": "crop", "kind": "integers", "count": 4, "encoding": "deflate"},
            grid_column(11, "coarse", 64, 1, 2)]
    head = header(None, None, more=more, per_chunk=3,
                  text_tokenizer={"name": "yttm", "digest": DIGEST, "vocabulary_size": 3,
                                  "maximum_length": 0, "padding_token": None})
    mixed = [row(i, 1 + i % 3, 2 + i, caption_ids=[j % 3 for j in range(i * 3)], language="de" * (i % 2),
                 crop=[-1, i, 1 << 40, -(1 << 62)], coarse=[[i, 63 - i]]) for i in range(5)]
    yield "ragged", head, File(head).chunk(mixed[:3]).chunk(mixed[3:]).end(), mixed, []
    head = header(text="raw")
    file = File(head).chunk(rows[:2]).end()
    yield "appended", head, file.chunk(rows[2:4]).reject([broken(3, 5)], 1).chunk(rows[4:5]).end(), rows[:5], [broken(3, 5)]
    head = header(per_chunk=4)
    file = File(head).reject([broken(0, 0)]).end().chunk(rows[:4]).chunk(rows[4:5]).end().end()
    yield "appended-thrice", head, file.reject([broken(1, 7)], 3).chunk(rows[5:8]).chunk(rows[8:]).end(), rows, [broken(0, 0), broken(1, 7)]
    head = header(text="raw")
    file = File(head).chunk(rows[:2])
    file.block(0x80000063, b"for ever")
    yield "ancillary", head, file.chunk(rows[2:4]).end(), rows[:4], []
    head = header(text="raw", surprise={"a later version": ["says more"]})
    yield "unknown-member", head, File(head).chunk(rows[:2]).end(), rows[:2], []
    for name, vocabulary, height, width in ("compact", 50, 6, 5), ("compact-ragged", 8192, None, None):
        smooth = [row(i, height or 3 + i % 2, width or 4 + i % 3, vocabulary) for i in range(12)]
        for i, item in enumerate(smooth):
            item["image"] = [[(x + y + i) // 3 * 5 % vocabulary for x, _ in enumerate(r)] for y, r in enumerate(item["image"])]
        head = header(height, width, vocabulary, per_chunk=8)
        head["columns"][0] = compact_column(head["columns"][0], 37)
        yield name, head, File(head).chunk(smooth[:8]).chunk(smooth[8:]).end(), smooth, []
    try:
        import zstandard  # noqa: F401
        head = header(text="zstd", per_chunk=64)
        yield "zstd", head, File(head).chunk(many[:64]).chunk(many[64:100]).end(), many[:100], []
    except ImportError:
        print("zstandard is missing: accept/zstd.tessera is not made")


def patched(data, at, new):
    return data[:at] + new + data[at + len(new):]


def refused():
    """(name, bytes, reason, offset or None)"""
    rows = [row(i) for i in range(6)]
    head = header(text="raw")
    good = File(head).reject([broken(7, 1)], 2).chunk(rows[:2]).chunk(rows[2:3]).end()
    data = good.data
    head_end = good.reject_blocks[0][0]
    first, second = (at for at, _ in good.chunks)
    index = struct.unpack_from("<Q", data, len(data) - 32)[0]
    yield "empty", b"", "notATokenFile", 0
    yield "text", b"just some text\n" * 20, "notATokenFile", 0
    yield "git-lfs-pointer", (b"version https://git-lfs.github.com/spec/v1\noid sha256:" + DIGEST.encode() + b"\nsize 4177\n"), "notATokenFile", 0
    yield "text-mode", data.replace(b"\r\n", b"\n"), "notATokenFile", 0
    yield "seven-bit", bytes(b & 127 for b in data), "notATokenFile", 0
    yield "cut-in-header", data[:100], "truncated", 8
    yield "cut-in-chunk", data[:first + 60], "noEndMark", first + 60
    yield "cut-before-index", data[:index], "noEndMark", index
    yield "cut-in-end", data[:-1], "noEndMark", len(data) - 1
    yield "bytes-behind-end", data + b"\0" * 8, "noEndMark", len(data) + 8
    yield "header-checksum", patched(data, 8 + 16, b"\x01"), "checksumMismatch", 8
    yield "head-payload-checksum", patched(data, 60, b"X"), "checksumMismatch", 40
    yield "chunk-checksum", patched(data, first + 200, bytes([data[first + 200] ^ 4])), "checksumMismatch", first + 32
    yield "chunk-header-gone", patched(data, second, b"\0\0\0\0"), "noBlock", second
    yield "index-checksum", patched(data, index + 40, b"\x09"), "checksumMismatch", index + 32

    def with_head(**changes):
        changed = header(text="raw")
        changed.update(changes)
        return File(changed).end().data
    yield "version-2", with_head(version=[2, 0]), "unsupportedVersion", 40
    yield "requires", with_head(requires=["time-travel"]), "unsupportedFeatures", 40
    yield "format-name", with_head(format="something else"), "invalidHeader", 40
    text = canonical(head)
    yield "json-not-canonical", File(head, pad(json.dumps(head).encode(), b" ")).end().data, "invalidHeader", None
    yield "json-doubled-key", File(head, pad(text[:-1] + b',"version":[1,0]}', b" ")).end().data, "invalidHeader", None
    yield "json-cut", File(head, pad(text[:-1], b" ")).end().data, "invalidHeader", None
    yield "json-deep", File(head, b"[" * 800).end().data, "invalidHeader", None
    yield "header-too-large", File(head, pad(canonical(header(notes={"a": "x" * (1 << 20)})), b" ")).end().data, "limitExceeded", 16
    columns = header(text="raw")["columns"]
    yield "no-key-column", with_head(columns=[columns[0]]), "invalidHeader", 40
    yield "ids-not-ascending", with_head(columns=[columns[1], columns[0]]), "invalidHeader", 40
    yield "same-name-twice", with_head(columns=columns[:2] + [dict(columns[1], id=9)]), "invalidHeader", 40
    yield "unknown-kind", with_head(columns=columns + [{"id": 9, "name": "x", "kind": "song", "encoding": "raw"}]), "invalidHeader", 40
    yield "bits-of-column", with_head(columns=[dict(columns[0], bits=14)] + columns[1:]), "countMismatch", 40
    yield "vocabulary-too-large", with_head(columns=[dict(columns[0], vocabulary_size=1 << 25, bits=25)] + columns[1:]), "invalidHeader", 40
    yield "too-many-columns", with_head(columns=columns + [{"id": 9 + i, "name": f"c{i}", "kind": "text", "encoding": "raw"} for i in range(61)]), "limitExceeded", 40
    yield "digest", with_head(codec=dict(head["codec"], weights_digest="ABC")), "invalidHeader", 40

    file = File(head).chunk(rows[:2])
    file.block(99, b"critical")
    yield "unknown-critical-block", file.end().data, "unknownBlockType", file.chunks[0][0] + len(block(CHUNK, table(head["columns"], rows[:2], 0, 2), 1)) + 4
    file = File(head).chunk(rows[:2], ordinal=5)
    yield "wrong-ordinal", file.end().data, "wrongOrdinal", head_end + 16
    yield "payload-not-aligned", block_file(head, CHUNK, b"1234567"), "invalidField", head_end + 8
    yield "payload-too-large", huge(head), "limitExceeded", head_end + 8
    bad = row(0)
    bad["image"] = [[1, 2], [3, 5000]]
    small = header(text="raw", vocabulary=5000)
    file = File(small).chunk([bad])
    at = file.chunks[0][0] + 32 + 24 + 4 * 32
    tree = header(6, 5, 50, text="raw", per_chunk=8)
    tree["columns"][0] = compact_column(tree["columns"][0], 37)
    flat = [row(i, 6, 5, 50) for i in range(8)]
    for item in flat:
        item["image"] = [[7] * 5 for _ in range(6)]
    stream = coded(tree["columns"][0], [item["image"] for item in flat], b"\0" * 184)[1]
    for name, data in ("compact-cut", stream[:-1]), ("compact-longer", stream + b"\0"), ("compact-label", b"\x5a" * len(stream)):
        other = File(tree).chunk(flat, override={"image": (COMPACT, 6, data, 184)})
        yield name, other.end().data, "invalidCompression", other.chunks[0][0] + 32 + 24 + 4 * 32
    def with_tree(text):
        return with_head(columns=[dict(tree["columns"][0], tree=text)] + columns[1:])
    good_tree = tree["columns"][0]["tree"]
    yield "tree-short", with_tree(good_tree[:-4]), "invalidHeader", 40
    yield "tree-same-label-twice", with_tree("AAAA" + good_tree[4:]), "invalidHeader", 40
    yield "tree-not-base64", with_tree("*" + good_tree[1:]), "invalidHeader", 40
    yield "compact-text", with_head(columns=[columns[0], dict(columns[1], encoding="compact", tree=good_tree)] + columns[2:]), "invalidHeader", 40
    yield "token-out-of-range", file.end().data, "tokenOutOfRange", at

    def chunk_with(name, override, reason, place, rows=rows[:2], head=head):
        file = File(head).chunk(rows, override={name: override})
        return file.end().data, reason, None if place is None else file.chunks[0][0] + 32 + place
    packed = body(columns[0], [r["image"] for r in rows[:2]])
    bodies = 24 + 4 * 32
    keys = body(columns[1], [r["key"] for r in rows[:2]])
    yield "bits-of-chunk", *chunk_with("image", (PACKED, 12, packed, len(packed)), "countMismatch", bodies)
    yield "packed-too-short", *chunk_with("image", (PACKED, 13, packed[:-1], len(packed) - 1), "countMismatch", bodies)
    yield "unknown-encoding", *chunk_with("key", (77, 0, keys, len(keys)), "unsupportedEncoding", bodies + 16)
    yield "packed-text", *chunk_with("key", (PACKED, 0, keys, len(keys)), "unsupportedEncoding", bodies + 16)
    yield "text-lengths", *chunk_with("key", (RAW, 0, b"\xff\xff\xff\xff" + keys[4:], len(keys)), "countMismatch", bodies + 16)
    yield "text-too-short", *chunk_with("key", (RAW, 0, b"\x01\0\0", 3), "countMismatch", bodies + 16)
    yield "text-not-utf8", *chunk_with("key", (RAW, 0, keys[:-3] + b"\xff\xfe\xfd", len(keys)), "invalidText", bodies + 16)
    integers = body(columns[3], [r["source_size"] for r in rows[:2]])
    yield "integers-too-short", *chunk_with("source_size", (RAW, 0, integers[:-8], len(integers) - 8), "countMismatch", None)
    squeezed = zlib.compress(b"\0" * (1 << 20), 9)
    yield "deflate-bomb", *chunk_with("key", (DEFLATE, 0, squeezed, 1 << 29), "limitExceeded", 24 + 32 + 24)
    yield "deflate-too-long", *chunk_with("key", (DEFLATE, 0, squeezed, 1 << 19), "invalidCompression", bodies + 16)
    yield "deflate-too-short", *chunk_with("key", (DEFLATE, 0, squeezed, 1 << 21), "invalidCompression", bodies + 16)
    yield "deflate-garbage", *chunk_with("key", (DEFLATE, 0, b"\x78\x9c garbage", 4000), "invalidCompression", bodies + 16)
    yield "raw-size", *chunk_with("key", (RAW, 0, keys, len(keys) + 1), "countMismatch", bodies + 16)
    yield "strings-too-many", *chunk_with("captions", (RAW, 0, struct.pack("<II", 1 << 21, 0), 8), "limitExceeded", None)

    def payload_file(change, reason, place):
        payload = bytearray(table(head["columns"], rows[:2], 0, 2))
        change(payload)
        file = File(head)
        at = len(file.data)
        file.chunks, file.rows = [(at, 0)], 2
        file.block(CHUNK, bytes(payload))
        return file.end().data, reason, at + 32 + place
    yield "columns-in-chunk", *payload_file(lambda p: struct.pack_into("<I", p, 0, 65), "limitExceeded", 0)
    yield "columns-cut", *payload_file(lambda p: (p.__delitem__(slice(64, None)), struct.pack_into("<I", p, 0, 2)), "truncated", 64)
    yield "no-rows", *payload_file(lambda p: struct.pack_into("<I", p, 4, 0), "limitExceeded", 4)
    yield "row-count", *payload_file(lambda p: struct.pack_into("<I", p, 4, 3), "countMismatch", 16)
    yield "first-row", *payload_file(lambda p: struct.pack_into("<QQ", p, 8, 1, 3), "countMismatch", 8)
    yield "inputs", *payload_file(lambda p: struct.pack_into("<Q", p, 16, 3), "countMismatch", 16)
    yield "column-flags", *payload_file(lambda p: struct.pack_into("<I", p, 28, 1), "invalidField", 28)
    yield "column-offset", *payload_file(lambda p: struct.pack_into("<Q", p, 32, 1 << 63), "limitExceeded", 32)
    yield "column-gap", *payload_file(lambda p: struct.pack_into("<Q", p, 32, bodies + 8), "invalidField", 32)
    yield "column-too-long", *payload_file(lambda p: struct.pack_into("<QQ", p, 40, 4096, 4096), "truncated", 40)
    yield "column-too-large", *payload_file(lambda p: struct.pack_into("<Q", p, 48, (1 << 30) + 1), "limitExceeded", 48)
    yield "column-missing", *payload_file(lambda p: struct.pack_into("<H", p, 24 + 96, 44), "noSuchColumn", 0)
    yield "column-ids", *payload_file(lambda p: struct.pack_into("<H", p, 24 + 32, 1), "invalidField", 24 + 32)
    yield "payload-longer", *payload_file(lambda p: p.extend(b"\0" * 8), "countMismatch", 0)

    file = File(head).chunk(rows[:2])
    yield "end-rows", file.end(rows=3).data, "countMismatch", len(file.data) - 24
    file = File(head).chunk(rows[:2])
    yield "index-outside", file.end(index_at=1 << 40).data, "invalidField", len(file.data) - 32
    file = File(head).chunk(rows[:2])
    yield "index-elsewhere", file.end(index_at=file.chunks[0][0]).data, "unexpectedBlock", file.chunks[0][0]
    file = File(head).chunk(rows[:2]).chunk(rows[2:3])
    at = len(file.data)
    yield "index-not-ascending", file.end(index=file.chunks[::-1]).data, "invalidField", at + 32
    file = File(head).chunk(rows[:2]).chunk(rows[2:3])
    yield "index-counts", file.end(index=[file.chunks[0], (file.chunks[1][0], 1)]).data, "countMismatch", file.chunks[0][0] + 32 + 4
    file = File(head).chunk(rows[:2]).chunk(rows[2:3])
    yield "index-into-chunk", file.end(index=[file.chunks[0], (file.chunks[1][0] + 8, 2)]).data, "noBlock", file.chunks[1][0] + 8
    appended = File(head).chunk(rows[:2]).end()
    old = len(appended.data)
    data = appended.chunk(rows[2:4]).end().data
    yield "append-cut", data[:appended.chunks[1][0] + 100], "noEndMark", appended.chunks[1][0] + 100
    yield "append-without-end", data[:-64], "noEndMark", len(data) - 64
    old_index = struct.unpack_from("<Q", data, old - 32)[0]
    yield "append-old-end-again", data[:-64] + data[old - 64:old], "countMismatch", old_index
    file = File(head).chunk(rows[:2]).end().chunk(rows[2:4])
    at = len(file.data)
    yield "append-index-new-only", file.end(index=file.chunks[1:]).data, "countMismatch", at + 32 + 16
    file = File(head).reject([broken(1, 1), broken(0, 0)])
    yield "reject-order", file.end().data, "invalidField", file.reject_blocks[0][0] + 32
    file = File(head).reject([broken(1, 4)])
    yield "reject-outside", file.end().data, "invalidField", file.reject_blocks[0][0] + 32
    file = File(head).reject([broken(1, 0)], following=2)
    at = len(file.data)
    yield "reject-without-chunk", file.end().data, "unexpectedBlock", at


def refused_headers():
    """(name, bytes, reason, offset): members that are missing, of another type or out of range."""
    head = header(text="raw")
    columns = head["columns"]

    def file(payload):
        return File(head, pad(payload, b" ")).end().data

    def changed(**members):
        return file(canonical(dict(head, **members)))

    def with_column(**members):
        return changed(columns=[dict(columns[0], **members), *columns[1:]])
    text = canonical(head)
    yield "json-not-utf8", file(text.replace(b'"balanced"', b'"\xff\xfe"')), "invalidHeader"
    yield "json-byte-order-mark", file(b"\xef\xbb\xbf" + text), "invalidHeader"
    yield "json-fraction", file(text.replace(b'"patch_size":8', b'"patch_size":8.0')), "invalidHeader"
    yield "json-leading-zero", file(text.replace(b'"patch_size":8', b'"patch_size":08')), "invalidHeader"
    yield "json-large-number", changed(surprise=1 << 53), "invalidHeader"
    yield "json-escape", file(text.replace(b'"sample"', b'"s\\u0061mple"')), "invalidHeader"
    yield "json-order", file(text.replace(b'"name":"sample","patch_size":8', b'"patch_size":8,"name":"sample"')), "invalidHeader"
    yield "json-list", file(b"[]"), "invalidHeader"
    yield "json-padding", File(head, pad(text, b" ") + b" " * 8).end().data, "invalidHeader"
    yield "requires-no-list", changed(requires={}), "invalidHeader"
    yield "version-one-number", changed(version=[1]), "invalidHeader"
    yield "codec-missing", file(canonical({k: v for k, v in head.items() if k != "codec"})), "invalidHeader"
    yield "codebook-size-0", changed(codec=dict(head["codec"], codebook_size=0)), "invalidHeader"
    yield "patch-size-0", changed(codec=dict(head["codec"], patch_size=0)), "invalidHeader"
    yield "recipe-size", changed(recipe=dict(head["recipe"], size=-1)), "invalidHeader"
    yield "recipe-options", changed(recipe=dict(head["recipe"], options={"a": 1})), "invalidHeader"
    yield "rows-per-chunk-0", changed(rows_per_chunk=0), "invalidHeader"
    yield "rows-per-chunk-65537", changed(rows_per_chunk=65537), "invalidHeader"
    yield "notes-number", changed(notes={"a": 1}), "invalidHeader"
    yield "text-tokenizer", changed(text_tokenizer={"name": "yttm"}), "invalidHeader"
    yield "column-id-0", with_column(id=0), "invalidHeader"
    yield "column-name-empty", changed(columns=columns + [dict(columns[1], id=9, name="")]), "invalidHeader"
    yield "column-name-65", changed(columns=columns + [dict(columns[1], id=9, name="n" * 65)]), "invalidHeader"
    yield "grid-width-missing", with_column(height=2, width=None), "invalidHeader"
    yield "grid-side-4097", with_column(height=4097, width=1), "invalidHeader"
    yield "grid-too-large", with_column(height=1025, width=1024), "limitExceeded"
    yield "grid-zstd", with_column(encoding="zstd"), "invalidHeader"
    yield "key-packed", changed(columns=[columns[0], dict(columns[1], encoding="packed"), *columns[2:]]), "invalidHeader"
    yield "encoding-unknown", changed(columns=[*columns[:3], dict(columns[3], encoding="brotli")]), "invalidHeader"
    yield "integers-17", changed(columns=[*columns[:3], dict(columns[3], count=17)]), "invalidHeader"
    yield "vocabulary-0", with_column(vocabulary_size=0, bits=1), "invalidHeader"
    yield "image-is-text", changed(columns=[dict(columns[1], id=1, name="image"), *columns[1:]]), "invalidHeader"


def refused_bodies():
    """(name, bytes, reason, offset): columns that hold what their kind may not."""
    head = header(text="raw")
    rows = [row(i) for i in range(2)]
    ragged = header(None, None, text="raw", more=[
        {"id": 5, "name": "caption_ids", "kind": "tokens", "encoding": "packed", "vocabulary_size": 3, "bits": 2}])
    uneven = [row(i, 1, 3, caption_ids=[2, 1, 0]) for i in range(2)]
    image, key = head["columns"][:2]

    def chunk(name, entry, reason, head=head, rows=rows):
        file = File(head).chunk(rows, override={name: entry})
        return file.end().data, reason, None
    wide = body(ragged["columns"][0], [r["image"] for r in uneven])
    ids = body(ragged["columns"][4], [r["caption_ids"] for r in uneven])
    # Three tokens of 13 bits take 39 of 40: the last bit must be zero.
    yield "unused-bits", *chunk("image", (PACKED, 13, wide[:-1] + bytes([wide[-1] | 128]), len(wide)), "invalidField", ragged, uneven)
    yield "unused-bits-tokens", *chunk("caption_ids", (PACKED, 2, ids[:-1] + bytes([ids[-1] | 64]), len(ids)), "invalidField", ragged, uneven)
    yield "tokens-out-of-range", *chunk("caption_ids", (PACKED, 2, ids[:-1] + b"\x3f", len(ids)), "tokenOutOfRange", ragged, uneven)
    yield "ragged-too-short", *chunk("image", (PACKED, 13, wide[:-1], len(wide) - 1), "countMismatch", ragged, uneven)
    yield "ragged-side", *chunk("image", (PACKED, 13, struct.pack("<HHHH", 1, 4097, 1, 3) + bytes(6663), 6671), "limitExceeded", ragged, uneven)
    yield "ragged-too-large", *chunk("image", (PACKED, 13, struct.pack("<HHHH", 4096, 4096, 1, 3) + bytes(16), 24), "limitExceeded", ragged, uneven)
    yield "tokens-too-many", *chunk("caption_ids", (PACKED, 2, struct.pack("<II", (1 << 20) + 1, 3) + bytes(8), 16), "limitExceeded", ragged, uneven)
    yield "tokens-deflated", *chunk("image", (DEFLATE, 13, zlib.compress(bytes(400)), 400), "unsupportedEncoding")
    yield "text-with-bits", *chunk("key", (RAW, 8, body(key, ["a", "b"]), 10), "unsupportedEncoding")
    yield "compact-without-tree", *chunk("image", (COMPACT, 13, bytes(8), 14), "unsupportedEncoding")
    big = header(4096, 256, 50, text="raw", per_chunk=9)
    big["columns"][0] = compact_column(big["columns"][0], 37)
    nine = [dict(row(i), image=[[0]]) for i in range(9)]
    yield "compact-too-many", *chunk("image", (COMPACT, 6, bytes(8), 9 * 786432), "limitExceeded", big, nine)
    long = [dict(row(i), key="k" * (4096 + i)) for i in range(2)]
    yield "key-too-long", File(head).chunk(long).end().data, "limitExceeded", None
    keys = body(key, ["a" * 300, "b" * 300])
    squeezed = zlib.compress(keys, 9)
    yield "deflate-trailing", *chunk("key", (DEFLATE, 0, squeezed + b"\0", len(keys)), "invalidCompression")
    yield "deflate-two-streams", *chunk("key", (DEFLATE, 0, squeezed + squeezed, len(keys)), "invalidCompression")
    yield "deflate-cut", *chunk("key", (DEFLATE, 0, squeezed[:-1], len(keys)), "invalidCompression")
    yield "deflate-larger", *chunk("key", (DEFLATE, 0, zlib.compress(body(key, ["a", "b"]), 0), 10), "invalidCompression")
    for name, damage in (("garbage", lambda d: b"\x28\xb5\x2f\xfd garbage"), ("trailing", lambda d: d + b"\0"),
                         ("two-frames", lambda d: d + d), ("cut", lambda d: d[:-1])):
        yield "zstd-" + name, *chunk("key", (ZSTD, 0, damage(ZSTD_KEYS), len(keys)), "invalidCompression")
    # One frame of 1 MiB of zeros behind a promise of 608 bytes.
    yield "zstd-bomb", *chunk("key", (ZSTD, 0, ZSTD_ZEROS, 608), "invalidCompression")

    def patched_payload(head, rows, change, reason, place):
        payload = bytearray(table(head["columns"], rows, 0, 2))
        change(payload)
        file = File(head)
        at = len(file.data)
        file.chunks, file.rows = [(at, 0)], 2
        file.block(CHUNK, bytes(payload))
        return file.end().data, reason, at + 32 + place
    # The image of two rows takes 14 bytes from 152 on; two bytes follow it before the keys.
    yield "padding-between-columns", *patched_payload(head, rows, lambda p: p.__setitem__(167, 1), "invalidField", 166)
    yield "columns-swapped", *patched_payload(head, rows, lambda p: (struct.pack_into("<H", p, 24, 2), struct.pack_into("<H", p, 56, 1)), "invalidField", 56)
    extra = header(text="raw", more=[{"id": 5, "name": "more", "kind": "text", "encoding": "raw"}])
    file = File(head)
    file.head = extra
    file.chunk([dict(r, more="x") for r in rows])
    yield "column-too-many", file.end().data, "countMismatch", None


def refused_rejects():
    """(name, bytes, reason, offset): REJECT blocks, and what surrounds them."""
    head = header(text="raw")
    rows = [row(i) for i in range(3)]

    def rejects(items, columns=REJECT_COLUMNS, count=None):
        file = File(head)
        at = len(file.data)
        payload = bytearray(table([dict(c, encoding="raw") for c in columns], items, 0, len(items)))
        if count:
            struct.pack_into("<I", payload, 4, count)
        file.reject_blocks, file.rejects = [(at, 0)], count or len(items)
        file.block(REJECT, bytes(payload))
        return file
    yield "reject-column-missing", rejects([broken(1, 0)], REJECT_COLUMNS[:4]).end().data, "countMismatch", None
    sixth = {"id": 6, "name": "more", "kind": "text", "encoding": "raw"}
    yield "reject-column-too-many", rejects([dict(broken(1, 0), more="x")], REJECT_COLUMNS + [sixth]).end().data, "countMismatch", None
    yield "rejects-too-many", rejects([broken(1, 0)], count=1025).end().data, "invalidField", None
    for name, size in ("key", 4097), ("stage", 257), ("code", 257), ("message", 4097):
        yield f"reject-{name}-too-long", rejects([dict(broken(1, 0), **{name: "x" * size})]).end().data, "limitExceeded", None
    yield "reject-negative", rejects([broken(1, -1)]).end().data, "invalidField", None
    file = File(head).reject([broken(1, 0)], following=2).chunk(rows[:1])
    yield "group-other-count", file.end().data, "countMismatch", None
    file = File(head).reject([broken(1, 0)], following=1)
    file.block(0x80000063, b"between ")
    yield "group-torn-apart", file.chunk(rows[:1]).end().data, "unexpectedBlock", None
    file = File(head).chunk(rows[:2])
    file.block(HEAD, pad(canonical(head), b" "))
    yield "second-head", file.end().data, "unexpectedBlock", None
    file = File(head).chunk(rows[:2]).chunk(rows[2:])
    lost = file.end(index=file.chunks[:1], counts=(1, 0))
    yield "index-lacks-a-chunk", lost.data, "countMismatch", None
    file = File(head).chunk(rows[:2]).end()
    inner = len(file.data) - 24
    file.chunk(rows[2:]).end()
    start = inner - 40
    header_bytes = file.data[start:start + 32]
    payload = bytearray(file.data[start + 32:start + 64])
    struct.pack_into("<Q", payload, 8, 7)
    again = header_bytes[:24] + struct.pack("<I", zlib.crc32(bytes(payload)))
    again += struct.pack("<I", zlib.crc32(again))
    yield "former-end", patched(file.data, start, again + bytes(payload)), "countMismatch", None
    file = File(head).chunk(rows[:2])
    at = len(file.data)
    file.block(END, struct.pack("<QQQ", at, 2, 0) + b"TSREND\r\n")
    yield "end-without-index", file.data, "invalidField", None
    file = File(head).chunk(rows[:2])
    yield "end-mark", file.end(mark=b"TSREND\n\n").data, "noEndMark", None
    good = File(head).chunk(rows[:2]).end().data
    yield "end-twice", good + good[-64:], "countMismatch", None
    file = File(head).chunk(rows[:2])
    file.data += file.data[file.chunks[0][0]:]
    yield "chunk-twice", file.end().data, "wrongOrdinal", None


def block_file(head, kind, payload):
    file = File(head)
    at = len(file.data)
    file.chunks, file.rows = [(at, 0)], 2
    file.block(kind, payload)
    file.data += b"\0"
    return file.end().data


def huge(head):
    file = File(head)
    at = len(file.data)
    file.chunks, file.rows = [(at, 0)], 2
    start = b"TSRB" + struct.pack("<IQQI", CHUNK, 1 << 62, 1, 0)
    file.data += start + struct.pack("<I", zlib.crc32(start))
    file.ordinal += 1
    return file.end().data


def main():
    for folder in ("accept", "refuse"):
        os.makedirs(os.path.join(HERE, folder), exist_ok=True)
    contents = {}
    for name, head, file, rows, rejects in accepted():
        with open(os.path.join(HERE, "accept", name + ".tessera"), "wb") as out:
            out.write(file.data)
        if len(rows) > 20:
            rows = {"count": len(rows), "sample": {i: rows[i] for i in (0, 1, 63, 64, len(rows) - 1)}}
        contents[name] = {"rows": rows, "rejects": rejects}
    with open(os.path.join(HERE, "accept", "rows.json"), "w") as out:
        json.dump(contents, out, indent=1, ensure_ascii=False, sort_keys=True)
    reasons = {}
    headers = ((*entry, None if entry[2] == "limitExceeded" or entry[0].startswith("json") else 40) for entry in refused_headers())
    for name, data, reason, offset in [*refused(), *headers, *refused_bodies(), *refused_rejects()]:
        with open(os.path.join(HERE, "refuse", name + ".tessera"), "wb") as out:
            out.write(data)
        reasons[name] = {"reason": reason, "offset": offset}
    with open(os.path.join(HERE, "refuse", "reasons.json"), "w") as out:
        json.dump(reasons, out, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
