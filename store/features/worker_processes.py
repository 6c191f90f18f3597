"""Pools of spawned worker processes that end with their parent and do not import the script that started it.

A worker of the standard library imports the main module of its parent again, so that a script without
`if __name__ == "__main__"` would start itself in every worker. Functions for these workers must be in other modules.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

_lock = threading.Lock()


class _Worker(SpawnProcess):
    """A spawned process that does not know the main module of its parent."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:
        with _without_main_module():
            return SpawnProcess._Popen(process_obj)


class WorkerContext(SpawnContext):
    """The context of one pool: it starts such workers, and knows which ones it started."""

    def __init__(self) -> None:
        super().__init__()
        self.processes: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]
        """Return a new process of this pool."""
        process = _Worker(*args, **kwargs)
        self.processes.append(process)
        return process


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Hide the main module from `multiprocessing.spawn`, which looks up its path while it starts a process."""
    with _lock:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = type(sys)("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def open_pool(
    workers: int, context: WorkerContext, initializer: Callable[..., None], arguments: tuple[Any, ...]
) -> ProcessPoolExecutor:
    """Return a pool of at most this many workers, each started when first needed and prepared by `initializer`."""
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(initializer, arguments))


def kill_pool(executor: ProcessPoolExecutor, context: WorkerContext) -> None:
    """Kill the workers of a pool without waiting, whatever they do; what they have not completed fails or is cancelled.

    A worker may be killed halfway through sending a result. The executor would wait for the other half, also when the
    interpreter exits, as long as this process can write to the same pipe; therefore this end is closed.
    """
    results = executor._result_queue
    executor.shutdown(wait=False, cancel_futures=True)
    for process in context.processes:
        if process.pid is not None:
            process.kill()
    if results is not None:
        results._writer.close()  # type: ignore[attr-defined]


def _start(initializer: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    initializer(*arguments)


def _end_with_parent() -> None:
    """Exit when the parent does: after a kill, the worker would wait for tasks forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
