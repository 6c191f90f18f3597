"""The command `remove`: take single photographs out of use, or bring them back."""

from __future__ import annotations

from typing import Annotated

import typer

from affect_store.flows.cli.options import DEFAULT_HOME, HomeOption

commands = typer.Typer()


@commands.command()
def remove(
    images: Annotated[
        list[str],
        typer.Argument(metavar="IMAGE", help="Photographs: ids, their first characters, or paths of files."),
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Use the photographs again.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Remove photographs from use.

    They stay in the catalogue and in earlier publications, but later runs do not use them, even if their files are
    still in the folder. `affect forget` erases all data of a person.
    """
    from affect_store.flows.runtime import console
    from affect_store.flows.steps.photo_use import remove_photographs
    from affect_store.store.engine.locks import hold

    home.require()
    with hold(home):
        image_ids = remove_photographs(home, images, undo=undo)
    count = "1 photograph" if len(image_ids) == 1 else f"{len(image_ids):,} photographs"
    if undo:
        console.say(
            f"{count} brought back into use. `affect run` on the same folder splits, trains and publishes with them."
        )
        return
    console.say(f"{count} removed from use. `affect run` on the same folder splits, trains and publishes without them.")
    console.say(f"To bring them back: affect remove --undo {' '.join(image_id[:12] for image_id in image_ids)}")
