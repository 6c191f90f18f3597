"""The command `sql`: a query on the published store."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import typer
from typer.core import TyperCommand

from affect_store.flows.cli.errors import INTERRUPTED, warn, warn_of_unfinished_erasure
from affect_store.flows.cli.options import (
    DEFAULT_HOME,
    AsOfOption,
    CsvOption,
    HomeIdOption,
    HomeOption,
    JsonOption,
    RawOption,
    StoreOption,
    WideOption,
    form_of,
)
from affect_store.store.errors import QueryError

STANDARD_INPUT = "-"

_COMMENT = re.compile(r"--\s")

commands = typer.Typer()


class QueryCommand(TyperCommand):
    """A command whose argument may begin with a comment of SQL, which looks like an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put a line break before such an argument."""
        return super().parse_args(ctx, [f"\n{text}" if _COMMENT.match(text) else text for text in args])


@commands.command(cls=QueryCommand)
def sql(
    query: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help='For example "from leaderboard"; - reads it from standard input.', show_default=False),
    ] = None,
    file: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--file", help="Read the query from this file; - is standard input."),
    ] = None,
    csv: CsvOption = False,
    raw: RawOption = False,
    json: JsonOption = False,
    wide: WideOption = False,
    store: StoreOption = None,
    as_of: AsOfOption = None,
    home_id: HomeIdOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Query the published store in DuckDB's SQL, read-only.

    A query can read the store and nothing else: no other files, no network, no extensions. It takes at most 2 GB of
    memory and 10 GB of temporary files. Ctrl-C ends it.
    """
    from affect_store.flows.cli import output, view_columns
    from affect_store.store.engine.query import running

    text = _text(query, file)
    if store is None:
        warn_of_unfinished_erasure(home)
    try:
        if store is None:
            opened = running(home, text)
        else:
            from affect_store.store.lake import address, connect, lake_sql

            opened = lake_sql.running(address.parse(store), text, at=connect.moment_of(as_of), home_id=home_id)
        with opened as result:
            output.show(
                result, form=form_of(csv=csv, json=json, wide=wide, raw=raw), first=view_columns.order_for(text)
            )
    except KeyboardInterrupt:
        warn("the query was interrupted")
        raise typer.Exit(INTERRUPTED) from None


def _text(query: str | None, file: Path | None) -> str:
    """Return the query that was given in one of three ways. Raises `QueryError` for none, for two, and for no text."""
    if (query is None) == (file is None):
        raise QueryError(
            "expected one query: as an argument, in a file (`--file query.sql`), or from standard input "
            f"(`affect sql -`); received {'none' if query is None else 'an argument and --file'}"
        )
    if query is not None and query != STANDARD_INPUT:
        return query
    source = STANDARD_INPUT if file is None else str(file)
    data = sys.stdin.buffer.read() if source == STANDARD_INPUT else Path(source).read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = "standard input" if source == STANDARD_INPUT else f"'{source}'"
        raise QueryError(f"the query in {place} is not UTF-8 text (byte {error.start})") from error
