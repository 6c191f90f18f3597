"""One run at a time in a home: file locks that the operating system releases when their process ends, however it ends.

Nested flows share the home's lock with the flow that calls them; it is released when the outermost has ended. Two
threads of one process exclude each other, unless one was started in the context of the other (`contextvars`).
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

from affect_store.store.errors import StoreLockedError
from affect_store.store.home import Home

POLL_S = 0.2
"""Time between two attempts to take a lock that another process holds, seconds."""

_Lock = TypeVar("_Lock")


@dataclass(eq=False)
class _HomeLock:
    """The lock of one thread of this process on a home, and the number of nested blocks that share it."""

    file: TextIO
    count: int = 0


_home_locks: dict[tuple[int, Path], _HomeLock] = {}
_guard = threading.Lock()
_held: ContextVar[tuple[_HomeLock, ...]] = ContextVar("_held", default=())
"""Locks that this context holds; a flow that is called in it shares them, also in another thread of Prefect."""


@contextmanager
def hold(home: Home, *, wait_s: float = 0.0, say: Callable[[str], object] = print) -> Iterator[None]:
    """Hold the lock on a home; wait for another run for up to `wait_s` seconds and announce that once with `say`.

    Nested blocks share the lock; other threads and processes wait. Raises `StoreLockedError`, with the PID of the
    holder, on timeout.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    path = home.lock
    key = (os.getpid(), home.root.resolve())  # a forked child counts as another process
    busy = f"another run holds the lock on '{home.root}'"
    lock = _wait(lambda: _enter(path, key), path, busy, wait_s=wait_s, say=say)
    token = _held.set((*_held.get(), lock))
    try:
        yield
    finally:
        _held.reset(token)
        with _guard:
            lock.count -= 1
            if not lock.count:
                _home_locks.pop(key).file.close()


@contextmanager
def exclusive(path: Path, busy: str, *, wait_s: float) -> Iterator[None]:
    """Hold the lock file at `path`, which is created if missing and stays; threads of this process exclude each other.

    Raises `StoreLockedError`, which begins with the sentence `busy` and the PID of the holder, after `wait_s` seconds.
    """
    with _wait(lambda: _try_lock(path), path, busy, wait_s=wait_s):
        yield


def _wait(
    acquire: Callable[[], _Lock | None], path: Path, busy: str, *, wait_s: float,
    say: Callable[[str], object] = lambda message: None,
) -> _Lock:  # fmt: skip
    """Call `acquire` until it returns a lock on the file at `path`."""
    deadline, is_announced = time.monotonic() + wait_s, False
    while (lock := acquire()) is None:
        holder = _holder(path)
        if time.monotonic() >= deadline:
            raise StoreLockedError(f"{busy} (PID {holder}); let it finish, or stop it, then run again")
        if not is_announced:
            say(f"{busy} (PID {holder}); waiting for it to finish")
            is_announced = True
        time.sleep(POLL_S)
    return lock


def _holder(path: Path) -> str:
    """Return the PID in a lock file, marked if it is this process."""
    pid = path.read_text(encoding="ascii").strip() or "unknown"
    return f"{pid}, another thread of this process" if pid == str(os.getpid()) else pid


def _enter(path: Path, key: tuple[int, Path]) -> _HomeLock | None:
    """Take the lock on a home, or share it if this context has it; None if another thread or process has it."""
    with _guard:
        lock = _home_locks.get(key)
        if lock is None:
            if (file := _try_lock(path)) is None:
                return None
            lock = _home_locks[key] = _HomeLock(file)
        elif lock not in _held.get():
            return None
        lock.count += 1
        return lock


def _try_lock(path: Path) -> TextIO | None:
    """Lock the file at `path` and write this process's PID to it; None if it is locked."""
    file = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
