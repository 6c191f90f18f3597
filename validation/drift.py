"""Whether features have drifted since the last publication: their means and spreads, and rows that have changed.

The distance is explained by what it compares: how far a group's mean has moved, in its published standard deviations,
and by what factor its standard deviation has changed. A group is of landmarks along an axis, or all pixels of a colour.
The thresholds are in `bounds.py`. It warns; it stops nothing. A row that was published and has another seal now is set
aside: rows are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from store.vocabulary import AXES, LANDMARK_COUNT, LANDMARK_GROUPS
from validation import published
from validation.bounds import LARGEST_SHIFT_SD, SHOWN_ROWS, SPREAD_RATIO
from validation.dialect import Reading, sql
from validation.distributions import histogram
from validation.functions import vectors
from validation.published import Key, Spread
from validation.relations import QUARANTINE, WARN
from validation.verdict import Distribution, Finding

DRIFT = "values have not drifted since the last publication"
UNCHANGED = "what was published has not changed"
_AT_ONCE = 4096
_GROUPS = {"all": tuple(range(LANDMARK_COUNT)), **LANDMARK_GROUPS}
_COUNTED = "groups of values"


def drift(store: Reading, last: Path, table: str) -> list[Finding]:
    """One finding a feature of today in this table, against the same version in the last publication."""
    features = store.arrow(sql("select_vector_features"), {"table": table}).to_pylist()
    known = published.statistics(last) if features else {}
    return [_compare(store, table, row["feature"], row["version"], known.get(row["version"], {})) for row in features]


def unchanged(store: Reading, last: Path, table: str) -> list[Finding]:
    """One finding: rows of this table whose seal is not the one that was published."""
    view = table.partition(".")[2]
    before = {(row["image_id"], row["version"], row["created_at"]): row["seal"] for row in published.seals(last, table)}
    now = store.arrow(sql(f"select_seals_of_{view}")).to_pylist() if before else []
    both = [row for row in now if (row["image_id"], row["version"], row["created_at"]) in before]
    wrong = [
        (row["image_id"], view, row["version"])
        for row in both
        if before[row["image_id"], row["version"], row["created_at"]] != row["seal"]
    ]
    samples = tuple({"image_id": image_id, "version": version} for image_id, _, version in wrong[:SHOWN_ROWS])
    seen = f"{len(wrong) or 'no'} offending of {len(both)} that were published"
    return [
        Finding(
            table, UNCHANGED, "seal", not wrong, seen, len(wrong), samples, QUARANTINE,
            "the seals of the last publication", tuple(dict.fromkeys(wrong)),
        )
    ]  # fmt: skip


def _compare(store: Reading, table: str, feature: str, version: str, before: dict[Key, Spread]) -> Finding:
    expected = (
        f"each group's mean moved by {LARGEST_SHIFT_SD:g} standard deviations at most, "
        f"and its spread changed by a factor of {SPREAD_RATIO[0]:g} to {SPREAD_RATIO[1]:g}"
    )
    if not before:
        seen = "not compared: the last publication has no statistics of this version"
        return Finding(table, DRIFT, feature, True, seen, 0, (), WARN, expected)
    now = published.pictures(store, version) if feature == "pixels" else spreads(store, table, version)
    told = [(key, *_distance(before[key], now[key])) for key in now if key in before]
    far = [one for one in told if one[1] > LARGEST_SHIFT_SD or not SPREAD_RATIO[0] <= one[2] <= SPREAD_RATIO[1]]
    samples = tuple(
        {"group": key[0], "along": key[1], "moved": f"{moved:.2f} sd", "spread": f"x {ratio:.2f}"}
        for key, moved, ratio in far[:SHOWN_ROWS]
    )
    return Finding(
        table, DRIFT, feature, not far, _in_words(told, before, now), len(far), samples, WARN, expected,
        distributions=tuple(_pictured(told)), counted=_COUNTED,
    )  # fmt: skip


def _pictured(told: list[tuple[Key, float, float]]) -> Iterator[Distribution]:
    """How far the groups have moved and spread, beside the bounds."""
    if told:
        yield histogram("moved, in published standard deviations", [one[1] for one in told], high=LARGEST_SHIFT_SD)
        low, high = SPREAD_RATIO
        yield histogram("spread, over the published one", [one[2] for one in told], low=low, high=high)


def _distance(before: Spread, now: Spread) -> tuple[float, float]:
    """How far the mean has moved, in published standard deviations, and the ratio of the two standard deviations."""
    if before.sd == 0:
        return (0.0 if now.mean == before.mean else float("inf")), (1.0 if now.sd == 0 else float("inf"))
    return abs(now.mean - before.mean) / before.sd, now.sd / before.sd


def _in_words(told: list[tuple[Key, float, float]], before: dict[Key, Spread], now: dict[Key, Spread]) -> str:
    if not told:
        return "not compared: no values"
    (group, axis), moved, _ = max(told, key=lambda one: one[1])
    ratios = [ratio for _, _, ratio in told]
    images = next(iter(now.values())).images, next(iter(before.values())).images
    return (
        f"moved by {moved:.3f} sd at most ({group}, {axis}), spread x {min(ratios):.2f} to {max(ratios):.2f}; "
        f"{images[0]} photographs now, {images[1]} then"
    )


def spreads(store: Reading, table: str, version: str) -> dict[Key, Spread]:
    """Mean and standard deviation of each landmark group and axis over all rows of a version that count."""
    sums = np.zeros((2, LANDMARK_COUNT, AXES))
    images = 0
    query = sql("select_vectors").replace("{batch}", table)
    for batch in store.batches(query, {"version": version}, rows=_AT_ONCE):
        values = vectors(batch.column("xyz")).astype(np.float64)
        images += len(values)
        sums += np.stack([values.sum(axis=0), np.square(values).sum(axis=0)]).reshape(sums.shape)
    return dict(_grouped(sums, images)) if images else {}


def _grouped(sums: np.ndarray, images: int) -> Iterator[tuple[Key, Spread]]:
    for group, members in _GROUPS.items():
        total, squares = sums[:, list(members)].sum(axis=1) / (images * len(members))
        for place, axis in enumerate("xyz"):
            variance = max(0.0, squares[place] - total[place] ** 2)
            yield (group, axis), Spread(images, float(total[place]), float(np.sqrt(variance)))
