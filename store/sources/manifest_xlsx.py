"""Read a manifest from an Excel workbook (xlsx): the only sheet that has the required columns.

Rows are streamed. A reader that builds the whole grid ends the process on a stray cell in the last row and column.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from affect_store.store.errors import ManifestError
from affect_store.store.sources.manifest_header import REQUIRED_COLUMNS, normalized
from affect_store.store.sources.manifest_table import (
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    ManifestTable,
    Record,
    cell_text,
)


def read_xlsx(path: Path, content: bytes) -> ManifestTable:
    """Return the table in a workbook; formulas count as the values that the workbook stores for them.

    Raises `ManifestError` if it is damaged, encrypted or too large when unpacked, or if several sheets have the
    required columns.
    """
    try:
        _require_small(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions
            sheets = _workbook(content).worksheets
            headers = {sheet: _header(sheet) for sheet in sheets}
    except ManifestError as error:
        raise ManifestError(f"'{path}' cannot be used: {error}") from error
    except Exception as error:  # damaged files raise whatever happens inside openpyxl
        raise ManifestError(_unreadable(path, error)) from error
    fitting = [sheet for sheet in sheets if set(REQUIRED_COLUMNS) <= set(map(normalized, headers[sheet][1]))]
    if len(fitting) > 1:
        titles = ", ".join(repr(sheet.title) for sheet in fitting[:5])
        raise ManifestError(f"'{path}' has several sheets with the columns of a manifest: {titles}; keep one")
    if not sheets:
        raise ManifestError(f"'{path}' has no sheet with cells")
    sheet = (fitting or sheets)[0]
    number, header = headers[sheet]
    remark = f"read from the sheet {sheet.title!r}" if len(sheets) > 1 else ""
    return ManifestTable(path, header, _records(path, sheet, after=number), "row", remark, pads_rows=True)


def _workbook(content: bytes) -> Any:
    from openpyxl import load_workbook  # here: few corpora need it

    return load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)


def _require_small(content: bytes) -> None:
    """Raise `ManifestError` if the archive is too large when unpacked or its parts are damaged."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(part.file_size for part in archive.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise ManifestError(
                f"it has {size:,} bytes when unpacked, expected at most {MAX_UNPACKED_BYTES:,}: save it as CSV"
            )
        damaged = archive.testzip()  # also if a part is larger than it declares
    if damaged:
        raise ManifestError(f"its part {damaged!r} is damaged")


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield number and values of every row that is not blank."""
    sheet.reset_dimensions()  # some programs declare them wrong, and rows would be cut
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if not cells:  # quickly: a stray cell may follow a million absent rows
            continue
        values = list(map(cell_text, cells))
        if any(map(str.strip, values)):
            yield number, values


def _header(sheet: Any) -> tuple[int, list[str]]:
    number, values = next(_rows(sheet), (0, []))
    while values and not values[-1].strip():
        values.pop()
    return number, values


def _records(path: Path, sheet: Any, *, after: int) -> Iterator[Record]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = list(islice(_rows(sheet), MAX_ROWS + 2))  # one more than allowed, and the header
    except ManifestError as error:
        raise ManifestError(f"'{path}' cannot be used: {error}") from error
    except Exception as error:
        raise ManifestError(_unreadable(path, error)) from error
    yield from (Record(number, number, values) for number, values in rows if number > after)


def _unreadable(path: Path, error: Exception) -> str:
    first = (str(error).splitlines() or [""])[0][:200]
    reason = f"{type(error).__name__}: {first}"
    return f"'{path}' cannot be read as xlsx ({reason}): save it as xlsx without password, or as CSV"
