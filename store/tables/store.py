"""Reading features from Python: what a service held, today or as of a moment, for one photograph or for all.

It reads the published store and never writes. Rows of two versions are never mixed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from store.errors import StoreError, UnknownNameError, unknown
from store.tables import read
from store.tables.catalog import FIELDS, arrow_type
from store.tables.connection import Connection, open_published, sql
from store.tables.home import Home
from store.tables.matrix import Filled, fill, find
from store.tables.publications import open_store
from store.tables.publish import FACES_ARE_IN
from store.tables.services import Moment, Service, resolve
from store.tables.splits import COVERED, fingerprint
from store.tables.write import setting
from store.types import seal_of
from store.vocabulary import PARTS, VECTOR_LENGTH

ROWS_A_BATCH = 1024
VECTORS = ("landmarks", "frontal_unit", "aligned")
COLUMN_OF = {"pixels": "rgb"}
"""Column that carries a feature's values, where it has another name."""


@dataclass(frozen=True)
class Features:
    """What `Store.features` gives: one row a photograph, one column a feature; NULL where there is none."""

    service: Service
    image_ids: list[str]
    filled: Mapping[str, Filled]

    @property
    def arrow(self) -> pa.Table:
        """image_id and the features, vectors as fixed-size lists of float32, over the same memory as `matrix`."""
        columns = {"image_id": pa.array(self.image_ids, pa.string())}
        columns |= {name: one.arrow(arrow_type(FIELDS[COLUMN_OF.get(name, name)])) for name, one in self.filled.items()}
        return pa.table(columns)

    def polars(self) -> pl.DataFrame:
        """The same as a Polars frame."""
        found = pl.from_arrow(self.arrow)
        assert isinstance(found, pl.DataFrame)
        return found

    def matrix(self, feature: str | None = None) -> tuple[list[str], np.ndarray]:
        """Ids (n) of the photographs that have the feature, and its values: (n, 1404) float32, row-major landmarks x
        (x, y, z), or (n, 32640) uint8 for pixels. No value is copied where every photograph has one.

        A service of one feature needs no name. Raises `UnknownNameError` for a feature that is not in the service.
        """
        if feature is None and len(self.filled) == 1:
            feature = next(iter(self.filled))
        if feature is None or feature not in self.filled:
            raise UnknownNameError(unknown(f"feature of {self.service.name!r}", str(feature), self.filled))
        one = self.filled[feature]
        if one.present.all():
            return self.image_ids, one.values
        kept = np.flatnonzero(one.present)
        return [self.image_ids[index] for index in kept], one.values[kept]


