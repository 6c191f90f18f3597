"""Frames refuse what the pages could not draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dashboards.frames import COLUMNS, Frames
from store.errors import ShapeError


@pytest.mark.parametrize("name", COLUMNS)
def test_a_lacking_column_is_named(frames: Frames, name: str) -> None:
    column = next(reversed(COLUMNS[name]))
    with pytest.raises(ShapeError, match=rf"frame {name}: .*lacking {column}"):
        replace(frames, **{name: getattr(frames, name).drop(column)})


def test_a_face_of_another_shape_is_refused(frames: Frames) -> None:
    with pytest.raises(ShapeError, match="neutral face"):
        replace(frames, neutral=np.zeros((3, 3)))
