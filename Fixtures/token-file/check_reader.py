#!/usr/bin/env python3
"""Checks tessera_reader.py and tessera_check.py of Formats/readers against the golden files; run by NumPyReaderTests.

    python3 Fixtures/token-file/check_reader.py            every file in accept/ and refuse/
    python3 Fixtures/token-file/check_reader.py FILE       prints the rows of FILE as JSON lines
"""
import json, os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "Formats", "readers"))
sys.dont_write_bytecode = True
import tessera_check
import tessera_reader


def plain(row):
    return {name: value.tolist() if hasattr(value, "tolist") else value for name, value in row.items()}


def load(folder, name):
    with open(os.path.join(HERE, folder, name), encoding="utf-8") as file:
        return json.load(file)


def accepted(name, expected):
    path = os.path.join(HERE, "accept", name + ".tessera")
    file = tessera_reader.TokenFile(path)
    try:
        tessera_check.check(path)
        assert not name.startswith("compact")
    except tessera_reader.TokenFileError:  # the small reader knows no compact grids, but the rest
        assert name.startswith("compact"), name
        for i, row in enumerate(expected["rows"]):
            assert file.row(i, ["key"])["key"] == row["key"], (name, i)
        return
    except ModuleNotFoundError as error:  # zstd text: the tokens must still be readable
        assert name == "zstd", error
        assert len(file) == expected["rows"]["count"]
        for i, row in expected["rows"]["sample"].items():
            assert file.grid(int(i)).tolist() == row["image"], (name, i)
        return
    rows = expected["rows"]
    assert len(file) == (rows["count"] if isinstance(rows, dict) else len(rows)), name
    for i, row in rows["sample"].items() if isinstance(rows, dict) else enumerate(rows):
        assert plain(file[int(i)]) == row, (name, i, plain(file[int(i)]), row)
        assert file.grid(int(i)).tolist() == row["image"], (name, i)
    assert list(file.rejects()) == expected["rejects"], name


def main():
    if len(sys.argv) > 1:
        file = tessera_check.check(sys.argv[1])
        for i in range(len(file)):
            print(json.dumps(plain(file[i])))
        return
    for name, expected in load("accept", "rows.json").items():
        accepted(name, expected)
    for name in load("refuse", "reasons.json"):
        try:
            tessera_check.check(os.path.join(HERE, "refuse", name + ".tessera"))
        except ValueError:
            continue
        except ModuleNotFoundError as error:
            assert name.startswith("zstd"), (name, error)
            continue
        sys.exit(f"refuse/{name}.tessera was accepted")
    print("ok")


main()