class Store(AbstractContextManager["Store"]):
    """A published store, open for reading. Use it in a `with` block, or call `close`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._catalogue = connection.execute("SELECT current_catalog()").fetchall()[0][0]
        self._has_faces = setting(connection, FACES_ARE_IN) != "False"
        self._today: dict[str, Service] = {}

    @classmethod
    def open(cls, home: str | Path | Home = ".affect") -> Store:
        """The current publication of a home; a later publication does not change what this one reads.

        Raises `NotPublishedError` where there is none, and `StoreError` for a file that is no store of this version.
        """
        place = home if isinstance(home, Home) else Home(Path(home).absolute())
        open_published(place, of_this_version=True).close()
        connection = open_store(place.published.resolve())  # an instance of its own: its settings are nobody else's
        connection.execute("SET TimeZone = 'UTC'")
        # A pass over one table is no faster with more threads, and each holds blocks of its own: with several,
        # PASS_MEMORY is not enough for a table of many row groups.
        connection.execute("SET threads = 1")
        return cls(connection)

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def features(
        self,
        service: str,
        *,
        image_ids: Sequence[str] | None = None,
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
        if isinstance(image_ids, str) or not all(isinstance(one, str) for one in image_ids or ()):
            raise StoreError(f"image_ids: expected a list of identifiers, received {image_ids!r}"[:200])
        asked = self.service(service, as_of=as_of, version=version)
        self._require_readable(asked)
        found = {name: find(self._connection, *one, asked.as_of) for name, one in asked.views.items()}
        there = pl.concat([one.select("image_id") for one in found.values()])
        ids = there["image_id"].unique(maintain_order=True).to_list() if image_ids is None else list(image_ids)
        places = pl.DataFrame({"image_id": ids}, schema={"image_id": pl.String}).with_row_index("place")
        if image_ids is not None:
            self._require_known(places.join(there, on="image_id", how="anti")["image_id"].to_list())
        filled = {
            name: fill(self._connection, *asked.views[name], one.join(places, on="image_id"), len(ids))
            for name, one in found.items()
        }
        return Features(asked, ids, filled)

    def latest(self, image_id: str, service: str = "aligned") -> dict[str, Any]:
        """The features of one photograph today, by name, vectors as NumPy arrays, None where there is none.

        Raises `UnknownNameError` for a photograph or service that is not there.
        """
        asked = self._today.get(service) or self._today.setdefault(service, self.service(service))
        self._require_readable(asked)
        bound = {"image_id": image_id}
        misses = self._connection.execute(sql("select_misses_of_image"), bound).fetchall()
        found: dict[str, Any] = dict(bound)
        for name, (view, version) in asked.views.items():
            rows = self._connection.execute(sql(f"select_latest_{view}"), bound).to_arrow_table()
            found[name] = _newest(rows, version, [moment for missed, moment in misses if missed == version])
        if all(found[name] is None for name in asked.views):
            self._require_known([image_id])
        return found

    def training(self, split_id: str, part: str) -> Iterator[pa.RecordBatch]:
        """The rows of one part of a split, as they were when it was made: image_id, labels, features; ordered by id.

        They are read while the store is open. Raises `UnknownNameError` for a split or part that is not there.
        """
        if part not in PARTS:
            raise UnknownNameError(unknown("part", part, PARTS))
        split = read.frozen_split(self._connection, split_id)
        cursor = self._connection.cursor()
        cursor.execute(f"USE {self._catalogue}")
        cursor.execute(sql("select_training_rows"), {**split.parameters, "part": part})
        return iter(cursor.to_arrow_reader(ROWS_A_BATCH))

    def fingerprint(self, split_id: str) -> str:
        """The split's fingerprint, taken anew from the very values that `training` gives: the stored one, bit for bit.

        Pictures that were not published are represented by their stored seals.
        """
        split = read.frozen_split(self._connection, split_id)
        stored = read.split_seals(self._connection, split)
        pictures = dict(zip(stored["image_id"], stored["pixels"], strict=True))
        parts = [_sealed(batch, part, pictures) for part in PARTS for batch in self.training(split_id, part)]
        return fingerprint(pl.concat(parts), split.versions)

    def service(self, name: str, *, as_of: Moment | None = None, version: str | None = None) -> Service:
        """The view versions of a service today, at a moment, as of a run, or at a version of its own."""
        return resolve(self._connection, name, as_of, version)

    def _require_known(self, image_ids: Sequence[str]) -> None:
        if not image_ids:
            return
        missing = read.frame(self._connection, "select_unknown_images", {"image_ids": list(image_ids)})["image_id"]
        if len(missing):
            count = read.number(self._connection, "count_images")
            others = f", nor {len(missing) - 1:,} more of those asked for" if len(missing) > 1 else ""
            raise UnknownNameError(f"there is no photograph {missing[0]!r} among the {count:,} of the store{others}")

    def _require_readable(self, asked: Service) -> None:
        if any(view == "pixels" for view, _ in asked.views.values()) and not self._has_faces:
            raise StoreError(
                f"the service {asked.name!r} needs thumbnails, which were not published: `affect run --with-faces` does"
            )


def _sealed(batch: pa.RecordBatch, part: str, pictures: Mapping[str, str | None]) -> pl.DataFrame:
    """Part, labels and, in place of each feature, its seal."""
    ids = batch.column("image_id").to_pylist()
    rows = batch.select([name for name in batch.schema.names if name in COVERED and name not in VECTORS])
    found = pl.DataFrame(pl.from_arrow(pa.table(rows)))
    for name in VECTORS:
        column = batch.column(name)
        values = np.asarray(column.values.to_numpy(zero_copy_only=False), np.float32).reshape(-1, VECTOR_LENGTH)
        is_there = column.is_valid().to_pylist()
        seals = [
            seal_of(one, row.tobytes()) if has else None for one, row, has in zip(ids, values, is_there, strict=True)
        ]
        found = found.with_columns(pl.Series(name, seals, dtype=pl.String))
    drawn = batch.column("rgb").to_pylist()
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
