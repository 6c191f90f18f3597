"""Training sets: labels and features of one part of a split, as of the time when the split was made.

Published stores and the work store are read in the same way, in the order of the ids. Only requested features are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from affect_store.store.engine import reader
from affect_store.store.engine.arrow_columns import masked_vectors, packed_thumbnails
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import UnknownNameError, unknown_name
from affect_store.store.offline.matrix import PIXELS, bytes_of, dense_positions, find_rows, presence, read_matrix
from affect_store.store.vocabulary import PARTS

COLUMN_OF = {"pixels": "rgb"}
"""Feature -> column, for features whose column has another name."""

ROWS_PER_BATCH = 1024
"""Maximum number of rows per batch when rows are streamed."""

BLOCK_BYTES = 2**24
"""Size of the feature values that are read at once when rows are streamed."""


@dataclass(frozen=True)
class SplitPart:
    """One part of a split whose rows are located but not read.

    `labels` are in the order of the ids. `rows` gives for each feature its view and the rows of the view's table:
    row_number, and the index of the photograph in `labels` as position.
    """

    labels: pa.Table
    rows: Mapping[str, tuple[str, pl.DataFrame]]

    @property
    def rows_per_block(self) -> int:
        """Number of rows whose values take about `BLOCK_BYTES`, at least one."""
        return max(1, BLOCK_BYTES // max(1, sum(bytes_of(view) for view, _ in self.rows.values())))


def locate_part(source: StoreFile, split: FrozenSplit, part: str, features: Sequence[str] | None = None) -> SplitPart:
    """Locate the rows of one part of a split with these features; None means all features of the split.

    Raises `UnknownNameError` for an unknown part or feature.
    """
    if part not in PARTS:
        raise UnknownNameError(unknown_name("part", part, PARTS))
    names = list(split.versions if features is None else features)
    for name in names:
        if name not in split.versions:
            raise UnknownNameError(unknown_name("feature", name, split.versions, of=split.split_id))
    labels = reader.query_arrow(
        source.connection,
        "splits/select_training_labels",
        {"split_id": split.split_id, "as_of": split.as_of, "part": part},
    )
    positions = pl.DataFrame({"image_id": pl.from_arrow(labels["image_id"])}).with_row_index("position")
    rows = {}
    for name, (view, version) in views(source, split, names).items():
        located = find_rows(source.connection, view, version, split.as_of).join(positions, on="image_id")
        rows[name] = (view, located.select("row_number", "position").sort("position"))
    return SplitPart(labels, rows)


def views(source: StoreFile, split: FrozenSplit, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the feature view and version of each of these features of a split."""
    versions = [split.versions[name] for name in names]
    rows = reader.query_frame(source.connection, "features/select_views_of_versions", {"versions": versions}).rows()
    view_of = {version: view for _, view, version in rows}
    return {name: (view_of[split.versions[name]], split.versions[name]) for name in names}


def read_table(source: StoreFile, part: SplitPart) -> pa.Table:
    """Read all rows at once: image_id, labels and features, each feature in one block of memory; NULL where missing."""
    return _read(source, part, 0, part.labels.num_rows, narrow=None)


def read_batches(source: StoreFile, part: SplitPart) -> Iterator[pa.RecordBatch]:
    """Stream the rows of `read_table` in batches of at most 1,024, so that memory use does not grow with the part."""
    size = part.rows_per_block
    for start in range(0, part.labels.num_rows, size):
        block = _read(source, part, start, min(size, part.labels.num_rows - start), narrow=True)
        yield from block.combine_chunks().to_batches(ROWS_PER_BATCH)


def _read(source: StoreFile, part: SplitPart, start: int, length: int, *, narrow: bool | None) -> pa.Table:
    labels = part.labels.slice(start, length)
    columns = {name: labels.column(name) for name in labels.column_names}
    for name, (view, rows) in part.rows.items():
        in_block = rows.filter(pl.col("position").is_between(start, start + length, closed="left"))
        wanted = in_block.with_columns(pl.col("position").cast(pl.Int64) - start)
        columns[COLUMN_OF.get(name, name)] = _column(source, view, wanted, length, narrow=narrow)
    return pa.table(columns)


def _column(source: StoreFile, view: str, wanted: pl.DataFrame, n: int, *, narrow: bool | None) -> pa.Array:
    present = presence(wanted["position"], n)
    if view != PIXELS:
        return masked_vectors(read_matrix(source, view, wanted, n, narrow=narrow), present)
    dense = wanted.with_columns(dense_positions(wanted["position"], present))
    return packed_thumbnails(read_matrix(source, view, dense, int(present.sum()), narrow=narrow), present)
