"""Results of functions: numbers by position or name, and a reason instead of anything else; nothing is raised."""

import sys

import numpy as np
import pytest

from affect_store import feature_view
from affect_store.store.extensions.declare import declaration_of
from affect_store.store.extensions.results import compute

INPUT = {"landmarks": np.arange(6, dtype=np.float32)}


def result_of(function, *, columns=("a", "b"), ranges=None):
    def call(landmarks):
        return function(landmarks)

    return compute(declaration_of(feature_view(columns=list(columns), ranges=ranges)(call)), INPUT)


@pytest.mark.parametrize(
    "returned", [(1, 2.5), [np.float64(1), 2.5], np.array([1, 2.5]), np.array([[1, 2.5]]), {"b": 2.5, "a": True}]
)
def test_numbers_are_taken_by_position_or_name(returned) -> None:
    values = result_of(lambda _: returned)
    assert values.dtype == np.float32 and values.tolist() == [1, 2.5]


@pytest.mark.parametrize("returned", [3, np.float32(3), [3], {"a": np.array(3)}])
def test_one_column_needs_no_list(returned) -> None:
    assert result_of(lambda _: returned, columns=["a"]).tolist() == [3]


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (None, "its function returned None, expected 2 values (a, b)"),
        ("12", "its function returned '12', expected 2 values (a, b)"),
        ((1,), "its function returned 1 values, expected 2 values (a, b)"),
        ((1, 2, 3), "its function returned 3 values, expected 2 values (a, b)"),
        ({"a": 1}, "its function returned a, expected a, b"),
        ({}, "its function returned nothing, expected a, b"),
        ((1, float("nan")), "its function returned nan as b, expected a finite number"),
        ((float("-inf"), 1), "its function returned -inf as a, expected a finite number"),
        ((1e300, 1), "its function returned inf as a, expected a finite number"),
        ((10**400, 1), "its function returned inf as a, expected a finite number"),
        ((1, "2"), "its function returned '2' as b, expected a number"),
        ((1, 2j), "its function returned 2j as b, expected a number"),
        ((1, None), "its function returned None as b, expected a number"),
        ({"a": 1, "b": [1, 2]}, "its function returned [1, 2] as b, expected a number"),
    ],
)
def test_anything_else_is_a_reason(returned, reason) -> None:
    assert result_of(lambda _: returned) == reason


def test_a_value_out_of_its_range_is_a_reason_and_its_ends_are_not() -> None:
    reason = "its function returned 1.5 as a, expected 0 to 1"
    assert result_of(lambda _: 1.5, columns=["a"], ranges={"a": (0, 1)}) == reason
    assert result_of(lambda _: 0.1, columns=["a"], ranges={"a": (0, 0.1)}).tolist() == pytest.approx([0.1])


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda _: 1 / 0, "its function raised ZeroDivisionError: division by zero"),
        (lambda _: sys.exit(3), "its function raised SystemExit: 3"),
        (lambda x: x[9], "its function raised IndexError: index 9 is out of bounds for axis 0 with size 6"),
        (lambda _: (_ for _ in ()).throw(ValueError("two\nlines\x1b[31m")),
         "its function raised ValueError: two lines"),
    ],
)  # fmt: skip
def test_an_exception_is_a_reason_of_one_line(function, reason) -> None:
    assert result_of(function) == reason


def test_a_long_reason_is_shortened() -> None:
    def fail(_):
        raise RuntimeError("x" * 10_000)

    assert len(result_of(fail)) == 240


def test_a_function_cannot_change_its_inputs_for_others() -> None:
    def change(landmarks):
        landmarks[:] = 0
        return 1, 2

    assert result_of(change).tolist() == [1, 2] and INPUT["landmarks"].sum() == 15


def test_a_range_has_the_precision_of_the_values() -> None:
    for high in (0.1, 0.3, 1 / 3):
        assert result_of(lambda _, high=high: np.float32(high), columns=["a"], ranges={"a": (-high, high)})[0] > 0
        assert result_of(lambda _, high=high: -np.float32(high), columns=["a"], ranges={"a": (-high, high)})[0] < 0
        above = np.nextafter(np.float32(high), np.float32(1))
        assert "expected" in result_of(lambda _, above=above: above, columns=["a"], ranges={"a": (0, high)})
    assert result_of(lambda _: 1e38, columns=["a"], ranges={"a": (0, 1e300)}).tolist() == pytest.approx([1e38])


class Unprintable(Exception):
    """An exception without a text."""

    def __str__(self) -> str:
        raise ValueError("no text")


class Value:
    """A value that is no number, and cannot be printed."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __float__(self) -> float:
        raise self.error

    def __repr__(self) -> str:
        raise self.error


class Key(str):
    """A key that cannot be compared or printed."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        raise Unprintable


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        ((Value(RuntimeError("a tensor")), 1), "its function raised RuntimeError: a tensor"),
        ((Value(TypeError("a list")), 1), "its function raised TypeError: a list"),
        ((Value(SystemExit(3)), 1), "its function raised SystemExit: 3"),
        ((Value(Unprintable()), 1), "its function raised Unprintable"),
        ({Key("a"): 1, Key("b"): 2}, "its function raised Unprintable"),
    ],
)
def test_a_value_that_raises_is_a_reason(returned, reason) -> None:
    assert result_of(lambda _: returned) == reason


def test_an_exception_that_cannot_be_printed_is_a_reason() -> None:
    def fail(_):
        raise Unprintable

    assert result_of(fail) == "its function raised Unprintable"
