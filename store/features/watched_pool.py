"""A pool of worker processes that replaces workers that die or hang, and repeats the work that was lost.

An item on which a worker hangs, or dies twice, is set aside with the reason; all other items have results. After a
death, that item is repeated alone. All workers are replaced together: a dead one may hold locks that they share.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from affect_store.store.features import watched_workers, worker_processes
from affect_store.store.features.watched_workers import POLL_S, Failure, Watch, WorkTable

TASKS_AHEAD = 8
"""Maximum number of tasks per worker that are submitted and not yet yielded; bounds memory."""

HANG_LIMIT_S = 300.0
"""Maximum time for one item: the largest pictures take seconds, on a busy machine tens of seconds."""

MAX_DEATHS = 2
"""Number of deaths after which an item is set aside: the first may have other causes, such as lack of memory."""

MAX_FAILURES = 8
"""Maximum number of failures in a row without a result."""

_FAILURES_WITHOUT_ITEM = 4
"""A death without an item in work, as during start, counts as this number of failures."""


@dataclass(frozen=True)
class SetAside:
    """An item without a result, and why."""

    item: Any
    reason: str


@dataclass
class _Task:
    """Consecutive items. `number` is the number of the submission, negative before; `future` has the results."""

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
        self._killer: weakref.finalize[..., WatchedPool] | None = None
        self._first: Future[None] | None = None
        self._numbers = count()

    def start(self) -> None:
        """Start a worker now, so that it is ready for the first item."""
        self._first = self._opened().submit(_do_nothing)

    def close(self, *, waits: bool = True) -> None:
        """End the workers, dropping what they have not begun; later results start new ones.

        With `waits`, return when they have completed the tasks in work, within the limit for hanging; else kill them.
        """
        watch, killer = self._watch, self._killer
        self._executor = self._watch = self._killer = self._first = None
        if killer is not None:
            killer.detach()
        if watch is not None:
            (watch.complete if waits else watch.kill)()

    def results(
        self, items: Sequence[Any], work: Callable[..., Any], arguments: tuple[Any, ...], chunk_size: int
    ) -> Iterator[Any]:
        """Yield `work(*arguments, item)` of each item, in order, or a `SetAside`.

        A task of a worker has at most `chunk_size` items. A bounded number of items is in work or waits to be yielded.
        Raises `BrokenProcessPool` if workers die more than `MAX_FAILURES` times in a row without a result.
        """
        is_few = len(items) <= chunk_size  # a further worker takes longer to start than these
        size = chunk_size if is_few else min(chunk_size, -(-len(items) // self.workers))
        run = _Run(self, work, arguments)
        try:
            if is_few and self._first is not None:  # until it is ready, submitting starts another
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
        """Submit a task to the workers. Raises `BrokenProcessPool`."""
        task.executor, number = self._opened(), next(self._numbers)
        task.future = task.executor.submit(watched_workers.work_on, number, work, arguments, task.items)
        task.number = number

    def look(self) -> None:
        """Kill workers that hang."""
        if self._watch is not None:
            self._watch.look()

    def end(self, executor: ProcessPoolExecutor | None) -> dict[tuple[int, int], Failure] | None:
        """Kill the workers of a broken executor, and return the items on which they failed, as (task, position).

        None if another call of `results` has replaced these workers already.
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
            prepared = (table, self._initializer, self._arguments(context))
            self._executor = worker_processes.open_pool(self.workers, context, watched_workers.start, prepared)
            self._watch = Watch(self._executor, context, table, self._hang_limit_s)
            self._killer = weakref.finalize(self, self._watch.kill)  # if the pool is never closed
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
        self._wait(future)
        try:
            future.result()
        except (BrokenProcessPool, CancelledError) as error:
            self._replace_workers(executor, error)
            self._submit_all()
            return False
        return True

    def _wait(self, future: Future[Any]) -> None:
        """Wait until a future is done, killing workers that hang."""
        while not future.done():
            self._pool.look()
            with suppress(TimeoutError, CancelledError):
                future.exception(timeout=POLL_S)

    def _submit_all(self) -> None:
        """Submit every task that is not; if workers die meanwhile, replace them and begin again.

        Items on which a worker died come first, each alone: new workers have nothing else in work.
        """
        while waiting := [task for task in self.pending if task.number < 0]:
            task = next((task for task in waiting if task.deaths), waiting[0])
            try:
                self._pool.submit(task, self._work, self._arguments)
                if task.deaths:
                    self._wait(task.future)
                    if isinstance(error := task.future.exception(), BrokenProcessPool):
                        raise error
            except BrokenProcessPool as error:
                self._replace_workers(task.executor, error)

    def _replace_workers(self, executor: ProcessPoolExecutor | None, error: BaseException) -> None:
        """Kill the workers, set aside the items that require it, and prepare all other tasks to be submitted again."""
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
    """Return what replaces a task of a broken executor: the same task, or, if an item failed, that item alone, and the
    items before and after it."""
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
    """Do nothing: a task that starts a worker."""
