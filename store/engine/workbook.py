"""Write the rows of a DuckDB relation to an Excel workbook of one sheet, row by row; text is never a formula.

Limits are those of Excel (https://support.microsoft.com, "Excel specifications and limits").
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import duckdb

from affect_store.store.errors import QueryError

MAX_COLUMNS, MAX_ROWS, MAX_CHARACTERS = 16_384, 1_048_576, 32_767
"""Limits of a sheet, its header included, and of the text in a cell."""

MAX_EXACT = 10**15
"""Excel keeps 15 digits: larger whole numbers are written as text."""

FIRST_DATE = date(1900, 3, 1)
"""Earlier days have no number in Excel, or the wrong one: they are written as text."""

LAST_MOMENT = datetime(9999, 12, 31, 23, 59, 59, 999_000)
"""Later moments are rounded to a day that Excel does not have: they are written as text."""

_INFINITE = {datetime.max: "infinity", datetime.min: "-infinity"}
"""How DuckDB returns infinite timestamps."""

ROWS_PER_READ = 500

_PLAIN = re.compile(
    r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)|BOOLEAN|VARCHAR|"
    r"DATE|TIME|TIMESTAMP( WITH TIME ZONE)?"
)
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write(relation: duckdb.DuckDBPyRelation, path: Path) -> None:
    """Write a header and the rows to a new workbook; times are in UTC, which Excel does not record.

    Lists, structs and other types that Excel lacks become text; control characters become `_x0001_`, and text that
    looks so becomes `_x005F_x0001_`, as Excel writes them. Raises `QueryError`, naming other formats, if there are too
    many columns or rows, if a text is too long, and for columns of bytes.
    """
    from openpyxl import Workbook  # here: few exports need it

    _check(relation)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("export")
    try:
        _append(sheet, relation)
    except BaseException:
        with suppress(Exception):  # the sheet is discarded; left open, openpyxl prints a traceback later
            sheet.close()
        raise
    book.save(path)


def _append(sheet: Any, relation: duckdb.DuckDBPyRelation) -> None:
    sheet.append([_cell(sheet, name, name) for name in relation.columns])
    names, rows = relation.columns, relation.project(_projection(relation))
    n_rows = 1
    while block := rows.fetchmany(ROWS_PER_READ):
        n_rows += len(block)
        if n_rows > MAX_ROWS:
            raise _refused(f"there are more than {MAX_ROWS - 1:,} rows, the most that fit on a sheet below a header")
        for row in block:
            sheet.append([_cell(sheet, name, value) for name, value in zip(names, row, strict=True)])


def _check(relation: duckdb.DuckDBPyRelation) -> None:
    if len(relation.columns) > MAX_COLUMNS:
        raise _refused(f"there are {len(relation.columns):,} columns, at most {MAX_COLUMNS:,} fit on a sheet")
    blobs = [name for name, kind in zip(relation.columns, relation.types, strict=True) if str(kind) == "BLOB"]
    if blobs:
        raise _refused(f"the column {blobs[0]!r} holds bytes, such as pixels, which a sheet cannot hold")


def _refused(reason: str) -> QueryError:
    return QueryError(f"cannot export to an Excel workbook: {reason}. Export to .parquet, .arrow or .csv instead")


def _projection(relation: duckdb.DuckDBPyRelation) -> str:
    """Return the SQL list of the columns, by their positions, in which types that Excel lacks are text."""
    columns = (
        f"#{number}" if _PLAIN.fullmatch(str(sql_type)) else f"#{number}::VARCHAR"
        for number, sql_type in enumerate(relation.types, 1)
    )
    return ", ".join(f"{column} AS c{number}" for number, column in enumerate(columns))


def _cell(sheet: Any, name: str, value: Any) -> Any:
    """Return a value for openpyxl; text is a cell of the type string, whatever it begins with."""
    value = _excel_value(value)
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell

    text = _NOT_IN_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", _LIKE_ESCAPED.sub("_x005F_", value))
    if len(text) > MAX_CHARACTERS:
        raise _refused(
            f"a text of the column {name!r} has {len(text):,} characters, at most {MAX_CHARACTERS:,} fit in a cell "
            "(--wide gives each component of a vector a cell)"
        )
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _excel_value(value: Any) -> Any:
    """Return a value that Excel can hold: times in UTC without a zone, what has no number as text, NaN as text."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        is_a_date = value.date() >= FIRST_DATE and value <= LAST_MOMENT
        return value if is_a_date else _INFINITE.get(value, value.isoformat(" "))
    if isinstance(value, date):
        return value if value >= FIRST_DATE else value.isoformat()
    if isinstance(value, bool | time) or value is None:
        return value
    if isinstance(value, int) and not -MAX_EXACT < value < MAX_EXACT:
        return str(value)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
