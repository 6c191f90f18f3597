"""The notebook's split against scikit-learn called plainly, on names like those of its 4,824 photographs."""

import random
from collections import Counter
from itertools import product

import pandas as pd
import pytest
from sklearn.model_selection import train_test_split

from affect_store.models.notebook_split import assign_parts
from affect_store.store.errors import CorpusError
from affect_store.store.vocabulary import EMOTIONS

SEED = 123321
GROUPS = ("Caucasian", "Kid", "Moroccan")
NAMES = sorted(
    f"Rafd{angle}_{person:02d}_{GROUPS[person % 3]}_{('female', 'male')[person % 2]}_{emotion}_{gaze}.jpg"
    for angle, person, emotion, gaze in product(
        ("045", "090", "135"), range(1, 68), EMOTIONS, ("frontal", "left", "right")
    )
)


def plain_parts():
    """Call scikit-learn as the notebook did, and return part by name."""
    one_hot = pd.get_dummies(pd.Series([name.split("_")[4] for name in NAMES])).to_numpy()
    rest, test, y_rest, _ = train_test_split(NAMES, one_hot, test_size=0.25, random_state=SEED)
    train, validate = train_test_split(rest, test_size=0.333, random_state=SEED, stratify=y_rest)
    return {name: part for part, names in zip(("train", "validate", "test"), (train, validate, test), strict=True)
            for name in names}  # fmt: skip


def test_the_members_are_those_of_scikit_learn():
    parts = assign_parts([name.split("_")[4] for name in NAMES], seed=SEED)
    assert dict(zip(NAMES, parts, strict=True)) == plain_parts()
    assert Counter(parts) == {"train": 2413, "validate": 1205, "test": 1206}


def test_a_split_stratified_by_labels_has_other_members():
    labels = [name.split("_")[4] for name in NAMES]
    rest, _, y_rest, _ = train_test_split(NAMES, labels, test_size=0.25, random_state=SEED)
    _, validate = train_test_split(rest, test_size=0.333, random_state=SEED, stratify=y_rest)
    expected = {name for name, part in plain_parts().items() if part == "validate"}
    assert len(validate) == len(expected) and set(validate) != expected


def test_a_single_photograph_of_an_emotion_is_an_error():
    emotions = [*EMOTIONS[:2] * 20, EMOTIONS[2]]
    random.Random(1).shuffle(emotions)
    with pytest.raises(CorpusError, match="notebook's split of 41 photographs is not possible: after"):
        assign_parts(emotions, seed=SEED)
