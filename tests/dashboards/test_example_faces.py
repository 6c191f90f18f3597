"""Pairs of example faces: what is drawn for given landmarks."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

from affect_store.dashboards.figures import example_faces
from affect_store.dashboards.frames import Frames
from affect_store.store.face_mesh import mean_face
from affect_store.store.features.alignment import inter_ocular
from affect_store.store.vocabulary import LANDMARK_COUNT, LANDMARK_GROUPS
from tests.dashboards.builder_basics import photograph_of


def row_of(expression: np.ndarray) -> pl.DataFrame:
    """Build the row of one person whose neutral face is the mean face."""
    size = {"width_px": 681, "height_px": 1024, "reference_width_px": 681, "reference_height_px": 1024}
    faces = {"xyz": photograph_of(expression).tolist(), "reference_xyz": photograph_of(mean_face()).tolist()}
    return pl.DataFrame([{"emotion": "happy", "subject_id": "a", **size, **faces}])


def arrows_of(pair: example_faces.FacePair) -> np.ndarray:
    """Return start and tip of each arrow, (n, 2, 2); a head follows every shaft."""
    parts = [re.findall(r"[-0-9.]+", part) for part in pair.arrows.split("M")[1:]]
    return np.array([np.array(part, dtype=float).reshape(-1, 2) for part in parts[::2]])


def test_arrows_show_the_landmarks_that_moved_at_the_scale_of_the_drawing() -> None:
    moved = np.array(mean_face())
    mouth = list(LANDMARK_GROUPS["mouth"])
    moved[mouth] += [0.0, 0.25, 0.0]
    (pair,) = example_faces.pairs(row_of(moved))
    arrows = arrows_of(pair)
    assert len(arrows) == len(mouth)
    expected = [0, 0.25 * example_faces.UNIT / inter_ocular(np.array(mean_face())[None])[0]]
    assert arrows[:, 1] - arrows[:, 0] == pytest.approx(np.broadcast_to(expected, (len(mouth), 2)), abs=0.2)
    assert f"movement of {len(mouth)} landmarks" in pair.alt
    assert pair.dots.count("M") == 2 * LANDMARK_COUNT


def test_a_head_that_turned_and_came_closer_has_no_arrows() -> None:
    angle = 0.2
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    (pair,) = example_faces.pairs(row_of(np.array(mean_face()) @ turn.T * 1.1 + [0.1, -0.2, 0]))
    assert pair.arrows == "" and "0 landmarks" in pair.alt


def test_everything_is_inside_the_drawing(frames: Frames) -> None:
    for pair in example_faces.pairs(frames.example_faces):
        width, height = (float(number) for number in pair.view_box.split()[2:])
        points = np.array(re.findall(r"[-0-9.]+", pair.strokes + pair.arrows), dtype=float).reshape(-1, 2)
        assert (points >= 0).all() and (points <= [width, height]).all()
