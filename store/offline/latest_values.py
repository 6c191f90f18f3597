"""The current features of one photograph, each looked up by its key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa

from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.engine.sql_files import sql
from affect_store.store.types import FeatureArray


def latest_values(
    connection: Connection, views: Mapping[str, tuple[str, str]], image_id: str
) -> dict[str, FeatureArray | None]:
    """Return the value of each feature, None where it is missing; `views` has view and version by feature."""
    parameters = {"image_id": image_id}
    misses = connection.execute(sql("features/select_misses_of_image"), parameters).fetchall()
    values = {}
    for name, (view, version) in views.items():
        rows = connection.execute(view_sql("select_latest", view), parameters).to_arrow_table()
        missing_at = [moment for missing_version, moment in misses if missing_version == version]
        values[name] = _newest(rows, version, missing_at)
    return values


def _newest(rows: pa.Table, version: str, missing_at: list[datetime]) -> FeatureArray | None:
    """Return the value of this version that was stored last, or None if it was recorded as missing later."""
    moments = zip(rows.column("version").to_pylist(), rows.column("created_at").to_pylist(), strict=True)
    stored = [(moment, index) for index, (row_version, moment) in enumerate(moments) if row_version == version]
    if not stored or any(moment > max(stored)[0] for moment in missing_at):
        return None
    value = rows.column("value")[max(stored)[1]]
    return _array(value) if value.is_valid else None


def _array(value: pa.Scalar) -> FeatureArray:
    if pa.types.is_binary(value.type):
        return np.frombuffer(value.as_py(), np.uint8)
    return np.asarray(value.values.to_numpy())
