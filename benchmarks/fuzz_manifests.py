"""Fuzz the layouts with hostile manifests and file names: each outcome is a row, a reject or one expected error.

    .venv/bin/python benchmarks/fuzz_manifests.py [--count 2000] [--names 2000] [--seed 1] [--keep FOLDER]

Every manifest is made from the seed and its number: random columns, separator, encoding or format, some with faulty
values, and half of them with changed bytes. Where no byte was changed, each row must be accounted for. File names hold
control characters, quotation marks, bytes that are not UTF-8, and changed names of the Radboud Faces Database. A
manifest or name that breaks a rule is printed with its seed and kept. Exits with 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import resource
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

if __name__ == "__main__" and __package__ is None:  # run as a file: import from the repository's root
    sys.path[0] = str(Path(__file__).parents[1])

import polars as pl
from openpyxl import Workbook

from affect_store.store.errors import ManifestError
from affect_store.store.sources import manifest, rafd
from affect_store.store.sources.named_files import PICTURE_SUFFIXES
from affect_store.store.types import Candidate, Reject
from affect_store.store.vocabulary import EMOTIONS, GAZES, SEXES

MAX_SECONDS = 10.0
MAX_MEMORY_BYTES = 1.5e9
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
SEPARATORS = (",", ",", ";", "\t")
_VALUES = {
    "subject": ("1", "01", "José", "sub-03", "", " 2 ", "a\nb", "\x1b[31m", "=cmd()"),
    "emotion": (*EMOTIONS, *EMOTIONS, "Happy", "joy", "", "8"),
    "angle": ("90", "90.0", "90,0", "045", "", "91", "NaN", "1e400"),
    "gaze": (*GAZES, "", "Left", "up"),
    "sex": (*SEXES, "F", "", "unknown", "x"),
    "type": ("white", "", "East Asian, Japanese", "a;b", 'with "quotes"', "\u202eab", "@SUM(1)"),
    "age": ("24", "24,5", "", "NA", "-1", "inf", "9" * 400),
    "note": ("", "two\nlines", "x" * 300, "\u2028", "';DROP TABLE"),
}
_PARTS = (
    "Rafd090", "_01_", "Caucasian", "female", "happy", "frontal", "_", " ", ".", "..", "-", "\\", '"', "'", "\n", "\r",
    "\t", "\x01", "\x1b[2J", "\x7f", ";", ",", "$(touch x)", "`id`", "%00", "%s", "{0}", "é", "e\u0301", "ß", "İ",
    "\u202e", "\u200b", "\ufeff", "😀", "漢", "~", "*", "?", "|", "CON", "=1+1", "<script>", "A" * 60,
)  # fmt: skip
_SUFFIXES = (".jpg", ".JPG", ".jpeg", ".png", ".tif", ".webp", ".bmp", ".heic", ".txt", "")


@dataclass(frozen=True)
class Sample:
    """A manifest: the name of its file, its bytes, and the rows that it must yield (None if its bytes were changed)."""

    name: str
    content: bytes
    rows: int | None


def sample(seed: int, number: int) -> Sample:
    """Return one manifest; the same for the same seed and number."""
    rng = random.Random(f"{seed}-{number}")
    columns = ["path", "subject", "emotion", *rng.sample(list(_VALUES)[2:], rng.randrange(6))]
    columns = list(dict.fromkeys(columns))
    rng.shuffle(columns)
    rows = [[_value(rng, column, index) for column in columns] for index in range(rng.randrange(30))]
    header = [rng.choice((name, name.upper(), f" {name.title()} ")) for name in columns]
    kind = rng.choices(("manifest.csv", "manifest.xlsx", "manifest.parquet"), (8, 1, 1))[0]
    writer = {"manifest.csv": _delimited, "manifest.xlsx": _workbook, "manifest.parquet": _parquet}[kind]
    content = writer(rng, header, rows)
    if rng.random() < 0.5:
        return Sample(kind, _changed(rng, content), None)
    return Sample(kind, content, len(rows))


def _value(rng: random.Random, column: str, index: int) -> str:
    if column == "path":
        return rng.choice(
            (f"{index}.jpg", f"s\\{index}.jpg", f"../{index}", f"/{index}", f"é{index}.jpg", f"{index}\x00")
        )
    return rng.choice(_VALUES[column])


def _delimited(rng: random.Random, header: list[str], rows: list[list[str]]) -> bytes:
    encoding, separator = rng.choice(ENCODINGS), rng.choice(SEPARATORS)
    text = io.StringIO()
    quoting: Literal[0, 1] = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=rng.choice(("\n", "\r\n")))
    if rng.random() < 0.1:
        text.write(f"sep={separator}\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(row)
        if rng.random() < 0.1:
            text.write(rng.choice(("\n", separator * (len(header) - 1) + "\n", " \n")))
    return text.getvalue().encode(encoding, "replace")


def _workbook(rng: random.Random, header: list[str], rows: list[list[str]]) -> bytes:
    book = Workbook()
    book.active.append(header)
    for row in rows:
        book.active.append(["".join(c for c in value if c >= " " or c == "\n") for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _parquet(rng: random.Random, header: list[str], rows: list[list[str]]) -> bytes:
    content = io.BytesIO()
    pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row").write_parquet(content)
    return content.getvalue()


def _changed(rng: random.Random, content: bytes) -> bytes:
    """Return the bytes with some changed, removed, repeated, inserted or cut off."""
    data = bytearray(content)
    for _ in range(rng.randrange(1, 12)):
        at, length = rng.randrange(len(data) + 1), rng.randrange(1, 40)
        change = rng.randrange(6)
        if change == 0:
            data[at : at + 1] = bytes([rng.randrange(256)])
        elif change == 1:
            del data[at : at + length]
        elif change == 2:
            data[at:at] = data[at : at + length] * rng.randrange(1, 20)
        elif change == 3:
            data[at:at] = rng.choice((b'"', b"\n", b"\r", b",", b";", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe4"))
        elif change == 4:
            data[at:at] = rng.randbytes(length)
        elif rng.random() < 0.2:
            del data[at:]
    return bytes(data)


def outcome(folder: Path, case: Sample) -> str:
    """Scan a manifest and return what became of it: 'error', or the broken rule, or 'rows'."""
    path = folder / case.name
    path.write_bytes(case.content)
    started = time.perf_counter()
    try:
        entries = list(manifest.scan(folder, "lab"))
        manifest.remarks(folder)
    except ManifestError as error:
        return "error" if case.rows is None else f"rule broken: a sound manifest is refused: {error}"
    finally:
        path.unlink()
    if time.perf_counter() - started > MAX_SECONDS:
        return "rule broken: it took too long"
    return _broken_rule(folder, entries, case) or "rows"


def _broken_rule(folder: Path, entries: list[Candidate | Reject], case: Sample) -> str | None:
    for entry in entries:
        if isinstance(entry, Candidate) and not entry.path.resolve().is_relative_to(folder.resolve()):
            return f"rule broken: {entry.path} is outside of the folder"
        if isinstance(entry, Reject) and not (entry.path and entry.reason and entry.detail):
            return "rule broken: a reject without path, reason or detail"
    if case.rows is not None and len(entries) != case.rows:
        return f"rule broken: {case.rows} rows became {len(entries)}"
    return None


def hostile_names(seed: int, count: int) -> Iterator[bytes]:
    """Yield file names that a file system accepts; the same for the same seed."""
    rng = random.Random(f"names-{seed}")
    names: set[bytes] = set()
    while len(names) < count:
        parts = [rng.choice(_PARTS).encode() for _ in range(rng.randrange(1, 7))]
        if rng.random() < 0.2:
            parts.append(rng.randbytes(rng.randrange(1, 6)))
        if rng.random() < 0.3:
            labels = (rng.choice(("Caucasian", "Kid")), rng.choice(SEXES), rng.choice(EMOTIONS), rng.choice(GAZES))
            parts = ["_".join(("Rafd090", str(rng.randrange(100)), *labels)).encode(), *parts[: rng.randrange(2)]]
        name = b"".join(parts)[:250] + rng.choice(_SUFFIXES).encode()
        name = name.replace(b"/", b"").replace(b"\0", b"")
        if name not in (b"", b".", b"..") and name not in names:
            names.add(name)
            yield name


def fuzz_names(folder: Path, seed: int, count: int) -> Counter[str]:
    """Write files with hostile names and scan them by name and by a manifest; returns counts of the outcomes."""
    counts: Counter[str] = Counter()
    listed = []
    for number, name in enumerate(hostile_names(seed, count)):
        parent = folder / f"{number % 10}"
        parent.mkdir(exist_ok=True)
        path = parent / os.fsdecode(name)
        try:
            path.touch()
        except OSError:  # the file system refuses the name
            counts["refused by the file system"] += 1
            continue
        listed.append(path)
    counts.update(_by_name(folder, listed))
    counts.update(_by_manifest(folder, listed))
    return counts


def _by_name(folder: Path, listed: list[Path]) -> Iterator[str]:
    pictures = [path for path in listed if path.suffix.lower() in PICTURE_SUFFIXES and path.name[0] != "."]
    entries = list(rafd.scan(folder, "lab"))
    yield from ("row" if isinstance(entry, Candidate) else "reject" for entry in entries)
    for entry in entries:
        (str(entry.path) + (entry.detail if isinstance(entry, Reject) else "")).encode()  # can be stored
    if len(entries) != len(pictures):
        yield f"rule broken: {len(pictures)} pictures became {len(entries)} rows and rejects"


def _by_manifest(folder: Path, listed: list[Path]) -> Iterator[str]:
    named = [path for path in listed if os.fsencode(path).decode("utf-8", "replace") == str(path)]
    with (folder / manifest.FILE_NAME).open("w", encoding="utf-8", newline="") as file:
        rows = ((path.relative_to(folder), 1, EMOTIONS[0]) for path in named)
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([manifest.REQUIRED_COLUMNS, *rows])
    entries = list(manifest.scan(folder, "lab"))
    for path, entry in zip(named, entries, strict=True):
        if isinstance(entry, Candidate) and entry.path == path and not entry.hint:
            yield "named in a manifest"
        elif isinstance(entry, Reject) and not path.name.isprintable():
            yield "rejected in a manifest"
        else:
            yield f"rule broken: {path.name!r} became {entry}"


def main() -> int:
    """Fuzz, print counts and goals; return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="number of manifests")
    parser.add_argument("--names", type=int, default=2000, help="number of file names")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"), help="folder for what breaks a rule")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.count):
            case = sample(options.seed, number)
            result = outcome(Path(folder), case)
            counts[result.split(":")[0]] += 1
            if result.startswith("rule broken"):
                options.keep.mkdir(exist_ok=True)
                (options.keep / f"{options.seed}-{number}-{case.name}").write_bytes(case.content)
                print(f"seed {options.seed}, number {number}: {result}")
    with tempfile.TemporaryDirectory() as folder:
        names = fuzz_names(Path(folder), options.seed, options.names)
    broken = [name for name in names if name.startswith("rule broken")]
    print(*broken, sep="\n", end="\n" if broken else "")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"seed {options.seed}: manifests {dict(counts)}, file names {dict(names)}, peak memory {peak / 1e6:,.0f} MB")
    goals = {
        "every manifest is rows and rejects or one expected error": not counts["rule broken"],
        "every file name is a row or a reject": not broken,
        "peak memory below 1.5 GB": peak < MAX_MEMORY_BYTES,
    }
    for goal, is_met in goals.items():
        print(f"{'met   ' if is_met else 'MISSED'} {goal}")
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
