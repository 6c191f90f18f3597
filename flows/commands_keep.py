"""The commands `publications`, `rollback`, `prune` and `forget`: they ask and print; what they do is in `keep`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from flows.console import HomeOption, errors, warn_of_forgetting
from store.tables.home import Home

if TYPE_CHECKING:
    from flows.forgetting import Report
    from store.tables.listing import Publication

MEGABYTE = 1e6


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("publications")(publications_command)
    app.command("rollback")(rollback_command)
    app.command("prune")(prune_command)
    app.command("forget")(forget_command)


def publications_command(home: HomeOption = Path(".affect")) -> None:
    """List the kept publications: when, how large, and which one is current."""
    with errors():
        from flows import query, terminal
        from store.tables.listing import listed
        from store.tables.query import Answer

        place = Home(home.absolute())
        warn_of_forgetting(place)
        found = listed(place)
        if not found:
            terminal.say(f"There is no publication in {place.root} yet: `affect demo` or `affect run` makes one.")
            return
        columns = ("publication", "published at", "schema", "photographs", "deltas", "runs", "MB", "state")
        query.print_table(Answer(columns, [_row(one) for one in found]))


def _row(one: Publication) -> tuple[object, ...]:
    states = {"current": one.is_current, "rolled back": one.is_rolled_back, "open for writing elsewhere": one.is_held}
    state = ", ".join(name for name, is_so in states.items() if is_so)
    rows = (one.rows.get(name) for name in ("photographs", "deltas", "runs"))
    return (
        one.name, one.published_at, one.schema_version or ("" if one.is_held else "unreadable"), *rows,
        round(one.size_bytes / MEGABYTE, 1), state,
    )  # fmt: skip


def rollback_command(
    to: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Name of a kept publication; by default the one before the current."),
    ] = None,
    home: HomeOption = Path(".affect"),
) -> None:
    """Go back to an earlier publication, or to a named one; readers see the change in one step."""
    with errors():
        from flows import keep, terminal

        place = Home(home.absolute())
        warn_of_forgetting(place)
        before, now = keep.rollback(place, to)
        if before == now:
            terminal.say(f"The publication {now} is current already.")
            return
        terminal.say(f"The publication {now} is current; before, {before or 'none'} was.")
        terminal.say("A run publishes again as soon as there is something new.")


def prune_command(
    keep: Annotated[int, typer.Option(min=1, help="How many publications to keep.", envvar="AFFECT_KEEP")] = 3,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    home: HomeOption = Path(".affect"),
) -> None:
    """Remove old publications, weights that no leaderboard shows any more, and old audits; rows of the store stay."""
    with errors():
        from flows import keep as keeping
        from flows import terminal

        gone = keeping.prune(Home(home.absolute()), keep, is_dry=dry_run)
        kinds = {
            "publications": gone.publications,
            "damaged publications": gone.damaged,
            "weights of runs": gone.weights,
            "audits": gone.audits,
            "unfinished folders": gone.leftovers,
        }
        for title, folders in kinds.items():
            if folders:
                names = ", ".join(folder.name for folder in folders)
                terminal.say(f"  {sum(folders.values()) / MEGABYTE:8.1f} MB  {title}: {names}")
        done = "would be freed" if dry_run else "freed"
        terminal.say(f"  {gone.size_bytes / MEGABYTE:8.1f} MB {done}" if any(kinds.values()) else "Nothing to remove.")


def forget_command(
    subject: Annotated[str, typer.Argument(help="The person's id, as in catalogue.images.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: HomeOption = Path(".affect"),
) -> None:
    """Forget a person who withdrew consent: rows, publications, weights, audits and logs. It cannot be undone."""
    with errors():
        from flows import forgetting, terminal
        from store.sources.text import printable

        place = Home(home.absolute())
        if when := forgetting.forgotten_before(place, subject):
            terminal.say(f"{subject} was forgotten on {when:%Y-%m-%d}; nothing of the person is left in the stores.")
            return

        def agree(told: Report) -> bool:
            if yes:
                return True
            terminal.say(f"To forget {subject}:")
            forgetting.say_report(told)
            terminal.say("This cannot be undone.")
            return typer.confirm(f"Forget {printable(subject)}?")

        told = forgetting.forget_person(place, subject, agree)
        if told is None:
            terminal.say("Nothing was changed.")
            raise typer.Exit(1)
        _say_done(told, forgetting.report_path(place, told))


def _say_done(told: Report, kept_as: Path) -> None:
    from flows import forgetting, terminal

    terminal.say("Forgotten.")
    forgetting.say_report(told)
    terminal.say(f"  lines removed from logs: {told.log_lines_removed:,}")
    if told.runs_measured_again:
        terminal.say(f"  runs measured again without the person: {', '.join(told.runs_measured_again)}")
    for place in told.still_named_in:
        terminal.say(f"  still named in {place}: look at it yourself", style="yellow")
    terminal.say("Not touched:")
    for one in told.not_touched:
        terminal.say(f"  {one}")
    terminal.say(f"The next `affect run` splits and trains without the person. This report, without a name: {kept_as}")
