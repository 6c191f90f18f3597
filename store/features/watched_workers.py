"""Worker processes report their current item in shared memory; the parent detects workers that died or hang."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing.context import SpawnProcess
from typing import Any, NamedTuple

from affect_store.store.features import worker_processes
from affect_store.store.features.worker_processes import WorkerContext

POLL_S = 1.0
"""Time between two looks at the workers."""

_FIELDS = 4
_PAUSE_S = 10.0
"""Longer gaps between two looks do not count as work: all processes may have been frozen, as by `docker pause`."""

IDLE_S = 300.0
"""Minimum time without any item in work after which workers that are waited for are taken to be stuck."""

_NOTICE_S = 10.0
"""Maximum time in which the executor notices that a worker died, if it can."""

_EXIT_S = 2.0
"""Maximum wait for the exit code of a process that died; the thread of the executor may be collecting it."""


class InWork(NamedTuple):
    """An item that a worker has in work: the task, its position in it, and since when (`time.monotonic`)."""

    process: int
    task: int
    position: int
    since_s: float


class Failure(NamedTuple):
    """Why an item has no result."""

    reason: str
    is_hang: bool


class WorkTable:
    """A row per worker, written by it and read by the parent; the workers of a new pool need a new table."""

    def __init__(self, workers: int, context: WorkerContext) -> None:
        self._values = context.RawArray("d", _FIELDS * workers)
        self._taken = context.Value("i", 0)

    def take_row(self) -> int:
        """Return the row of this worker."""
        with self._taken.get_lock():
            row = int(self._taken.value)
            self._taken.value += 1
        return row

    def begin(self, row: int, task: int, position: int) -> None:
        """Note what this worker begins now."""
        first = _FIELDS * row
        self._values[first : first + _FIELDS] = [time.monotonic(), task, position, os.getpid()]  # the process last

    def end(self, row: int) -> None:
        """Note that this worker has nothing in work."""
        self._values[_FIELDS * (row + 1) - 1] = 0

    def last_begin_s(self) -> float:
        """Return the time at which a worker last began an item, 0 before the first."""
        return float(max(self._values[::_FIELDS]))

    def in_work(self) -> list[InWork]:
        """Return what is in work."""
        rows = [self._values[first : first + _FIELDS] for first in range(0, len(self._values), _FIELDS)]
        return [InWork(int(process), int(task), int(at), since_s) for since_s, task, at, process in rows if process]


class Watch:
    """The workers of one executor: kills those that hang, and reports on which items workers died."""

    def __init__(
        self, executor: ProcessPoolExecutor, context: WorkerContext, table: WorkTable, hang_limit_s: float
    ) -> None:
        self._executor, self._context, self._table, self._hang_limit_s = executor, context, table, hang_limit_s
        self._hanging: list[InWork] = []
        self._codes: dict[int | None, int | None] | None = None
        self._dead_since_s: float | None = None
        self._looked_s = self._counted_from_s = time.monotonic()

    def look(self) -> None:
        """Kill all workers if one has had an item in work for too long, or if they will not complete anything.

        The executor notices by itself that a worker died, unless that was in the middle of sending a result: then it
        waits for the rest, and the other workers for the lock of the pipe. A worker may also be stopped there.
        """
        now_s = time.monotonic()
        if now_s - self._looked_s > _PAUSE_S:
            self._counted_from_s = now_s
        self._looked_s = now_s
        if self._codes is not None:
            return
        in_work = self._table.in_work()
        limit_s = self._hang_limit_s
        self._hanging = [item for item in in_work if now_s - max(item.since_s, self._counted_from_s) > limit_s]
        is_idle = not in_work and now_s - max(self._table.last_begin_s(), self._counted_from_s) > max(limit_s, IDLE_S)
        if any(process.exitcode for process in self._context.processes):  # None while it runs, 0 after a shutdown
            self._dead_since_s = self._dead_since_s or now_s
        is_unnoticed = self._dead_since_s is not None and now_s - self._dead_since_s > _NOTICE_S
        if self._hanging or is_idle or is_unnoticed:
            self._codes = {process.pid: process.exitcode for process in self._context.processes}
            self.kill()

    def failures(self) -> dict[tuple[int, int], Failure]:
        """Return the items, as (task, position), on which workers of a broken executor hung or died.

        The executor ends the other workers with SIGTERM, and `look` kills them; these did not die on their items.
        """
        hung = {item.process for item in self._hanging}
        failures = {(item.task, item.position): self._failure_of_hang() for item in self._hanging}
        for item in self._table.in_work():
            if item.process in hung:
                continue
            code = self._exit_code(item) if self._codes is None else self._codes.get(item.process)
            if code is not None and code != -signal.SIGTERM:
                failures[item.task, item.position] = Failure(_reason(code), is_hang=False)
        return failures

    def kill(self) -> None:
        """Kill all workers without waiting."""
        worker_processes.kill_pool(self._executor, self._context)

    def complete(self) -> None:
        """Wait until the workers have completed the tasks that they have begun, and have exited.

        If one hangs on an item, or for as long while nothing is in work, all are killed.
        """
        shutdown = partial(self._executor.shutdown, wait=True, cancel_futures=True)
        ending = threading.Thread(target=shutdown)
        ending.start()
        deadline_s = time.monotonic() + self._hang_limit_s
        try:
            while ending.is_alive():
                self.look()
                if self._hanging or (time.monotonic() > deadline_s and not self._table.in_work()):
                    self.kill()
                ending.join(POLL_S)
        except BaseException:
            self.kill()
            raise

    def _failure_of_hang(self) -> Failure:
        return Failure(f"no result after {self._hang_limit_s:g} s, so its process was ended", is_hang=True)

    def _process(self, item: InWork) -> SpawnProcess | None:
        return next((process for process in self._context.processes if process.pid == item.process), None)

    def _exit_code(self, item: InWork) -> int | None:
        """Return the exit code of a process that ends; None if it still runs after a while."""
        process = self._process(item)
        deadline_s = time.monotonic() + _EXIT_S
        while process is not None and process.exitcode is None and time.monotonic() < deadline_s:
            time.sleep(0.01)
        return None if process is None else process.exitcode


def _reason(exit_code: int) -> str:
    if exit_code < 0:
        return f"its process was ended by {signal.Signals(-exit_code).name}"
    return f"its process exited with {exit_code}"


_table: WorkTable | None = None
_row = 0


def start(table: WorkTable, initializer: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Prepare a worker process."""
    global _table, _row
    _table, _row = table, table.take_row()
    initializer(*arguments)


def work_on(task: int, work: Callable[..., Any], arguments: tuple[Any, ...], items: Sequence[Any]) -> list[Any]:
    """Return `work(*arguments, item)` of each item, in a worker process."""
    assert _table is not None
    results = []
    try:
        for position, item in enumerate(items):
            _table.begin(_row, task, position)
            results.append(work(*arguments, item))
    finally:
        _table.end(_row)
    return results
