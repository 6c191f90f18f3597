"""Feature drift since the last publication, in mean and standard deviation, and published rows that have changed.

Drift of a group is the change of its mean, in published standard deviations, and the ratio of the standard deviations.
A group holds the landmarks of a face region along an axis, all pixels of a colour, or a column of a scalar feature view
at a camera angle. The limits are in `thresholds.py`. Drift is a warning. A published row with another checksum (seal)
is quarantined: stored rows never change.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from affect_store.store.engine.feature_sql import view_sql
from affect_store.store.engine.sql_files import sql as engine_sql
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT, LANDMARK_GROUPS
from affect_store.validation.gx.dialect import StoreReader, sql
from affect_store.validation.gx.udfs import vectors
from affect_store.validation.recompute import last_publication
from affect_store.validation.recompute.distributions import histogram
from affect_store.validation.recompute.last_publication import Key, Spread
from affect_store.validation.rules import OWN_TABLE, QUARANTINE, SCALAR_TABLES, WARN
from affect_store.validation.thresholds import MAX_SHIFT_SD, SD_RATIO_RANGE, SHOWN_ROWS
from affect_store.validation.verdict import Distribution, Finding

DRIFT = "no drift since the last publication"
UNCHANGED = "published rows unchanged"
_BATCH_ROWS = 4096
_GROUPS = {"all": tuple(range(LANDMARK_COUNT)), **LANDMARK_GROUPS}
_COUNTED_UNIT = "groups of values"


def check_drift(store: StoreReader, last: Path, table: str) -> list[Finding]:
    """Compare each current feature of this table with the same version in the last publication; one finding each.

    None for a scalar feature view that is not to be compared.
    """
    if table in SCALAR_TABLES and not SCALAR_TABLES[table].is_compared:
        return []
    if not last.exists():
        return [_missing(table, DRIFT, last)]
    features = store.arrow(sql("select/vector_features"), {"table": table}).to_pylist()
    known = last_publication.statistics(last) if features else {}
    return [_compare(store, table, row["feature"], row["version"], known.get(row["version"], {})) for row in features]


def check_published_rows(store: StoreReader, last: Path, table: str) -> list[Finding]:
    """Return one finding: rows of this table whose checksum differs from the published one."""
    if not last.exists():
        return [_missing(table, UNCHANGED, last)]
    view = table.partition(".")[2]
    both, changed = _changed_rows(store, table, last_publication.published_checksums(last, table))
    wrong = [(row["image_id"], view, row["version"]) for row in changed]
    samples = tuple({"image_id": image_id, "version": version} for image_id, _, version in wrong[:SHOWN_ROWS])
    observed = f"{len(wrong)} of {both} published rows changed"
    return [
        Finding(
            table, UNCHANGED, "seal", not wrong, observed, len(wrong), samples, QUARANTINE,
            "the checksums of the last publication", tuple(dict.fromkeys(wrong)),
        )
    ]  # fmt: skip


def _changed_rows(store: StoreReader, table: str, published: pa.Table | None) -> tuple[int, list[dict[str, str]]]:
    """Count the published rows that are still stored, and list those whose checksum differs."""
    if published is None:
        return 0, []
    store.connection.register("published_rows", published)
    (row,) = store.arrow(sql("select/changed_rows").replace("{batch}", table)).to_pylist()
    store.connection.unregister("published_rows")
    return row["rows"], row["changed"] or []


def _missing(table: str, check: str, last: Path) -> Finding:
    """Return the warning that nothing was compared: the link `published` leads to a store that does not exist."""
    observed = f"not compared: the last publication is missing, expected '{last}'"
    return Finding(table, check, "", False, observed, 0, (), WARN, "the last publication")


def _compare(store: StoreReader, table: str, feature: str, version: str, before: dict[Key, Spread]) -> Finding:
    expected = (
        f"mean of each group moved by at most {MAX_SHIFT_SD:g} standard deviations, "
        f"ratio of standard deviations {SD_RATIO_RANGE[0]:g} to {SD_RATIO_RANGE[1]:g}"
    )
    if not before:
        observed = "not compared: the last publication has no statistics of this version"
        return Finding(table, DRIFT, feature, True, observed, 0, (), WARN, expected)
    now = _current(store, table, feature, version)
    shifts = [(key, *_distance(before[key], now[key])) for key in now if key in before]
    if now and not shifts:
        observed = "not compared: no group of values is in the last publication"
        return Finding(table, DRIFT, feature, False, observed, 0, (), WARN, expected)
    drifted = [
        (key, moved, ratio)
        for key, moved, ratio in shifts
        if moved > MAX_SHIFT_SD or not SD_RATIO_RANGE[0] <= ratio <= SD_RATIO_RANGE[1]
    ]
    samples = tuple(
        {"group": key[0], "axis": key[1], "mean": f"{moved:.2f} SD", "SD ratio": f"{ratio:.2f}"}
        for key, moved, ratio in drifted[:SHOWN_ROWS]
    )
    return Finding(
        table, DRIFT, feature, not drifted, _in_words(shifts, before, now), len(drifted), samples, WARN, expected,
        distributions=tuple(_histograms(shifts)), counted=_COUNTED_UNIT,
    )  # fmt: skip


def _current(store: StoreReader, table: str, feature: str, version: str) -> dict[Key, Spread]:
    if table in SCALAR_TABLES or table == OWN_TABLE:
        statement = engine_sql("features/select_own_statistics") if table == OWN_TABLE else view_sql(
            "select_statistics", SCALAR_TABLES[table].name
        )  # fmt: skip
        rows = store.arrow(statement).to_pylist()
        return last_publication.scalar_statistics(rows).get(version, {})
    if table == "features.pixels":
        return last_publication.colour_statistics(store, version)
    return spreads(store, table, version)


def _histograms(shifts: list[tuple[Key, float, float]]) -> Iterator[Distribution]:
    """Yield histograms of the shifts of the groups' means and of the ratios of their standard deviations."""
    if shifts:
        moved = [row[1] for row in shifts]
        yield histogram("shift of the mean, in published standard deviations", moved, high=MAX_SHIFT_SD)
        low, high = SD_RATIO_RANGE
        yield histogram(
            "ratio of standard deviations, now to published", [row[2] for row in shifts], low=low, high=high
        )


