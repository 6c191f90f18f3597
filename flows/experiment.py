"""Flow `experiment`: chosen models on the current photographs, trained, compared and published; nothing is ingested."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows import terminal
from flows.engine import flow, hold, keep_caches_in
from flows.pipeline import Splits, split_audited
from flows.plans import SEED, Asked, require
from flows.publish import publish
from flows.train import train_missing
from store.errors import StoreError
from store.tables import read
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables.publications import KEPT
from store.tables.publish import is_current, open_folder
from store.tables.stamp import FACES_ARE_IN
from store.tables.write import setting


@flow("experiment")
def experiment(
    home: str = ".affect",
    models: Sequence[str] = (),
    recipe: str | None = None,
    strategy: str | None = None,
    seed: int = SEED,
    seeds: int = 1,
    folds: int = 0,
    repeats: int = 1,
    epochs: int | None = None,
    is_repeatable: bool = True,
    keep: int = KEPT,
) -> int:
    """Train models on the photographs that the last run split; returns the number of new runs.

    `strategy` names the split: by_person, by_image or folds; all that there are by default. `folds` divides the people
    first, into so many folds in so many `repeats`, audits them, and trains on these alone where no strategy is named.

    Raises `StoreError` where nothing was split yet, and `AuditFailedError`.
    """
    place = Home(Path(home).absolute())
    keep_caches_in(place.caches)
    asked = Asked(models, recipe, epochs, None, seeds, seed, is_repeatable)
    require(models, recipe)
    with hold(place):
        corpora, with_faces = _corpora(place), _has_faces(place)
        if folds:
            one = corpora[0] if len(corpora) == 1 else None
            split_audited(place, Splits(one, folds, repeats), with_faces, None)
            strategy = strategy or "folds"
        count = train_missing(place, asked, strategy)
        if not is_current(place, with_faces=with_faces):
            publish(str(place.root), with_faces, False, keep)
        elif not count:
            terminal.say("Nothing new: every run that was asked for is in the registry and published.")
    return count


def _corpora(place: Home) -> list[str]:
    place.require()
    with open_work(place) as connection:
        corpora = read.frame(connection, "select_shown_corpora")["corpus"].to_list()
    if not corpora:
        raise StoreError(f"nothing is split yet in '{place.root}': `affect demo` or `affect run` does it")
    return corpora


def _has_faces(place: Home) -> bool:
    """Whether the current publication holds the faces: a publication of more models leaves that as it is."""
    if not place.published_store.exists():
        return False
    with open_folder(place.published.resolve()) as connection:
        return setting(connection, FACES_ARE_IN) == str(True)
