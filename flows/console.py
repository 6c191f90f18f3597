"""What every command shares: the option for the home, and errors as one message with an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from store.errors import AffectError, UnexpectedError
from store.sources.text import printable
from store.tables.home import Home

HomeOption = Annotated[
    Path, typer.Option("--home", help="Directory of everything that is produced.", envvar="AFFECT_HOME")
]


@contextmanager
def errors() -> Iterator[None]:
    """Turn an expected error into one message and exit code 1; an unexpected one keeps its trace."""
    try:
        yield
    except BrokenPipeError:  # the reader has seen enough: `affect sql ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except (AffectError, OSError) as error:
        print(f"affect: {printable(str(error))}", file=sys.stderr)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        print("affect: stopped; the next run goes on from here", file=sys.stderr)
        raise typer.Exit(130) from None


def warn_of_forgetting(home: Home) -> None:
    """Say so, beside the answer, where a person who withdrew consent may still be in a publication."""
    if home.forgetting.exists():
        print(
            "affect: a person who withdrew consent is not gone from everything yet, because the process was stopped: "
            "`affect forget` with the same id, or the next `affect run`, finishes it",
            file=sys.stderr,
        )


@contextmanager
def surprises(log: Path) -> Iterator[None]:
    """Put the trace of an unexpected error where the libraries' words go, and leave one sentence for the user."""
    try:
        yield
    except (AffectError, OSError, typer.Exit):
        raise
    except Exception as error:
        traceback.print_exc()
        raise UnexpectedError(
            f"something unexpected stopped the run: {type(error).__name__}: {error}. Its trace is at the end of {log}; "
            "what is stored stays, and the next run goes on from there"
        ) from error
