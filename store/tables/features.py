"""What a service held for so many photographs: as Arrow, as a Polars frame, or as one NumPy matrix a feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import polars as pl
import pyarrow as pa

from store.errors import UnknownNameError, unknown
from store.tables.columns import Present, compact, pictures
from store.tables.matrix import fill, find
from store.tables.photographs import require_known
from store.tables.services import Service
from store.tables.source import Source


@dataclass(frozen=True)
class Filled:
    """Values of one feature, (m, 1404) float32 or (m, 32640) uint8, of those of n photographs that have one, in their
    order; `present`, (n,), tells which these are."""

    values: np.ndarray
    present: Present

    def arrow(self) -> pa.Array | pa.ChunkedArray:
        """The feature of all n photographs, NULL where there is none; vectors share the matrix's memory."""
        return (pictures if self.values.dtype == np.uint8 else compact)(self.values, self.present)


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
        return pa.table(columns | {name: one.arrow() for name, one in self.filled.items()})

    def polars(self) -> pl.DataFrame:
        """The same as a Polars frame."""
        found = pl.from_arrow(self.arrow)
        assert isinstance(found, pl.DataFrame)
        return found

    def matrix(self, feature: str | None = None) -> tuple[list[str], np.ndarray]:
        """Ids (n) of the photographs that have the feature, and its values: (n, 1404) float32, row-major landmarks x
        (x, y, z), or (n, 32640) uint8 for pixels. No value is copied.

        A service of one feature needs no name. Raises `UnknownNameError` for a feature that is not in the service.
        """
        if feature is None and len(self.filled) == 1:
            feature = next(iter(self.filled))
        if feature is None or feature not in self.filled:
            raise UnknownNameError(unknown("feature", str(feature), self.filled, of=self.service.name))
        one = self.filled[feature]
        return list(compress(self.image_ids, one.present.tolist())), one.values


def read_features(source: Source, service: Service, image_ids: Sequence[str] | None) -> Features:
    """The features of a service, of the photographs named, in their order, or of every one that has any of them.

    Raises `UnknownNameError` for a photograph that the store does not hold.
    """
    found = {name: find(source.connection, *one, service.as_of, among=image_ids) for name, one in service.views.items()}
    ids = list(image_ids) if image_ids is not None else _every(list(found.values()))
    if image_ids is None and len(found) == 1:
        placed = {name: rows.with_row_index("place") for name, rows in found.items()}
    else:
        places = pl.DataFrame({"image_id": ids}, schema={"image_id": pl.String}).with_row_index("place")
        placed = {name: rows.join(places, on="image_id") for name, rows in found.items()}
    present = {name: _present(rows, len(ids)) for name, rows in placed.items()}
    has_none = ~np.logical_or.reduce(list(present.values()))
    require_known(source.connection, [ids[place] for place in np.flatnonzero(has_none)])
    filled = {name: _filled(source, service.views[name][0], rows, present[name]) for name, rows in placed.items()}
    return Features(service, ids, filled)


def _every(found: list[pl.DataFrame]) -> list[str]:
    """Ids of all photographs with any of the features, in the order in which they were stored."""
    if len(found) == 1:
        return found[0]["image_id"].to_list()
    return pl.concat([one.select("image_id") for one in found])["image_id"].unique(maintain_order=True).to_list()


def _present(placed: pl.DataFrame, n: int) -> Present:
    present = np.zeros(n, dtype=bool)
    present[placed["place"].to_numpy()] = True
    return present


def _filled(source: Source, view: str, placed: pl.DataFrame, present: Present) -> Filled:
    """The values of the rows (row_number, place of n), those of the photographs that have one, without gaps."""
    ranks = np.cumsum(present) - 1
    wanted = placed.select("row_number", place=pl.Series("place", ranks[placed["place"].to_numpy()], pl.Int64))
    return Filled(fill(source, view, wanted, int(present.sum())), present)
