"""Flow `repeatability`: compare every feature of a sample of photographs with that of their copies, and publish."""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.flows.experiment import options_of_home, publish_new
from affect_store.flows.runtime import console
from affect_store.flows.runtime.parameters import Count, Seed, home_at
from affect_store.flows.runtime.prefect import flow, hold, keep_caches_in, task
from affect_store.flows.steps.corpora import require_known_corpora, require_split
from affect_store.flows.steps.erasure import finish_erasures
from affect_store.flows.steps.extensions import use_extensions
from affect_store.flows.steps.repeatability import PHOTOGRAPHS, SEED, measure_repeatability
from affect_store.store.errors import CorpusError
from affect_store.store.home import Home
from affect_store.store.publication.retention import update_keep

UNCHANGED = (
    "Nothing new: the repeatability of these photographs is stored and published. Another --seed or number of "
    "--photographs draws others."
)

measure = task("compare copies of photographs", "{corpus}")(measure_repeatability)


@flow("repeatability")
def repeatability(
    *,
    home: str | None = None,
    corpora: Sequence[str] = (),
    photographs: Count = PHOTOGRAPHS,
    seed: Seed = SEED,
    keep: Count | None = None,
) -> int:
    """Measure the repeatability of every feature, and publish; returns the number of new rows.

    Args:
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        corpora: Corpora to measure, each with a sample of its own; those in use by default.
        photographs: Number of photographs of each corpus that are copied; all if it has fewer.
        seed: Seed of the samples.
        keep: Number of publications to keep from now on; the number that the home remembers by default, at first 3.

    Raises `StoreError` if there is no store or no split yet, `UnknownNameError` for an unknown corpus, `CorpusError` if
    nothing can be measured, and `AuditFailedError`.
    """
    store_home = home_at(home)
    use_extensions(store_home)
    keep_caches_in(store_home.caches)
    with hold(store_home):
        finish_erasures(store_home)
        in_use = require_split(store_home)
        require_known_corpora(store_home, corpora)
        keep = update_keep(store_home, keep)
        options = options_of_home(store_home)
        count = _measure_each(store_home, list(dict.fromkeys(corpora or in_use)), photographs, seed)
        publish_new(store_home, options, keep, count=count, unchanged=UNCHANGED)
    return count


def _measure_each(home: Home, corpora: Sequence[str], photographs: int, seed: int) -> int:
    """Measure the corpora of which it is possible, and say why others are not; raises `CorpusError` if none is."""
    count, reasons = 0, []
    for corpus in corpora:
        try:
            count += measure(home, corpus, photographs, seed)
        except CorpusError as error:
            reasons.append(error)
    if len(reasons) == len(corpora):
        raise reasons[0]
    for reason in reasons:
        console.say(f"  {reason}", style="yellow")
    return count
