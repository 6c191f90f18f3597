"""Reading features from Python: what a service held, today or as of a moment, for one photograph or for all.

It reads a store and never writes. Rows of two versions are never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from store.errors import StoreError, UnknownNameError, unknown
from store.tables import read, references, training
from store.tables.duck import sql
from store.tables.features import Features, read_features
from store.tables.home import Home
from store.tables.photographs import require_known
from store.tables.published import follow, require_version
from store.tables.services import Moment, Service, resolve
from store.tables.source import Source
from store.tables.splits import COVERED, fingerprint
from store.tables.stamp import FACES_ARE_IN
from store.tables.training import COLUMN_OF
from store.tables.write import setting
from store.types import seal_of
from store.vocabulary import PARTS, VECTOR_LENGTH

VECTORS = ("landmarks", "frontal_unit", "aligned")
_PIXELS = "pixels"


class Store(AbstractContextManager["Store"]):
    """A store, open for reading. Use it in a `with` block, or call `close`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._connection = source.connection
        self._has_faces = setting(self._connection, FACES_ARE_IN) != "False"
        self._today: dict[str, Service] = {}

    @classmethod
    def open(cls, home: str | Path | Home = ".affect") -> Store:
        """The current publication of a home; a later publication does not change what this one reads.

        Raises `NotPublishedError` where there is none, and `StoreError` for a file that is no store of this version.
        """
        place = home if isinstance(home, Home) else Home(Path(home).absolute())
        source = follow(place, Source)
        try:
            require_version(source.connection, place.published_store)
            return cls(source)
        except BaseException:
            source.close()
            raise

    @classmethod
    def open_work(cls, home: Home) -> Store:
        """The work store of a home: nobody can write to it while it is open. Raises what `duck.wait_for` does."""
        return cls(Source(home.work))

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def features(
        self,
        service: str,
        image_ids: Sequence[str] | None = None,
        *,
        as_of: Moment | None = None,
        version: str | None = None,
    ) -> Features:
        """The features of a service: `MODEL.RECIPE`, or a single one such as 'aligned'.

        `image_ids` keeps its order; None is every photograph that has any of them, in the order in which they were
        stored, also one that is out of use by now (`catalogue.images.excluded_reason`). `as_of` is a moment (if naive,
        in UTC; text as in ISO 8601) or the id of a run, and gives what was known then; `version` is that of the
        service, or of the view where it is one feature. Raises `UnknownNameError`, with the near names, for what is not
        there, and `StoreError` where the service needs thumbnails that were not published.
        """
        if isinstance(image_ids, str) or not all(issubclass(kind, str) for kind in set(map(type, image_ids or ()))):
            raise StoreError(f"image_ids: expected a list of identifiers, received {image_ids!r}"[:200])
        asked = self.service(service, as_of=as_of, version=version)
        self._require_readable(asked.name, asked.views)
        return read_features(self._source, asked, image_ids)

    def rows(self, found: Features, columns: Iterable[str]) -> pa.Table:
        """What `features` gave as rows for a model: image_id, the features under the names of the training rows, and of
        `columns` those that hold a reference's features."""
        table = found.arrow
        table = table.rename_columns([COLUMN_OF.get(name, name) for name in table.column_names])
        wanted = frozenset(columns) & references.COLUMNS.keys()
        if not wanted:
            return table
        service = found.service
        return references.add_references(self._source, table, service.views, service.as_of, wanted)

    def latest(self, image_id: str, service: str = "aligned") -> dict[str, Any]:
        """The features of one photograph today, by name, vectors as NumPy arrays, None where there is none.

        Raises `UnknownNameError` for a photograph or service that is not there.
        """
        asked = self._today.get(service) or self._today.setdefault(service, self.service(service))
        self._require_readable(asked.name, asked.views)
        bound = {"image_id": image_id}
        misses = self._connection.execute(sql("select_misses_of_image"), bound).fetchall()
        found: dict[str, Any] = dict(bound)
        for name, (view, version) in asked.views.items():
            rows = self._connection.execute(sql(f"select_latest_{view}"), bound).to_arrow_table()
            found[name] = _newest(rows, version, [moment for missed, moment in misses if missed == version])
        if all(found[name] is None for name in asked.views):
            require_known(self._connection, [image_id])
        return found

    def training(
        self, split_id: str, part: str, features: str | Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The rows of one part of a split, as they were when it was made: image_id, labels, features; ordered by id.

        `features` names some, or a service that holds them; None is every feature that this store has values of. Rows
        are read block by block while the store is open, so memory does not grow with the part. Raises
        `UnknownNameError` for a split, part, service or feature that is not there, and `StoreError` for thumbnails that
        were not published.
        """
        split = read.frozen_split(self._connection, split_id)
        names = list(self.service(features).views) if isinstance(features, str) else features
        if names is None:
            names = [name for name in split.versions if self._has_faces or name != _PIXELS]
        self._require_readable(str(features), names)
        return training.batches(self._source, training.look(self._source, split, part, names))

    def fingerprint(self, split_id: str) -> str:
        """The split's fingerprint, taken anew from the very values that `training` gives: the stored one, bit for bit.

        Pictures that were not published are represented by their stored seals.
        """
        split = read.frozen_split(self._connection, split_id)
        stored = read.split_seals(self._connection, split)
        pictures = dict(zip(stored["image_id"], stored[_PIXELS], strict=True))
        parts = [_sealed(batch, part, pictures) for part in PARTS for batch in self.training(split_id, part)]
        return fingerprint(pl.concat(parts), split.versions)

    def service(self, name: str, *, as_of: Moment | None = None, version: str | None = None) -> Service:
        """The view versions of a service today, at a moment, as of a run, or at a version of its own."""
        return resolve(self._connection, name, as_of, version)

    def run(self, run_id: str) -> dict[str, Any]:
        """The registry's row of a run. Raises `UnknownNameError`, naming the near ones."""
        found = read.frame(self._connection, "select_run", {"run_id": run_id}).rows(named=True)
        if not found:
            raise UnknownNameError(unknown("run", run_id, read.frame(self._connection, "select_run_ids")["run_id"]))
        return found[0]

    def _require_readable(self, asked: str, features: Iterable[str]) -> None:
        if not self._has_faces and _PIXELS in features:
            raise StoreError(
                f"the service {asked!r} needs thumbnails, which were not published: `affect run --with-faces` does"
            )


def _sealed(batch: pa.RecordBatch, part: str, pictures: Mapping[str, str | None]) -> pl.DataFrame:
    """Part, labels and, in place of each feature, its seal."""
    ids = batch.column("image_id").to_pylist()
    rows = batch.select([name for name in batch.schema.names if name in COVERED and name not in VECTORS])
    found = pl.DataFrame(pl.from_arrow(pa.table(rows)))
    for name in VECTORS:
        column = batch.column(name)
        all_rows = (
            column.values.to_numpy(zero_copy_only=False).astype(np.float32, copy=False).reshape(-1, VECTOR_LENGTH)
        )
        values = all_rows[column.offset : column.offset + len(column)]
        is_there = column.is_valid().to_pylist()
        seals = [
            seal_of(one, row.tobytes()) if has else None for one, row, has in zip(ids, values, is_there, strict=True)
        ]
        found = found.with_columns(pl.Series(name, seals, dtype=pl.String))
    column = COLUMN_OF[_PIXELS]
    drawn = batch.column(column).to_pylist() if column in batch.schema.names else [None] * len(ids)
    seals = [pictures.get(one) if rgb is None else seal_of(one, rgb) for one, rgb in zip(ids, drawn, strict=True)]
    return found.with_columns(pl.Series("pixels", seals, dtype=pl.String), pl.lit(part).alias("part"))


def _newest(rows: pa.Table, version: str, misses: list[datetime]) -> np.ndarray | None:
    """The value of a version that was stored last, unless a miss hides it."""
    moments = zip(rows.column("version").to_pylist(), rows.column("created_at").to_pylist(), strict=True)
    known = [(moment, index) for index, (one, moment) in enumerate(moments) if one == version]
    if not known or any(missed > max(known)[0] for missed in misses):
        return None
    value = rows.column("value")[max(known)[1]]
    return _array(value) if value.is_valid else None


def _array(value: pa.Scalar) -> np.ndarray:
    if pa.types.is_binary(value.type):
        return np.frombuffer(value.as_py(), np.uint8)
    return np.asarray(value.values.to_numpy())
