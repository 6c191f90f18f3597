import numpy as np
import polars as pl
import pytest

from models.calibrate import scaled
from models.ensemble import combine
from store.errors import UntrainableError
from store.vocabulary import PROBABILITIES


def member(ids, seed, temperature=1.0):
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(8), len(ids)).astype(np.float32)
    frame = pl.DataFrame({"image_id": ids}).with_columns(temperature=pl.lit(temperature))
    return frame.hstack(pl.DataFrame(probabilities, schema=list(PROBABILITIES)))


def test_it_is_the_mean_of_what_the_members_say_at_their_temperatures():
    one, other = member(list("abcd"), 0), member(list("dcba"), 1, temperature=2.0)
    found = combine([one, other])
    assert found["image_id"].to_list() == list("abcd")
    plain = one.select(PROBABILITIES).to_numpy()
    flatter = scaled(other.reverse().select(PROBABILITIES).to_numpy(), 2.0)
    mean = found.select(PROBABILITIES).to_numpy()
    np.testing.assert_allclose(mean, (plain + flatter) / 2, atol=1e-6)
    np.testing.assert_allclose(mean.sum(axis=1), 1, atol=1e-5)
    assert (found["predicted"].to_numpy() == mean.argmax(axis=1)).all()


def test_a_photograph_that_one_member_cannot_score_is_left_out():
    assert combine([member(list("abcd"), 0), member(list("bd"), 1)])["image_id"].to_list() == ["b", "d"]


def test_nothing_to_average_is_a_sentence():
    with pytest.raises(UntrainableError, match="needs trained systems to average"):
        combine([])
