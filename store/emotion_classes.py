"""The emotions that a model distinguishes: RaFD's eight, and the further classes that a corpus declares.

Frames and tables hold labels, which are the same in the whole home (`catalogue.emotions`); arrays of models hold
positions among the classes of a split. For the eight, both are the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.errors import ShapeError
from affect_store.store.vocabulary import EMOTION_NAME, EMOTIONS


@dataclass(frozen=True)
class Classes:
    """The classes of a split: emotions in the order of a model's outputs, and the label of each in the home."""

    emotions: tuple[str, ...] = EMOTIONS
    labels: tuple[int, ...] = tuple(range(len(EMOTIONS)))

    def __len__(self) -> int:
        return len(self.emotions)

    @property
    def further(self) -> tuple[str, ...]:
        """The classes that are none of the eight."""
        return self.emotions[len(EMOTIONS) :]

    @property
    def further_labels(self) -> dict[str, int]:
        """The labels of the further classes by their emotion."""
        return dict(zip(self.further, self.labels[len(EMOTIONS) :], strict=True))

    @property
    def probabilities(self) -> tuple[str, ...]:
        """The columns of predicted probabilities in a frame, in the order of the outputs."""
        return probability_columns(self.emotions)

    def positions(self, labels: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Return the position of each label, (n,). Raises `ShapeError` for a label that is none of the classes."""
        position_of = {label: position for position, label in enumerate(self.labels)}
        unknown = sorted(set(np.unique(labels).tolist()) - set(self.labels))
        if unknown:
            raise ShapeError(f"expected labels among {list(self.labels)} ({', '.join(self.emotions)}), got {unknown}")
        return np.array([position_of[label] for label in labels.tolist()], np.int64)

    def labels_at(self, positions: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
        """Return the label at each position, (n,)."""
        labels: NDArray[np.uint8] = np.asarray(self.labels, np.uint8)[positions]
        return labels

    def emotion_of(self, label: int) -> str:
        """Return the emotion that a label stands for."""
        return self.emotions[self.labels.index(label)]


FURTHER_LABELS = "further_labels"
"""Key of a run's parameters: the labels of its classes besides the eight, by emotion; runs without such lack it."""

EIGHT = Classes()
"""The classes of a corpus that declares none, among them RaFD."""


def classes_with(label_of: Mapping[str, int]) -> Classes:
    """Return the eight with further classes, whose labels are given, in alphabetical order.

    The order does not depend on the labels, so that a folder gives equal models in every home.
    """
    further = sorted(label_of)
    return Classes((*EMOTIONS, *further), (*EIGHT.labels, *(label_of[name] for name in further)))


def classes_in(parameters: Mapping[str, Any]) -> Classes:
    """Return the classes of a run from its parameters, which list the labels of those besides the eight, if any."""
    return classes_with(parameters.get(FURTHER_LABELS, {}))


def in_order(emotions: Iterable[str]) -> list[str]:
    """Return the distinct emotions in the order of tables and figures: the eight, then others alphabetically."""
    present = set(emotions)
    return [*(name for name in EMOTIONS if name in present), *sorted(present.difference(EMOTIONS))]


def probability_columns(emotions: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of these emotions' predicted probabilities."""
    return tuple(f"{emotion}_prob" for emotion in emotions)


def is_name(word: str) -> bool:
    """Return whether a word can be the name of a further class."""
    return re.fullmatch(EMOTION_NAME, word) is not None
