"""Validation of frames: missing columns and shapes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from affect_store.dashboards.frames import COLUMNS, Frames
from affect_store.store.errors import ShapeError
from affect_store.store.schema.column_docs import OF_VIEWS
from affect_store.store.schema.fields import FIELDS


@pytest.mark.parametrize("name", COLUMNS)
def test_a_missing_column_is_named(frames: Frames, name: str) -> None:
    column = next(reversed(COLUMNS[name]))
    with pytest.raises(ShapeError, match=rf"frame {name}: .*missing {column}"):
        replace(frames, **{name: getattr(frames, name).drop(column)})


def test_a_face_of_another_shape_is_refused(frames: Frames) -> None:
    with pytest.raises(ShapeError, match="neutral face"):
        replace(frames, neutral=np.zeros((3, 3)))


def test_meanings_come_from_the_schema() -> None:
    assert COLUMNS["metrics"]["metric"] == FIELDS["metric"].meaning
    assert COLUMNS["leaderboard"]["chance"] == OF_VIEWS["leaderboard"]["chance"]
    assert all(meaning for columns in COLUMNS.values() for meaning in columns.values())
