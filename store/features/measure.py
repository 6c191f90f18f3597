"""The class `Measure`, and the kinds of measures: heights, and how far landmarks are above or in front of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from affect_store.store.features.head_frame import Points, Values, depth, height

IOD, DEG = "iod", "deg"

FACS = "Ekman, Friesen and Hager 2002"
TIAN = "Tian, Kanade and Cohn 2001"
PANTIC = "Pantic and Rothkrantz 2004"
BLINK = "Soukupová and Čech 2016"
ASYMMETRY = "Hager and Ekman 1985"

Compute = Callable[[Points], Values]


@dataclass(frozen=True)
class Measure:
    """One measure: `formula` in words, with its landmarks; `source` says where such a measure is described.

    `compute` returns it from landmarks in the head frame.
    """

    name: str
    meaning: str
    formula: str
    source: str
    compute: Compute
    unit: str = IOD

    @property
    def column(self) -> str:
        """Column of the measure in the view `measures`."""
        return f"{self.name}_{self.unit}"

    @property
    def change_column(self) -> str:
        """Column of its change in the view `measure_changes`."""
        return f"{self.name}_change_{self.unit}"


def listed(landmarks: tuple[int, ...]) -> str:
    """Return landmarks as text: '13, 14'."""
    return ", ".join(map(str, landmarks))


def listed_pairs(pairs: tuple[tuple[int, int], ...]) -> str:
    """Return pairs of landmarks as text: '13-14, 82-87'."""
    return ", ".join(f"{first}-{second}" for first, second in pairs)


def above(points: Points, upper: tuple[int, ...], lower: tuple[int, ...]) -> Values:
    """Return how far the mean of `upper` is above that of `lower`, (n,)."""
    return height(points, upper) - height(points, lower)


def in_front(points: Points, front: tuple[int, ...], back: tuple[int, ...]) -> Values:
    """Return how far the mean of `front` is in front of that of `back`, (n,)."""
    return depth(points, back) - depth(points, front)


def height_of(name: str, meaning: str, source: str, landmarks: tuple[int, ...]) -> Measure:
    """Return the measure of a height above the line of the eyes."""
    formula = f"height of the mean of {listed(landmarks)} above the line of the eyes"
    return Measure(name, meaning, formula, source, partial(height, landmarks=landmarks))


def difference_of(name: str, meaning: str, source: str, upper: tuple[int, ...], lower: tuple[int, ...]) -> Measure:
    """Return the measure of how far `upper` is above `lower`."""
    formula = f"height of the mean of {listed(upper)} above that of {listed(lower)}"
    return Measure(name, meaning, formula, source, partial(above, upper=upper, lower=lower))
