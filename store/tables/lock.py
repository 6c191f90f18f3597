"""One run at a time in a home: a lock that the operating system takes back when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from store.errors import StoreLockedError
from store.tables.home import Home


@contextmanager
def hold(home: Home) -> Iterator[None]:
    """Keep other runs out of this home. Raises `StoreLockedError`, naming the process that is in it."""
    home.root.mkdir(parents=True, exist_ok=True)
    with (home.root / ".lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            who = file.read().strip()
            raise StoreLockedError(
                f"another run is at work in '{home.root}' (process {who}): let it finish, or stop it, and run again"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
