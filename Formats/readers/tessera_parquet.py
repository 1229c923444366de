"""Writes a Tessera token file as Parquet, a row group for each chunk (needs pyarrow).

    python3 tessera_parquet.py photographs.tessera photographs.parquet [--compression zstd]

Columns keep their names: text is string, texts list<string>, integers list<int64>, tokens
list<uint8|uint16|uint32>. A grid is a list of its tokens, row by row; where every grid has the same
size it is a fixed-size list, otherwise NAME_height and NAME_width stand beside it. The metadata of the
schema holds the header (key `tessera`), the sizes of grids (`tessera.shapes`) and the rejects
(`tessera.rejects`), all as JSON.
"""
import argparse, json, os
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tessera_reader import TokenFile


def token_type(column):
    size = column["vocabulary_size"]
    return pa.uint8() if size <= 1 << 8 else pa.uint16() if size <= 1 << 16 else pa.uint32()


def fields(column):
    """(name, type, value of a row -> value of the field) of a column."""
    name, kind = column["name"], column["kind"]
    if kind == "text":
        return [(name, pa.string(), lambda v: v)]
    if kind == "texts":
        return [(name, pa.list_(pa.string()), lambda v: v)]
    if kind == "integers":
        return [(name, pa.list_(pa.int64(), column["count"]), lambda v: v)]
    if kind == "tokens":
        return [(name, pa.list_(token_type(column)), lambda v: v)]
    if "height" in column:
        return [(name, pa.list_(token_type(column), column["height"] * column["width"]), np.ravel)]
    return [(name, pa.list_(token_type(column)), np.ravel),
            (name + "_height", pa.uint16(), lambda v: v.shape[0]), (name + "_width", pa.uint16(), lambda v: v.shape[1])]


def write(source, target, **options):
    file = TokenFile(source)
    columns = file.header["columns"]
    shapes = {c["name"]: [c["height"], c["width"]] for c in columns if "height" in c}
    schema = pa.schema(
        [pa.field(name, kind, nullable=False) for c in columns for name, kind, _ in fields(c)],
        {"tessera": json.dumps(file.header, sort_keys=True, ensure_ascii=False),
         "tessera.shapes": json.dumps(shapes, sort_keys=True),
         "tessera.rejects": json.dumps(list(file.rejects()), ensure_ascii=False)})
    partial = target + ".partial"
    with pq.ParquetWriter(partial, schema, **options) as writer:
        for chunk in range(len(file.chunks)):
            rows = file.table(chunk)
            arrays = []
            for column in columns:
                values = file.values(column, rows)
                for _, kind, value in fields(column):
                    arrays.append(pa.array([value(v) for v in values], kind))
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    os.replace(partial, target)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Writes a Tessera token file as Parquet.")
    parser.add_argument("tokens")
    parser.add_argument("parquet")
    parser.add_argument("--compression", default="snappy", help="none, snappy, zstd, ...")
    arguments = parser.parse_args()
    write(arguments.tokens, arguments.parquet, compression=arguments.compression)
