"""A pool of worker processes that outlives them: if one dies or hangs, others take its place, and work is done again.

An item on which a process hung, or twice one died, is set aside with the reason; everything else has its result.
All processes are replaced together: one that died may hold locks that it shared with the others.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from affect_store.store.features import watched_workers, worker_processes
from affect_store.store.features.watched_workers import Failure, Watch, WorkTable

TASKS_AHEAD = 8
"""Tasks per worker that are submitted before their results are wanted, so that memory does not grow with the items."""

HANG_LIMIT_S = 300.0
"""Longest time for one item: the largest pictures take seconds, on a busy machine tens of seconds."""

MAX_DEATHS = 2
"""An item on which a process died so often is set aside; a first death may be of other causes, such as memory."""

MAX_FAILURES = 8
"""So often may workers fail in a row without any result: more than that is not because of the items."""

_FAILURES_WITHOUT_ITEM = 4
"""A worker that dies while it starts counts as so many."""

_POLL_S = 1.0


@dataclass(frozen=True)
class SetAside:
    """An item without a result, and why."""

    item: Any
    reason: str


@dataclass
class _Task:
    """Consecutive items; `number` is that of the submission, and `future` has their results."""

    items: Sequence[Any]
    deaths: int = 0
    number: int = -1
    future: Future[list[Any]] = field(default_factory=Future)
    executor: ProcessPoolExecutor | None = None
    is_set_aside: bool = False

    @property
    def is_done(self) -> bool:
        return self.future.done() and not self.future.cancelled() and self.future.exception() is None

    @property
    def has_results(self) -> bool:
        return self.is_done and not self.is_set_aside


class WatchedPool:
    """At most `workers` processes, each started when first needed and prepared by `initializer(*arguments(context))`.

    Functions and items must be importable in other processes. Used from one thread at a time.
    """

    def __init__(
        self,
        workers: int,
        initializer: Callable[..., None],
        arguments: Callable[[worker_processes.WorkerContext], tuple[Any, ...]],
        hang_limit_s: float = HANG_LIMIT_S,
    ) -> None:
        self.workers = workers
        self._initializer, self._arguments, self._hang_limit_s = initializer, arguments, hang_limit_s
        self._executor: ProcessPoolExecutor | None = None
        self._watch: Watch | None = None
        self._first: Future[None] | None = None
        self._numbers = count()

    def start(self) -> None:
        """Start a worker now, so that it is ready for the first item."""
        self._first = self._opened().submit(_do_nothing)

    def close(self, *, waits: bool = True) -> None:
        """End the workers, dropping what they have not begun; later results start new ones."""
        executor, self._executor, self._first, self._watch = self._executor, None, None, None
        if executor is not None:
            executor.shutdown(wait=waits, cancel_futures=True)

    def results(
        self, items: Sequence[Any], work: Callable[..., Any], arguments: tuple[Any, ...], chunk_size: int
    ) -> Iterator[Any]:
        """Yield `work(*arguments, item)` of each item, in order, or a `SetAside`.

        A task of a worker has at most `chunk_size` items. A bounded number of items is in work or waits to be yielded.
        Raises `BrokenProcessPool` if processes die without an item in work, or on everything.
        """
        is_few = len(items) <= chunk_size  # a further worker takes longer to start than these
        size = chunk_size if is_few else min(chunk_size, -(-len(items) // self.workers))
        run = _Run(self, work, arguments)
        try:
            if is_few and self._first is not None:  # the executor would start another one while that is not ready
                run.wait_for(self._first, self._executor)
            for start in range(0, len(items), size):
                if len(run.pending) >= TASKS_AHEAD * self.workers:
                    yield from run.next_results()
                run.add(items[start : start + size])
            while run.pending:
                yield from run.next_results()
        except (KeyboardInterrupt, BrokenProcessPool):
            self.close(waits=False)
            raise
        finally:
            for task in run.pending:
                task.future.cancel()

    def submit(self, task: _Task, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        """Give a task to the workers. Raises `BrokenProcessPool`."""
        task.executor, number = self._opened(), next(self._numbers)
        task.future = task.executor.submit(watched_workers.work_on, number, work, arguments, task.items)
        task.number = number

    def look(self) -> None:
        """Kill workers that hang."""
        if self._watch is not None:
            self._watch.look()

    def end(self, executor: ProcessPoolExecutor | None) -> dict[tuple[int, int], Failure] | None:
        """End the workers of a broken executor, and return the items on which they failed, as (task, position).

        None if they were ended before: another call of `results` may have noticed first.
        """
        if executor is None or executor is not self._executor or self._watch is None:
            return None
        failures = self._watch.failures()
        self.close(waits=False)
        return failures

    def _opened(self) -> ProcessPoolExecutor:
        if self._executor is None:
            context = worker_processes.WorkerContext()
            table = WorkTable(self.workers, context)
            self._watch = Watch(table, self.workers, self._hang_limit_s)
            prepared = (table, self._initializer, self._arguments(context))
            self._executor = worker_processes.open_pool(self.workers, context, watched_workers.start, prepared)
            weakref.finalize(self, self._executor.shutdown, wait=False, cancel_futures=True)  # if nobody closes it
        return self._executor


class _Run:
    """The tasks of one call of `results`: those that are submitted and not yet yielded, in order."""

    def __init__(self, pool: WatchedPool, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.pending: deque[_Task] = deque()
        self._pool, self._work, self._arguments = pool, work, arguments
        self._yielded = self._done_before = self._failures = 0

    def add(self, items: Sequence[Any]) -> None:
        """Submit a task."""
        self.pending.append(_Task(items))
        self._submit_all()

    def next_results(self) -> list[Any]:
        """Wait for the first task's results, and take it from those that are pending."""
        while not self.wait_for(self.pending[0].future, self.pending[0].executor):
            pass
        task = self.pending.popleft()
        self._yielded += task.has_results
        return task.future.result()

    def wait_for(self, future: Future[Any], executor: ProcessPoolExecutor | None) -> bool:
        """Wait until a future is done, and return True; False if the workers were replaced in the meantime."""
        while True:
            self._pool.look()
            try:
                future.result(timeout=_POLL_S)
            except TimeoutError:
                if future.done():  # raised by the work itself
                    raise
            except (BrokenProcessPool, CancelledError) as error:
                self._replace_workers(executor, error)
                self._submit_all()
                return False
            else:
                return True

    def _submit_all(self) -> None:
        """Submit every task that is not; if workers die meanwhile, replace them and begin again."""
        while waiting := [task for task in self.pending if task.number < 0]:
            for task in waiting:
                try:
                    self._pool.submit(task, self._work, self._arguments)
                except BrokenProcessPool as error:
                    self._replace_workers(task.executor, error)
                    break

    def _replace_workers(self, executor: ProcessPoolExecutor | None, error: BaseException) -> None:
        """End the workers, set items aside that must be, and prepare everything else to be submitted again."""
        failures = self._pool.end(executor)
        if failures is not None:
            done = self._yielded + sum(task.has_results for task in self.pending)
            self._failures = (self._failures if done == self._done_before else 0) + (
                1 if failures else _FAILURES_WITHOUT_ITEM
            )
            self._done_before = done
            if self._failures > MAX_FAILURES:
                raise BrokenProcessPool("worker processes die again and again") from error
        self.pending = deque(chain.from_iterable(_again(task, executor, failures or {}) for task in self.pending))


def _again(task: _Task, executor: ProcessPoolExecutor | None, failures: dict[tuple[int, int], Failure]) -> list[_Task]:
    """Return what replaces a task of a broken executor: all of it, or what is before and after a failed item, and that
    item alone."""
    if task.is_done or not (task.executor is executor or task.future.done()):
        return [task]
    position = next((position for number, position in failures if number == task.number >= 0), None)
    if position is None:
        return [_Task(task.items, task.deaths)]
    item, failure = task.items[position], failures[task.number, position]
    alone = _Task([item], 1 + task.deaths)
    if failure.is_hang or alone.deaths == MAX_DEATHS:
        alone = _Task([item], number=task.number, is_set_aside=True)
        alone.future.set_result([SetAside(item, failure.reason)])
    parts = [_Task(task.items[:position]), alone, _Task(task.items[position + 1 :])]
    return [part for part in parts if len(part.items)]


def _do_nothing() -> None:
    """A task that only needs a worker."""
