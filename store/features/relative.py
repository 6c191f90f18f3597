"""Deltas relative to the person: centred on the mean delta of the person's photographs, and scaled by their size.

Renderers, laboratories and faces shift all deltas of a person and stretch them; what is left is how a photograph
differs from the person's others. Both estimates are shrunk, since few photographs say little about a person: the mean
towards 0, the size towards a typical one. The idea is that of empirical Bayes estimates of many means at once (Efron
and Morris 1975, doi 10.1080/01621459.1975.10479864); the weights are constants, not estimated.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.types import FloatArray

REVISION = 1
"""Raise it whenever the formula changes."""

CENTRE_WEIGHT = 4
"""Number of photographs of the person at which their mean delta is shrunk by half."""

SCALE_WEIGHT = 4
"""Number of photographs of the person at which their mean square counts as much as the typical one."""

TYPICAL = 0.0013
"""Mean square of a coordinate of `aligned` deltas of rendered people (ADR 046), in squared inter-ocular distances."""

_ROWS_AT_ONCE = 2048


def version() -> str:
    """Return the version of the computation, 12 hexadecimal digits: it changes with the formula and its constants."""
    definition: dict[str, Any] = {
        "revision": REVISION,
        "centre_weight": CENTRE_WEIGHT,
        "scale_weight": SCALE_WEIGHT,
        "typical": TYPICAL,
    }
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:12]


def relative(deltas: FloatArray, people: NDArray[np.generic]) -> FloatArray:
    """Return the deltas (n, coordinates) relative to the person of each row (n,), float32.

    With m, the mean delta of the n photographs of a person, and C and S, the weights of this module: the centred delta
    is `d - n / (n + C) * m`, and the result is that over `sqrt((n * s2 + S * TYPICAL) / (n + S))`, where s2 is the mean
    square of the person's centred deltas over photographs and coordinates. It has no unit. The values of a row do not
    depend on the order of rows, nor on those of other people. Raises `ValueError` if the lengths differ.
    """
    if len(deltas) != len(people):
        raise ValueError(f"expected a person for each of the {len(deltas)} deltas, received {len(people)}")
    deltas = np.ascontiguousarray(deltas, np.float32)
    if not deltas.size:
        return deltas
    _, person, counts = np.unique(people, return_inverse=True, return_counts=True)
    totals = np.empty((len(counts), deltas.shape[1]))
    for number, rows in enumerate(_rows_by_person(person, counts, _mean_squares(deltas))):
        totals[number] = deltas[rows].sum(axis=0, dtype=np.float64)
    centres = totals / (counts + CENTRE_WEIGHT)[:, None]  # the total is n times the mean
    values, squares = np.empty_like(deltas), np.empty(len(deltas))
    for block in _blocks(len(deltas)):
        centred = deltas[block] - centres[person[block]]
        values[block], squares[block] = centred, np.square(centred).mean(axis=1)
    sums = np.array([squares[rows].sum() for rows in _rows_by_person(person, counts, squares)])
    scales = np.sqrt((sums + SCALE_WEIGHT * TYPICAL) / (counts + SCALE_WEIGHT))
    for block in _blocks(len(deltas)):
        values[block] /= scales[person[block]][:, None]
    return values


def _rows_by_person(
    person: NDArray[np.intp], counts: NDArray[np.intp], keys: NDArray[np.float64]
) -> list[NDArray[np.intp]]:
    """Return the rows of each person in the order of their keys: a sum in floating point depends on its order."""
    return np.split(np.lexsort((keys, person)), np.cumsum(counts)[:-1])


def _mean_squares(deltas: FloatArray) -> NDArray[np.float64]:
    squares = np.empty(len(deltas))
    for block in _blocks(len(deltas)):
        squares[block] = np.square(deltas[block], dtype=np.float64).mean(axis=1)
    return squares


def _blocks(count: int) -> list[slice]:
    return [slice(start, start + _ROWS_AT_ONCE) for start in range(0, count, _ROWS_AT_ONCE)]
