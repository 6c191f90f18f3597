"""Draw landmarks of faces as small inline SVG; photographs are not shown, since their licence may not allow it.

A face outside of its photograph, e.g. scaled by an error, gives an empty frame.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from markupsafe import Markup

from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import LANDMARK_GROUPS

HEIGHT = 100
_OUTLINES = ("face outline",)
_FEATURES = sorted({vertex for name, group in LANDMARK_GROUPS.items() if name not in _OUTLINES for vertex in group})


def symbols(faces: Mapping[str, FloatArray]) -> Markup:
    """Return one SVG symbol per photograph, for `<use href="#face-ID">`; landmarks (468, 2) in picture heights."""
    drawn = Markup("").join(_symbol(image_id, xy) for image_id, xy in faces.items())
    return Markup('<svg width="0" height="0" aria-hidden="true">{}</svg>').format(drawn) if faces else Markup("")


def _symbol(image_id: str, xy: FloatArray) -> Markup:
    shape = Markup('<symbol id="face-{}" viewBox="0 0 {} {}"><path class="skin" d="{}"/><path d="{}"/></symbol>')
    return shape.format(image_id, HEIGHT, HEIGHT, _dots(xy), _dots(xy[_FEATURES]))


def _dots(xy: FloatArray) -> str:
    """Return a path of dots, one per landmark inside the frame: a square of the picture's height at its centre."""
    with np.errstate(invalid="ignore", over="ignore"):
        inside = xy[np.isfinite(xy).all(axis=1) & (xy >= 0).all(axis=1) & (xy <= 1).all(axis=1)] * HEIGHT
    return "".join(f"M{x:.0f} {y:.0f}h0" for x, y in inside)
