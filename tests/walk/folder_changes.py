"""Changes to a whole folder that a walk chooses from: it is moved or renamed, or many of its files are missing."""

from __future__ import annotations

from pathlib import Path

from tests.walk.file_changes import MIN_PHOTOGRAPHS, moved
from tests.walk.folders import Folder, sha256
from tests.walk.state import CORPORA, Change, Rng, State

OTHER_NAME = "clinic"
TOO_MANY = 0.2
"""A run asks if more than this share of the photographs is missing."""


def move_folder(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Move or rename the folder, and give the run no name of the corpus, its name or another one."""
    names = (*CORPORA, f"{folder.corpus}-again")
    targets = [
        path
        for parent in ("corpora", "elsewhere")
        for name in names
        if not (path := folder.place / parent / name).exists()
    ]
    target = folder.relative(rng.choice(targets))
    move = ["move", folder.relative(folder.root), target]
    name = rng.choice((None, None, folder.corpus, OTHER_NAME))
    return Change("move_folder", folder.corpus, [move], folder=target, name=name)


def lose_all(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Take all photographs away, as an unmounted disk does: the run stops, and they return."""
    return _lost("lose_all", folder, folder.photographs(), state)


def lose_many(folder: Folder, state: State, rng: Rng) -> Change | None:
    """Take more than 20 % of the photographs away: the run stops. Then they return, or the loss is accepted."""
    erased = {sha256(path) for path in folder.kept("erased")}
    in_use = [path for path in folder.photographs() if sha256(path) not in erased]
    people = [[path for path in paths if path in in_use] for paths in folder.people().values()]
    dispensable = [path for paths in people for path in rng.sample(paths, max(len(paths) - MIN_PHOTOGRAPHS, 0))]
    number = int(TOO_MANY * (len(in_use) + len(folder.copies()))) + 1
    if len(dispensable) < number:
        return _lost("lose_many", folder, rng.sample(in_use, number), state)
    change = _lost("lose_many", folder, rng.sample(dispensable, number), state)
    if change is not None and rng.random() < 0.5:
        change.afterwards, change.accept_missing = [], True
    return change


def _lost(action: str, folder: Folder, paths: list[Path], state: State) -> Change | None:
    if folder.corpus not in state.ingested:
        return None
    lost = [(path, folder.aside("removed") / path.name) for path in paths]
    copies = [path for path in folder.copies() if path.name in {lost_path.name for lost_path in paths}]
    change = moved(action, folder, lost)
    change.operations += [["delete", folder.relative(path)] for path in copies]
    change.afterwards = moved(action, folder, [(target, source) for source, target in lost]).operations
    change.asks = "--accept-missing" if action == "lose_many" else "photographs"
    return change
