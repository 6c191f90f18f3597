"""The command `forget`: erase a person who withdrew consent."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption

if TYPE_CHECKING:
    from affect_store.flows.steps.erasure import ErasureReport

commands = typer.Typer()


@commands.command()
def forget(
    subject: Annotated[str, typer.Argument(help="Id of the person: subject_id in catalogue.images.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Erase a person who withdrew consent; this cannot be undone.

    The person is removed from tables, publications, weights, audits and logs. Your photographs are not touched.
    """
    from affect_store.flows.runtime import console
    from affect_store.flows.steps import erasure
    from affect_store.store.sources.text import escape_control_characters

    if erased_at := erasure.erased_at(home, subject):
        console.say(f"{subject} was erased on {erased_at:%Y-%m-%d}; the stores hold no data of this person.")
        return

    def confirm(report: ErasureReport) -> bool:
        if yes:
            return True
        console.say(f"Erasing {subject} would remove:")
        erasure.print_report(report)
        console.say("This cannot be undone.")
        return typer.confirm(f"Erase {escape_control_characters(subject)}?")

    report = erasure.erase_person(home, subject, confirm)
    if report is None:
        console.say("Nothing was changed.")
        raise typer.Exit(1)
    _show_report(report, erasure.report_path(home, report))
    for other in erasure.similar_people(home, subject):
        console.say(
            f"{other} is still in this home and may be the same person: `affect forget {shlex.quote(other)}` erases it",
            style="yellow",
        )


def _show_report(report: ErasureReport, path: Path) -> None:
    from affect_store.flows.runtime import console
    from affect_store.flows.steps import erasure

    console.say("Erased.")
    erasure.print_report(report)
    console.say(f"  lines removed from logs: {report.log_lines_removed:,}")
    if report.runs_measured_again:
        console.say(f"  runs whose metrics were recomputed without the person: {', '.join(report.runs_measured_again)}")
    for mention in report.still_named_in:
        console.say(f"  still mentioned in {mention}: check it manually", style="yellow")
    console.say("From now on this home skips the person's id and photographs, whatever the files are called.")
    console.say("Not touched:")
    for item in report.not_touched:
        console.say(f"  {item}")
    console.say(f"The next `affect run` splits and trains without the person. Report without the person's name: {path}")
