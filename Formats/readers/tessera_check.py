"""Checks a whole Tessera token file as Formats/token-file.md wants it: header, order of blocks, every value.

    python3 tessera_check.py photographs.tessera        # one line; status 1 with the reason when refused
"""
import base64, re, struct, sys
from tessera_reader import CHUNK, END, INDEX, MARK, REJECT, TokenFile, TokenFileError, require, unpack

# What a header must hold: a range of integers, a type, members, or a condition.
SIZES, HEX, TEXTS = range(1, (1 << 24) + 1), re.compile("[0-9a-f]{64}").fullmatch, ("raw", "deflate", "zstd")
STRINGS = lambda value: all(isinstance(v, str) for v in value.values())
HEADER = {"codec": {"name": str, "weights_digest": HEX, "codebook_digest": HEX, "codebook_size": SIZES,
                    "patch_size": range(1, 4097)}, "policy": str, "rows_per_chunk": range(1, 65537), "notes": STRINGS,
          "recipe": {"name": str, "size": range((1 << 20) + 1), "options": STRINGS}}
TOKENIZER = {"name": str, "digest": HEX, "vocabulary_size": SIZES, "maximum_length": range((1 << 20) + 1),
             "padding_token": lambda v: v is None or fits(v, range((1 << 24) + 1))}
KINDS = {"grid": ("packed", "compact"), "tokens": ("packed",), "text": TEXTS, "texts": TEXTS, "integers": TEXTS}


def fits(value, schema):
    if isinstance(schema, dict):
        return all(fits(value[name], part) for name, part in schema.items())
    if isinstance(schema, range):
        return type(value) is int and value in schema
    return isinstance(value, schema) if isinstance(schema, type) else schema(value)


def check_header(header):
    require(fits(header, HEADER), "a member of the header is out of range")
    require("text_tokenizer" not in header or fits(header["text_tokenizer"], TOKENIZER), "bad text_tokenizer")
    for c in header["columns"]:
        require(fits(c["id"], range(1, 65536)) and 1 <= len(c["name"].encode()) <= 64, "bad id or name")
        require(c["encoding"] in KINDS[c["kind"]], "an encoding that the kind does not have")
        require(c["kind"] != "integers" or fits(c["count"], range(1, 17)), "bad count")
        if c["kind"] in ("grid", "tokens"):
            require(fits(c, {"vocabulary_size": SIZES, "bits": range(1, 25)}), "bad vocabulary size or bits")
        if c["kind"] == "grid" and ("height" in c or "width" in c):
            require(fits(c, {"height": range(1, 4097), "width": range(1, 4097)}), "bad height or width")
            require(c["height"] * c["width"] <= 1 << 20, "grids are too large")
        if c["encoding"] == "compact":
            tree, count = base64.b64decode(c["tree"], validate=True), c["vocabulary_size"]
            require(len(tree) == -(-count * c["bits"] // 8) and len(set(unpack(tree, count, c["bits"]).tolist())) == count,
                    "a tree whose labels are not distinct")


def check_blocks(file):
    at, ordinal, totals, entries, promised, index = file.start, 1, [0, 0], ([], []), None, None
    while at < file.size:
        kind, _, payload, after = file.block(at, None, ordinal)
        allowed = (END,) if index else (CHUNK,) if promised else (CHUNK, REJECT, INDEX)
        require(kind in allowed or kind >> 31 and not index and not promised, f"a block of type {kind} at {at}")
        if kind in (CHUNK, REJECT):
            part = kind - CHUNK
            require(len(payload) >= 24, "a block of rows is too short")
            count, first, inputs = struct.unpack_from("<4xIQQ", payload)
            require(first == totals[part], f"the block at {at} does not go on with the rows before it")
            entries[part].append((at, first))
            totals[part] += count
            seen = sum(totals)
            require(inputs == seen and promised in (None, inputs) if kind == CHUNK else inputs >= seen,
                    "rows and rejects do not account for every input")
            promised = inputs if inputs > seen else None
        elif kind == INDEX:
            listed = b"".join(struct.pack("<QQ", *entry) for part in entries for entry in part)
            require(bytes(payload) == struct.pack("<QQII", *totals, *map(len, entries)) + listed, "an index that lists other blocks")
            index = at
        elif kind == END:
            require(bytes(payload) == struct.pack("<QQQ", index, *totals) + MARK, "an end that belongs to another index")
            index = None
        at, ordinal = after, ordinal + 1


def check(path):
    """Reads everything; raises TokenFileError at the first thing that is wrong."""
    file = TokenFile(path)
    try:
        check_header(file.header)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TokenFileError(f"bad header: {error!r}") from None
    check_blocks(file)
    for chunk in range(len(file.chunks)):
        table = file.table(chunk)
        for column in file.header["columns"]:
            file.values(column, table)
    places = [-1, *(reject["input"][0] for reject in file.rejects()), len(file) + file.reject_count]
    require(all(a < b for a, b in zip(places, places[1:])), "rejects are not in order")
    return file


if __name__ == "__main__":
    try:
        file = check(sys.argv[1])
    except (ValueError, OSError) as error:
        sys.exit(f"{sys.argv[1]}: {error}")
    print(f"{sys.argv[1]}: sound, {len(file)} rows, {file.reject_count} rejects")
