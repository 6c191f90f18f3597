"""The command `affect`. Heavy libraries load only inside the command that uses them, so help and SQL answer at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from flows import commands_keep, commands_models, commands_quarantine, commands_read, commands_retrain, commands_show
from flows.console import HomeOption, errors, warn_of_forgetting
from store.sources.layouts import layout_of
from store.tables.home import Home
from store.vocabulary import EMOTIONS

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="A feature store for facial-expression research: photographs in, audited tables, models and dashboards out.",
)

Verbose = Annotated[bool, typer.Option("--verbose", help="Show what the libraries print, too.")]
Models = Annotated[Optional[str], typer.Option(help="Systems to train, separated by commas; all by default.")]  # noqa: UP045
Epochs = Annotated[Optional[int], typer.Option(min=1, help="Most epochs of any model.")]  # noqa: UP045

Seeds = Annotated[int, typer.Option(min=1, max=100, help="Train every model with so many seeds.")]
Folds = Annotated[int, typer.Option(min=0, help="Train on so many person-disjoint folds, too; 0 is none.")]
Repeats = Annotated[int, typer.Option(min=1, max=100, help="So many divisions into folds.")]


@app.command()
def demo(
    home: HomeOption = Path(".affect"),
    people: Annotated[int, typer.Option(min=4, help="How many people to render.")] = 24,
    seed: Annotated[int, typer.Option(min=0, help="Which people.")] = 7,
    models: Models = None,
    epochs: Epochs = None,
    published_epochs: Annotated[int, typer.Option(min=1, help="Most epochs of the published recipe.")] = 3,
    verbose: Verbose = False,
) -> None:
    """Render people, and run everything on them: the store and the dashboards in about ten minutes.

    The published recipe is trained on the by_person split alone and with few epochs; `affect run` does all.
    """
    _pipeline(
        home, verbose, images=None, models=models, epochs=epochs, published_epochs=published_epochs, people=people,
        seed=seed, is_demo=True,
    )  # fmt: skip


@app.command()
def run(
    images: Annotated[Path, typer.Option(help="Folder of photographs; only read, never changed.")],
    layout: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="'rafd' (labels in the file names) or 'manifest' (a manifest.csv); found out by default."),
    ] = None,
    corpus: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Name of the corpus, the folder's by default; keep it when the folder moves."),
    ] = None,
    home: HomeOption = Path(".affect"),
    epochs: Epochs = None,
    models: Models = None,
    seeds: Seeds = 1,
    folds: Folds = 0,
    repeats: Repeats = 1,
    with_faces: Annotated[bool, typer.Option(help="Publish the thumbnails of the faces, too.")] = False,
    decode_scale: Annotated[
        float, typer.Option(help="1, or 0.5 or 0.25: smaller pictures, faster, landmarks of a version of their own.")
    ] = 1.0,
    quarantine_share: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(min=0, max=1, help="Share of the photographs that audits may set aside; 0.05 by default."),
    ] = None,
    keep: Annotated[int, typer.Option(min=1, help="How many publications to keep.", envvar="AFFECT_KEEP")] = 3,
    verbose: Verbose = False,
) -> None:
    """Run everything on your own photographs; what an earlier run has done is not done again."""
    with errors():
        layout_of(images, layout)
    _pipeline(
        home, verbose, images=str(images), layout=layout, corpus=corpus, models=models, epochs=epochs,
        seeds=seeds, folds=folds, repeats=repeats, with_faces=with_faces,
        decode_scale=decode_scale, keep=keep, quarantine_share=quarantine_share,
    )  # fmt: skip


@app.command()
def people(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = 16,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 7,
) -> None:
    """Render synthetic people in RaFD's file names: 8 emotions x 3 gazes x 5 cameras each."""
    _check_libraries()
    from flows import terminal
    from flows.rendering import write_people

    with errors():
        write_people(folder.absolute(), people, seed)
        terminal.say(f"The pictures are in {folder.absolute()}")


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help='For example "from leaderboard".')],
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
    home: HomeOption = Path(".affect"),
) -> None:
    """Query the published store with DuckDB's SQL, read-only."""
    from flows import query as answering

    with errors():
        place = Home(home.absolute())
        warn_of_forgetting(place)
        answering.answer(place, query, form="csv" if csv else "json" if json else "table")


@app.command()
def predict(
    run: Annotated[str, typer.Argument(help="Identifier of a run, as in the leaderboard.")],
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
    home: HomeOption = Path(".affect"),
) -> None:
    """What a trained model says of every photograph that has its features."""
    import polars as pl

    from flows import query as answering
    from flows import terminal
    from flows.predict import predict_with
    from store.tables.query import Answer

    with errors():
        place = Home(home.absolute())
        place.require()
        with terminal.quiet(place.logs / "run.log", verbose=False):
            found = predict_with(place, run)
        found = found.with_columns(pl.Series("predicted", [EMOTIONS[label] for label in found["predicted"]]))
        answering.show(Answer(tuple(found.columns), found.rows()), form="csv" if csv else "json" if json else "table")


def _pipeline(home: Path, verbose: bool, *, models: str | None, **parameters: object) -> None:
    with errors():
        chosen = _systems(models)
        from flows.session import session

        with session(home, verbose=verbose) as place:
            from flows.pipeline import pipeline

            pipeline(home=str(place.root), models=chosen, **parameters)
            from flows import summary

            summary.show(place)


def _systems(names: str | None) -> list[str]:
    """The systems named, told before anything heavy starts. Raises `UnknownNameError`."""
    if names is None:
        return []
    from models.systems import named

    return [named(name.strip()).name for name in names.split(",")]


def _check_libraries() -> None:
    from flows import libraries

    with errors():
        libraries.require()


for _commands in (commands_models, commands_retrain, commands_read, commands_show, commands_keep, commands_quarantine):
    _commands.add_to(app)


def main() -> None:
    """Entry point of the console command."""
    app()
