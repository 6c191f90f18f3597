"""Flow `features`: landmarks, thumbnails and deltas of the catalogued photographs that do not have them yet."""

from __future__ import annotations

from pathlib import Path

from flows.deltas import deltas
from flows.engine import flow, hold, keep_caches_in
from flows.landmarks import landmarks
from flows.parameters import HOME, Scale
from store.tables.home import Home


@flow("features")
def features(home: str = HOME, decode_scale: Scale = 1.0) -> None:
    """Compute what is missing of every feature.

    Args:
        home: Directory of everything that is produced.
        decode_scale: 1, or 0.5 or 0.25: smaller pictures, faster, landmarks of a version of their own.

    Raises `StoreError`.
    """
    place = Home(Path(home).absolute())
    keep_caches_in(place.caches)
    with hold(place):
        landmarks(str(place.root), decode_scale)
        deltas(str(place.root))
