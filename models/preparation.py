"""What a corrected network knows before its first step: standardisation and whitening, from the training rows alone.

Vectors: every coordinate is standardised, the leading principal components are kept, and these are whitened by the
covariance *within* emotions, shrunk towards a multiple of the identity ("within-class covariance normalization", Hatch,
Kajarekar and Stolcke 2006). Directions along which people differ become small, those of the emotions stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.backend import keras
from models.rows import Rows, Values
from models.vectors import CHUNK_ROWS, FloatArray, ToVectors, chunks

SMALLEST_DEVIATION = 1e-6


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


Start = Mapping[str, Scaling | Whitening]
"""Name -> what the layers NAME_standard and NAME_whitened are fixed to."""


def start(model: keras.Model, beginning: Start) -> None:
    """Fix the standardisation and whitening layers to what the training rows gave."""
    for name, numbers in beginning.items():
        scaling = numbers.scaling if isinstance(numbers, Whitening) else numbers
        model.get_layer(f"{name}_standard").fix(scaling.mean, scaling.deviation)
        if isinstance(numbers, Whitening):
            model.get_layer(f"{name}_whitened").set_weights([numbers.projection])


def channel_scaling(photographs: Values) -> Scaling:
    """Mean and deviation of each colour channel, photographs scaled to 0 to 1."""
    count, total, squares = 0, np.zeros(photographs.shape[-1]), np.zeros(photographs.shape[-1])
    for first in range(0, len(photographs), CHUNK_ROWS):
        rows = np.arange(first, min(first + CHUNK_ROWS, len(photographs)), dtype=np.int64)
        flat = photographs.take(rows).reshape(-1, photographs.shape[-1])
        # whole numbers first: a histogram of 256 bytes is exact and far smaller than the floats
        levels = np.stack([np.bincount(channel, minlength=256) for channel in flat.T]).astype(np.float64)
        count += len(flat)
        total += levels @ (np.arange(256) / 255.0)
        squares += levels @ (np.arange(256) / 255.0) ** 2
    mean = total / count
    return Scaling(mean, _deviation(squares / count - mean**2))


def scaling(rows: Rows, to_vectors: ToVectors) -> Scaling:
    """Mean and deviation of each feature."""
    count, total, squares = 0, 0.0, 0.0
    for _, vectors in chunks(rows, to_vectors):
        count += len(vectors)
        total, squares = total + vectors.sum(axis=0), squares + (vectors**2).sum(axis=0)
    mean = np.asarray(total / count)
    return Scaling(mean, _deviation(squares / count - mean**2))


def whitening(rows: Rows, to_vectors: ToVectors, *, size: int, shrinkage: float) -> Whitening:
    """Standardisation and within-emotion whitening, read in chunks. At most `size` components, fewer where there are
    fewer rows than that."""
    counts, sums, products = _moments(rows, to_vectors)
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


def _moments(rows: Rows, to_vectors: ToVectors) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rows and sums by label, (labels,) and (labels, features), and the sum of outer products (features, features)."""
    labels = rows.labels
    counts = np.bincount(labels).astype(np.float64)
    sums = products = np.zeros(0)
    for numbers, vectors in chunks(rows, to_vectors):
        if not sums.size:
            sums, products = np.zeros((len(counts), vectors.shape[1])), np.zeros((vectors.shape[1],) * 2)
        np.add.at(sums, labels[numbers], vectors)
        products += vectors.T @ vectors
    return counts, sums, products


def _leading(covariance: FloatArray, size: int) -> FloatArray:
    """Eigenvectors of the largest eigenvalues, (features, size); directions without variance are left out."""
    variances, directions = np.linalg.eigh(covariance)
    keep = np.flatnonzero(variances > SMALLEST_DEVIATION * variances[-1])[::-1][: max(size, 1)]
    # the sign of an eigenvector is arbitrary: fix it, so that a fit does not depend on the library's choice
    chosen = directions[:, keep]
    return chosen * np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])


def _deviation(variance: FloatArray) -> FloatArray:
    return np.maximum(np.sqrt(np.maximum(variance, 0.0)), SMALLEST_DEVIATION)
