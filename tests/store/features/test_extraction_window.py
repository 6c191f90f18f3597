"""Extraction keeps a bounded number of photographs in work, however many there are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

import pytest

from affect_store.store.features.extract import CHUNK_SIZE, CHUNKS_AHEAD, Extractor

PHOTOS = [(f"{number:064x}", "/nowhere") for number in range(1_000)]


class CountingPool(ThreadPoolExecutor):
    """Threads in place of processes, which remember the tasks that they were given."""

    def __init__(self) -> None:
        super().__init__(1)
        self.tasks: list[Future[Any]] = []

    def submit(self, task: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        self.tasks.append(super().submit(task, *arguments, **options))
        return self.tasks[-1]


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> CountingPool:
    counting = CountingPool()
    monkeypatch.setattr(Extractor, "_opened", lambda _: counting)
    return counting


def test_tasks_are_submitted_a_bounded_number_ahead(pool: CountingPool) -> None:
    results = Extractor(2).results(PHOTOS)
    assert next(results).image_id == PHOTOS[0][0] and len(pool.tasks) <= 2 * CHUNKS_AHEAD
    assert sum(1 for _ in islice(results, 10 * CHUNK_SIZE)) and len(pool.tasks) <= 2 * CHUNKS_AHEAD + 11
    results.close()  # type: ignore[attr-defined]
    pool.shutdown()
    assert len(pool.tasks) <= 2 * CHUNKS_AHEAD + 11


def test_all_photographs_have_a_result_in_order(pool: CountingPool) -> None:
    assert [image.image_id for image in Extractor(2).results(PHOTOS)] == [image_id for image_id, _ in PHOTOS]
    assert [image.image_id for image in Extractor(2).results(PHOTOS[:3])] == [image_id for image_id, _ in PHOTOS[:3]]
    assert list(Extractor(2).results([])) == []
