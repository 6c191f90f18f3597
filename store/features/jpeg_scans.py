"""Scans of JPEG files: runs of zero bytes that no encoder writes, as left by a lost block of a disk or a download.

Zero bits are valid codes, so a decoder notices lost data only by the number of blocks, which can be right by chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

ZERO_RUN = bytes(128)
"""A shorter run is possible: an encoder writes zero bits for flat areas with some tables, and single large codes."""

_START_OF_SCAN, _HUFFMAN_TABLES = 0xDA, 0xC4
_PROGRESSIVE = 0xC2
_FRAMES = (0xC0, 0xC1, _PROGRESSIVE)
_WITHOUT_LENGTH = (0x01, *range(0xD0, 0xD9))


@dataclass(frozen=True)
class _Scan:
    """Positions of a scan's entropy-coded data, and whether zero bits can be the codes of a flat area.

    They are if the all-zero code of every table means an unchanged DC value or the end of a block, both 0, and in the
    scans of DC values of a progressive file. Other progressive scans join the blocks of a flat area in one code.
    """

    start: int
    end: int
    may_be_zero: bool


def zero_run(data: bytes) -> int | None:
    """Return the position of a run of zero bytes that cannot belong to pixels; None if there is none."""
    position = data.find(ZERO_RUN)
    if position < 0:
        return None
    for scan in _scans(data):
        position = data.find(ZERO_RUN, scan.start, scan.end)
        if position >= 0 and not scan.may_be_zero:
            return position
    return None


def _scans(data: bytes) -> Iterator[_Scan]:
    first_symbols: dict[int, int] = {}
    is_progressive = False
    position = 2
    while 0 <= position < len(data) - 4:
        marker = data[position + 1]
        if data[position] != 0xFF or marker in (0xFF, *_WITHOUT_LENGTH):
            position += 1 if marker == 0xFF or data[position] != 0xFF else 2
            continue
        if marker == 0xD9:
            return
        content = position + 4
        end = position + 2 + int.from_bytes(data[position + 2 : content], "big")
        if marker == _HUFFMAN_TABLES:
            first_symbols |= _first_symbols(data[content:end])
        elif marker in _FRAMES:
            is_progressive = marker == _PROGRESSIVE
        elif marker == _START_OF_SCAN:
            is_dc = is_progressive and data[end - 3 : end - 2] == b"\0"
            may_be_zero = is_dc or (not is_progressive and not any(first_symbols.values()))
            start, end = end, _end_of_scan(data, end)
            yield _Scan(start, end, may_be_zero)
        position = end


def _first_symbols(tables: bytes) -> dict[int, int]:
    """Return the symbol whose code is all zero bits in each table of a segment, by the table's class and number."""
    symbols: dict[int, int] = {}
    position = 0
    while position + 17 < len(tables):
        count = sum(tables[position + 1 : position + 17])
        symbols[tables[position]] = tables[position + 17]
        position += 17 + count
    return symbols


def _end_of_scan(data: bytes, position: int) -> int:
    """Return the position of the next marker; stuffed zeros and restart markers belong to the scan."""
    while (position := data.find(b"\xff", position)) >= 0 and position + 1 < len(data):
        following = data[position + 1]
        if following and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return position
        position += 1
    return len(data)
