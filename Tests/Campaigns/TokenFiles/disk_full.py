#!/usr/bin/env python3
"""Fills disks under writers of token files, and lets two writers meet; needs root (it mounts a tmpfs).

    sudo python3 Tests/Campaigns/TokenFiles/disk_full.py TESSERA

Every writer must end with status 75 and one line, and leave what was there before as it was.
"""
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

PICTURE = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../../Fixtures/images/accept/420.jpg")
PICTURES = 6000


def main():
    tessera = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="tessera-full-")
    os.chdir(folder)
    os.mkdir("disk")
    try:
        os.mkdir("in")
        shutil.copy(PICTURE, "in/0000.jpg")
        for number in range(1, PICTURES):
            os.link("in/0000.jpg", f"in/{number:04}.jpg")
        encode = [tessera, "encode", "in", "--size", "64", "--captions", "none", "-o"]
        ok(encode + ["whole.tessera"])
        whole = content("whole.tessera")
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={len(whole) // 2 // 4096 * 4096}", "none", "disk"],
            check=True)

        full(encode + ["disk/x.tessera"])
        report = json.loads(ok([tessera, "tokens", "salvage", "disk/x.tessera.partial", "--json"]))
        assert report["rows"] > 0 and report["damages"] == [], report
        print(f"  {report['rows']} of {PICTURES} rows are whole, no byte is damaged")
        full(encode + ["disk/x.tessera", "--resume"])
        subprocess.run(["mount", "-o", f"remount,size={8 * len(whole)}", "disk"], check=True)
        ok(encode + ["disk/x.tessera", "--resume"])
        assert content("disk/x.tessera") == whole
        print("  with space again, --resume gives the bytes of an undisturbed run")

        subprocess.run(["mount", "-o", f"remount,size={len(whole) * 3 // 2}", "disk"], check=True)
        full([tessera, "tokens", "append", "disk/x.tessera", "whole.tessera"])
        assert content("disk/x.tessera") == whole
        print("  the file has the bytes that it had before")
        full([tessera, "tokens", "merge", "whole.tessera", "-o", "disk/y.tessera"])
        full([tessera, "tokens", "salvage", "whole.tessera", "-o", "disk/y.tessera"])
        full([tessera, "tokens", "convert", "whole.tessera", "--encoding", "packed", "-o", "disk/y.tessera"])
        assert sorted(os.listdir("disk")) == ["x.tessera"], os.listdir("disk")
        print("  nothing is left behind")
    finally:
        subprocess.run(["umount", "disk"], stderr=subprocess.DEVNULL)
        shutil.rmtree("disk")
    try:
        two_writers(tessera, encode)
    finally:
        shutil.rmtree(folder)


def ok(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def content(path):
    with open(path, "rb") as file:
        return file.read()


def full(command):
    refused(command, "No space left on device")


def refused(command, reason):
    result = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in result.stderr.splitlines() if line.startswith("tessera: ")]
    assert result.returncode == 75 and len(lines) == 1 and reason in lines[0], result
    print(f"{' '.join(command[1:3])}: status 75, {lines[0]}")


def two_writers(tessera, encode):
    first = subprocess.Popen(encode + ["y.tessera"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not os.path.exists("y.tessera.partial"):
        time.sleep(0.001)
    refused(encode + ["y.tessera", "--resume"], "another writer")
    assert first.wait() == 0
    assert content("y.tessera") == content("whole.tessera")
    # The lock that an append holds, held for as long as it is wanted.
    with open("y.tessera", "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        refused([tessera, "tokens", "append", "y.tessera", "whole.tessera"], "another writer")
    print("  a second writer is refused, the first is not disturbed")


main()
