"""Workers that die or hang are replaced: what they had in work is done again, or set aside with the reason."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, overload

import pytest

from affect_store.store.features import watched_workers
from affect_store.store.features.watched_pool import TASKS_AHEAD, SetAside, WatchedPool

DIE, HANG, SLOW, RAISE = "die", "hang", "slow", "raise"
LIMIT_S = 8.0
"""Limit for hanging items that a busy machine does not exceed with ordinary ones."""


def nothing() -> None:
    """An initializer."""


def die() -> None:
    os._exit(1)


def work(suffix: str, item: str) -> str:
    """Return the item with a suffix, or do what it says; a path is of a file that must exist the second time."""
    if item == DIE:
        os._exit(3)
    if item == HANG:
        time.sleep(600)
    if item == SLOW:
        time.sleep(LIMIT_S + 2)
    if item == RAISE:
        raise ValueError(item)
    if item.startswith("/") and not os.path.exists(item):
        Path(item).touch()
        os.kill(os.getpid(), 9)
    return item + suffix


def timed(item: str) -> tuple[float, float]:
    """Work for a while, and return from when until when; the first worker that has a path in work dies."""
    started_s = time.monotonic()
    work("", item)
    time.sleep(0.3)
    return started_s, time.monotonic()


def harm_in_second_worker(path: str, item: str) -> str:
    """Do what the item says once a file exists that the second item creates; the first item waits for it."""
    if item == "first":
        while not os.path.exists(path):
            time.sleep(0.01)
    else:
        Path(path).touch()
    return work("!", item)


@contextmanager
def pool(workers: int = 2, initializer: Any = nothing, hang_limit_s: float = 60.0) -> Iterator[WatchedPool]:
    opened = WatchedPool(workers, initializer, lambda _: (), hang_limit_s)
    try:
        yield opened
    finally:
        opened.close()


def results(opened: WatchedPool, items: Sequence[str], size: int = 4) -> list[Any]:
    return list(opened.results(items, work, ("!",), size))


def expected(items: Sequence[str], reason: str) -> list[Any]:
    return [SetAside(item, reason) if item in (DIE, HANG) else item + "!" for item in items]


@pytest.mark.parametrize("position", [0, 5, 19])
def test_an_item_on_which_workers_die_is_set_aside_and_all_others_have_results(position: int) -> None:
    items = [DIE if number == position else f"item {number}" for number in range(20)]
    with pool() as opened:
        assert results(opened, items) == expected(items, "its process exited with 3")
        assert results(opened, ["later"]) == ["later!"]


def test_several_items_are_set_aside() -> None:
    items = [DIE if number in (3, 4, 11) else f"item {number}" for number in range(16)]
    with pool() as opened:
        assert results(opened, items) == expected(items, "its process exited with 3")


def test_an_item_on_which_a_worker_died_once_is_not_set_aside(tmp_path: Path) -> None:
    items = ["a", str(tmp_path / "killed once"), "b", "c", "d"]
    with pool() as opened:
        assert results(opened, items, 2) == expected(items, "")


def test_an_item_on_which_a_worker_died_is_repeated_alone(tmp_path: Path) -> None:
    items = [f"item {number}" for number in range(12)]
    items[5] = str(tmp_path / "killed once")
    with pool() as opened:
        times = list(opened.results(items, timed, (), 1))
    started_s, ended_s = times.pop(5)
    assert all(end_s <= started_s or ended_s <= start_s for start_s, end_s in times)


def test_an_item_on_which_a_worker_hangs_is_set_aside() -> None:
    items = [HANG if number == 6 else f"item {number}" for number in range(12)]
    with pool(hang_limit_s=LIMIT_S) as opened:
        assert results(opened, items) == expected(items, f"no result after {LIMIT_S:g} s, so its process was ended")


@pytest.mark.long
@pytest.mark.parametrize(
    ("harm", "reason"),
    [(HANG, f"no result after {LIMIT_S:g} s, so its process was ended"), (DIE, "its process exited with 3")],
)
def test_a_worker_that_starts_after_those_of_another_pool_is_watched(harm: str, reason: str, tmp_path: Path) -> None:
    with pool(hang_limit_s=LIMIT_S) as opened, pool() as other:
        opened.start()
        assert len(results(other, ["a", "b", "c", "d"], 1)) == 4
        assert results(opened, ["a"]) == ["a!"]
        harmed = list(opened.results(["first", harm], harm_in_second_worker, (str(tmp_path / "begun"),), 1))
        assert harmed == ["first!", SetAside(harm, reason)]


@pytest.mark.long
def test_time_in_which_nobody_looked_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched_workers, "_PAUSE_S", 2.0)
    with pool(1, hang_limit_s=LIMIT_S) as opened:
        running = opened.results(["a", SLOW], work, ("!",), 1)
        assert next(running) == "a!"
        time.sleep(LIMIT_S + 1)
        assert next(running) == "slow!"


def executors() -> set[int]:
    gc.collect()
    return {id(thing) for thing in gc.get_objects() if type(thing) is ProcessPoolExecutor}


@pytest.mark.long
def test_executors_that_were_replaced_are_released(tmp_path: Path) -> None:
    before = executors()
    with pool(1) as opened:
        for number in range(3):
            item = str(tmp_path / f"killed once {number}")
            assert results(opened, [item]) == [item + "!"]
        assert len(executors() - before) == 1
    assert not executors() - before


def test_workers_of_another_pool_stay_when_workers_are_replaced() -> None:
    with pool(1) as opened, pool(1) as other:
        opened.start()
        assert results(other, ["a"]) == ["a!"]
        before = set(multiprocessing.active_children())
        assert results(opened, ["b", DIE]) == ["b!", SetAside(DIE, "its process exited with 3")]
        assert results(other, ["c"]) == ["c!"]
        assert len(before & set(multiprocessing.active_children())) == 1


def test_idle_workers_that_were_killed_are_replaced() -> None:
    with pool() as opened:
        assert results(opened, ["first"]) == ["first!"]
        for worker in multiprocessing.active_children():
            worker.kill()
            worker.join()
        assert results(opened, ["second"]) == ["second!"]


def test_a_killed_worker_that_was_started_in_advance_is_replaced() -> None:
    with pool() as opened:
        opened.start()
        for worker in multiprocessing.active_children():
            worker.kill()
        assert results(opened, ["a", "b"]) == ["a!", "b!"]


def test_workers_that_cannot_start_and_items_that_are_all_deadly_end_the_call() -> None:
    with pool(initializer=die) as opened, pytest.raises(BrokenProcessPool):
        results(opened, ["a"])
    with pool() as opened, pytest.raises(BrokenProcessPool, match="again and again"):
        results(opened, [DIE] * 20)


def test_an_error_of_the_work_is_raised_and_later_work_goes_on() -> None:
    with pool() as opened:
        with pytest.raises(ValueError, match=RAISE):
            results(opened, ["a", RAISE, "b"])
        assert results(opened, ["later"]) == ["later!"]


def test_two_calls_at_a_time_lose_nothing_when_a_worker_dies() -> None:
    first, second = [f"a{number}" for number in range(20)], ["b", DIE, "c"]
    with pool() as opened:
        halfway = opened.results(first, work, ("!",), 2)
        begun = list(islice(halfway, 3))
        assert results(opened, second, 1) == expected(second, "its process exited with 3")
        assert [*begun, *halfway] == expected(first, "")


class Counted(Sequence[str]):
    """Items that remember how many of them were taken."""

    def __init__(self, count: int) -> None:
        self.size, self.taken = count, 0

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, position: int) -> str: ...

    @overload
    def __getitem__(self, position: slice) -> Sequence[str]: ...

    def __getitem__(self, position: int | slice) -> str | Sequence[str]:
        if isinstance(position, int):
            return f"item {position}"
        numbers = range(self.size)[position]
        self.taken = max([self.taken, *(number + 1 for number in numbers)])
        return [f"item {number}" for number in numbers]


def test_items_are_taken_a_bounded_number_ahead() -> None:
    items = Counted(1_000)
    with pool(1) as opened:
        running = opened.results(items, work, ("!",), 10)
        assert next(running) == "item 0!" and items.taken <= (TASKS_AHEAD + 1) * 10
        assert len(list(islice(running, 499))) == 499 and items.taken <= 500 + TASKS_AHEAD * 10
        running.close()  # type: ignore[attr-defined]
        assert items.taken <= 500 + TASKS_AHEAD * 10
        assert results(opened, []) == []
