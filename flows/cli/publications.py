"""The commands `publications`, `rollback` and `prune`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from affect_store.flows.cli.errors import warn, warn_of_unfinished_erasure
from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption, StoreOption

if TYPE_CHECKING:
    from affect_store.store.home import Home
    from affect_store.store.publication.listing import Publication

MEGABYTE = 1e6
COLUMNS = ("publication", "published at", "schema", "photographs", "deltas", "runs", "MB", "state")

SNAPSHOT_COLUMNS = ("snapshot", "published at", "home", "message", "state")

commands = typer.Typer()


@commands.command("publications")
def list_publications(store: StoreOption = None, home: HomeOption = DEFAULT_HOME) -> None:
    """List the kept publications with date, contents and size.

    With --store, list the snapshots of a lake.
    """
    from affect_store.flows.cli import output
    from affect_store.flows.runtime import console
    from affect_store.store.engine.query import QueryResult
    from affect_store.store.publication.listing import list_publications

    if store is not None:
        _list_snapshots(store)
        return
    warn_of_unfinished_erasure(home)
    publications = list_publications(home)
    if home.published.is_symlink() and not home.published.exists():
        warn(home.absence())
    if not publications:
        console.say(f"There is no publication in {home.root} yet: create one with `affect demo` or `affect run`.")
        return
    output.print_table(QueryResult(COLUMNS, list(map(_row, publications))), first=("publication", "state"))


def _list_snapshots(store: str) -> None:
    from affect_store.flows.cli import output
    from affect_store.store.engine.query import QueryResult
    from affect_store.store.lake.address import parse
    from affect_store.store.lake.snapshots import list_snapshots

    rows: list[tuple[object, ...]] = [
        (each.number, f"{each.moment:%Y-%m-%d %H:%M} UTC", each.home_id, each.message, "current" * each.is_current)
        for each in list_snapshots(parse(store))
    ]
    output.print_table(QueryResult(SNAPSHOT_COLUMNS, rows), first=("snapshot", "message"))


def _row(publication: Publication) -> tuple[object, ...]:
    states = {
        "current": publication.is_current,
        "rolled back": publication.is_rolled_back,
        "open for writing elsewhere": publication.is_held,
    }
    schema = publication.schema_version or ("" if publication.is_held else "unreadable")
    counts = (publication.rows.get(name) for name in ("photographs", "deltas", "runs"))
    megabytes = round(publication.size_bytes / MEGABYTE, 1)
    state = ", ".join(name for name, is_true in states.items() if is_true)
    return (publication.name, publication.published_at, schema, *counts, megabytes, state)


@commands.command()
def rollback(
    to: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Name of a kept publication, or number of a snapshot. [default: the one before the current]"),
    ] = None,
    store: StoreOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Make an earlier publication current again.

    With --store, the rows of the home in a lake become those of an earlier snapshot. Readers see the change atomically.
    """
    from affect_store.flows.runtime import console
    from affect_store.flows.steps import retention

    if store is not None:
        _roll_back_lake(home, store, to)
        return
    warn_of_unfinished_erasure(home)
    before, now = retention.rollback(home, to)
    if before == now:
        console.say(f"Publication {now} is already current.")
        return
    console.say(f"Publication {now} is current; previously {before or 'none'}.")
    console.say("The next run that finds something new publishes again.")


def _roll_back_lake(home: Home, store: str, to: str | None) -> None:
    from affect_store.flows.runtime import console
    from affect_store.flows.steps.lake_publication import roll_back

    written = roll_back(home, store, to)
    if written.snapshot is None:
        console.say("The lake has these rows already.")
        return
    console.say(
        f"Snapshot {written.snapshot} of the lake: {written.n_new:,} rows restored, {written.n_gone:,} deleted."
    )
    console.say("The next `affect publish` writes what the home has published.")


@commands.command()
def prune(
    keep: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            min=1,
            envvar="AFFECT_KEEP",
            help="Number of publications to keep this time. [default: as in the last run in this home; at first 3]",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Remove old publications, weights and audits.

    Weights are removed of runs that are on no leaderboard of a kept publication and no final model in it. Rows of the
    store stay.
    """
    from affect_store.flows.runtime import console
    from affect_store.flows.steps import retention

    removal = retention.prune(home, keep, is_dry=dry_run)
    kinds = {
        "publications": removal.publications,
        "damaged publications": removal.damaged,
        "weights of runs": removal.weights,
        "audits": removal.audits,
        "unfinished folders": removal.leftovers,
    }
    for title, folders in kinds.items():
        if folders:
            names = ", ".join(folder.name for folder in folders)
            console.say(f"  {sum(folders.values()) / MEGABYTE:8.1f} MB  {title}: {names}")
    outcome = "would be freed" if dry_run else "freed"
    total = f"  {removal.size_bytes / MEGABYTE:8.1f} MB {outcome}"
    console.say(total if any(kinds.values()) else "Nothing to remove.")
