"""Proxies of facial action units: weighted sums of changes of the measures. They are not codings by the FACS.

A certified coder judges an action unit from shape, wrinkles and movement (Ekman, Friesen and Hager 2002); these
numbers follow from a few distances between landmarks. They are 0 at rest and about 1 at the full strength of the
rendered people on whom the weights were chosen: docs/reference/measures.md says how, and benchmarks/measures.py how
well they do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from affect_store.store.features.measure_changes import REVISION, measure_changes
from affect_store.store.features.measure_definitions import MEASURES, SIDES
from affect_store.store.features.measures import DEFINITIONS
from affect_store.store.features.scalar_view import LANDMARKS, REFERENCE_LANDMARKS, ScalarView
from affect_store.store.schema.declarations import Field
from affect_store.store.types import FloatArray, SizeArray

MAX_PROXY = 100
_INDEX = {measure.name: index for index, measure in enumerate(MEASURES)}


@dataclass(frozen=True)
class Term:
    """`weight` times the change of a measure: of one without sides, or of the mean of both sides.

    With `is_absolute` its size counts, with `cap` no more than this.
    """

    weight: float
    measure: str
    cap: float | None = None
    is_absolute: bool = False

    @property
    def formula(self) -> str:
        """The term as the reference page writes it."""
        change = f"abs({self.measure})" if self.is_absolute else self.measure
        return f"{self.weight:+g} {change if self.cap is None else f'min({change}, {self.cap:g})'}"

    def of(self, changes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the term (n,) of changes (n, k) in the order of `MEASURES`."""
        names = [self.measure] if self.measure in _INDEX else [f"{self.measure}_{side}" for side in SIDES]
        change = changes[:, [_INDEX[name] for name in names]].mean(axis=1)
        change = np.abs(change) if self.is_absolute else change
        return np.asarray(self.weight * (change if self.cap is None else np.minimum(change, self.cap)))


@dataclass(frozen=True)
class Proxy:
    """The proxy of an action unit: the sum of its terms, 0 where that is negative."""

    unit: str
    name: str
    terms: tuple[Term, ...]

    @property
    def number(self) -> int:
        """Number of the action unit in the FACS."""
        return int(self.unit.removeprefix("au"))

    def of(self, changes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the proxy (n,) of changes (n, k) in the order of `MEASURES`."""
        return np.maximum(0.0, sum(term.of(changes) for term in self.terms))


_OPEN = ("mouth_opening", 0.05)
"""Lips that are this far apart, in inter-ocular distances, count as parted."""

PROXIES: tuple[Proxy, ...] = (
    Proxy("au01", "inner brow raiser", (Term(9.8, "nose_bridge_length"), Term(3.5, "brow_inner_height"))),
    Proxy("au02", "outer brow raiser", (Term(13.8, "brow_outer_height"),)),
    Proxy("au04", "brow lowerer", (Term(-28, "nose_root_height"), Term(-9.4, "brow_distance"))),
    Proxy("au05", "upper lid raiser", (Term(15, "eye_opening"), Term(-39, "lower_lid_height"))),
    Proxy("au06", "cheek raiser", (Term(4.8, "cheek_height"), Term(15, "nose_width"))),
    Proxy("au07", "lid tightener", (Term(-12.3, "eye_opening"), Term(3.1, "lower_lid_height"))),
    Proxy("au09", "nose wrinkler", (Term(-6, "nose_bridge_length"), Term(6.6, "nose_wing_height"))),
    Proxy("au10", "upper lip raiser", (Term(8.2, "upper_lip_height"), Term(7.1, "lip_corner_to_nose"))),
    Proxy("au12", "lip corner puller", (
        Term(-14.8, "lip_protrusion"), Term(5, "lip_arc_depth"), Term(-0.6, "lip_corner_to_nose"),
        Term(1.2, "mouth_width"),
    )),
    Proxy("au14", "dimpler", (
        Term(-5.8, "lip_corner_to_nose"), Term(14.6, "lip_corner_asymmetry", is_absolute=True), Term(-1.3, *_OPEN),
    )),
    Proxy("au15", "lip corner depressor", (Term(16.6, "lip_corner_to_nose"), Term(-5.3, "jaw_drop"))),
    Proxy("au20", "lip stretcher", (
        Term(7.4, "philtrum_length"), Term(3.2, "lip_arc_depth"), Term(-1.9, "jaw_drop"), Term(-5, "cheek_height"),
        Term(8.2, *_OPEN),
    )),
    Proxy("au25", "lips part", (Term(12, *_OPEN),)),
    Proxy("au26", "jaw drop", (Term(3.7, "mouth_opening"), Term(0.6, "jaw_drop"))),
)  # fmt: skip
"""The proxies, in the order of the columns of the view."""

PROXY_UNITS = tuple(proxy.unit for proxy in PROXIES)


def proxies_of_changes(changes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the proxies (n, 14) of changes (n, k) in the order of `MEASURES`."""
    return np.column_stack([proxy.of(changes) for proxy in PROXIES])


def action_unit_proxies(
    faces: FloatArray, size_px: SizeArray, references: FloatArray, reference_size_px: SizeArray
) -> NDArray[np.float64]:
    """Return the proxies (n, 14) of faces against their references, in the order of `PROXIES`.

    Landmarks are (n, 468, 3), image-normalised, sizes (n, 2) in pixels. Raises what `measure_changes` does.
    """
    return proxies_of_changes(measure_changes(faces, size_px, references, reference_size_px))


def _field(proxy: Proxy) -> Field:
    meaning = f"geometric proxy of action unit {proxy.number} ({proxy.name}); not FACS coding"
    return Field(proxy.unit, "FLOAT", meaning, "0 at rest, about 1 at full strength", 0, MAX_PROXY)


VIEW = ScalarView(
    name="action_unit_proxies",
    description="proxies of facial action units from changes of the measures; geometry, not FACS coding",
    columns=tuple(_field(proxy) for proxy in PROXIES),
    transform=action_unit_proxies,
    inputs=(LANDMARKS, REFERENCE_LANDMARKS),
    is_compared=False,
    parameters={
        **DEFINITIONS,
        "measure_changes_revision": REVISION,
        "terms": {proxy.unit: [term.formula for term in proxy.terms] for proxy in PROXIES},
    },
)
