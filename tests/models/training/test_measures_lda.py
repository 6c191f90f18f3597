"""The linear system of the measures: its recorded coefficients give its scores."""

import numpy as np

from affect_store.models.rows import select_rows
from affect_store.models.systems import input_columns
from affect_store.models.training import linear
from affect_store.store.features.measure_definitions import MEASURES
from affect_store.store.vocabulary import EMOTIONS
from tests.models.corpus import frame

SYSTEM, RECIPE = "measures_lda", "corrected"


def test_the_recorded_coefficients_are_those_of_the_model() -> None:
    rows = select_rows(frame(6), input_columns(SYSTEM, RECIPE))
    model, record = linear.fit(SYSTEM, RECIPE, rows, rows)
    table = record["coefficients"]
    assert list(table) == list(EMOTIONS) and all(len(column) == len(MEASURES) for column in table.values())
    step = np.zeros(len(MEASURES))
    step[0] = 2 * model.deviation[0]
    gain = step / model.deviation @ model.weights
    expected = [2 * table[emotion][MEASURES[0].change_column] for emotion in EMOTIONS]
    assert np.abs(gain - gain.mean() - expected).max() < 2e-3 and np.abs(expected).max() > 0.1


def test_classes_that_were_not_trained_have_no_coefficients() -> None:
    rows = select_rows(frame(6, labels=(0, 1, 2)), input_columns(SYSTEM, RECIPE))
    table = linear.fit(SYSTEM, RECIPE, rows, rows)[1]["coefficients"]
    assert not any(table[EMOTIONS[3]].values()) and all(any(table[emotion].values()) for emotion in EMOTIONS[:3])
