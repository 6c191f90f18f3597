"""Flow `features`: extract landmarks and thumbnails and compute deltas of the photographs that lack them."""

from __future__ import annotations

from affect_store.flows.deltas import deltas
from affect_store.flows.landmarks import landmarks
from affect_store.flows.runtime.parameters import Scale, home_at
from affect_store.flows.runtime.prefect import flow, hold, keep_caches_in
from affect_store.flows.steps.corpus_options import CorpusOptions, stored_options


@flow("features")
def features(*, home: str | None = None, decode_scale: Scale | None = None) -> None:
    """Materialise every feature that is missing.

    Args:
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        decode_scale: 1, 0.5 or 0.25. Smaller images are faster; each scale has landmark versions of its own. By
            default that of the last run on the corpus that was ingested last.

    Raises `StoreError`.
    """
    store_home = home_at(home)
    keep_caches_in(store_home.caches)
    with hold(store_home):
        options = CorpusOptions(decode_scale=decode_scale).over(stored_options(store_home, None))
        landmarks(home=str(store_home.root), decode_scale=options.scale)
        deltas(home=str(store_home.root))
