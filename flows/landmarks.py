"""Flow `landmarks`: extract faces and thumbnails of the catalogued photographs that lack them, on all cores."""

from __future__ import annotations

from affect_store.flows.runtime.parameters import Scale, home_at
from affect_store.flows.runtime.prefect import flow, hold, task
from affect_store.flows.steps.extraction import materialize_landmarks

extract_faces = task("find faces")(materialize_landmarks)


@flow("landmarks")
def landmarks(*, home: str | None = None, decode_scale: Scale = 1.0, with_bicubic: bool = False) -> int:
    """Extract FaceMesh landmarks and thumbnails of every active photograph without them.

    Returns the number of photographs processed. `decode_scale` 0.5 or 0.25 is faster, but moves the landmarks
    slightly, so these have versions of their own. `with_bicubic` adds the thumbnails of the published recipe; a home
    that has them keeps them complete.
    """
    store_home = home_at(home)
    with hold(store_home):
        return extract_faces(store_home, decode_scale, with_bicubic=with_bicubic)
