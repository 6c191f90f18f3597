"""Memory budgets: bounds on the memory of files and decoded pictures, over all threads or processes that share one.

Whoever wants more than is free waits. A single large picture may use a whole budget, so that large ones are decoded one
at a time, while ordinary photographs do not wait.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from typing import Protocol

UNIT_BYTES = 8 * 2**20
FILE_UNITS = 32
"""256 MiB for the bytes of files, four of the largest."""

PICTURE_UNITS = 100
"""800 MiB for pictures being decoded: one of 100 megapixels, or dozens of ordinary photographs."""


class _Semaphore(Protocol):
    def acquire(self) -> bool: ...

    def release(self) -> None: ...


@dataclass(frozen=True)
class MemoryBudget:
    """A number of units of memory; `turn` lets one thread at a time take several units, so that no two deadlock."""

    units: int
    free: _Semaphore
    turn: AbstractContextManager[object]

    @contextmanager
    def reserve(self, size_bytes: int) -> Iterator[None]:
        """Hold this much memory of the budget, waiting until it is free; at most the whole budget."""
        wanted = min(self.units, max(1, -(-size_bytes // UNIT_BYTES)))
        held = 0
        try:
            with self.turn:
                while held < wanted:
                    self.free.acquire()
                    held += 1
            yield
        finally:
            for _ in range(held):
                self.free.release()


@dataclass(frozen=True)
class DecodingMemory:
    """The budgets of those who read photographs. Reserve `files` before `pictures`; the other order can deadlock."""

    files: MemoryBudget
    pictures: MemoryBudget


def of_threads() -> DecodingMemory:
    """Return budgets that the threads of this process share."""
    return DecodingMemory(
        *(MemoryBudget(units, threading.Semaphore(units), threading.Lock()) for units in (FILE_UNITS, PICTURE_UNITS))
    )


def of_processes(context: BaseContext) -> DecodingMemory:
    """Return budgets that processes share which are started by `context` with them as an argument."""
    return DecodingMemory(
        *(MemoryBudget(units, context.Semaphore(units), context.Lock()) for units in (FILE_UNITS, PICTURE_UNITS))
    )
