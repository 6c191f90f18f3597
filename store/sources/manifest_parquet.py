"""Read a manifest in Parquet with Polars; only the known columns are decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from polars.exceptions import PanicException, PolarsError

from affect_store.store.errors import ManifestError
from affect_store.store.sources.manifest_header import KNOWN_COLUMNS, normalized
from affect_store.store.sources.manifest_table import (
    MAX_CHARACTERS,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    ManifestTable,
    Record,
    cell_text,
)

_UNREADABLE = (PolarsError, PanicException, pa.ArrowException, OSError, ValueError, TypeError)


def read_parquet(path: Path, content: bytes) -> ManifestTable:
    """Return the table in a Parquet file; positions are rows, numbered from 1.

    Raises `ManifestError` if it is damaged, too large when unpacked, or has a known column of an unexpected type.
    """
    try:
        _require_small(content)
        names = list(pl.read_parquet_schema(io.BytesIO(content)))
        known = [name for name in names if normalized(name) in KNOWN_COLUMNS]
        frame = pl.read_parquet(io.BytesIO(content), columns=known, use_pyarrow=False) if known else pl.DataFrame()
        _require_short(frame)
    except ManifestError as error:
        raise ManifestError(f"'{path}' cannot be used: {error}") from error
    except _UNREADABLE as error:
        raise ManifestError(f"'{path}' cannot be read as Parquet: {_first_line(error)}") from error
    others = [name for name in names if name not in known]
    return ManifestTable(path, known + others, _records(path, frame, len(others)), "row")


def _require_small(content: bytes) -> None:
    metadata = pq.read_metadata(io.BytesIO(content))
    size = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    if metadata.num_rows > MAX_ROWS:
        raise ManifestError(f"it has {metadata.num_rows:,} rows, expected at most {MAX_ROWS:,}")
    if size > MAX_UNPACKED_BYTES:
        raise ManifestError(f"it has {size:,} bytes when unpacked, expected at most {MAX_UNPACKED_BYTES:,}")


def _require_short(frame: pl.DataFrame) -> None:
    """Raise `ManifestError` for nested columns, and for text that is too long: rows would repeat it."""
    for name, kind in frame.schema.items():
        if kind.is_nested() or kind in (pl.Binary, pl.Object):
            raise ManifestError(f"the column {name!r} is of type {kind}, expected text or numbers")
        if kind in (pl.String, pl.Categorical, pl.Enum):
            longest = frame[name].cast(pl.String).str.len_bytes().max()
            if isinstance(longest, int) and longest > MAX_CHARACTERS:
                raise ManifestError(f"a value of {name!r} has {longest:,} bytes, expected at most {MAX_CHARACTERS:,}")


def _records(path: Path, frame: pl.DataFrame, others: int) -> Iterator[Record]:
    rest = [""] * others
    try:
        for number, row in enumerate(frame.iter_rows(), 1):
            yield Record(number, number, [*map(cell_text, row), *rest])
    except _UNREADABLE as error:
        raise ManifestError(f"'{path}' cannot be read as Parquet: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
