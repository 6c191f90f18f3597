import numpy as np
import polars as pl
import pytest

from affect_store.models.training.calibration import apply_temperature
from affect_store.models.training.ensemble import combine
from affect_store.store.errors import UntrainableError
from affect_store.store.vocabulary import PROBABILITIES


def member(ids, seed, temperature=1.0):
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(8), len(ids)).astype(np.float32)
    frame = pl.DataFrame({"image_id": ids}).with_columns(temperature=pl.lit(temperature))
    return frame.hstack(pl.DataFrame(probabilities, schema=list(PROBABILITIES)))


def test_the_result_is_the_mean_of_the_members_calibrated_probabilities():
    first, second = member(list("abcd"), 0), member(list("dcba"), 1, temperature=2.0)
    combined = combine([first, second])
    assert combined["image_id"].to_list() == list("abcd")
    uncalibrated = first.select(PROBABILITIES).to_numpy()
    calibrated = apply_temperature(second.reverse().select(PROBABILITIES).to_numpy(), 2.0)
    mean = combined.select(PROBABILITIES).to_numpy()
    np.testing.assert_allclose(mean, (uncalibrated + calibrated) / 2, atol=1e-6)
    np.testing.assert_allclose(mean.sum(axis=1), 1, atol=1e-5)
    assert (combined["predicted"].to_numpy() == mean.argmax(axis=1)).all()


def test_photographs_without_a_prediction_of_every_member_are_left_out():
    assert combine([member(list("abcd"), 0), member(list("bd"), 1)])["image_id"].to_list() == ["b", "d"]


def test_an_ensemble_without_members_is_untrainable():
    with pytest.raises(UntrainableError, match="an ensemble averages trained systems, and none is given"):
        combine([])
