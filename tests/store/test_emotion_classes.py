"""The classes of a split: positions of models, labels of the home, and their order."""

import numpy as np
import pytest

from affect_store.store.emotion_classes import EIGHT, Classes, classes_in, classes_with, in_order, is_name
from affect_store.store.errors import ShapeError
from affect_store.store.vocabulary import EMOTIONS, PROBABILITIES

PAINED_AND_BORED = classes_with({"pained": 9, "bored": 12})


def test_further_classes_follow_the_eight_in_alphabetical_order_whatever_their_labels() -> None:
    assert PAINED_AND_BORED.emotions == (*EMOTIONS, "bored", "pained")
    assert classes_with({"pained": 8, "bored": 9}).emotions == PAINED_AND_BORED.emotions
    assert PAINED_AND_BORED.probabilities == (*PROBABILITIES, "bored_prob", "pained_prob")
    assert PAINED_AND_BORED.further_labels == {"bored": 12, "pained": 9}


def test_positions_and_labels_are_inverse_and_equal_for_the_eight() -> None:
    labels = np.array([12, 0, 9, 7, 12], np.uint8)
    positions = PAINED_AND_BORED.positions(labels)
    assert positions.tolist() == [8, 0, 9, 7, 8]
    assert PAINED_AND_BORED.labels_at(positions).tolist() == labels.tolist()
    assert EIGHT.positions(np.arange(8)).tolist() == EIGHT.labels_at(np.arange(8)).tolist() == list(range(8))
    assert len(EIGHT.positions(np.array([], np.uint8))) == 0
    assert PAINED_AND_BORED.emotion_of(9) == "pained"


@pytest.mark.parametrize(("classes", "label"), [(EIGHT, 8), (PAINED_AND_BORED, 8), (PAINED_AND_BORED, 13)])
def test_the_label_of_another_corpus_is_an_error(classes: Classes, label: int) -> None:
    with pytest.raises(ShapeError, match=rf"got \[{label}\]"):
        classes.positions(np.array([0, label]))


def test_the_parameters_of_a_run_list_its_further_classes() -> None:
    assert classes_in({"further_labels": {"pained": 9, "bored": 12}}) == PAINED_AND_BORED
    assert classes_in({"temperature": 1.0}) == EIGHT


def test_figures_show_the_eight_first() -> None:
    assert in_order(["pained", "sad", "bored", "angry", "sad"]) == ["angry", "sad", "bored", "pained"]


@pytest.mark.parametrize("word", ["", "Pained", "9", "_x", "ä", "a" * 25, "a b", "a'b", "pained\n"])
def test_other_words_are_no_names(word: str) -> None:
    assert not is_name(word) and is_name("in_pain")
