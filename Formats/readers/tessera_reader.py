"""Reads Tessera token files (Formats/token-file.md) with the standard library and NumPy.

    file = TokenFile("photographs.tessera")     # maps the file; reads header and index
    file.grid(17), file.row(17)                 # tokens [height, width] of row 17 in O(1); all its columns
    file.tokens(3), file.rejects()              # all grids of chunk 3; what was left out, and why
It has __len__ and __getitem__: torch.utils.data.DataLoader takes it as it is (or see tessera_torch.py).
Any ValueError means a refused file; tessera_check.py reads everything and checks the order of all blocks.
"""
import bisect, json, mmap, struct, sys, zlib
import numpy as np
MAGIC, MARK, SYNC, HEAD, CHUNK, REJECT, INDEX, END = b"\x89TSR\r\n\x1a\n", b"TSREND\r\n", b"TSRB", 1, 2, 3, 4, 5
REJECTS = [dict(id=i, name=name, kind="integers" if i == 1 else "text", count=1, longest=longest) for i, name, longest in
           [(1, "input", 0), (2, "key", 4096), (3, "stage", 256), (4, "code", 256), (5, "message", 4096)]]

class TokenFileError(ValueError): pass
def require(condition, message):
    if not condition: raise TokenFileError(message)

def unpack(data, count, bits):  # `count` values of `bits` bits, least significant bit first
    require(not count * bits % 8 or data[-1] >> count * bits % 8 == 0, "unused bits are not zero")
    data = np.concatenate([np.frombuffer(data, np.uint8), np.zeros(4, np.uint8)]).astype(np.uint32)
    i, shift = (at := np.arange(count, dtype=np.int64) * bits) >> 3, (at & 7).astype(np.uint32)
    return (data[i] | data[i + 1] << 8 | data[i + 2] << 16 | data[i + 3] << 24) >> shift & np.uint32((1 << bits) - 1)
def unzstd(data, size):
    try:
        from compression import zstd  # Python 3.14
        stream, error = zstd.ZstdDecompressor(), zstd.ZstdError
    except ImportError:
        import zstandard as zstd  # before that: pip install zstandard
        require(zstd.get_frame_parameters(data).content_size in (size, zstd.CONTENTSIZE_UNKNOWN), "a column has the wrong size")
        stream, error = zstd.ZstdDecompressor().decompressobj(), zstd.ZstdError
    try: data = stream.decompress(data)
    except error as reason: raise TokenFileError(f"a compressed column is damaged: {reason}") from None
    require(stream.eof and not stream.unused_data, "a compressed column is cut or too long")
    return data
def inflate(data, encoding, size):
    require(encoding == 0 or len(data) < size, "a compressed column is larger than it was")
    if encoding == 4:
        data = unzstd(data, size)
    elif encoding == 3:
        stream = zlib.decompressobj()
        try: data = stream.decompress(data, size) + stream.decompress(stream.unconsumed_tail, 1)
        except zlib.error as error: raise TokenFileError(f"a compressed column is damaged: {error}") from None
        require(stream.eof and not stream.unused_data, "a compressed column is cut or too long")
    require(len(data) == size, "a column has the wrong size")
    return bytes(data)
def integer(text):  # the only numbers of a header
    require(abs(value := int(text)) < 1 << 53, "a number is too large")
    return value
def ordered(value):  # members by the UTF-16 code units of their names
    if isinstance(value, list): return [ordered(v) for v in value]
    return {k: ordered(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))} if isinstance(value, dict) else value

