"""Call the function of a feature view for one photograph: its numbers, or the reason for none. It never raises."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.store.extensions.declare import Column, ViewDeclaration
from affect_store.store.sources.text import escape_line_breaks

RAISED, RETURNED = "its function raised ", "its function returned "
"""How the reasons of functions that failed begin; they are not called again as long as code and inputs are the same."""

_MAX_REASON = 240
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def compute(declaration: ViewDeclaration, inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32] | str:
    """Return the values of one photograph, (k,) float32, or the reason why there are none.

    The function gets copies, so that it cannot change the inputs of others.
    """
    arguments = [np.array(inputs[name]) for name in declaration.inputs]
    try:
        result = declaration.function(*arguments)
        values = _numbers(result, declaration.columns)
        return values if isinstance(values, str) else _checked(values, declaration.columns)
    except (Exception, SystemExit) as error:  # the code is the user's: whatever it raises concerns this photograph only
        return _raised(error)


def _raised(error: BaseException) -> str:
    try:
        return one_line(f"{RAISED}{type(error).__name__}: {error}".rstrip(": "))
    except (Exception, SystemExit):  # the exception cannot be printed
        return f"{RAISED}{type(error).__name__}"


def _numbers(result: Any, columns: Sequence[Column]) -> list[Any] | str:
    """Return the values in the order of the columns, not converted yet, or what is wrong with the result."""
    names = [column.name for column in columns]
    if isinstance(result, Mapping):
        if set(result) != set(names):
            received = ", ".join(map(str, result)) or "nothing"
            return one_line(f"{RETURNED}{received}, expected {', '.join(names)}")
        return [result[name] for name in names]
    if isinstance(result, str | bytes) or result is None:
        return one_line(f"{RETURNED}{result!r}, expected {_expected(names)}")
    values: list[Any] = np.atleast_1d(np.asarray(result, dtype=object)).ravel().tolist()
    if len(values) != len(names):
        return one_line(f"{RETURNED}{len(values)} values, expected {_expected(names)}")
    return values


def _checked(values: list[Any], columns: Sequence[Column]) -> NDArray[np.float32] | str:
    numbers = []
    for value, column in zip(values, columns, strict=True):
        number = _number(value)
        if number is None:
            return one_line(f"{RETURNED}{value!r} as {column.name}, expected a number")
        low, high = (-np.inf if column.low is None else column.low), (np.inf if column.high is None else column.high)
        if not np.isfinite(number) or not _single(low) <= number <= _single(high):
            limits = "a finite number" if np.isinf([low, high]).all() else f"{low:g} to {high:g}"
            return one_line(f"{RETURNED}{number:g} as {column.name}, expected {limits}")
        numbers.append(number)
    return np.array(numbers, np.float32)


def _number(value: Any) -> np.float32 | None:
    """Return a value as a number, infinite if it is too large; None if it is none."""
    if isinstance(value, str | bytes):
        return None
    try:
        number = _single(float(value))
    except OverflowError:
        return np.float32(np.inf)
    except (TypeError, ValueError):
        return None
    return number


def _single(number: float) -> np.float32:
    """Return a number in the precision of stored values, infinite if it is too large."""
    with np.errstate(over="ignore"):
        return np.float32(number)


def _expected(names: Sequence[str]) -> str:
    return f"1 value ({names[0]})" if len(names) == 1 else f"{len(names)} values ({', '.join(names)})"


def one_line(text: str) -> str:
    """Return text from a user's code on one line of printable characters, shortened, without codes of colours."""
    text = _COLOURS.sub("", text)
    line = escape_line_breaks(" ".join(text.split()))
    return line if len(line) <= _MAX_REASON else f"{line[: _MAX_REASON - 3]}..."
