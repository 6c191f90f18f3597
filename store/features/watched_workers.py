"""What each worker process of a pool has in work, in memory that it shares with its parent; who died, and who hangs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from affect_store.store.features.worker_processes import WorkerContext

_FIELDS = 4
_PAUSE_S = 10.0
"""A longer time between two looks is not counted: all processes may have been frozen, as by `docker pause`."""

_EXIT_S = 2.0
"""Longest wait for the exit code of a process that died; another thread may be waiting for it, too."""


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
        self._processes = context.RawArray("i", workers)
        self._taken = context.Value("i", 0)

    def take_row(self) -> int:
        """Return the row of this worker."""
        with self._taken.get_lock():
            row = int(self._taken.value)
            self._taken.value += 1
        self._processes[row] = os.getpid()
        return row

    def processes(self) -> set[int]:
        """Return the ids of the workers."""
        return set(self._processes) - {0}

    def begin(self, row: int, task: int, position: int) -> None:
        """Note what this worker begins now."""
        first = _FIELDS * row
        self._values[first : first + _FIELDS] = [time.monotonic(), task, position, os.getpid()]  # the process last

    def end(self, row: int) -> None:
        """Note that this worker has nothing in work."""
        self._values[_FIELDS * (row + 1) - 1] = 0

    def in_work(self) -> list[InWork]:
        """Return what is in work."""
        rows = [self._values[first : first + _FIELDS] for first in range(0, len(self._values), _FIELDS)]
        return [InWork(int(process), int(task), int(at), since_s) for since_s, task, at, process in rows if process]


class Watch:
    """The processes of a pool: kills those that hang, and tells afterwards on which items processes died."""

    def __init__(self, table: WorkTable, workers: int, hang_limit_s: float) -> None:
        self._table, self._workers, self._hang_limit_s = table, workers, hang_limit_s
        self._others = {child.pid for child in active_children()}
        self._processes: dict[int, BaseProcess] = {}
        self._hanging: list[InWork] = []
        self._looked_s = self._counted_from_s = time.monotonic()

    def look(self) -> None:
        """Notice new processes, and kill those that have had one item in work for too long."""
        if len(self._processes) < self._workers:
            new = (child for child in active_children() if child.pid not in self._others)
            self._processes |= {child.pid: child for child in new if child.pid is not None}
        now_s = time.monotonic()
        if now_s - self._looked_s > _PAUSE_S:
            self._counted_from_s = now_s
        self._looked_s = now_s
        for item in self._table.in_work():
            hangs = now_s - max(item.since_s, self._counted_from_s) > self._hang_limit_s
            if hangs and item not in self._hanging and item.process in self._processes:
                self._hanging.append(item)
                with suppress(ProcessLookupError):
                    os.kill(item.process, signal.SIGKILL)

    def failures(self) -> dict[tuple[int, int], Failure]:
        """Return the items, as (task, position), on which processes of a broken pool hung or died.

        The pool ends its other processes with SIGTERM: these did not die on what they had in work, and are killed.
        """
        hung = {item.process for item in self._hanging}
        failures = {(item.task, item.position): self._failure_of_hang() for item in self._hanging}
        for item in self._table.in_work():
            code = None if item.process in hung else self._exit_code(item.process)
            if code is not None and code != -signal.SIGTERM:
                failures[item.task, item.position] = Failure(_reason(code), is_hang=False)
        for process in self._table.processes() & set(self._processes):
            self._processes[process].kill()  # a stopped one outlives SIGTERM
        return failures

    def _failure_of_hang(self) -> Failure:
        return Failure(f"no result after {self._hang_limit_s:g} s, so its process was ended", is_hang=True)

    def _exit_code(self, process_id: int) -> int | None:
        """Return the exit code of a process that ends; None if it still runs after a while."""
        process = self._processes.get(process_id)
        deadline = time.monotonic() + _EXIT_S
        while process is not None and process.exitcode is None and time.monotonic() < deadline:
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
