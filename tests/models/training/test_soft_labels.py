"""Training on the distribution of human ratings."""

import numpy as np
import pyarrow as pa
import pytest

from affect_store.models.backend import keras, tf
from affect_store.models.networks.modal_auc import ModalAUC
from affect_store.models.rows import select_rows
from affect_store.models.systems import SOFT_LABELS, input_columns
from affect_store.models.training import soft_labels
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.predict import predict
from affect_store.store.errors import UntrainableError
from affect_store.store.vocabulary import AGREEMENTS, EMOTIONS, PROBABILITIES
from tests.models.corpus import frame

SYSTEM = "vector_mlp"
SAD, SURPRISED = EMOTIONS.index("sad"), EMOTIONS.index("surprised")


def rated(table: pa.Table, shares: np.ndarray) -> pa.Table:
    """Return the frame with these shares of the raters, (n, 8); NaN where there are no ratings."""
    for column, name in enumerate(AGREEMENTS):
        values = pa.array(shares[:, column], pa.float64(), from_pandas=True)
        table = table.set_column(table.schema.get_field_index(name), name, values)
    return table


def divided(table: pa.Table) -> pa.Table:
    """Return the frame with raters of sad faces of whom four in ten say surprised, and agreement on all others."""
    shares = np.eye(len(EMOTIONS))[table["label"].to_numpy()]
    shares[table["label"].to_numpy() == SAD, SAD] = 0.6
    shares[table["label"].to_numpy() == SAD, SURPRISED] = 0.4
    return rated(table, shares)


def test_targets_are_shares_of_the_raters_and_labels_where_nobody_rated():
    table = frame(1)
    shares = np.full((len(EMOTIONS), len(EMOTIONS)), np.nan)
    shares[0, :2] = 0.6, 0.42  # rounded shares need not sum to 1
    shares[0, 2:] = 0
    shares[1] = 0.125
    shares[2, 0] = 1  # an incomplete distribution
    table = rated(table, shares)
    rows = select_rows(table, input_columns(SYSTEM, SOFT_LABELS))
    targets = soft_labels.with_targets(table, rows).targets
    assert soft_labels.count_rated(table, rows) == 2
    np.testing.assert_allclose(targets[0], [0.6 / 1.02, 0.42 / 1.02, 0, 0, 0, 0, 0, 0], rtol=1e-6)
    np.testing.assert_allclose(targets[1], 0.125)
    np.testing.assert_array_equal(targets[2:], np.eye(len(EMOTIONS))[2:])


@pytest.mark.long
def test_a_network_learns_the_doubts_of_the_raters():
    train, validate, test = (divided(frame(people, seed=seed)) for people, seed in ((12, 0), (4, 5), (12, 9)))
    is_sad = test["label"].to_numpy() == SAD
    mean = {
        recipe: predict(fit(SYSTEM, recipe, train, validate, FitOptions(seed=1, epochs=25)), test)
        .select(PROBABILITIES).to_numpy()[is_sad].mean(axis=0)
        for recipe in (SOFT_LABELS, "corrected")
    }  # fmt: skip
    assert mean[SOFT_LABELS][SURPRISED] == pytest.approx(0.4, abs=0.15)
    assert mean[SOFT_LABELS][SAD] == pytest.approx(0.6, abs=0.15)
    assert mean["corrected"][SURPRISED] < 0.15


def test_without_ratings_the_message_names_the_columns():
    table = rated(frame(3), np.full((3 * len(EMOTIONS), len(EMOTIONS)), np.nan))
    with pytest.raises(UntrainableError, match="agreement_angry to agreement_surprised.*none of the 24 training"):
        fit(SYSTEM, SOFT_LABELS, table, frame(1, seed=5), FitOptions(seed=1, epochs=1))


def test_the_logged_area_takes_the_most_frequent_emotion_as_the_true_one():
    random = np.random.default_rng(0)
    labels = np.eye(len(EMOTIONS), dtype=np.float32)[random.integers(0, len(EMOTIONS), 200)]
    probabilities = random.dirichlet(np.ones(len(EMOTIONS)), 200).astype(np.float32)
    plain, modal = keras.metrics.AUC(), ModalAUC()
    plain.update_state(labels, probabilities)
    modal.update_state(tf.constant(0.7 * labels + 0.3 / len(EMOTIONS)), probabilities)
    assert float(modal.result()) == pytest.approx(float(plain.result()), abs=1e-6)
