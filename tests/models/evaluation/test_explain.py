import numpy as np
import pytest
from scipy.stats import ttest_1samp

from affect_store.models.backend import keras
from affect_store.models.evaluation import explain
from affect_store.models.intervals import UNBOUNDED
from affect_store.models.rows import select_rows
from affect_store.models.systems import input_columns
from affect_store.models.training.fit import FitOptions, fit
from affect_store.store.vocabulary import EMOTIONS, LANDMARK_COUNT, LANDMARK_GROUPS
from tests.models.corpus import frame

TRAIN, VALIDATE = frame(6), frame(5, seed=5)
SUBJECT_IDS = VALIDATE["subject_id"].to_numpy()


@pytest.fixture(scope="module", params=["lda", "vector_mlp", pytest.param("general_mlp", marks=pytest.mark.long)])
def explained(request):
    fitted = fit(request.param, "corrected", TRAIN, VALIDATE, FitOptions(seed=1, epochs=4))
    return fitted, select_rows(VALIDATE, input_columns(request.param, "corrected"))


def test_attributions_sum_to_the_rise_of_the_score(explained, monkeypatch):
    monkeypatch.setattr(explain, "STEPS", 64)
    fitted, rows = explained
    for label in (0, 5):
        inputs = rows.take(np.flatnonzero(rows.labels == label)[:4])
        contributions = explain.integrated_gradients(fitted, inputs, label).sum(axis=1)
        reference = {**inputs, "delta": np.zeros_like(inputs["delta"])}
        rise = (score_of(fitted, inputs) - score_of(fitted, reference))[:, label]
        np.testing.assert_allclose(contributions, rise, rtol=0.02, atol=0.05)


def score_of(fitted, inputs):
    model = fitted.model  # float32 probabilities underflow to 0 here
    if fitted.system == "lda":
        logits = (inputs["delta"].astype(float) - model.mean) / model.deviation @ model.weights + model.bias
    else:
        model.layers[-1].activation = keras.activations.linear
        logits = np.asarray(model(dict(inputs), training=False))
        model.layers[-1].activation = keras.activations.softmax
    return logits - logits.mean(axis=1, keepdims=True)


def test_every_emotion_and_landmark_has_a_finite_value(explained):
    attributions, _ = explain.attributions(*explained, SUBJECT_IDS)
    assert attributions.height == len(EMOTIONS) * LANDMARK_COUNT and attributions["value"].is_finite().all()
    assert attributions.group_by("emotion").len()["len"].unique().to_list() == [LANDMARK_COUNT]


def test_the_value_of_a_group_is_the_sum_over_its_landmarks_with_an_interval_over_people(explained):
    attributions, groups = explain.attributions(*explained, SUBJECT_IDS)
    assert groups.height == len(EMOTIONS) * (1 + len(LANDMARK_GROUPS))
    for emotion, group, value, low, high, people in groups.select(
        "emotion", "landmark_group", "value", "low", "high", "n_people"
    ).iter_rows():
        members = LANDMARK_GROUPS.get(group, tuple(range(LANDMARK_COUNT)))
        own = attributions.filter(emotion=emotion)["value"].gather(members)
        assert value == pytest.approx(own.sum(), rel=1e-6, abs=1e-9)
        assert people == len(set(SUBJECT_IDS)) and low <= value <= high


def test_the_interval_of_a_mean_attribution_is_the_t_interval_over_people():
    of_people = np.array([-0.3, 0.1, 0.4, 0.2, 0.9, 1.4])
    row = explain._mean_over_people(of_people.repeat(2), np.array(list("abcdef")).repeat(2), UNBOUNDED)
    expected = ttest_1samp(of_people, 0).confidence_interval()
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_a_system_without_deltas_has_no_attributions():
    fitted = fit("point_mlp", "corrected", TRAIN, VALIDATE, FitOptions(seed=1, epochs=1))
    rows = select_rows(VALIDATE, input_columns("point_mlp", "corrected"))
    assert all(frame.is_empty() for frame in explain.attributions(fitted, rows, SUBJECT_IDS))


def test_permuting_the_informative_group_costs_accuracy():
    table, mouth = frame(20), list(LANDMARK_GROUPS["mouth"])
    names = input_columns("lda", "corrected")
    train, rows = select_rows(table, names), select_rows(VALIDATE, names)
    for part in (train, rows):  # only the mouth is informative
        values = part.inputs["delta"].blocks[0].reshape(-1, LANDMARK_COUNT, 3).copy()
        rest = np.setdiff1d(np.arange(LANDMARK_COUNT), mouth)
        values[:, rest] = np.random.default_rng(0).normal(size=(len(values), len(rest), 3))
        object.__setattr__(part.inputs["delta"], "blocks", (values.reshape(len(values), -1).astype(np.float32),))
    from affect_store.models.training import linear
    from affect_store.models.training.fitted import FittedSystem

    model, _ = linear.fit("lda", "corrected", train, rows)
    importances = explain.importances(FittedSystem("lda", "corrected", [], {}, model), rows, SUBJECT_IDS)
    lost = dict(importances.select("landmark_group", "value").iter_rows())
    assert lost["mouth"] > 0.5 > 0.1 > max(lost["nose"], lost["left eyebrow"], lost["face outline"])
    assert abs(lost["all"] - lost["mouth"]) < 0.25
    row = importances.filter(landmark_group="mouth").row(0, named=True)
    assert row["low"] <= row["value"] <= row["high"] and row["n_people"] == 5


def test_photographs_are_permuted_as_a_whole(explained):
    fitted, rows = explained
    importances = explain.importances(fitted, rows, SUBJECT_IDS)
    groups = set(importances.select("input", "landmark_group").iter_rows())
    assert ("delta", "mouth") in groups and (("pixels", "all") in groups) == (fitted.system == "general_mlp")
