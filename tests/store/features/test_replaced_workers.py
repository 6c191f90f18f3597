"""Extraction while its workers are killed and stopped: the results are those of an undisturbed one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from affect_store.store.features.extract import ExtractionResult, Extractor, Photo
from affect_store.store.features.feature_views import PIXELS

COUNT = 60
LIMIT_S = 8.0
"""Limit for hanging photographs that a busy machine does not exceed with ordinary ones."""


@pytest.fixture
def photographs(tmp_path: Path) -> list[Photo]:
    """Noise, without faces: large enough that no worker is done with its share at once."""
    paths = [tmp_path / f"{number}.jpg" for number in range(COUNT)]
    for number, path in enumerate(paths):
        Image.fromarray(np.random.default_rng(number).integers(0, 256, (600, 400, 3), np.uint8)).save(path)
    return [(None, str(path)) for path in paths]


def content(result: ExtractionResult) -> tuple[str, bytes]:
    return result.image_id, result.thumbnail.rgb.tobytes() if result.thumbnail else result.unreadable.encode()


def workers() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid is not None]


def test_photographs_have_the_same_results_when_workers_are_killed(photographs: list[Photo]) -> None:
    with Extractor(2, finds_faces=False) as extractor:
        expected = list(map(content, extractor.results(photographs, features=(PIXELS,), chunk_size=4)))
        results = extractor.results(photographs, features=(PIXELS,), chunk_size=4)
        received = list(map(content, islice(results, 3)))
        for worker in workers()[:1]:
            os.kill(worker, signal.SIGKILL)
        assert [*received, *map(content, results)] == expected


@pytest.mark.long
def test_stopped_workers_are_replaced(photographs: list[Photo]) -> None:
    """Stopped ones look like hanging ones; at most the photographs that they had in work are set aside."""
    with Extractor(2, finds_faces=False, hang_limit_s=LIMIT_S) as extractor:
        expected = list(map(content, extractor.results(photographs, features=(PIXELS,), chunk_size=4)))
        results = extractor.results(photographs, features=(PIXELS,), chunk_size=4)
        received = list(map(content, islice(results, 3)))
        stopped = workers()
        for worker in stopped:
            os.kill(worker, signal.SIGSTOP)
        received += list(map(content, results))
        assert not set(stopped) & set(workers())
    differ = [after for before, after in zip(expected, received, strict=True) if before != after]
    assert len(differ) <= len(stopped)
    reason = f"unreadable: no result after {LIMIT_S:g} s, so its process was ended"
    assert all(text == reason.encode() for _, text in differ)
