"""The split of the 2022 notebook: scikit-learn's `train_test_split`, called twice. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.model_selection import train_test_split

from affect_store.store.errors import CorpusError
from affect_store.store.vocabulary import EMOTIONS, PARTS

TEST_SIZE, VALIDATE_SIZE = 0.25, 0.333
"""Share of all photographs that are tested, and share of the rest that are validated on."""


def assign_parts(emotions: Sequence[str], *, seed: int) -> list[str]:
    """Return the part of each photograph; `emotions` are in the order of the file names.

    The test part is drawn without stratification; the rest is divided into train and validate, stratified by the
    matrix of one-hot emotions, from which scikit-learn draws other rows than from the labels. Raises `CorpusError` if
    the photographs are too few for that, or show a class that the notebook did not have.
    """
    if further := sorted(set(emotions).difference(EMOTIONS)):
        raise CorpusError(
            f"the notebook of 2022 knows {' '.join(EMOTIONS)}; the photographs also show {', '.join(further)}. "
            "`affect run` trains the published recipe on all classes of a corpus"
        )
    train, validate, test = PARTS
    one_hot = np.eye(len(EMOTIONS))[[EMOTIONS.index(emotion) for emotion in emotions]]
    parts = np.full(len(emotions), train, dtype=object)
    try:
        rest, tested = train_test_split(np.arange(len(emotions)), test_size=TEST_SIZE, random_state=seed)
        _, validated = train_test_split(rest, test_size=VALIDATE_SIZE, random_state=seed, stratify=one_hot[rest])
    except ValueError as error:
        raise CorpusError(
            f"the notebook's split of {len(emotions)} photographs is not possible: after the test part is drawn, every "
            "emotion needs at least two photographs, and the validation part at least one of each. Add photographs, or "
            "use `affect run`, whose splits place rare emotions in the training part"
        ) from error
    parts[tested], parts[validated] = test, validate
    return [str(part) for part in parts]
