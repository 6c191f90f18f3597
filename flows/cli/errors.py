"""Errors of commands: one message and an exit code for expected errors, a traceback in the log for unexpected ones.

Arguments that no command can use are refused here, before they are parsed.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import typer
from typer.core import TyperGroup

from affect_store.store.errors import AffectError, QueryError, StoreError, UnexpectedError
from affect_store.store.home import Home
from affect_store.store.sources.text import escape_control_characters, is_valid_utf8

INTERRUPTED = 130
_EMPTY_OPTION = re.compile(r"(--[a-z][a-z-]*)=\s*")


class CommandGroup(TyperGroup):
    """The commands of `affect`, each run inside `errors`."""

    def main(self, args: Sequence[str] | None = None, *arguments: Any, **options: Any) -> Any:
        """Check the arguments, and run the command that they name."""
        given = list(sys.argv[1:] if args is None else args)
        escape_what_the_terminal_cannot_show()
        try:
            require_usable(given)
        except AffectError as error:
            warn(str(error))
            sys.exit(1)
        return super().main(given, *arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the arguments name."""
        with errors():
            return super().invoke(ctx)


@contextmanager
def errors() -> Iterator[None]:
    """Turn an expected error into one message and exit code 1; any other error keeps its traceback."""
    try:
        yield
    except BrokenPipeError:  # the reader stopped early, as in `affect sql ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except AffectError as error:
        cause = error.__cause__ if isinstance(error, QueryError) else None  # such as a full disk below DuckDB
        warn(_sentence(cause) or str(error))
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        warn("interrupted; what was stored is kept, and the next run continues from there")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        warn(sentence)
        raise typer.Exit(1) from None


def _sentence(error: BaseException | None) -> str | None:
    """Return the sentence for an error about files; None for other errors that a command did not expect."""
    if error is None:
        return None
    from affect_store.flows.runtime.system_errors import explain

    return explain(error) or (str(error) if isinstance(error, OSError) else None)


def escape_what_the_terminal_cannot_show() -> None:
    """Print characters that the encoding of the terminal lacks as escapes, such as `\\xe9` for é in ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def require_usable(arguments: Sequence[str]) -> None:
    """Raise `StoreError` for an argument that is empty or no text, and for an empty AFFECT_HOME where it counts."""
    for before, argument in zip(("", *arguments), arguments, strict=False):
        if not is_valid_utf8(argument):
            raise StoreError(f"the argument '{argument}' is not valid UTF-8; rename the file or folder")
        empty = _EMPTY_OPTION.fullmatch(argument)
        if empty or not argument.strip():
            after = empty[1] if empty else before
            raise StoreError(f"the argument {f'after {after} ' if after else ''}is empty, expected a value")
    if not os.environ.get("AFFECT_HOME", "unset").strip() and not any(text.startswith("--home") for text in arguments):
        raise StoreError("AFFECT_HOME is empty, expected a path: set it to a home, or `unset AFFECT_HOME`")


def warn(message: str) -> None:
    """Print a message to stderr, wrapped between words where stderr is a terminal; commands stay in one piece."""
    text = f"affect: {escape_control_characters(message)}"
    if sys.stderr.isatty():
        width = get_terminal_size().columns
        text = "\n".join(_wrapped(line, width) for line in text.splitlines())
    print(text, file=sys.stderr)


def _wrapped(line: str, width: int) -> str:
    """Wrap a line with its indentation; one that is a command is left whole, so that it can be copied."""
    if line.startswith("affect ") or not line:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def warn_of_unfinished_erasure(home: Home) -> None:
    """Warn if an interrupted erasure may have left data of a person in a publication."""
    if home.erasure_marker.exists():
        warn(
            "the erasure of a person who withdrew consent was interrupted and is incomplete: "
            "`affect forget` with the same id, or the next `affect run`, completes it"
        )


@contextmanager
def log_unexpected(log: Path, home: Home | None = None) -> Iterator[None]:
    """Append the traceback of an unexpected error to the file `log` and raise `UnexpectedError`.

    The file is opened by its name, since stderr may lead to the terminal (`--verbose`) or to a renamed log. An error
    about files, such as a full disk, becomes a `StoreError` that names the path and says what is kept.
    """
    from affect_store.flows.runtime.system_errors import explain

    try:
        yield
    except (AffectError, typer.Exit):
        raise
    except Exception as error:
        with suppress(OSError):  # the disk of the log may be full
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{traceback.format_exc()}")
        if sentence := explain(error, home):
            raise StoreError(sentence) from error
        if isinstance(error, OSError):
            raise
        raise UnexpectedError(
            f"an unexpected error stopped the run: {type(error).__name__}: {error}. "
            f"The traceback is at the end of {log}. What was stored is kept; the next run continues from there"
        ) from error
