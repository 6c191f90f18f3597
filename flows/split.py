"""Flow `split`: split the catalogued photographs, and fill the tables that models train on."""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.flows.runtime.parameters import AnyFolds, Repeats, Seed, home_at
from affect_store.flows.runtime.prefect import flow, hold, task
from affect_store.flows.steps.corpora import use_corpora
from affect_store.flows.steps.splits import store_splits
from affect_store.store.offline.splits import NOTEBOOK_SEED

make_splits = task("assign parts")(store_splits)


@flow("split")
def split(
    *,
    home: str | None = None,
    corpora: Sequence[str] = (),
    seed: Seed = NOTEBOOK_SEED,
    folds: AnyFolds = 0,
    repeats: Repeats = 1,
    with_notebook: bool = False,
    with_final: bool = False,
) -> dict[str, str]:
    """Split the active photographs by person and by image; returns the id of each split.

    Args:
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        corpora: The corpora to split together; all of the home by default.
        seed: Seed of the split by person.
        folds: Number of person-disjoint folds, each tested once by models trained on the others; 0 for none.
        repeats: Number of repetitions of the k-fold split.
        with_notebook: Also draw the split of the 2022 notebook, on which only `replicate` trains.
        with_final: Also store the split that trains on everybody, on which only `affect train --final` trains.
    """
    store_home = home_at(home)
    with hold(store_home):
        use_corpora(store_home, corpora)
        return make_splits(
            store_home, seed, corpora, folds, repeats, with_notebook=with_notebook, with_final=with_final
        )
