"""Read a manifest of text: CSV separated by commas, semicolons, tabs or bars, in UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from affect_store.store.errors import ManifestError
from affect_store.store.sources.manifest_header import count_known
from affect_store.store.sources.manifest_table import MAX_CHARACTERS, MAX_ROWS, ManifestTable, Record

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark is its beginning
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BINARY = {b"PK\x03\x04": "xlsx", b"PAR1": "Parquet", b"\xd0\xcf\x11\xe0": "xls"}
_WINDOWS = "cp1252"
_MAX_LINE = 2**20
_MAX_LINES = 4 * MAX_ROWS
_SAMPLE_BYTES = 4096
_CHUNK_BYTES = 2**20
_ERRORS = {
    "unexpected end of data": "the quotation mark that opens a value here is never closed",
    "expected after": "text follows the quotation mark that closes a value; write quotation marks in a value twice",
    "field larger": f"a value has more than {MAX_CHARACTERS:,} characters; a quotation mark may not be closed",
}


def read_csv(path: Path, content: bytes) -> ManifestTable:
    """Return the table in a text file; a first line such as `sep=;`, which spreadsheets write, is not a row of it.

    Raises `ManifestError` if the file is binary or of unknown encoding, or (while rows are read) if a quotation mark is
    not closed or a line is too long.
    """
    encoding = _encoding(path, content)
    skipped, declared = _declared_separator(content, encoding)
    separator = declared or _separator(path, content, encoding)
    records = _records(path, content, encoding, separator, skipped=skipped)
    header = next((record for record in records if any(map(str.strip, record.values))), None)
    as_expected = separator == "," and encoding.startswith("utf-8")
    remark = "" if as_expected else f"read as {_name(encoding)}, separated by {SEPARATORS[separator]}"
    return ManifestTable(path, header.values if header else [], records, "line", remark, separator)


def _name(encoding: str) -> str:
    return "Windows-1252 (Latin-1)" if encoding == _WINDOWS else encoding.upper().removesuffix("-SIG")


def _encoding(path: Path, content: bytes) -> str:
    for mark, kind in _BINARY.items():
        if content.startswith(mark):
            raise ManifestError(f"'{path}' holds {kind}, expected CSV: {_advice(kind)}")
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    encoding = marked or _encoding_without_mark(content)
    try:
        _check(content, encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise ManifestError(f"'{path}' cannot be read as {_name(encoding)}: {error.reason}") from error
        return _check_windows(path, content)
    return encoding


def _advice(kind: str) -> str:
    return "save it as CSV or xlsx" if kind == "xls" else f"name it manifest.{kind.lower()}"


def _encoding_without_mark(content: bytes) -> str:
    """Return UTF-16 if every second byte of the beginning is mostly zero, as in Latin text in UTF-16; else UTF-8."""
    sample = content[:_SAMPLE_BYTES]
    if len(content) % 2 == 0 and sample:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if max(even, odd) > len(sample) // 4 and min(even, odd) * 8 < max(even, odd):
            return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-8"


def _check(content: bytes, encoding: str) -> None:
    """Decode all content in pieces. Raises `UnicodeDecodeError`."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), _CHUNK_BYTES):
        decoder.decode(content[start : start + _CHUNK_BYTES])
    decoder.decode(b"", final=True)


def _check_windows(path: Path, content: bytes) -> str:
    """Return Windows-1252 if the text can be that and is not mostly UTF-8. Raises `ManifestError`."""
    text = content.decode("utf-8", "replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    is_mostly_utf8 = len(text) - len(text.encode("ascii", "ignore")) >= 2 * wrong
    try:
        _check(content, _WINDOWS)
    except UnicodeDecodeError:
        is_windows = False
    else:
        is_windows = not is_mostly_utf8
    if not is_windows:
        line = text[: text.index("\N{REPLACEMENT CHARACTER}")].count("\n") + 1
        raise ManifestError(
            f"{path.name} line {line}: the bytes are neither UTF-8 nor Windows-1252: save '{path}' as UTF-8"
        )
    return _WINDOWS


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _declared_separator(content: bytes, encoding: str) -> tuple[int, str]:
    """Return the number of lines to skip and the separator that the first line declares, e.g. (1, ';') or (0, '')."""
    line = _text(content, encoding).readline(16).rstrip("\r\n").strip('"').lower()
    is_declared = len(line) == 5 and line.startswith("sep=") and line[4] in SEPARATORS
    return (1, line[4]) if is_declared else (0, "")


def _separator(path: Path, content: bytes, encoding: str) -> str:
    """Return the separator with which the header has the most known columns, then the most columns."""

    def score(separator: str) -> tuple[int, int]:
        try:
            records = _records(path, content, encoding, separator)
            header = next((record.values for record in records if any(map(str.strip, record.values))), [])
        except ManifestError:
            return 0, 0
        return count_known(header), len(header)

    return max(SEPARATORS, key=score)


def _lines(path: Path, content: bytes, encoding: str) -> Iterator[str]:
    text = _text(content, encoding)
    for number, line in enumerate(iter(lambda: text.readline(_MAX_LINE), ""), 1):
        if len(line) == _MAX_LINE and not line.endswith(("\n", "\r")):
            raise ManifestError(f"{path.name} line {number}: the line has more than {_MAX_LINE:,} characters")
        if number > _MAX_LINES:
            raise ManifestError(f"'{path}' has more than {_MAX_LINES:,} lines")
        yield line


def _records(path: Path, content: bytes, encoding: str, separator: str, *, skipped: int = 0) -> Iterator[Record]:
    lines = _lines(path, content, encoding)
    for _ in range(skipped):
        next(lines)
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)
    while True:
        first = skipped + reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = next((text for key, text in _ERRORS.items() if key in str(error)), str(error))
            raise ManifestError(f"{path.name} line {first}: {reason}") from error
        yield Record(first, skipped + reader.line_num, values)
