import warnings

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression

from affect_store.models.rows import select_rows
from affect_store.models.settings import TOWARDS_IDENTITY
from affect_store.models.systems import input_columns
from affect_store.models.training import linear
from affect_store.store.errors import UntrainableError
from affect_store.store.vocabulary import EMOTIONS
from tests.models.corpus import frame

TRAIN, VALIDATE = frame(6), frame(3, seed=5)


def fitted(system, recipe="corrected", train=TRAIN):
    names = input_columns(system, recipe)
    return linear.fit(system, recipe, select_rows(train, names), select_rows(VALIDATE, names))


def standardised(table, column="aligned"):
    values = table[column].combine_chunks().flatten().to_numpy().reshape(table.num_rows, -1).astype(float)
    return (values - values.mean(axis=0)) / values.std(axis=0)


@pytest.mark.parametrize("labels", [tuple(range(len(EMOTIONS))), (2, 5)])
def test_the_discriminants_equal_scikit_learns(labels):
    random = np.random.default_rng(0)
    truth = np.repeat(labels, 12)
    noise = random.normal(size=(len(truth), 40)) * random.uniform(0.5, 2, 40)
    features = noise + truth[:, None] * random.normal(size=40)
    reference = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(features, truth)
    ours = linear._model("lda", np.zeros(40), np.ones(40), linear.discriminants(features, truth))
    np.testing.assert_allclose(ours.of_vectors(features)[:, list(labels)], reference.predict_proba(features), atol=1e-6)


def test_the_covariance_is_shrunk_further_towards_the_identity():
    random = np.random.default_rng(1)
    truth = np.repeat([0, 1, 2], 20)
    features = random.normal(size=(60, 8)) @ random.normal(size=(8, 8)) + truth[:, None]
    mean_of_each = np.stack([features[truth == label].mean(axis=0) for label in range(3)])
    loose = linear.discriminants(features, truth)
    shrunk = linear.discriminants(features, truth, 1.0)
    directions = shrunk.coef_ / np.linalg.norm(shrunk.coef_, axis=1, keepdims=True)
    expected = mean_of_each / np.linalg.norm(mean_of_each, axis=1, keepdims=True)
    np.testing.assert_allclose(directions, expected, atol=1e-8)  # the identity leaves the means as they are
    between = linear.discriminants(features, truth, 0.5)
    assert not np.allclose(between.coef_, loose.coef_)
    assert fitted("lda")[1]["towards_identity"] == TOWARDS_IDENTITY["lda"] > 0


def test_an_emotion_of_one_photograph_is_learnt_without_a_warning_and_single_ones_alone_are_untrainable():
    random = np.random.default_rng(0)
    features = random.normal(size=(13, 5)) + np.repeat([0.0, 3.0], [12, 1])[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours = linear._model("lda", np.zeros(5), np.ones(5), linear.discriminants(features, np.repeat([2, 5], [12, 1])))
    assert ours.of_vectors(features).argmax(axis=1)[-1] == 5
    with pytest.raises(UntrainableError, match="the 3 training photographs show 3 emotions, of which none varies"):
        linear.discriminants(features[:3], np.arange(3))


def test_published_logistic_regression_equals_scikit_learns():
    model, record = fitted("logistic", "published")
    raw = TRAIN["frontal_unit"].combine_chunks().flatten().to_numpy().reshape(TRAIN.num_rows, -1)
    reference = LogisticRegression(max_iter=linear.MAX_ITERATIONS).fit(raw, TRAIN["label"].to_numpy())
    np.testing.assert_allclose(model.of_vectors(raw.astype(float)), reference.predict_proba(raw), atol=1e-5)
    assert record["has_converged"]


def test_the_penalty_is_selected_on_the_validation_part():
    _, record = fitted("logistic")
    losses = record["validation_losses"]
    assert record["C"] == linear.INVERSE_PENALTIES[losses.index(min(losses))] and len(losses) == len(
        linear.INVERSE_PENALTIES
    )


@pytest.mark.parametrize("system", ["logistic", "lda", "appearance_lda"])
def test_emotions_absent_from_training_have_probability_0(system):
    model, _ = fitted(system, train=frame(6, labels=(1, 4)))
    probabilities = model.probabilities(
        select_rows(VALIDATE, input_columns(system, "corrected")).take(np.arange(VALIDATE.num_rows))
    )
    assert (probabilities[:, [0, 2, 3, 5, 6, 7]] == 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
