"""Draw photographs whose copies are measured: evenly over people, emotions and cameras, and the same for a seed."""

from __future__ import annotations

import hashlib
from collections import Counter

import polars as pl

_PERSON, _EMOTION, _CAMERA = "subject_id", "emotion", "camera_angle_deg"


def draw_photographs(photographs: pl.DataFrame, count: int, seed: int) -> pl.DataFrame:
    """Return `count` rows, all if there are fewer, ordered by image_id.

    `photographs` has the columns image_id, subject_id, emotion and camera_angle_deg. People take turns: each gives a
    photograph of the cell, emotion and camera that was drawn least from the person and then from all people. What is
    left to chance depends on the seed and on each photograph's id alone, not on the order of the rows.
    """
    rows = sorted(photographs.iter_rows(named=True), key=lambda row: _chance(seed, row["image_id"]))
    left: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        left.setdefault(row[_PERSON], []).append(row)
    taken: Counter[tuple[object, ...]] = Counter()
    drawn: list[object] = []
    while len(drawn) < min(count, len(rows)):
        for person in [person for person, own in left.items() if own][: count - len(drawn)]:
            row = min(left[person], key=lambda candidate: tuple(taken[key] for key in _keys(candidate)))
            left[person].remove(row)
            drawn.append(row["image_id"])
            taken.update(_keys(row))
    return photographs.filter(pl.col("image_id").is_in(drawn)).sort("image_id")


def _keys(row: dict[str, object]) -> tuple[tuple[object, ...], ...]:
    """Return what is to occur equally often, the most important first."""
    person, emotion, camera = row[_PERSON], row[_EMOTION], row[_CAMERA]
    return (
        ("cell of person", person, emotion, camera), ("emotion of person", person, emotion),
        ("camera of person", person, camera), ("cell", emotion, camera), ("emotion", emotion), ("camera", camera),
    )  # fmt: skip


def _chance(seed: int, image_id: str) -> str:
    return hashlib.sha256(f"{seed}:{image_id}".encode()).hexdigest()
