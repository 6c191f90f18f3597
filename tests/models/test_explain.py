import numpy as np
import pytest

from models import explain
from models.fit import Options, fit
from models.rows import select
from models.systems import columns
from store.vocabulary import EMOTIONS, LANDMARK_COUNT, LANDMARK_GROUPS
from tests.models.corpus import frame

TRAIN, VALIDATE = frame(6), frame(5, seed=5)
PEOPLE = VALIDATE["subject_id"].to_numpy()


@pytest.fixture(scope="module", params=["lda", "vector_mlp", "general_mlp"])
def explained(request):
    fitted = fit(request.param, "corrected", TRAIN, VALIDATE, Options(seed=1, epochs=4))
    return fitted, select(VALIDATE, columns(request.param, "corrected"))


def test_what_the_landmarks_add_sums_to_the_rise_of_the_score(explained, monkeypatch):
    monkeypatch.setattr(explain, "STEPS", 64)
    fitted, rows = explained
    for label in (0, 5):
        inputs = rows.take(np.flatnonzero(rows.labels == label)[:4])
        added = explain.integrated_gradients(fitted, inputs, label).sum(axis=1)
        at_rest = {**inputs, "delta": np.zeros_like(inputs["delta"])}
        rise = (score_of(fitted, inputs) - score_of(fitted, at_rest))[:, label]
        np.testing.assert_allclose(added, rise, rtol=0.02, atol=0.05)


def score_of(fitted, inputs):
    if fitted.system != "lda":
        return np.asarray(explain.scores(fitted.probabilities(inputs)))
    model = fitted.model  # in float32 the probabilities of so clear a case are 0
    raw = (inputs["delta"].astype(float) - model.mean) / model.deviation @ model.weights + model.bias
    return raw - raw.mean(axis=1, keepdims=True)


def test_every_emotion_and_landmark_has_its_value(explained):
    found = explain.attributions(*explained)
    assert found.height == len(EMOTIONS) * LANDMARK_COUNT and found["value"].is_finite().all()
    assert found.group_by("emotion").len()["len"].unique().to_list() == [LANDMARK_COUNT]


def test_a_system_without_deltas_has_no_attributions():
    fitted = fit("point_mlp", "corrected", TRAIN, VALIDATE, Options(seed=1, epochs=1))
    assert explain.attributions(fitted, select(VALIDATE, columns("point_mlp", "corrected"))).is_empty()


def test_what_decides_is_what_costs_accuracy_when_it_is_mixed_up():
    table, mouth = frame(20), list(LANDMARK_GROUPS["mouth"])
    names = columns("lda", "corrected")
    train, rows = select(table, names), select(VALIDATE, names)
    for one in (train, rows):  # only the mouth tells the emotion
        values = one.inputs["delta"].blocks[0].reshape(-1, LANDMARK_COUNT, 3).copy()
        rest = np.setdiff1d(np.arange(LANDMARK_COUNT), mouth)
        values[:, rest] = np.random.default_rng(0).normal(size=(len(values), len(rest), 3))
        object.__setattr__(one.inputs["delta"], "blocks", (values.reshape(len(values), -1).astype(np.float32),))
    from models import linear
    from models.fit import Fitted

    model, _ = linear.fit("lda", "corrected", train, rows)
    found = explain.importances(Fitted("lda", "corrected", [], {}, model), rows, PEOPLE)
    lost = dict(found.select("landmark_group", "value").iter_rows())
    assert lost["mouth"] > 0.5 > 0.1 > max(lost["nose"], lost["left eyebrow"], lost["face outline"])
    assert abs(lost["all"] - lost["mouth"]) < 0.25
    row = found.filter(landmark_group="mouth").row(0, named=True)
    assert row["low"] <= row["value"] <= row["high"] and row["n_people"] == 5


def test_photographs_are_mixed_up_whole(explained):
    fitted, rows = explained
    found = explain.importances(fitted, rows, PEOPLE)
    groups = set(found.select("input", "landmark_group").iter_rows())
    assert ("delta", "mouth") in groups and (("pixels", "all") in groups) == (fitted.system == "general_mlp")
