"""The rows of a split to train on: labels and features of one part, as they were when the split was made.

Both stores are read in the same way, and in the order of the photographs' ids. Only the features that are asked for
are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from store.errors import UnknownNameError, unknown
from store.tables import read
from store.tables.columns import pictures, spread
from store.tables.matrix import PICTURES, bytes_of, fill, find
from store.tables.read import FrozenSplit
from store.tables.source import Source
from store.vocabulary import PARTS

COLUMN_OF = {"pixels": "rgb"}
"""Column that carries a feature's values, where it has another name."""

ROWS_A_BATCH = 1024
BLOCK_BYTES = 2**24
"""Values that are read at once where rows are streamed."""


@dataclass(frozen=True)
class Part:
    """One part of a split, looked up but not read: its labels in the order of the ids, and by feature the view and the
    rows of its table (row_number, place among the labels)."""

    labels: pa.Table
    found: Mapping[str, tuple[str, pl.DataFrame]]

    @property
    def rows_a_block(self) -> int:
        """Rows whose values take about `BLOCK_BYTES`, one at least."""
        return max(1, BLOCK_BYTES // max(1, sum(bytes_of(view) for view, _ in self.found.values())))


def look(source: Source, split: FrozenSplit, part: str, features: Sequence[str] | None = None) -> Part:
    """Find one part of a split with these features, or with all that the split has.

    Raises `UnknownNameError` for a part or feature that is not there.
    """
    if part not in PARTS:
        raise UnknownNameError(unknown("part", part, PARTS))
    names = list(split.versions if features is None else features)
    for name in names:
        if name not in split.versions:
            raise UnknownNameError(unknown("feature", name, split.versions, of=split.split_id))
    labels = read.arrow(
        source.connection, "select_training_labels", {"split_id": split.split_id, "as_of": split.as_of, "part": part}
    )
    places = pl.DataFrame({"image_id": pl.from_arrow(labels["image_id"])}).with_row_index("place")
    found = {}
    for name, (view, version) in views(source, split, names).items():
        rows = find(source.connection, view, version, split.as_of).join(places, on="image_id")
        found[name] = (view, rows.select("row_number", "place").sort("place"))
    return Part(labels, found)


def views(source: Source, split: FrozenSplit, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """View and version of each feature of a split."""
    versions = [split.versions[name] for name in names]
    rows = read.frame(source.connection, "select_views_of_versions", {"versions": versions}).rows()
    known = {feature: (view, version) for feature, view, version in rows}
    return {name: known[name] for name in names}


def table(source: Source, part: Part) -> pa.Table:
    """All rows at once: image_id, labels, and the features, each in one block of memory; NULL is a miss."""
    return _rows(source, part, 0, part.labels.num_rows, narrow=None)


def batches(source: Source, part: Part) -> Iterator[pa.RecordBatch]:
    """The same in batches of 1,024 rows at most, read block by block: memory does not grow with the part."""
    size = part.rows_a_block
    for start in range(0, part.labels.num_rows, size):
        block = _rows(source, part, start, min(size, part.labels.num_rows - start), narrow=True)
        yield from block.combine_chunks().to_batches(ROWS_A_BATCH)


def _rows(source: Source, part: Part, start: int, length: int, *, narrow: bool | None) -> pa.Table:
    labels = part.labels.slice(start, length)
    columns = {name: labels.column(name) for name in labels.column_names}
    for name, (view, rows) in part.found.items():
        here = rows.filter(pl.col("place").is_between(start, start + length, closed="left"))
        wanted = here.with_columns(pl.col("place").cast(pl.Int64) - start)
        columns[COLUMN_OF.get(name, name)] = _column(source, view, wanted, length, narrow=narrow)
    return pa.table(columns)


def _column(source: Source, view: str, wanted: pl.DataFrame, n: int, *, narrow: bool | None) -> pa.Array:
    present = np.zeros(n, dtype=bool)
    present[wanted["place"].to_numpy()] = True
    if view != PICTURES:
        return spread(fill(source, view, wanted, n, narrow=narrow), present)
    ranks = pl.Series("place", (np.cumsum(present) - 1)[wanted["place"].to_numpy()], pl.Int64)
    values = fill(source, view, wanted.with_columns(ranks), int(present.sum()), narrow=narrow)
    return pictures(values, present)
