"""Flow `features`: landmarks, thumbnails and deltas of the catalogued photographs that do not have them yet."""

from __future__ import annotations

from flows.deltas import deltas
from flows.engine import flow, hold, keep_caches_in
from flows.landmarks import landmarks
from flows.parameters import Scale, home_at


@flow("features")
def features(home: str | None = None, decode_scale: Scale = 1.0) -> None:
    """Compute what is missing of every feature.

    Args:
        home: Directory of everything that is produced; the worker's AFFECT_HOME by default.
        decode_scale: 1, or 0.5 or 0.25: smaller pictures, faster, landmarks of a version of their own.

    Raises `StoreError`.
    """
    place = home_at(home)
    keep_caches_in(place.caches)
    with hold(place):
        landmarks(str(place.root), decode_scale)
        deltas(str(place.root))
