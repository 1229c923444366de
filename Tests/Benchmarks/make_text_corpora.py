#!/usr/bin/env python3
"""Builds the text corpora of the BPE benchmark from Debian packages.

    python3 Tests/Benchmarks/make_text_corpora.py CACHE [--megabytes 100]

CACHE (outside the repository) gets en.txt, ru.txt, zh.txt and captions.tsv, real prose from the
packages listed below: documentation, dictionaries, fortunes and package descriptions, with markup
taken out and repeated lines kept once. A corpus that comes out smaller than asked is used as it is:
it is never repeated, since repetition would change the statistics of words. Needs apt-get and
dpkg-deb; nothing is installed.
"""

import argparse
import gzip
import html
import pathlib
import re
import subprocess
import sys

PACKAGES = {
    "en": [
        "dict-gcide", "dict-wn", "dict-foldoc", "dict-jargon", "libreoffice-help-en-us",
        "debian-reference-en", "manpages", "manpages-dev", "aptitude-doc-en", "gimp-help-en",
        "python3.11-doc", "perl-doc", "linux-doc-6.1", "fortunes", "gnome-user-docs",
        "emacs-common", "vim-runtime", "bible-kjv-text", "postgresql-doc-15", "erlang-doc",
        "maxima-doc", "gnumeric-doc", "openjdk-17-doc", "rust-doc",
    ],
    "ru": [
        "libreoffice-help-ru", "manpages-ru", "manpages-ru-dev", "aptitude-doc-ru", "gimp-help-ru",
        "fortunes-ru", "gnome-user-docs", "debian-handbook", "maxima-doc",
    ],
    "zh": [
        "libreoffice-help-zh-cn", "libreoffice-help-zh-tw", "debian-reference-zh-cn",
        "debian-reference-zh-tw", "manpages-zh", "gimp-help-zh-cn", "fortunes-zh",
        "gnome-user-docs", "debian-handbook",
    ],
}
SCRIPTS = {
    "ru": re.compile("[\u0400-\u04ff]"),
    "zh": re.compile("[\u3400-\u9fff]"),
    "en": re.compile("[A-Za-z]"),
}
TAG = re.compile(r"<[^>]*>")
BLOCK = re.compile(r"</?(?:p|li|h\d|td|tr|div|dd|dt|br|title|paragraph|pre)\b[^>]*>", re.I)
SKIP = re.compile(r"<(script|style)\b.*?</\1>", re.I | re.S)
ROFF = re.compile(r"^\.[A-Za-z\\]+ ?|\\f[A-Z]|\\[-&]|\\\(..", re.M)
SUFFIXES = {
    ".html", ".htm", ".xhtml", ".txt", ".page", ".xhp", ".xml", ".rst", ".md", ".dz", ".info",
    ".pod", ".texi", ".po", "",
}


def unpack(cache, package):
    """The folder with the contents of a package, fetched once."""
    folder = cache / "unpacked" / package
    if not folder.exists():
        downloads = cache / "debs"
        downloads.mkdir(parents=True, exist_ok=True)
        found = sorted(downloads.glob(f"{package}_*.deb"))
        if not found:
            subprocess.run(["apt-get", "download", package], cwd=downloads, check=False)
            found = sorted(downloads.glob(f"{package}_*.deb"))
        if not found:
            print(f"{package}: not available, skipped", file=sys.stderr)
            return None
        folder.mkdir(parents=True)
        subprocess.run(["dpkg-deb", "-x", str(found[-1]), str(folder)], check=True)
    return folder


def texts(folder):
    """The text of every readable file below a folder, markup taken out."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        name = path.name
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
            name = name.removesuffix(".gz").removesuffix(".dz")
        suffix = pathlib.PurePath(name).suffix.lower()
        manual = "/man/" in str(path)
        if suffix not in SUFFIXES and not manual:
            continue
        if b"\0" in data[:4096]:
            continue
        text = data.decode("utf-8", "ignore")
        if manual or suffix == ".pod":
            text = ROFF.sub("", text)
        if "<" in text[:2000] or suffix in {".html", ".htm", ".xhtml", ".xml", ".page", ".xhp"}:
            text = SKIP.sub(" ", text)
            text = html.unescape(TAG.sub("", BLOCK.sub("\n", text)))
        yield text


def lines(cache, language):
    """Prose lines of one language, each once."""
    seen = set()
    script = SCRIPTS[language]
    for package in PACKAGES[language]:
        folder = unpack(cache, package)
        if folder is None:
            continue
        for text in texts(folder):
            for line in text.split("\n"):
                line = " ".join(line.split())
                letters = len(script.findall(line))
                share = 0.15 if language == "zh" else 0.4
                if letters < 12 or letters < share * len(line) or hash(line) in seen:
                    continue
                seen.add(hash(line))
                yield line


def captions(cache):
    """Short English lines, one idea each: package descriptions and dictionary glosses."""
    seen = set()
    dump = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, check=True).stdout
    for line in dump.decode("utf-8", "ignore").split("\n"):
        if line.startswith("Description: "):
            yield line[13:]
    sentence = re.compile(r"(?<=[.!?;]) ")
    for line in lines(cache, "en"):
        for part in sentence.split(line):
            words = part.count(" ") + 1
            if 4 <= words <= 24 and part not in seen:
                seen.add(part)
                yield part.replace("\t", " ")


def write(path, parts, limit):
    size = 0
    with open(path, "w", encoding="utf-8") as out:
        for part in parts:
            out.write(part + "\n")
            size += len(part.encode()) + 1
            if size >= limit:
                break
    print(f"{path}: {size / 1e6:.1f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cache", type=pathlib.Path)
    parser.add_argument("--megabytes", type=int, default=100)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    limit = options.megabytes * 1_000_000
    for language in PACKAGES:
        write(options.cache / f"{language}.txt", lines(options.cache, language), limit)
    rows = (f"{text}\thttp://example.org/{index}.jpg" for index, text in enumerate(captions(options.cache)))
    write(options.cache / "captions.tsv", rows, limit)


if __name__ == "__main__":
    main()
