"""Features of a service for many photographs, as an Arrow table, a Polars frame or one NumPy matrix per feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import polars as pl
import pyarrow as pa

from affect_store.store.engine import own_views
from affect_store.store.engine.arrow_columns import PresenceMask, packed_thumbnails, packed_vectors
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import UnknownNameError, unknown_name
from affect_store.store.extensions.own_view import OWN_VALUES
from affect_store.store.offline.feature_services import Service
from affect_store.store.offline.matrix import dense_positions, find_rows, presence, read_matrix
from affect_store.store.offline.photographs import require_known
from affect_store.store.types import FeatureArray


@dataclass(frozen=True)
class FeatureValues:
    """Values of one feature for n photographs, m of which have one.

    `values` holds those m in order: (m, 1404) float32 for vectors, (m, k) float32 for a scalar view of k columns,
    (m, 32640) uint8 for pixels. `present`, (n,), says which photographs these are.
    """

    values: FeatureArray
    present: PresenceMask

    def arrow(self) -> pa.Array | pa.ChunkedArray:
        """Return the column of all n photographs, NULL where a value is missing; vectors share memory with `values`."""
        return (packed_thumbnails if self.values.dtype == np.uint8 else packed_vectors)(self.values, self.present)


@dataclass(frozen=True, repr=False)
class Features:
    """Result of `FeatureStore.get_features`: one row per photograph, one column per feature, NULL if missing."""

    service: Service
    image_ids: list[str]
    values: Mapping[str, FeatureValues]

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {feature.values.shape}" for name, feature in self.values.items())
        return f"<Features {self.service.name!r}: {len(self.image_ids):,} photographs; {shapes}>"

    @property
    def arrow(self) -> pa.Table:
        """Table of image_id and the features, NULL where missing.

        Vectors and scalar views are fixed-size lists of float32 that share memory with `matrix`, pixels are binary.
        """
        columns = {"image_id": pa.array(self.image_ids, pa.string())}
        return pa.table(columns | {name: feature.arrow() for name, feature in self.values.items()})

    def polars(self) -> pl.DataFrame:
        """Return the table `arrow` as a Polars frame."""
        frame = pl.from_arrow(self.arrow)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def matrix(self, feature: str | None = None) -> tuple[list[str], FeatureArray]:
        """Return the ids of the n photographs that have the feature, and its values.

        The values are (n, 1404) float32 for vectors, which are 468 landmarks x (x, y, z), row-major; (n, k) float32 for
        a scalar view of k columns; (n, 32640) uint8 for pixels, which are height x width x RGB, row-major. No value is
        copied. `feature` may be omitted for a service of one feature. Raises `UnknownNameError` for a feature that is
        not in the service.
        """
        if feature is None and len(self.values) == 1:
            feature = next(iter(self.values))
        if feature is None or feature not in self.values:
            raise UnknownNameError(unknown_name("feature", str(feature), self.values, of=self.service.name))
        chosen = self.values[feature]
        return list(compress(self.image_ids, chosen.present.tolist())), chosen.values


def read_features(source: StoreFile, service: Service, image_ids: Sequence[str] | None) -> Features:
    """Read the features of a service for these photographs, in this order; None reads all that have any of them.

    Raises `UnknownNameError` for a photograph that is not in the store.
    """
    rows_by_feature = {
        name: find_rows(source.connection, view, version, service.as_of, among=image_ids)
        for name, (view, version) in service.views.items()
    }
    ids = list(image_ids) if image_ids is not None else _all_ids(list(rows_by_feature.values()))
    if image_ids is None and len(rows_by_feature) == 1:
        located = {name: rows.with_row_index("position") for name, rows in rows_by_feature.items()}
    else:
        positions = pl.DataFrame({"image_id": ids}, schema={"image_id": pl.String}).with_row_index("position")
        located = {name: rows.join(positions, on="image_id") for name, rows in rows_by_feature.items()}
    present = {name: presence(rows["position"], len(ids)) for name, rows in located.items()}
    has_none = ~np.logical_or.reduce(list(present.values()))
    require_known(source.connection, [ids[index] for index in np.flatnonzero(has_none)])
    values = {name: _values(source, service.views[name], rows, present[name]) for name, rows in located.items()}
    return Features(service, ids, values)


def _all_ids(rows_by_feature: list[pl.DataFrame]) -> list[str]:
    """Return the ids of all photographs with any of the features, in the order in which they were stored."""
    if len(rows_by_feature) == 1:
        return rows_by_feature[0]["image_id"].to_list()
    ids = pl.concat([rows.select("image_id") for rows in rows_by_feature])["image_id"]
    return ids.unique(maintain_order=True).to_list()


def _values(
    source: StoreFile, view_version: tuple[str, str], located: pl.DataFrame, present: PresenceMask
) -> FeatureValues:
    """Return the values of rows (row_number, position among n photographs), without the photographs that have none."""
    view, version = view_version
    width = len(own_views.columns_of(source.connection, version)) if view == OWN_VALUES else None
    wanted = located.select("row_number", position=dense_positions(located["position"], present))
    return FeatureValues(read_matrix(source, view, wanted, int(present.sum()), width=width), present)
