"""Pictures with a face are not blank, however plain: cut out along an oval, or on a pure background."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from affect_store.store.vocabulary import PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX
from affect_store.validation.audit import audit
from affect_store.validation.thresholds import MAX_CONSTANT_ROW_SHARE

CHECK = "image not blank"


def oval_on_grey() -> bytes:
    """A face cut out along an oval: centre 50 %, 53 %, half-axes 27 %, 36 %; everything else is grey."""
    rows, columns = np.mgrid[:PIXEL_HEIGHT_PX, :PIXEL_WIDTH_PX]
    is_face = ((columns / PIXEL_WIDTH_PX - 0.5) / 0.27) ** 2 + ((rows / PIXEL_HEIGHT_PX - 0.53) / 0.36) ** 2 < 1
    pixels = np.full((PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, 3), 127, np.uint8)
    pixels[is_face] = np.random.default_rng(0).integers(60, 200, (int(is_face.sum()), 3))
    assert 1 - is_face.any(axis=1).mean() > MAX_CONSTANT_ROW_SHARE
    return pixels.tobytes()


def on_white() -> bytes:
    """A portrait whose rows at the top and at the bottom are pure white."""
    pixels = np.full((PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, 3), 255, np.uint8)
    shown = slice(PIXEL_HEIGHT_PX // 5, -PIXEL_HEIGHT_PX // 5)
    pixels[shown] = np.random.default_rng(0).integers(60, 200, pixels[shown].shape)
    return pixels.tobytes()


def blank_rows(store: Path, statement: str, **parameters: object) -> int:
    with duckdb.connect(store) as connection:
        connection.execute(statement, parameters)
    verdict = audit(store, audit_id="blank", stage="rows", tables=["features.pixels"])
    (finding,) = [finding for finding in verdict.findings if finding.check == CHECK]
    return finding.unexpected_count


@pytest.mark.parametrize("picture", [oval_on_grey, on_white], ids=["oval", "white"])
def test_pictures_with_a_face_are_not_blank(picture: Callable[[], bytes], unguarded: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))
    assert blank_rows(store, "UPDATE features.pixels SET rgb = $rgb", rgb=picture()) == 1  # the one without a face
