"""Child processes that end with the process that started them, even if that one is killed.

A child reads from a pipe whose other end only its parent holds: the operating system closes it when the parent ends.
A child that a library starts has no such pipe, and watches the id of its parent instead.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any

GRACE_S = 10.0
"""How long a child may take to stop before it is killed, seconds."""

POLL_S = 1.0
"""How often a child that a library started looks whether its parent still runs, seconds."""

_PARENT = "AFFECT_PARENT_PID"

_held: list[int] = []
"""The parent's ends of the pipes, open as long as this process lives."""


def start_module(
    module: str, *arguments: str, inherited: tuple[int, ...] = (), **options: Any
) -> subprocess.Popen[bytes]:
    """Run `python -m MODULE ARGUMENTS` as a child that ends with this process.

    It inherits the file descriptors `inherited`; `options` are those of `Popen`.
    """
    reader, writer = os.pipe()  # neither is inherited by other children
    _held.append(writer)
    command = [sys.executable, "-m", __name__, str(reader), module, *arguments]
    try:
        return subprocess.Popen(command, pass_fds=(reader, *inherited), **options)
    finally:
        os.close(reader)


def main() -> None:
    """Run in the child: watch the pipe, and run the module."""
    descriptor, module, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_parent, args=(int(descriptor),), daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def bind_children_of_libraries() -> None:
    """Let processes that libraries start for this one end with it, if they call `follow_parent`."""
    os.environ[_PARENT] = str(os.getpid())


def follow_parent() -> None:
    """End this process when its parent ends, if that called `bind_children_of_libraries`."""
    parent = os.getppid()
    if os.environ.get(_PARENT) == str(parent):
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_S)
    _stop()


def _end_with_parent(descriptor: int) -> None:
    """Wait until the pipe is closed, then stop this process and the children in its group."""
    with suppress(OSError):
        while os.read(descriptor, 1):
            pass
    _stop()


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