def _distance(before: Spread, now: Spread) -> tuple[float, float]:
    """Return the shift of the mean, in published standard deviations, and the ratio of the standard deviations."""
    if before.sd == 0:
        return (0.0 if now.mean == before.mean else float("inf")), (1.0 if now.sd == 0 else float("inf"))
    return abs(now.mean - before.mean) / before.sd, now.sd / before.sd


def _in_words(shifts: list[tuple[Key, float, float]], before: dict[Key, Spread], now: dict[Key, Spread]) -> str:
    if not shifts:
        return "not compared: no values"
    (group, axis), moved, _ = max(shifts, key=lambda row: row[1])
    ratios = [ratio for _, _, ratio in shifts]
    images = next(iter(now.values())).images, next(iter(before.values())).images
    return (
        f"largest shift {moved:.3f} SD ({group}, {axis}), SD ratio {min(ratios):.2f} to {max(ratios):.2f}; "
        f"{images[0]} photographs now, {images[1]} in the last publication"
    )


def spreads(store: StoreReader, table: str, version: str) -> dict[Key, Spread]:
    """Compute mean and standard deviation of each landmark group and axis over all valid rows of a version."""
    sums = np.zeros((2, LANDMARK_COUNT, AXES))
    images = 0
    query = sql("select/vectors").replace("{batch}", table)
    for batch in store.batches(query, {"version": version}, rows=_BATCH_ROWS):
        values = vectors(batch.column("xyz")).astype(np.float64)
        images += len(values)
        sums += np.stack([values.sum(axis=0), np.square(values).sum(axis=0)]).reshape(sums.shape)
    return dict(_grouped(sums, images)) if images else {}


def _grouped(sums: NDArray[np.float64], images: int) -> Iterator[tuple[Key, Spread]]:
    for group, members in _GROUPS.items():
        total, squares = sums[:, list(members)].sum(axis=1) / (images * len(members))
        for index, axis in enumerate("xyz"):
            variance = max(0.0, squares[index] - total[index] ** 2)
            yield (group, axis), Spread(images, float(total[index]), float(np.sqrt(variance)))