class TokenFile:
    def __init__(self, path):
        with open(path, "rb") as file:
            require(file.read(8) == MAGIC, "not a token file")
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.size, self.checked = len(self.data), set()
        head, self.start = self.block(8, HEAD, 0)[2:]
        text = bytes(head).rstrip(b" ")
        try: self.read_header(text.decode())
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as e:
            raise TokenFileError(f"bad header: {e!r}") from None
        require(len(text) <= 1 << 20 and len(head) - len(text) < 8, "the header is too large")
        require(self.data[-8:] == MARK, "no end mark: cut short, or still being written")
        _, ordinal, end, _ = self.block(self.size - 64, END)
        at, self.count, self.reject_count = struct.unpack_from("<QQQ", end)
        _, _, index, stop = self.block(at, INDEX, ordinal - 1)
        rows, rejects, n, m = struct.unpack_from("<QQII", index)
        require((stop, rows, rejects, len(index)) == (self.size - 64, self.count, self.reject_count, 24 + 16 * (n + m)),
                "index and end differ")
        entries = np.frombuffer(index, "<u8", offset=24).reshape(-1, 2)  # stays where it is mapped
        self.chunks, self.rejected = entries[:n], entries[n:]
        for part, count in (self.chunks, self.count), (self.rejected, self.reject_count):
            require(len(part) == 0 == count or len(part) and part[0, 1] == 0 and part[-1, 1] < count and part[-1, 0] < at, "bad index")
    def read_header(self, text):
        self.header = h = json.loads(text, parse_int=integer, parse_float=integer, parse_constant=integer)
        require(text == json.dumps(ordered(h), separators=(",", ":"), ensure_ascii=False), "not canonical JSON")
        require((h["format"], len(h["version"]), h["version"][0], h["requires"]) == ("tessera-token-file", 2, 1, []),
                "a newer version?")
        ids, self.columns = [c["id"] for c in h["columns"]], {c["name"]: c for c in h["columns"]}
        require(ids == sorted(set(ids)) and len(ids) == len(self.columns) <= 64, "columns are not in order")
        require((self.columns["key"]["kind"], self.columns["image"]["kind"]) == ("text", "grid"), "no key or image")
        for c in h["columns"]:
            bits = max(1, (c.get("vocabulary_size", 2) - 1).bit_length())
            require(c["kind"] in ("grid", "tokens", "text", "texts", "integers"), f"unknown kind {c['kind']}")
            require(c.get("bits", 1) == bits <= 24, "wrong bits")

    def block(self, at, expected=None, ordinal=None, verify=True):  # (type, ordinal, payload, where the next begins)
        require(8 <= at <= self.size - 32 and at % 8 == 0, f"no block at {at}")
        sync, kind, size, number, checksum, own = struct.unpack_from("<4sIQQII", self.data, at)
        require(sync == SYNC and zlib.crc32(self.data[at:at + 28]) == own, f"damaged block header at {at}")
        require(expected in (None, kind) and ordinal in (None, number) and (0 < kind < 6 or kind >> 31) and size % 8 == 0,
                f"block {number} of type {kind} at {at} is out of place")
        require(size <= self.size - at - 32, f"cut block at {at}")
        payload = memoryview(self.data)[at + 32:at + 32 + size]
        require(not verify or zlib.crc32(payload) == checksum, f"damaged block at {at}")
        return kind, number, payload, at + 32 + size

    def table(self, number, kind=CHUNK):  # rows, {column id: (encoding, bits, stored bytes, raw size)}
        blocks, total = (self.chunks, self.count) if kind == CHUNK else (self.rejected, self.reject_count)
        at, first = map(int, blocks[number])
        stop = int(blocks[number + 1][1]) if number + 1 < len(blocks) else total
        payload, _ = self.block(at, kind, verify=at not in self.checked)[2], self.checked.add(at)
        columns, rows, start, inputs = struct.unpack_from("<IIQQ", payload)
        result, end, inflated, last, bad = {}, 24 + 32 * columns, 0, 0, f"the block at {at} contradicts the index or itself"
        require((start, rows) == (first, stop - first) and 0 < rows <= (65536 if kind == CHUNK else 1024) and inputs >= stop, bad)
        require(columns == (len(self.columns) if kind == CHUNK else 5) and end <= len(payload), bad)
        for c, encoding, bits, flags, offset, stored, raw in struct.iter_unpack("<HBBIQQQ", payload[24:end]):
            inflated += raw if raw != stored else 0
            require(c > last and flags == 0 and offset == end and stored <= len(payload) - end, bad)
            require(raw <= 1 << 30 and inflated <= 1 << 25, f"column {c} is too large")
            result[c], last, end = (encoding, bits, payload[offset:offset + stored], raw), c, end + -(-stored // 8) * 8
            require(not any(payload[offset + stored:end]), "bytes between columns are not zero")
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
                require(shapes.prod(1).max() <= 1 << 20 and (kind == "tokens" or shapes.max() <= 4096), bad)
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
        require(last[-1] <= 1 << 20, "too many strings")
        lengths = np.frombuffer(data, "<u4", last[-1], first)
        ends = np.cumsum(np.append(first + 4 * len(lengths), lengths), dtype=np.int64).tolist()
        longest = column.get("longest", 4096 if column["name"] == "key" else size)
        require(ends[-1] == size and lengths.max(initial=0) <= longest, bad)
        texts = [[data[ends[j]:ends[j + 1]].decode() for j in range(a, b)] for a, b in list(zip(last, last[1:]))[picked]]
        return texts if kind == "texts" else [t[0] for t in texts]
    def row(self, row, only=None):  # {column name: value}, of all columns or of those named
        row = range(self.count)[row]
        chunk = bisect.bisect(self.chunks[:, 1], row) - 1
        table, columns = self.table(chunk), [self.columns[name] for name in only or self.columns]
        return {c["name"]: self.values(c, table, row - int(self.chunks[chunk][1]))[0] for c in columns}
    def __len__(self): return self.count
    def __getitem__(self, row): return self.row(row)
    def grid(self, row, name="image"): return self.row(row, [name])[name]
    def tokens(self, chunk, name="image"): return np.stack(self.values(self.columns[name], self.table(chunk)))
    def rejects(self):
        for table in (self.table(i, REJECT) for i in range(len(self.rejected))):
            for values in zip(*(self.values(c, table) for c in REJECTS)): yield {c["name"]: v for c, v in zip(REJECTS, values)}

if __name__ == "__main__":
    try: print(json.dumps({"rows": len(file := TokenFile(sys.argv[1])), "rejects": file.reject_count, "header": file.header}))
    except (ValueError, OSError) as error: sys.exit(f"{sys.argv[1]}: {error}")
