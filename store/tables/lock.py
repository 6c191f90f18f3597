"""One run at a time in a home: a lock that the operating system takes back when its process ends, however it ends.

A flow that another one of the same process calls is let in: whoever came first lets go of the lock when all are done.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from store.errors import StoreLockedError
from store.tables.home import Home

POLL_S = 0.5
"""How often a run that waits for another one looks whether it is done."""


@dataclass
class _Held:
    """A lock of this process and how many of its flows are under it."""

    file: TextIO
    count: int = 0


_held: dict[tuple[int, Path], _Held] = {}
_turn = threading.Lock()


@contextmanager
def hold(home: Home, *, wait_s: float = 0.0, say: Callable[[str], object] = print) -> Iterator[None]:
    """Keep other processes out of this home, after `wait_s` seconds at most; `say` is told once for whom it waits.

    Raises `StoreLockedError`, naming the process that is in it.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    key = (os.getpid(), home.root.resolve())  # a child that was forked is a process of its own
    deadline, is_told = time.monotonic() + wait_s, False
    while holder := _enter(home, key):
        busy = f"another run is at work in '{home.root}' (process {holder})"
        if time.monotonic() >= deadline:
            raise StoreLockedError(f"{busy}: let it finish, or stop it, and run again")
        if not is_told:
            say(f"{busy}: waiting for it")
            is_told = True
        time.sleep(POLL_S)
    try:
        yield
    finally:
        with _turn:
            _held[key].count -= 1
            if not _held[key].count:
                _held.pop(key).file.close()


def _enter(home: Home, key: tuple[int, Path]) -> str:
    """Take the lock, or come in under it where this process has it; else the process that has it, in words."""
    with _turn:
        if key not in _held:
            file = (home.root / ".lock").open("a+", encoding="ascii")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "of which nothing is known"
                file.close()
                return holder
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            _held[key] = _Held(file)
        _held[key].count += 1
    return ""
