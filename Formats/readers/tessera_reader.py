"""Reads Tessera token files (Formats/token-file.md) with the standard library and NumPy.

    file = TokenFile("photographs.tessera")     # maps the file; reads header and index
    file.grid(17), file.row(17)                 # tokens [height, width] of row 17 in O(1); all its columns
    file.tokens(3), file.rejects()              # all grids of chunk 3; what was left out, and why
    file.verify()                               # everything; any ValueError means a refused file
It has __len__ and __getitem__: torch.utils.data.DataLoader takes it as it is.
"""
import bisect, json, mmap, struct, sys, zlib
import numpy as np
MAGIC, MARK, SYNC, HEAD, CHUNK, REJECT, INDEX, END = b"\x89TSR\r\n\x1a\n", b"TSREND\r\n", b"TSRB", 1, 2, 3, 4, 5
REJECTS = [dict(id=i, name=name, kind="integers" if i == 1 else "text", count=1)
           for i, name in enumerate(["input", "key", "stage", "code", "message"], 1)]

class TokenFileError(ValueError): pass
def require(condition, message):
    if not condition: raise TokenFileError(message)

def unpack(data, count, bits):  # `count` values of `bits` bits, least significant bit first
    data = np.concatenate([np.frombuffer(data, np.uint8), np.zeros(4, np.uint8)]).astype(np.uint32)
    i, shift = (at := np.arange(count, dtype=np.int64) * bits) >> 3, (at & 7).astype(np.uint32)
    return (data[i] | data[i + 1] << 8 | data[i + 2] << 16 | data[i + 3] << 24) >> shift & np.uint32((1 << bits) - 1)
def inflate(data, encoding, size):
    if encoding == 4:
        try: from compression.zstd import decompress  # Python 3.14
        except ImportError: from zstandard import decompress  # before that: pip install zstandard
        data = decompress(data)
    elif encoding == 3:
        stream = zlib.decompressobj()
        try: data = stream.decompress(data, size) + stream.decompress(stream.unconsumed_tail, 1)
        except zlib.error as error: raise TokenFileError(f"a compressed column is damaged: {error}") from None
        require(stream.eof and not stream.unused_data, "a compressed column is cut or too long")
    require(len(data) == size, "a column has the wrong size")
    return bytes(data)

