"""Declarations of feature views: what is accepted, and that everything else is an error that says what was expected."""

import re

import numpy as np
import pytest

from affect_store import ExtensionError, feature_view
from affect_store.store.extensions.declare import MAX_COLUMNS, Column, declaration_of


def test_a_declaration_takes_inputs_from_the_parameters_and_leaves_the_function() -> None:
    @feature_view(columns={"width": "pixels", "height": ""}, ranges={"width": (0, 10)})
    def box(landmarks, size, scale=2):
        """A box.

        More about it.
        """
        return size * scale

    declared = declaration_of(box)
    assert declared.inputs == ("landmarks", "size") and declared.description == "A box"
    assert declared.columns == (Column("width", "pixels", 0.0, 10.0), Column("height"))
    assert box(None, 3) == 6
    assert declaration_of(np.mean) is None and declaration_of(3) is None


def function(landmarks, size):
    return landmarks, size


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"columns": "width"}, "expected columns such as"),
        ({"columns": []}, f"expected 1 to {MAX_COLUMNS} different columns, received []"),
        ({"columns": ["a", "a"]}, "different columns"),
        ({"columns": [f"c{index}" for index in range(MAX_COLUMNS + 1)]}, f"1 to {MAX_COLUMNS}"),
        ({"columns": ["Width"]}, "received 'Width'"),
        ({"columns": ['a"; DROP TABLE x']}, "lower-case letters"),
        ({"columns": [3]}, "received 3"),
        ({"columns": ["image_id"]}, "has the name of a key or label"),
        ({"columns": {"a": None}}, "expected its unit as text, received None"),
        ({"columns": ["a"], "ranges": {"b": (0, 1)}}, "ranges of b, which are no columns"),
        ({"columns": ["a"], "ranges": {"a": (1, 0)}}, "expected a range (lowest, highest), received (1, 0)"),
        ({"columns": ["a"], "ranges": {"a": (float("nan"), 0)}}, "expected a range"),
        ({"columns": ["a"], "ranges": {"a": 3}}, "expected a range"),
        ({"columns": ["a"], "revision": 0}, "expected a revision of 1 or more, received 0"),
        ({"columns": ["a"], "revision": "2"}, "received '2'"),
        ({"columns": ["a"], "name": "a view"}, "received 'a view'"),
        ({"columns": ["a"], "inputs": "landmarks"}, "expected inputs such as"),
        ({"columns": ["a"], "inputs": ["landmarks"]}, "do not fit function(landmarks, size)"),
        ({"columns": ["a"], "inputs": ["landmarks", "size", "picture"]}, "do not fit"),
        ({"columns": ["a"], "inputs": ["landmarks", "landmarks"]}, "do not fit"),
    ],
)
def test_what_cannot_be_declared_says_what_was_expected(arguments, message) -> None:
    with pytest.raises(ExtensionError, match=re.escape(message)):
        feature_view(**arguments)(function)


@pytest.mark.parametrize("value", [print, np.mean.__call__, type("Callable", (), {"__call__": lambda self: 0})()])
def test_only_functions_can_be_declared(value) -> None:
    with pytest.raises(ExtensionError, match="expected a function, received"):
        feature_view(columns=["a"])(value)


def test_a_function_without_inputs_is_no_feature() -> None:
    with pytest.raises(ExtensionError, match=r"expected inputs such as \('landmarks',\), received \[\]"):
        feature_view(columns=["a"], name="none")(lambda: 3)


def test_a_function_is_declared_once() -> None:
    def base(landmarks):
        return landmarks

    feature_view(columns=["a"], name="first")(base)
    with pytest.raises(ExtensionError, match="the function 'base' is declared twice: declare another function"):
        feature_view(columns=["a"], name="second")(base)
    assert declaration_of(base).name == "first"
