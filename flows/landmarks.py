"""Flow `landmarks`: extract faces and thumbnails of the catalogued photographs that lack them, on all cores."""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.flows.runtime.parameters import MeshName, Passes, ReferencesName, Scale, home_at
from affect_store.flows.runtime.prefect import flow, hold, task
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.store.features.feature_options import PLAIN, SINGLE_REFERENCE, FeatureOptions

extract_faces = task("find faces")(materialize_landmarks)


@flow("landmarks")
def landmarks(
    *,
    home: str | None = None,
    decode_scale: Scale = 1.0,
    passes: Passes = 1,
    mesh: MeshName = PLAIN,
    references: ReferencesName = SINGLE_REFERENCE,
    published: Sequence[str] = (),
) -> int:
    """Extract FaceMesh landmarks and thumbnails of every active photograph without them.

    Returns the number of photographs processed. `decode_scale` 0.5 or 0.25 is faster, but moves the landmarks
    slightly, so these have versions of their own, and so have more `passes`, the other `mesh` and other `references` of
    the deltas. `published` names features of the published recipe, its thumbnails and its landmarks; a home that has
    them keeps them complete.
    """
    store_home = home_at(home)
    with hold(store_home):
        options = FeatureOptions(decode_scale, passes, mesh, references)
        return extract_faces(store_home, options, published=published)
