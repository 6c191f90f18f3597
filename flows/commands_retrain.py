"""The commands `retrain` and `schedule`: once now, or by itself whenever it is time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from flows.console import HomeOption, errors
from store.sources.layouts import layout_of
from store.tables.home import Home
from store.vocabulary import FEWEST_FOLDS

Images = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(help="Folder of photographs; the embedded people by default.", envvar="AFFECT_IMAGES"),
]
Corpus = Annotated[Optional[str], typer.Option(help="Name of the corpus, the folder's by default.")]  # noqa: UP045
Challengers = Annotated[Optional[str], typer.Option(help="Systems that may become champion, separated by commas.")]  # noqa: UP045
Folds = Annotated[int, typer.Option(min=FEWEST_FOLDS, help="Person-disjoint folds over which systems are compared.")]
Cron = Annotated[str, typer.Option(help="When to retrain: minute, hour, day of month, month, weekday.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Of the Prefect server that is started on loopback.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("retrain")(retrain_command)
    app.command("schedule")(schedule_command)


def retrain_command(
    images: Images = None,
    corpus: Corpus = None,
    challengers: Challengers = None,
    folds: Folds = 5,
    home: HomeOption = Path(".affect"),
    verbose: Annotated[bool, typer.Option("--verbose", help="Show what the libraries print, too.")] = False,
) -> None:
    """Take in what is new, train, compare with the champion over all people, publish; end where nothing changed."""
    with errors():
        told = _parameters(images, corpus, challengers, folds)
        from flows.session import session

        with session(home, verbose=verbose) as place:
            from flows.retrain import retrain

            retrain(home=str(place.root), **told)
            from flows import summary

            summary.show(place)


def schedule_command(
    images: Images = None,
    corpus: Corpus = None,
    challengers: Challengers = None,
    folds: Folds = 5,
    cron: Cron = "0 3 * * *",
    timezone: Annotated[str, typer.Option(help="Of the cron, e.g. Europe/Berlin.")] = "UTC",
    port: Port = 4200,
    home: HomeOption = Path(".affect"),
) -> None:
    """Stay, and retrain by schedule; every flow can be started by `prefect deployment run`, too. Ctrl-C stops it."""
    from flows import libraries, scheduling

    with errors():
        libraries.require()
        scheduling.require_timezone(timezone)
        scheduling.require_cron(cron)
        told = _parameters(images, corpus, challengers, folds)
        place = Home(home.absolute())
        os.environ.setdefault("PREFECT_HOME", str(place.prefect))
        told["home"] = str(place.root)
        if os.environ.get("PREFECT_API_URL"):
            scheduling.serve(cron, timezone, told)
        else:
            with scheduling.server(place.prefect, port) as url:
                print(f"affect: Prefect's page is at {url.removesuffix('/api')}, for this machine alone", flush=True)
                scheduling.serve(cron, timezone, told)


def _parameters(images: Path | None, corpus: str | None, challengers: str | None, folds: int) -> dict[str, Any]:
    """The flow's parameters, checked before anything heavy starts. Raises `UnknownNameError` and `CorpusError`."""
    told: dict[str, Any] = {"folds": folds, "corpus": corpus, "images": None}
    if images is not None:
        layout_of(images, None)
        told["images"] = str(images.absolute())
    if challengers is not None:
        from models.systems import named

        told["challengers"] = [named(name.strip()).name for name in challengers.split(",")]
    return told
