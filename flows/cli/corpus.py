"""The command `people`: render a corpus of synthetic people to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from affect_store.store.vocabulary import MAX_SEED

commands = typer.Typer()


@commands.command()
def people(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    people: Annotated[int, typer.Option(min=1, help="Number of people to render.")] = 16,
    seed: Annotated[
        int, typer.Option(min=0, max=MAX_SEED, help="Random seed; the same seed gives the same bytes.")
    ] = 7,
    version: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            min=1,
            max=2,
            help="Version of the corpus: 1 shows one prototype of each emotion at full strength, 2 several, from faint "
            "to strong. [default: that of the folder; 2 for a new one]",
        ),
    ] = None,
) -> None:
    """Render synthetic people with RaFD file names.

    There are 8 emotions x 3 gazes x 5 cameras of each person. The same people have the same faces in both versions.
    The action units of each photograph are in the table action_units.csv beside them.
    """
    from affect_store.flows.runtime import console, system_libraries
    from affect_store.flows.steps.synthetic_corpus import render_corpus

    system_libraries.require_libraries()
    try:
        render_corpus(folder.absolute(), people, seed, version)
    except OSError as error:  # a full disk is reported without a path
        raise OSError(error.errno, error.strerror, error.filename or str(folder.absolute())) from error
    console.say(f"The photographs are in {folder.absolute()}")
