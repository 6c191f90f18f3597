"""Deltas relative to the person: values by hand, what they do not depend on, and how few photographs count less."""

import numpy as np
import pytest

from affect_store.store.features.relative import CENTRE_WEIGHT, SCALE_WEIGHT, TYPICAL, relative

COORDINATES = 6


def deltas_of(*counts: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return deltas, and the person of each, of people with these numbers of photographs."""
    people = np.repeat([f"p{number}" for number in range(len(counts))], counts)
    values = np.random.default_rng(seed).normal(scale=TYPICAL**0.5, size=(len(people), COORDINATES))
    return values.astype(np.float32), people


def test_the_constants_are_those_of_the_decision() -> None:
    assert (CENTRE_WEIGHT, SCALE_WEIGHT, TYPICAL) == (4, 4, 0.0013)


def test_one_and_three_photographs_by_hand() -> None:
    deltas = np.array([[0.05, -0.1], [0.02, 0.0], [0.05, 0.03], [-0.01, 0.04]], np.float32)
    alone = 0.8 * np.array([0.05, -0.1])  # a fifth of the mean of one is subtracted
    alone /= np.sqrt((1 * (0.04**2 + 0.08**2) / 2 + 4 * 0.0013) / 5)
    three = np.array([[0.02, 0.0], [0.05, 0.03], [-0.01, 0.04]]) - 3 / 7 * np.array([0.02, 0.07 / 3])
    three /= np.sqrt((3 * (three**2).mean() + 4 * 0.0013) / 7)
    received = relative(deltas, np.array(["a", "b", "b", "b"]))
    assert received.dtype == np.float32
    np.testing.assert_allclose(received, [alone, *three], rtol=1e-5)


def test_the_order_of_rows_and_other_people_change_no_bit() -> None:
    deltas, people = deltas_of(40, 1, 25)
    expected = relative(deltas, people)
    order = np.random.default_rng(3).permutation(len(people))
    assert np.array_equal(relative(deltas[order], people[order]), expected[order])
    for person in np.unique(people):
        assert np.array_equal(relative(deltas[people == person], people[people == person]), expected[people == person])


@pytest.mark.parametrize(("changed", "count", "limit"), [("size", 400, 0.03), ("shift", 400, 0.03)])
def test_what_holds_for_all_photographs_of_a_person_nearly_cancels(changed: str, count: int, limit: float) -> None:
    deltas, people = deltas_of(count)
    other = deltas * 3 if changed == "size" else deltas + np.float32(0.1)
    before, after = relative(deltas, people), relative(other.astype(np.float32), people)
    assert np.abs(after - before).mean() < limit
    assert np.abs(after - before).mean() > 0, "estimates are shrunk, so a little is left"
    few = relative(other[:2].astype(np.float32), people[:2]) - relative(deltas[:2], people[:2])
    assert np.abs(few).mean() > 10 * limit, "two photographs say little about the person"


def test_the_sizes_of_people_become_alike() -> None:
    deltas, people = deltas_of(200, 200)
    deltas[people == "p1"] *= 4
    sizes = [np.square(relative(deltas, people)[people == person]).mean() for person in ("p0", "p1")]
    assert sizes == pytest.approx([1, 1], abs=0.05)


def test_nothing_and_a_wrong_number_of_people() -> None:
    assert relative(np.empty((0, COORDINATES), np.float32), np.array([], str)).shape == (0, COORDINATES)
    with pytest.raises(ValueError, match="a person for each of the 2 deltas, received 1"):
        relative(np.zeros((2, COORDINATES), np.float32), np.array(["a"]))
