"""Fit the preprocessing of a corrected network, standardisation and whitening, on the training rows alone.

Vectors: every coordinate is standardised, the leading principal components are kept and whitened by the covariance
*within* emotions, shrunk towards a multiple of the identity ("within-class covariance normalization", Hatch, Kajarekar
and Stolcke 2006). This attenuates directions along which subjects differ and keeps those of the emotions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from affect_store.models.backend import keras
from affect_store.models.networks.feature_vectors import CHUNK_ROWS, FloatArray, ToVectors, chunks
from affect_store.models.rows import Rows, Values

MIN_DEVIATION = 1e-6
"""Lower bound of a feature's deviation, so that a constant feature is not divided by zero."""


@dataclass(frozen=True)
class Scaling:
    """Mean and standard deviation over the training rows, each (features,) or (channels,)."""

    mean: FloatArray
    deviation: FloatArray


@dataclass(frozen=True)
class Whitening:
    """`scaling` of the vectors, then a projection (features, components) to about unit within-emotion covariance."""

    scaling: Scaling
    projection: FloatArray


Preprocessing = Mapping[str, Scaling | Whitening]
"""Name -> weights of the layers NAME_standard and NAME_whitened."""


def apply(model: keras.Model, preprocessing: Preprocessing) -> None:
    """Set the weights of the model's standardisation and whitening layers."""
    for name, step in preprocessing.items():
        scaling = step.scaling if isinstance(step, Whitening) else step
        model.get_layer(f"{name}_standard").fix(scaling.mean, scaling.deviation)
        if isinstance(step, Whitening):
            model.get_layer(f"{name}_whitened").set_weights([step.projection])


def fit_channel_scaling(photographs: Values) -> Scaling:
    """Return mean and deviation (3,) of each colour channel of photographs (n, height, width, 3), scaled to 0 to 1."""
    count, total, squares = 0, np.zeros(photographs.shape[-1]), np.zeros(photographs.shape[-1])
    for first in range(0, len(photographs), CHUNK_ROWS):
        rows = np.arange(first, min(first + CHUNK_ROWS, len(photographs)), dtype=np.int64)
        flat = photographs.take(rows).reshape(-1, photographs.shape[-1])
        # integers first: a histogram of the 256 byte values is exact and far smaller than the floats
        levels = np.stack([np.bincount(channel, minlength=256) for channel in flat.T]).astype(np.float64)
        count += len(flat)
        total += levels @ (np.arange(256) / 255.0)
        squares += levels @ (np.arange(256) / 255.0) ** 2
    mean = total / count
    return Scaling(mean, _deviation(squares / count - mean**2))


def fit_scaling(rows: Rows, to_vectors: ToVectors) -> Scaling:
    """Return mean and deviation (features,) of each feature, computed in chunks."""
    count, total, squares = 0, 0.0, 0.0
    for _, vectors in chunks(rows, to_vectors):
        count += len(vectors)
        total, squares = total + vectors.sum(axis=0), squares + (vectors**2).sum(axis=0)
    mean = np.asarray(total / count)
    return Scaling(mean, _deviation(squares / count - mean**2))


def fit_whitening(rows: Rows, to_vectors: ToVectors, *, size: int, shrinkage: float) -> Whitening:
    """Return standardisation and within-emotion whitening, computed in chunks.

    There are at most `size` components, and fewer than there are rows.
    """
    counts, sums, products = _moments(rows, to_vectors)
    total = counts.sum()
    mean = sums.sum(axis=0) / total
    covariance = products / total - np.outer(mean, mean)
    deviation = _deviation(np.diag(covariance))
    means = sums[counts > 0] / counts[counts > 0, None]
    within = products / total - (means * (counts[counts > 0, None] / total)).T @ means
    scale = np.outer(deviation, deviation)
    axes = _principal_axes(covariance / scale, min(size, int(total) - 1))
    inner = axes.T @ (within / scale) @ axes
    inner = (1 - shrinkage) * inner + shrinkage * np.trace(inner) / len(inner) * np.eye(len(inner))
    variances, directions = np.linalg.eigh(inner)
    projection = axes @ (directions / np.sqrt(np.maximum(variances, MIN_DEVIATION**2))) @ directions.T
    return Whitening(Scaling(mean, deviation), projection)


def _moments(rows: Rows, to_vectors: ToVectors) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return counts (labels,) and sums (labels, features) by label, and the sum of outer products, (features,
    features)."""
    labels = rows.labels
    counts = np.bincount(labels).astype(np.float64)
    sums = products = np.zeros(0)
    for numbers, vectors in chunks(rows, to_vectors):
        if not sums.size:
            sums, products = np.zeros((len(counts), vectors.shape[1])), np.zeros((vectors.shape[1],) * 2)
        np.add.at(sums, labels[numbers], vectors)
        products += vectors.T @ vectors
    return counts, sums, products


def _principal_axes(covariance: FloatArray, size: int) -> FloatArray:
    """Return the eigenvectors of the largest eigenvalues, (features, size), without directions of zero variance."""
    variances, directions = np.linalg.eigh(covariance)
    keep = np.flatnonzero(variances > MIN_DEVIATION * variances[-1])[::-1][: max(size, 1)]
    # the sign of an eigenvector is arbitrary and depends on the library: fix it
    chosen = directions[:, keep]
    return np.multiply(chosen, np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])]))


def _deviation(variance: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(np.sqrt(np.maximum(variance, 0.0)), MIN_DEVIATION))