class TokenFile:
    def __init__(self, path):
        with open(path, "rb") as file:
            require(file.read(8) == MAGIC, "not a token file")
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.size, self.checked = len(self.data), set()
        head, self.start = self.block(8, HEAD, 0)[2:]
        try: self.read_header(bytes(head).rstrip(b" ").decode())
        except (ValueError, TypeError, KeyError, RecursionError) as e: raise TokenFileError(f"bad header: {e}") from None
        require(self.data[-8:] == MARK, "no end mark: cut short, or still being written")
        _, ordinal, end, _ = self.block(self.size - 64, END)
        at, self.count, self.reject_count = struct.unpack_from("<QQQ", end)
        _, _, index, stop = self.block(at, INDEX, ordinal - 1)
        rows, rejects, n, m = struct.unpack_from("<QQII", index)
        require((stop, rows, rejects, len(index)) == (self.size - 64, self.count, self.reject_count, 24 + 16 * (n + m)),
                "index and end differ")
        entries = list(struct.iter_unpack("<QQ", index[24:]))
        self.chunks, self.rejected = entries[:n] + [(at, rows)], entries[n:] + [(at, rejects)]
        for part in self.chunks, self.rejected:
            require(part[0][1] == 0 and all(a[0] < b[0] and a[1] < b[1] for a, b in zip(part, part[1:])), "bad index")
    def read_header(self, text):
        self.header = h = json.loads(text)
        require(len(text.encode()) <= 1 << 20 and text == json.dumps(
            h, sort_keys=True, separators=(",", ":"), ensure_ascii=False), "not canonical JSON, or too large")
        require((h["format"], h["version"][0], h["requires"]) == ("tessera-token-file", 1, []), "a newer version?")
        digests = h["codec"]["weights_digest"], h["codec"]["codebook_digest"]
        require(all(len(d) == 64 and set(d) <= set("0123456789abcdef") for d in digests), "a digest is not hexadecimal")
        ids, self.columns = [c["id"] for c in h["columns"]], {c["name"]: c for c in h["columns"]}
        require(ids == sorted(set(ids)) and len(ids) == len(self.columns) <= 64, "columns are not in order")
        require((self.columns["key"]["kind"], self.columns["image"]["kind"]) == ("text", "grid"), "no key or image")
        for c in h["columns"]:
            bits = max(1, (c.get("vocabulary_size", 2) - 1).bit_length())
            require(c["kind"] in ("grid", "tokens", "text", "texts", "integers"), f"unknown kind {c['kind']}")
            require(c.get("bits", 1) == bits <= 24, "wrong bits")

    def block(self, at, expected=None, ordinal=None, verify=True):  # (type, ordinal, payload, where the next begins)
        require(8 <= at <= self.size - 32, f"no block at {at}")
        sync, kind, size, number, checksum, own = struct.unpack_from("<4sIQQII", self.data, at)
        require(sync == SYNC and zlib.crc32(self.data[at:at + 28]) == own, f"damaged block header at {at}")
        require(expected in (None, kind) and ordinal in (None, number) and (0 < kind < 6 or kind >> 31) and size % 8 == 0,
                f"block {number} of type {kind} at {at} is out of place")
        require(size <= self.size - at - 32, f"cut block at {at}")
        payload = memoryview(self.data)[at + 32:at + 32 + size]
        require(not verify or zlib.crc32(payload) == checksum, f"damaged block at {at}")
        return kind, number, payload, at + 32 + size

    def table(self, blocks, number, kind=CHUNK):  # rows, {column id: (encoding, bits, stored bytes, raw size)}
        (at, first), (_, stop) = blocks[number:number + 2]
        payload, _ = self.block(at, kind, verify=at not in self.checked)[2], self.checked.add(at)
        columns, rows, start, inputs = struct.unpack_from("<IIQQ", payload)
        result, end, inflated, last, bad = {}, 24 + 32 * columns, 0, 0, f"the block at {at} contradicts the index or itself"
        require((start, rows) == (first, stop - first) and inputs >= stop and columns <= 64 and end <= len(payload), bad)
        for c, encoding, bits, flags, offset, stored, raw in struct.iter_unpack("<HBBIQQQ", payload[24:end]):
            inflated += raw if raw != stored else 0
            require(c > last and flags == 0 and offset == end and stored <= len(payload) - end, bad)
            require(raw <= 1 << 30 and inflated <= 1 << 25, f"column {c} is too large")
            result[c], last, end = (encoding, bits, payload[offset:offset + stored], raw), c, end + -(-stored // 8) * 8
        require(end == len(payload), bad)
        return rows, result

    def values(self, column, table, pick=None):  # the value of each row of a block, or of row `pick` alone
        (rows, bodies), picked, kind = table, slice(pick, None if pick is None else pick + 1), column["kind"]
        encoding, bits, data, size = bodies.get(column["id"], (None, 0, b"", 0))
        tokens, bad = "vocabulary_size" in column, f"column {column['name']}: sizes disagree, or a token is out of range"
        require(encoding in ((1,) if tokens else (0, 3, 4)) and bits == column.get("bits", 0) and (
            encoding > 1 or size == len(data)), f"column {column['name']}: encoding {encoding}")
        if tokens:
            shapes = np.broadcast_to([column.get("height", 1), column.get("width", 1)], (rows, 2))
            if lead := 0 if "height" in column else 4 * rows:
                shapes = np.frombuffer(data[:lead], "<u4" if kind == "tokens" else "<u2").astype(int).reshape(rows, -1)
            ends = lead + np.append(0, np.cumsum((shapes.prod(1) * bits + 7) // 8))
            require(ends[-1] == size, bad)
            spans = zip(ends[:-1][picked], ends[1:][picked], shapes[picked])
            grids = [unpack(data[a:b], s.prod(), bits).reshape(s) for a, b, s in spans]
            require(all(g.max(initial=0) < column["vocabulary_size"] for g in grids), bad)
            return [g.astype(np.uint16 if bits <= 16 else np.uint32) for g in grids]
        data = inflate(data, encoding, size)
        if kind == "integers":
            require(size == 8 * rows * column["count"], bad)
            return np.frombuffer(data, "<i8").reshape(rows, -1)[picked].tolist()
        counts = np.frombuffer(data, "<u4", rows) if kind == "texts" else np.ones(rows, int)
        last, first = np.cumsum(np.append(0, counts), dtype=np.int64).tolist(), 4 * rows * (kind == "texts")
        lengths = np.frombuffer(data, "<u4", last[-1], first)
        ends = np.cumsum(np.append(first + 4 * len(lengths), lengths), dtype=np.int64).tolist()
        require(ends[-1] == size, bad)
        texts = [[data[ends[j]:ends[j + 1]].decode() for j in range(a, b)] for a, b in list(zip(last, last[1:]))[picked]]
        return texts if kind == "texts" else [t[0] for t in texts]
    def row(self, row, only=None):  # {column name: value}, of all columns or of one
        row = range(self.count)[row]
        chunk = bisect.bisect(self.chunks, row, key=lambda entry: entry[1]) - 1
        table, columns = self.table(self.chunks, chunk), [self.columns[only]] if only else self.header["columns"]
        return {c["name"]: self.values(c, table, row - self.chunks[chunk][1])[0] for c in columns}
    def __len__(self): return self.count
    def __getitem__(self, row): return self.row(row)
    def grid(self, row, name="image"): return self.row(row, name)[name]
    def tokens(self, chunk, name="image"): return np.stack(self.values(self.columns[name], self.table(self.chunks, chunk)))
    def rejects(self):
        for table in (self.table(self.rejected, i, REJECT) for i in range(len(self.rejected) - 1)):
            for values in zip(*(self.values(c, table) for c in REJECTS)): yield {c["name"]: v for c, v in zip(REJECTS, values)}
    def verify(self):  # reads everything; raises TokenFileError at the first thing that is wrong
        at, ordinal, inputs, announced = self.start, 1, 0, 0
        while at < self.size:
            (kind, _, payload, at), ordinal = self.block(at, None, ordinal), ordinal + 1
            count, announced = struct.unpack_from("<4xI8xQ", payload) if kind in (CHUNK, REJECT) else (0, announced)
            inputs += count
            require(kind == REJECT or announced == inputs, "rows and rejects do not account for every input")
        for i in range(len(self.chunks) - 1):
            for column in self.header["columns"]: self.values(column, self.table(self.chunks, i))
        places = [-1, *(r["input"][0] for r in self.rejects()), inputs]
        require(all(a < b for a, b in zip(places, places[1:])), "rejects are not in order")

if __name__ == "__main__":
    try: (file := TokenFile(sys.argv[1])).verify()
    except (ValueError, OSError) as error: sys.exit(f"{sys.argv[1]}: {error}")
    print(json.dumps({"rows": len(file), "rejects": file.reject_count, "header": file.header}, ensure_ascii=False))
