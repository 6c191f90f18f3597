import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression

from models import linear
from models.rows import select
from models.systems import columns
from store.vocabulary import EMOTIONS
from tests.models.corpus import frame

TRAIN, VALIDATE = frame(6), frame(3, seed=5)


def fitted(system, recipe="corrected", train=TRAIN):
    names = columns(system, recipe)
    return linear.fit(system, recipe, select(train, names), select(VALIDATE, names))


def standardised(table, column="aligned"):
    values = table[column].combine_chunks().flatten().to_numpy().reshape(table.num_rows, -1).astype(float)
    return (values - values.mean(axis=0)) / values.std(axis=0)


@pytest.mark.parametrize("labels", [tuple(range(len(EMOTIONS))), (2, 5)])
def test_the_discriminants_are_scikit_learns(labels):
    random = np.random.default_rng(0)
    shown = np.repeat(labels, 12)
    seen = random.normal(size=(len(shown), 40)) * random.uniform(0.5, 2, 40) + shown[:, None] * random.normal(size=40)
    known = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(seen, shown)
    ours = linear._model("lda", np.zeros(40), np.ones(40), linear._discriminants(seen, shown))
    np.testing.assert_allclose(ours.of_vectors(seen)[:, list(labels)], known.predict_proba(seen), atol=1e-6)


def test_logistic_regression_on_the_notebooks_features_is_scikit_learns():
    model, told = fitted("logistic", "published")
    raw = TRAIN["frontal_unit"].combine_chunks().flatten().to_numpy().reshape(TRAIN.num_rows, -1)
    known = LogisticRegression(max_iter=linear.MOST_ITERATIONS).fit(raw, TRAIN["label"].to_numpy())
    np.testing.assert_allclose(model.of_vectors(raw.astype(float)), known.predict_proba(raw), atol=1e-5)
    assert told["has_converged"]


def test_the_validation_people_choose_the_penalty():
    _, told = fitted("logistic")
    losses = told["validation_losses"]
    assert told["C"] == linear.STRENGTHS[losses.index(min(losses))] and len(losses) == len(linear.STRENGTHS)


@pytest.mark.parametrize("system", ["logistic", "lda", "appearance_lda"])
def test_an_emotion_that_was_never_shown_has_probability_0(system):
    model, _ = fitted(system, train=frame(6, labels=(1, 4)))
    probabilities = model.probabilities(
        select(VALIDATE, columns(system, "corrected")).take(np.arange(VALIDATE.num_rows))
    )
    assert (probabilities[:, [0, 2, 3, 5, 6, 7]] == 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
