"""The command `check`: what is understood of a folder of photographs, before a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

if TYPE_CHECKING:
    from affect_store.flows.steps.folder_check import FolderCheck
    from affect_store.store.types import Reject
    from affect_store.store.unknown_word import UnknownWord

commands = typer.Typer()
_SHOWN_ROWS = 20


@commands.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of photographs; it is never written to.")],
    layout: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Layout of the folder, as for `affect run`. [default: detected]"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")] = False,
) -> None:
    """Say what is understood of a folder, and what is missing.

    It also says what can be trained. It takes seconds, needs no home and changes nothing. Photographs are not decoded.
    The exit code is 1 if nothing in the folder can be used.
    """
    from affect_store.flows.steps.folder_check import check_folder
    from affect_store.flows.steps.folder_document import as_document
    from affect_store.store.sources.text import escape_undecodable

    checked = check_folder(folder, layout)
    if as_json:
        document = json.dumps(as_document(checked), indent=1, ensure_ascii=False)
        print(escape_undecodable(document))
    elif checked.is_usable:
        _show(checked)
    else:
        _show_advice(checked)
    if not checked.is_usable:
        raise typer.Exit(1)


def _show(checked: FolderCheck) -> None:
    from affect_store.flows.cli import output
    from affect_store.flows.steps import folder_findings
    from affect_store.flows.steps.folder_design import missing_by_person
    from affect_store.store.sources.unused_files import summaries

    output.print_facts(folder_findings.overview(checked))
    corpus = f"{checked.folder.name}-"
    missing = [(subject.removeprefix(corpus), *rest) for subject, *rest in missing_by_person(checked.design)]
    title = f"Missing cells: {len(checked.design.missing):,} of {checked.design.cells:,}"
    _show_table(title, ("subject", "number", "cells"), missing)
    _show_rejects(checked)
    output.say("")
    sentences = (
        *summaries(checked.skipped), *folder_findings.findings(checked), *folder_findings.trainable(checked),
    )  # fmt: skip
    for sentence in sentences:
        output.say(f"- {sentence}", indent=2)


def _show_rejects(check: FolderCheck) -> None:
    rows = [(Path(reject.path).name, reject.reason, _problem(reject, check)) for reject in check.rejects]
    _show_table(f"Files that are not used: {len(rows):,}", ("file", "reason", "problem"), rows)


def _problem(reject: Reject, check: FolderCheck) -> str:
    """Return what is wrong with a file, with paths in the folder; short where the nearest word is known.

    Only a manifest or a pattern may have classes of its own.
    """
    from affect_store.store.sources.layouts import MANIFEST, PATTERN

    unknown = reject.unknown
    if unknown and unknown.nearest:
        advice = _declaration(unknown) if check.layout in (MANIFEST, PATTERN) else ""
        return f"{unknown.field} is {unknown.word!r}; did you mean {unknown.nearest!r}?{advice}"
    return reject.detail.replace(f"{check.folder}/", "")


def _declaration(unknown: UnknownWord) -> str:
    from affect_store.store.sources.declared_emotions import declaration_of

    return declaration_of(unknown.word) if unknown.field == "emotion" else ""


def _show_table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Print a table's first rows, and how many more there are; nothing without rows."""
    from affect_store.flows.cli import output
    from affect_store.store.engine.query import QueryResult

    if not rows:
        return
    output.say("")
    output.print_table(QueryResult(columns, list(rows[:_SHOWN_ROWS])), first=columns, title=title)
    if len(rows) > _SHOWN_ROWS:
        output.say(f"... and {len(rows) - _SHOWN_ROWS:,} more rows (--json lists all)")


def _show_advice(checked: FolderCheck) -> None:
    """Print why nothing can be used, and how to make the folder usable."""
    from affect_store.flows.cli import output
    from affect_store.flows.steps import folder_advice
    from affect_store.store.sources.text import escape_control_characters

    output.say(f"Nothing in '{checked.folder}' can be used in the layout {checked.layout}.")
    if not folder_advice.is_unknown(checked):
        _show_rejects(checked)
        output.say("")
    for sentence in folder_advice.advice(checked.folder):
        if sentence.startswith("affect "):
            print(escape_control_characters(sentence))  # in one piece, so that it can be copied
        else:
            output.say(sentence)
