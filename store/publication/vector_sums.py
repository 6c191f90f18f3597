"""Sums over the vectors of a published store, from which its statistics are computed, and the file that keeps them.

A vector is added after all those before it, in double precision: sums that a later publication continues are those of
one that adds all vectors again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.types import FloatArray
from affect_store.store.vocabulary import LANDMARK_COUNT, LANDMARK_GROUPS, VECTOR_LENGTH

FILE = "sums.npz"

ROWS_AT_ONCE = 256
"""Rows that are added up at once: their doubles, 3 MB, stay in the processor's cache."""

_AXES = ("x", "y", "z")
_BY_POSITION = ("total", "squares", "zeros", "least", "greatest")
Doubles = NDArray[np.float64]
Cell = tuple[str, str, str, str]
"""Corpus, version, emotion and camera angle in degrees."""


def _zeros() -> Doubles:
    return np.zeros(VECTOR_LENGTH)


@dataclass
class VectorSums:
    """Sums over the vectors of one version, by position, (1404,); `least` and `greatest` are infinite without any.

    `content` identifies the vectors: the sum, modulo 2^64, of the hashes of their rows.
    """

    n: int = 0
    content: int = 0
    total: Doubles = field(default_factory=_zeros)
    squares: Doubles = field(default_factory=_zeros)
    zeros: Doubles = field(default_factory=_zeros)
    least: Doubles = field(default_factory=lambda: np.full(VECTOR_LENGTH, np.inf))
    greatest: Doubles = field(default_factory=lambda: np.full(VECTOR_LENGTH, -np.inf))

    def add(self, vectors: FloatArray) -> None:
        """Add vectors, (n, 1404)."""
        for first in range(0, len(vectors), ROWS_AT_ONCE):
            values = vectors[first : first + ROWS_AT_ONCE].astype(np.float64)
            self.n += len(values)
            self.total = added(self.total, values)
            self.zeros += len(values) - np.count_nonzero(values, axis=0)
            self.least = np.minimum(self.least, values.min(axis=0))
            self.greatest = np.maximum(self.greatest, values.max(axis=0))
            self.squares = added(self.squares, np.square(values, out=values))

    def rows(self) -> list[dict[str, Any]]:
        """Return the statistics of each landmark group and axis."""
        groups = {"all": tuple(range(LANDMARK_COUNT)), **LANDMARK_GROUPS}
        return [
            {"landmark_group": name, "axis": axis, **self._over(3 * np.array(members) + number)}
            for name, members in groups.items()
            for number, axis in enumerate(_AXES)
        ]

    def _over(self, positions: NDArray[np.int64]) -> dict[str, Any]:
        n_values = self.n * len(positions)
        mean = self.total[positions].sum() / n_values
        variance = self.squares[positions].sum() / n_values - mean**2
        return {
            "n_images": self.n,
            "n_values": n_values,
            "mean": mean,
            "sd": np.sqrt(max(0.0, variance)),
            "least": self.least[positions].min(),
            "greatest": self.greatest[positions].max(),
            "share_zero": self.zeros[positions].sum() / n_values,
        }


@dataclass
class StoreSums:
    """The sums of all versions; by cell, the sum of each person's mean delta, (1404,); and how many rows were read."""

    versions: dict[str, VectorSums] = field(default_factory=dict)
    cells: dict[Cell, Doubles] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    """By table."""

    def save(self, folder: Path) -> str:
        """Write the sums beside the store of a publication and return the checksum of the file."""
        of_versions = list(self.versions.values())
        arrays: dict[str, NDArray[Any]] = {
            "versions": np.array(list(self.versions), dtype=np.str_),
            "n": np.array([sums.n for sums in of_versions], np.int64),
            "content": np.array([sums.content for sums in of_versions], np.uint64),
            "cells": np.array(list(self.cells), dtype=np.str_).reshape(-1, 4),
            "movements": np.array(list(self.cells.values())).reshape(-1, VECTOR_LENGTH),
            "views": np.array(list(self.rows), dtype=np.str_),
            "rows": np.array(list(self.rows.values()), np.int64),
        }
        for name in _BY_POSITION:
            arrays[name] = np.array([getattr(sums, name) for sums in of_versions]).reshape(-1, VECTOR_LENGTH)
        np.savez(folder / FILE, **arrays)
        return checksum(folder) or ""


def load(folder: Path, expected: str | None) -> StoreSums | None:
    """Return the sums beside a published store; None if the file is missing or has another checksum."""
    if expected is None or checksum(folder) != expected:
        return None
    with np.load(folder / FILE, allow_pickle=False) as arrays:
        by_position = {name: arrays[name] for name in _BY_POSITION}
        n, content = arrays["n"].tolist(), arrays["content"].tolist()
        versions = {
            version: VectorSums(n[row], content[row], **{name: by_position[name][row] for name in _BY_POSITION})
            for row, version in enumerate(arrays["versions"].tolist())
        }
        cells = {
            tuple(cell): movement for cell, movement in zip(arrays["cells"].tolist(), arrays["movements"], strict=True)
        }
        return StoreSums(versions, cells, dict(zip(arrays["views"].tolist(), arrays["rows"].tolist(), strict=True)))


def checksum(folder: Path) -> str | None:
    """Return the sha256 of the file with the sums; None if there is none."""
    path = folder / FILE
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def added(total: Doubles, values: Doubles) -> Doubles:
    """Return `total` (m,) plus the rows of `values` (n, m), added one after the other."""
    result: Doubles = np.add.reduce(np.vstack([total, values]), axis=0)
    return result
