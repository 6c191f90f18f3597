"""Terminal output of a run: messages, progress bars, and how long each step took.

Libraries write to the process's stdout and stderr; `quiet` redirects these to a log file and keeps the terminal for the
product's own messages.
"""

from __future__ import annotations

import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.measure import measure_renderables
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column, Table
from rich.text import Text

from affect_store.flows.runtime.pace import Pace, duration
from affect_store.store.sources.text import escape_control_characters

MAX_LOG_BYTES = 4 * 2**20
"""A run that finds a longer log begins a new one and keeps the old one beside it, as `NAME.1.log`."""

_UNLIMITED_WIDTH = 10_000
_MAX_BAR_WIDTH = 40
_WIDTH_WITH_PACE = 100
Advance = Callable[..., None]
"""`advance(count, total=None)`: report `count` more finished items; `total` sets the number of items."""


@dataclass
class Step:
    """A finished or running step: its title, its duration, and a remark for its closing line."""

    title: str
    seconds: float = 0.0
    remark: str = ""


_console = Console(highlight=False)
_steps: list[Step] = []
_listeners: list[Callable[[str], object]] = []


def steps() -> list[Step]:
    """Return every finished step since the process started, in order."""
    return list(_steps)


def terminal_width() -> int | None:
    """Return the width of the terminal in characters; None where output goes to a file or a pipe."""
    return _console.width if _console.is_terminal else None


def say(text: str, *, style: str = "") -> None:
    """Print a message, wrapped between words in a terminal, on one line in a file or pipe.

    Square brackets are text, not markup, and control characters are escaped.
    """
    message = escape_control_characters(text)
    shown = _wrapped(message, _console.width) if _console.is_terminal else message
    _console.print(shown, style=style, markup=False, soft_wrap=True)
    for listener in _listeners:
        listener(message.strip())


def _wrapped(message: str, width: int) -> str:
    """Wrap each line between words, with continuation lines indented by two; paths and ids are never broken."""
    lines = []
    for line in message.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        wrapped = textwrap.wrap(
            line, width, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False
        )
        lines += wrapped or [""]
    return "\n".join(lines)


def add_listener(listener: Callable[[str], object]) -> None:
    """Pass every message to `listener`, too: the log of a deployed run."""
    if listener not in _listeners:
        _listeners.append(listener)


def show_table(table: Table) -> None:
    """Print a table; in a terminal, cells are wrapped between words to fit its width, but words are never broken."""
    output = Console(file=_console.file, width=_UNLIMITED_WIDTH, highlight=False)
    needed = output.measure(table)
    width = needed.maximum
    if _console.is_terminal:
        width = min(width, max(_console.width, needed.minimum))
        for column in table.columns:  # wraps columns of text, not those of single words
            words = measure_renderables(output, output.options, list(column.cells))
            column.no_wrap = column.no_wrap or words.minimum == words.maximum
    output.width = max(width, 1)
    output.print(table)


@contextmanager
def step(title: str, total: int | None = None, *, is_even: bool = True) -> Iterator[tuple[Step, Advance]]:
    """Show a progress bar during a step and a line at its end; yields the step, for its remark, and `advance`.

    Of a step with a total, the bar shows rate and remaining time in a wide terminal; elsewhere messages do. Not so if
    its items take unequal times, `is_even` False.
    """
    current = Step(title)
    started = time.monotonic()
    pace = Pace((total or 0) if is_even else 0)
    with _progress() as progress:
        handle = progress.add_task(title, total=total, is_even=is_even)

        def advance(count: int, total: int | None = None) -> None:
            progress.update(handle, advance=count, total=total)
            if pace.total and progress.disable:
                pace.advance(count, now_s := time.monotonic())
                if message := pace.message(now_s):
                    say(f"      {title}: {message}")

        yield current, advance
    current.seconds = time.monotonic() - started
    _steps.append(current)
    say(f"  {title:<34}{current.seconds:7.1f} s   {current.remark}".rstrip())


class _PaceColumn(ProgressColumn):
    """Rate and remaining time of a step whose total is known."""

    def render(self, task: Task) -> Text:
        """Return the text of one step."""
        if not task.fields["is_even"] or not task.speed or task.time_remaining is None:
            return Text("")
        return Text(f"{task.speed:.1f}/s, {duration(task.time_remaining)} left")


def _progress() -> Progress:
    """Return a progress bar that fits one line of the terminal: first the bar is shortened, then the title."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
        BarColumn(bar_width=max(4, min(_MAX_BAR_WIDTH, _console.width - 60))),
        MofNCompleteColumn(),
        *((_PaceColumn(),) if _console.width >= _WIDTH_WITH_PACE else ()),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=_console, transient=True, disable=not _console.is_terminal)


@contextmanager
def quiet(log: Path, *, verbose: bool, on_stderr: bool = False) -> Iterator[None]:
    """Append what libraries print, native code included, to `log`; with `verbose`, leave everything on the terminal.

    Messages go to standard output, or with `on_stderr` to standard error, so that the output is the result alone.
    """
    if verbose:
        yield
        return
    global _console
    log.parent.mkdir(parents=True, exist_ok=True)
    _rotate(log)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    before = _console
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    with (
        log.open("ab") as target,
        os.fdopen(os.dup(saved[on_stderr]), "w", encoding=encoding, errors="backslashreplace") as terminal,
    ):
        _console = Console(file=terminal, highlight=False)
        os.dup2(target.fileno(), 1)
        os.dup2(target.fileno(), 2)
        try:
            yield
        finally:
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError):  # the disk of the log is full
                    stream.flush()
            for copy, descriptor in zip(saved, (1, 2), strict=True):
                os.dup2(copy, descriptor)
                os.close(copy)
            _console = before


def _rotate(log: Path) -> None:
    """Rename a long log, replacing the one that was renamed before it: two logs at most, with the last failures."""
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        os.replace(log, log.with_suffix(f".1{log.suffix}"))
