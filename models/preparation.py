"""What a corrected network knows before its first step: standardisation and whitening, from the training rows alone.

Vectors: every coordinate is standardised, the leading principal components are kept, and these are whitened by the
covariance *within* emotions, shrunk towards a multiple of the identity ("within-class covariance normalization", Hatch,
Kajarekar and Stolcke 2006). Directions along which people differ become small, those of the emotions stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.rows import Rows, Values

FloatArray = NDArray[np.float64]
CHUNK_ROWS = 512
SMALLEST_DEVIATION = 1e-6

Transform = Callable[[NDArray[np.generic]], FloatArray]


@dataclass(frozen=True)
class Scaling:
    """Mean and standard deviation over the training rows, each (features,) or (channels,)."""

    mean: FloatArray
    deviation: FloatArray


@dataclass(frozen=True)
class Whitening:
    """`scaling` of the vectors, then a projection (features, size) after which emotions have about unit covariance."""

    scaling: Scaling
    projection: FloatArray


def channel_scaling(photographs: Values) -> Scaling:
    """Mean and deviation of each colour channel, photographs scaled to 0 to 1."""
    count, total, squares = 0, np.zeros(photographs.shape[-1]), np.zeros(photographs.shape[-1])
    for rows in _chunks(len(photographs)):
        flat = photographs.take(rows).reshape(-1, photographs.shape[-1])
        # whole numbers first: a histogram of 256 bytes is exact and far smaller than the floats
        levels = np.stack([np.bincount(channel, minlength=256) for channel in flat.T]).astype(np.float64)
        count += len(flat)
        total += levels @ (np.arange(256) / 255.0)
        squares += levels @ (np.arange(256) / 255.0) ** 2
    mean = total / count
    return Scaling(mean, _deviation(squares / count - mean**2))


def whitening(rows: Rows, name: str, *, size: int, shrinkage: float, transform: Transform | None = None) -> Whitening:
    """Standardisation and within-emotion whitening of input `name`, read in chunks; `transform` maps a chunk to
    (n, features). At most `size` components, fewer where there are fewer rows than that."""
    counts, sums, products = _moments(rows, name, transform or _flat)
    total = counts.sum()
    mean = sums.sum(axis=0) / total
    covariance = products / total - np.outer(mean, mean)
    deviation = _deviation(np.diag(covariance))
    means = sums[counts > 0] / counts[counts > 0, None]
    within = products / total - (means * (counts[counts > 0, None] / total)).T @ means
    scale = np.outer(deviation, deviation)
    axes = _leading(covariance / scale, min(size, int(total) - 1))
    inner = axes.T @ (within / scale) @ axes
    inner = (1 - shrinkage) * inner + shrinkage * np.trace(inner) / len(inner) * np.eye(len(inner))
    variances, directions = np.linalg.eigh(inner)
    projection = axes @ (directions / np.sqrt(np.maximum(variances, SMALLEST_DEVIATION**2))) @ directions.T
    return Whitening(Scaling(mean, deviation), projection)


def _moments(rows: Rows, name: str, transform: Transform) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rows and sums by label, (labels,) and (labels, features), and the sum of outer products (features, features)."""
    labels = rows.labels
    counts = np.bincount(labels).astype(np.float64)
    sums = products = np.zeros(0)
    for chunk in _chunks(len(rows)):
        values = transform(rows.inputs[name].take(chunk))
        if not sums.size:
            sums, products = np.zeros((len(counts), values.shape[1])), np.zeros((values.shape[1],) * 2)
        np.add.at(sums, labels[chunk], values)
        products += values.T @ values
    return counts, sums, products


def _flat(values: NDArray[np.generic]) -> FloatArray:
    return values.reshape(len(values), -1).astype(np.float64)


def _leading(covariance: FloatArray, size: int) -> FloatArray:
    """Eigenvectors of the largest eigenvalues, (features, size); directions without variance are left out."""
    variances, directions = np.linalg.eigh(covariance)
    keep = np.flatnonzero(variances > SMALLEST_DEVIATION * variances[-1])[::-1][: max(size, 1)]
    # the sign of an eigenvector is arbitrary: fix it, so that a fit does not depend on the library's choice
    chosen = directions[:, keep]
    return chosen * np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])


def _deviation(variance: FloatArray) -> FloatArray:
    return np.maximum(np.sqrt(np.maximum(variance, 0.0)), SMALLEST_DEVIATION)


def _chunks(count: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, count, CHUNK_ROWS):
        yield np.arange(start, min(start + CHUNK_ROWS, count), dtype=np.int64)
