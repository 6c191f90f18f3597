"""What a person sees while a run goes on: the product's own words, progress bars, and how long each step took.

Libraries write to the process's stdout and stderr; `quiet` sends those to a log file and keeps the terminal for us.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from store.sources.text import printable

_WIDEST = 10_000
Advance = Callable[..., None]
"""`advance(count, total=None)`: so much more is done, and perhaps how much there is in all."""


@dataclass
class Step:
    """One finished or running step: its title, its seconds and a remark for the line that closes it."""

    title: str
    seconds: float = 0.0
    remark: str = ""


_console = Console(highlight=False)
_steps: list[Step] = []
_listeners: list[Callable[[str], object]] = []


def steps() -> list[Step]:
    """Every step since the process started, in order."""
    return list(_steps)


def say(text: str, *, style: str = "") -> None:
    """One line to the user; square brackets in it are text, not markup, and control characters are written out."""
    _console.print(printable(text), style=style, markup=False, soft_wrap=True)
    for listener in _listeners:
        listener(printable(text).strip())


def tell_also(listener: Callable[[str], object]) -> None:
    """Let `listener` have every line, too: the log of a run that nobody watches in a terminal."""
    if listener not in _listeners:
        _listeners.append(listener)


def show_table(table: Table) -> None:
    """A table as wide as it must be: columns are never squeezed into a heap of broken words."""
    wide = Console(file=_console.file, width=_WIDEST, highlight=False)
    wide.width = max(wide.measure(table).maximum, 1)
    wide.print(table)


@contextmanager
def step(title: str, total: int | None = None) -> Iterator[tuple[Step, Advance]]:
    """A step with a progress bar: yields the step, for its remark, and `advance`."""
    current = Step(title)
    started = time.monotonic()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_console, transient=True, disable=not _console.is_terminal) as bar:
        handle = bar.add_task(title, total=total)

        def advance(count: int, total: int | None = None) -> None:
            bar.update(handle, advance=count, total=total)

        yield current, advance
    current.seconds = time.monotonic() - started
    _steps.append(current)
    say(f"  {title:<34}{current.seconds:7.1f} s   {current.remark}".rstrip())


@contextmanager
def quiet(log: Path, *, verbose: bool) -> Iterator[None]:
    """Send what libraries print, native code included, to `log`; with `verbose` leave everything on the terminal."""
    if verbose:
        yield
        return
    global _console
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    before = _console
    with log.open("ab") as target, os.fdopen(os.dup(kept[0]), "w", encoding="utf-8", errors="replace") as terminal:
        _console = Console(file=terminal, highlight=False)
        os.dup2(target.fileno(), 1)
        os.dup2(target.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for saved, descriptor in zip(kept, (1, 2), strict=True):
                os.dup2(saved, descriptor)
                os.close(saved)
            _console = before
