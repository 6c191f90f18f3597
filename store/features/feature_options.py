"""The options of a corpus that determine its feature versions: how faces are found, and what deltas refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from affect_store.store.errors import CorpusError

PLAIN, ATTENTION = "plain", "attention"
MESHES = (PLAIN, ATTENTION)
"""The models of FaceMesh: the plain one, and the attention mesh, which is finer around eyes and lips."""

SINGLE_REFERENCE, MEAN_OF_REFERENCES = "one", "mean"
REFERENCES = (SINGLE_REFERENCE, MEAN_OF_REFERENCES)
"""What an aligned delta refers to: one neutral photograph, or each of those of the camera, averaged."""

AVERAGES = ("mean", "median", "trimmed")
"""Averages of the landmarks over passes; the trimmed mean leaves out a fifth of the passes at either end."""

AVERAGE = "mean"
"""The average that a run uses."""

MAX_PASSES = 31


@dataclass(frozen=True)
class FeatureOptions:
    """Options of the features; each combination has feature versions of its own.

    `decode_scale` is 1, 0.5 or 0.25. `passes` is the number of copies of a photograph in which the landmarks are found,
    the photograph itself included, by FaceMesh's model `mesh`; `average` says how they become one face. `references` is
    `one` or `mean`.
    """

    decode_scale: float = 1.0
    passes: int = 1
    mesh: str = PLAIN
    references: str = SINGLE_REFERENCE
    average: str = AVERAGE

    @property
    def is_single(self) -> bool:
        """Whether the landmarks are those of a single pass of the plain model, as in the 2022 notebook."""
        return self.passes == 1 and self.mesh == PLAIN

    @property
    def single(self) -> FeatureOptions:
        """These options with a single pass of the plain model."""
        return replace(self, passes=1, mesh=PLAIN)


DEFAULT_OPTIONS = FeatureOptions()


def all_options(scales: Iterable[float]) -> Iterator[FeatureOptions]:
    """Yield every combination of options at these scales once, fewer passes first."""
    for passes in range(1, MAX_PASSES + 1):
        averages = AVERAGES if passes > 1 else (AVERAGE,)
        for average, mesh, references, scale in product(averages, MESHES, REFERENCES, scales):
            yield FeatureOptions(scale, passes, mesh, references, average)


def require_options(options: FeatureOptions) -> None:
    """Raise `CorpusError` for a number of passes, a mesh, references or an average that do not exist.

    Scales are checked by `decode.require_scale`.
    """
    if not 1 <= options.passes <= MAX_PASSES:
        raise CorpusError(f"passes: expected a number from 1 to {MAX_PASSES}, received {options.passes}")
    for name, value, known in (
        ("mesh", options.mesh, MESHES),
        ("references", options.references, REFERENCES),
        ("average", options.average, AVERAGES),
    ):
        if value not in known:
            raise CorpusError(f"{name}: expected {' or '.join(known)}, received {value!r}")
