"""Flow `features`: extract landmarks and thumbnails and compute deltas of the photographs that lack them."""

from __future__ import annotations

from affect_store.flows.deltas import deltas
from affect_store.flows.landmarks import landmarks
from affect_store.flows.runtime.parameters import MeshName, Passes, ReferencesName, Scale, home_at
from affect_store.flows.runtime.prefect import flow, hold, keep_caches_in
from affect_store.flows.steps.corpus_options import CorpusOptions, stored_options


@flow("features")
def features(
    *,
    home: str | None = None,
    decode_scale: Scale | None = None,
    passes: Passes | None = None,
    mesh: MeshName | None = None,
    references: ReferencesName | None = None,
) -> None:
    """Materialise every feature that is missing.

    Args:
        home: Directory of the store, its publications and logs; the worker's AFFECT_HOME by default.
        decode_scale: 1, 0.5 or 0.25. Smaller images are faster; each scale has landmark versions of its own. By
            default that of the last run on the corpus that was ingested last, as are the next three.
        passes: Number of slightly moved copies of a photograph over which its landmarks are averaged.
        mesh: FaceMesh's model, 'plain' or 'attention'.
        references: What an aligned delta refers to, 'one' neutral photograph or the 'mean' over those of the camera.

    Raises `StoreError`.
    """
    store_home = home_at(home)
    keep_caches_in(store_home.caches)
    with hold(store_home):
        given = CorpusOptions(decode_scale=decode_scale, passes=passes, mesh=mesh, references=references)
        options = given.over(stored_options(store_home, None)).features
        landmarks(
            home=str(store_home.root), decode_scale=options.decode_scale, passes=options.passes, mesh=options.mesh,
            references=options.references,
        )  # fmt: skip
        deltas(home=str(store_home.root))
