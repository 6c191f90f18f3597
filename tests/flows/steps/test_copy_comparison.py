"""Rows of the repeatability: copies without a face are counted, other faces are none, one person has no interval."""

from __future__ import annotations

import numpy as np
import pytest

from affect_store.flows.steps.copy_comparison import rows_of, without_other_faces
from affect_store.store.features.copies import ALL_COPIES, COPY_NAMES
from affect_store.store.features.copy_values import CopyValues
from tests.faces import SIZE_PX, face_px, normalised

PEOPLE = np.array([f"demo-{k // 2}" for k in range(12)])


def values(feature: str = "aligned", noise: float = 0.1) -> CopyValues:
    rng = np.random.default_rng(6)
    numbers = rng.normal(2, 1, (12, 1, 6)) + rng.normal(0, noise, (12, 1 + len(COPY_NAMES), 6))
    return CopyValues(feature, "mouth", "inter-ocular", 2, numbers.astype(np.float32))


def test_a_copy_without_a_face_is_counted_and_the_others_are_compared() -> None:
    given = values()
    given.values[3, 1] = np.nan
    given.values[7, 2] = np.nan
    rows = {row["copy"]: row for row in rows_of(given, PEOPLE, left_out=4)}
    counts = {name: (row["n_images"], row["n_missing"]) for name, row in rows.items()}
    assert counts == dict.fromkeys(COPY_NAMES[:2], (11, 5)) | dict.fromkeys(COPY_NAMES[2:], (12, 4)) | {
        ALL_COPIES: (10, 6)
    }
    for row in rows.values():
        assert 0.9 < row["icc_low"] < row["icc"] < row["icc_high"] < 1 and row["n_people"] == 6
        assert row["sem"] == pytest.approx(0.1 * np.sqrt(3), rel=0.25)
        assert 0 < row["relative_change"] < 0.2


def test_only_deltas_have_a_relative_change() -> None:
    assert {row["relative_change"] for row in rows_of(values("landmarks"), PEOPLE)} == {None}


def test_a_copy_that_nowhere_shows_a_face_has_no_values() -> None:
    given = values()
    given.values[:, 1] = np.nan
    rows = {row["copy"]: row for row in rows_of(given, PEOPLE)}
    for name in (COPY_NAMES[0], ALL_COPIES):
        assert {rows[name][column] for column in ("icc", "icc_low", "sem", "relative_change")} == {None}
        assert (rows[name]["n_images"], rows[name]["n_people"], rows[name]["n_missing"]) == (0, 0, 12)


def test_one_person_has_values_without_intervals() -> None:
    row = next(rows_of(values(), np.full(12, "demo-1")))
    assert row["n_people"] == 1 and row["icc"] > 0.9 and row["icc_low"] is None and row["sem"] > 0


def test_another_face_of_the_picture_is_none() -> None:
    own, other = normalised(face_px()), normalised(face_px() + [170.0, 0.0, 0.0])
    near = normalised(face_px() + [5.0, 3.0, 0.0])
    faces = np.stack([own, near, other, np.full_like(own, np.nan)])[None]
    kept = without_other_faces(faces, np.array([SIZE_PX]))
    assert np.isfinite(kept).all(axis=(2, 3)).tolist() == [[True, True, False, False]]
    assert np.isfinite(faces[0, 2]).all(), "the given array is not changed"
