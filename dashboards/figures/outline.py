"""A face as a line drawing of its landmarks: what is shown where a photograph may not be. Landmarks in, SVG out.

Coordinates are image-normalised (x in widths, y in heights, from the upper left) unless said otherwise.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from store.mesh import mean_face
from store.vocabulary import AXES, INNER_LIPS, LANDMARK_COUNT, LANDMARK_GROUPS

HEIGHT = 100
"""A photograph's height in the drawing's units."""

_MARGIN = 4
_MIDLINE = 0.06
"""Landmarks of the nose that are nearer to the middle (inter-ocular distances) belong to its bridge."""

_ROUNDING = 1e-9


@cache
def lines() -> tuple[tuple[int, ...], ...]:
    """Landmark indices of each stroke, in the order in which it is drawn; a closed one ends where it begins."""
    face = mean_face()[:, :2]
    groups = {name: np.array(members) for name, members in LANDMARK_GROUPS.items()}
    nose, mouth = groups.pop("nose"), groups.pop("mouth")
    brows = [groups.pop(name) for name in ("left eyebrow", "right eyebrow")]
    is_inner = np.isin(mouth, INNER_LIPS)
    strokes = [_around(face, one) for one in (*groups.values(), mouth[is_inner], mouth[~is_inner])]
    strokes += [_band(face, one) for one in brows]
    is_bridge = np.abs(face[nose, 0]) < _MIDLINE
    bridge = nose[is_bridge]
    strokes += [bridge[np.argsort(face[bridge, 1])], _below(face, nose)]
    return tuple(tuple(int(one) for one in stroke) for stroke in strokes)


def _around(face: NDArray[np.float64], members: NDArray[np.int64]) -> NDArray[np.int64]:
    """The members by their direction from their middle, and the first once more."""
    away = face[members] - face[members].mean(axis=0)
    order = members[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]
    return np.append(order, order[0])


def _band(face: NDArray[np.float64], members: NDArray[np.int64]) -> NDArray[np.int64]:
    """A band of pairs, one above the other: along the upper ones, back along the lower ones, to the first."""
    pairs = members[np.argsort(face[members, 0])].reshape(-1, 2)
    pairs = np.take_along_axis(pairs, np.argsort(face[pairs, 1], axis=1), axis=1)
    return np.concatenate([pairs[:, 0], pairs[::-1, 1], pairs[:1, 0]])


def _below(face: NDArray[np.float64], members: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lower side of the members' convex hull, from the left to the right."""
    hull = members[ConvexHull(face[members]).vertices]
    hull = hull[np.argsort(face[hull, 0])]
    (x0, y0), (x1, y1) = face[hull[0]], face[hull[-1]]
    line = y0 + (face[hull, 0] - x0) * (y1 - y0) / (x1 - x0)
    return hull[face[hull, 1] >= line - _ROUNDING]


@cache
def drawn() -> tuple[int, ...]:
    """The landmarks that the strokes run through, each once."""
    return tuple(sorted({one for stroke in lines() for one in stroke}))


def svg(xyz: object, width_px: int, height_px: int) -> tuple[str, str]:
    """The drawing of a face as `viewBox` and the `d` of a path; the view is cut to the face."""
    flat = np.asarray(xyz, dtype=np.float64).reshape(LANDMARK_COUNT, AXES)
    points = flat[:, :2] * [HEIGHT * width_px / height_px, HEIGHT]
    used = points[list(drawn())]
    low = used.min(axis=0) - _MARGIN
    width, height = used.max(axis=0) + _MARGIN - low
    path = "".join(_stroke(points[list(one)] - low) for one in lines())
    return f"0 0 {width:.0f} {height:.0f}", path


def _stroke(points: NDArray[np.float64]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
