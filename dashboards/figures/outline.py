"""Line drawing of a face from its landmarks, as SVG; it replaces photographs that may not be published.

Coordinates are image-normalised (x in widths, y in heights, from the upper left) unless stated otherwise.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from affect_store.store.face_mesh import mean_face
from affect_store.store.vocabulary import AXES, INNER_LIPS, LANDMARK_COUNT, LANDMARK_GROUPS

HEIGHT = 100
"""Height of a photograph in the units of the drawing."""

_MARGIN = 4
_MIDLINE = 0.06
"""Nose landmarks within this distance of the midline (inter-ocular distances) belong to the bridge."""

_ROUNDING = 1e-9


@cache
def lines() -> tuple[tuple[int, ...], ...]:
    """List the landmark indices of each stroke in drawing order; a closed stroke ends with its first landmark."""
    face = mean_face()[:, :2]
    groups = {name: np.array(members) for name, members in LANDMARK_GROUPS.items()}
    nose, mouth = groups.pop("nose"), groups.pop("mouth")
    brows = [groups.pop(name) for name in ("left eyebrow", "right eyebrow")]
    is_inner = np.isin(mouth, INNER_LIPS)
    strokes = [_contour(face, members) for members in (*groups.values(), mouth[is_inner], mouth[~is_inner])]
    strokes += [_band(face, members) for members in brows]
    is_bridge = np.abs(face[nose, 0]) < _MIDLINE
    bridge = nose[is_bridge]
    strokes += [bridge[np.argsort(face[bridge, 1])], _lower_hull(face, nose)]
    return tuple(tuple(int(landmark) for landmark in stroke) for stroke in strokes)


def _contour(face: NDArray[np.float64], members: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order the members by direction from their centroid and close the stroke."""
    offsets = face[members] - face[members].mean(axis=0)
    order = members[np.argsort(np.arctan2(offsets[:, 1], offsets[:, 0]))]
    return np.append(order, order[0])


def _band(face: NDArray[np.float64], members: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order a band of vertical pairs: along the upper landmarks, back along the lower ones, to the first."""
    pairs = members[np.argsort(face[members, 0])].reshape(-1, 2)
    pairs = np.take_along_axis(pairs, np.argsort(face[pairs, 1], axis=1), axis=1)
    return np.concatenate([pairs[:, 0], pairs[::-1, 1], pairs[:1, 0]])


def _lower_hull(face: NDArray[np.float64], members: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the lower side of the members' convex hull, from left to right."""
    hull = members[ConvexHull(face[members]).vertices]
    hull = hull[np.argsort(face[hull, 0])]
    (x0, y0), (x1, y1) = face[hull[0]], face[hull[-1]]
    line = y0 + (face[hull, 0] - x0) * (y1 - y0) / (x1 - x0)
    return np.asarray(hull[face[hull, 1] >= line - _ROUNDING])


@cache
def drawn() -> tuple[int, ...]:
    """List the landmarks on the strokes, each once."""
    return tuple(sorted({landmark for stroke in lines() for landmark in stroke}))


def svg(xyz: object, width_px: int, height_px: int) -> tuple[str, str]:
    """Draw a face: return the `viewBox`, cropped to the face, and the `d` attribute of a path."""
    flat = np.asarray(xyz, dtype=np.float64).reshape(LANDMARK_COUNT, AXES)
    points = flat[:, :2] * [HEIGHT * width_px / height_px, HEIGHT]
    used = points[list(drawn())]
    low = used.min(axis=0) - _MARGIN
    width, height = used.max(axis=0) + _MARGIN - low
    path = "".join(stroke(points[list(line)] - low) for line in lines())
    return f"0 0 {width:.0f} {height:.0f}", path


def stroke(points: NDArray[np.float64]) -> str:
    """Return the part of a path's `d` attribute that joins the points (n, 2)."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
