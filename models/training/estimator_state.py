"""The state of fitted scikit-learn estimators as JSON and arrays, without pickle, and estimators made from it.

Only classes of scikit-learn that are `BaseEstimator`s, and trees, are made when a state is read; every value in it is
a number, a text, an array or a container of these. Nothing in a state can name code of another package, and no function
is called with what it holds except for a tree's own constructor. `estimator_checks` refuses sizes and indices that do
not fit together, since compiled code does not check them. Attributes of other types are left out:
`models.training.own_estimator` verifies that the predictions do not need them.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.tree._tree import Tree

from affect_store.models.training.estimator_checks import checked_tree, require_consistent
from affect_store.store.errors import ShapeError

Arrays = dict[str, NDArray[Any]]

_CLASS = re.compile(r"(sklearn(?:\.\w+)+):(\w+)")
_MAX_DEPTH = 50


class _Unsupported(Exception):
    """A value of a type that cannot be stored; the message is the type."""


def encode(estimator: Any) -> tuple[dict[str, Any], Arrays, tuple[str, ...]]:
    """Return the state of an estimator as JSON, its arrays by name, and the attributes that were left out.

    Raises `ShapeError` if the estimator is of another package than scikit-learn.
    """
    arrays: Arrays = {}
    left_out: list[str] = []
    try:
        tree = _encoded(estimator, arrays, left_out, 0)
    except _Unsupported as error:
        raise ShapeError(f"expected an estimator of scikit-learn, received {error}") from error
    return {"sklearn": sklearn.__version__, "estimator": tree}, arrays, tuple(dict.fromkeys(left_out))


def decode(state: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Any:
    """Return the estimator that `encode` was given. Raises `ShapeError` for a state that it did not write, and for
    one of another version of scikit-learn, whose attributes may have other meanings."""
    if state.get("sklearn") != sklearn.__version__:
        fitted_with = state.get("sklearn")
        raise ShapeError(
            f"the estimator was fitted with scikit-learn {fitted_with}, and {sklearn.__version__} is installed: train "
            "it again"
        )
    try:
        return _decoded(state["estimator"], arrays, 0)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ImportError) as error:
        raise ShapeError(f"not the state of an estimator: {type(error).__name__}: {error}") from error


def _encoded(value: Any, arrays: Arrays, left_out: list[str], depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise _Unsupported("a structure that is nested too deeply")
    if value is None or isinstance(value, bool | int | str) and not isinstance(value, np.generic):
        return {"value": value}
    if isinstance(value, float) and not isinstance(value, np.generic):
        return {"value": value} if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, np.ndarray | np.generic):
        return _encoded_array(value, arrays, left_out, depth)
    if isinstance(value, list | tuple):
        kind = "list" if type(value) is list else "tuple"
        return {kind: [_encoded(each, arrays, left_out, depth + 1) for each in value]}
    if isinstance(value, dict):
        return {"dict": [[_encoded(each, arrays, left_out, depth + 1) for each in item] for item in value.items()]}
    if isinstance(value, Tree):
        _, arguments, state = value.__reduce__()
        return {"tree": [_encoded(each, arrays, left_out, depth + 1) for each in (arguments, state)]}
    name = f"{type(value).__module__}:{type(value).__name__}"
    if isinstance(value, BaseEstimator) and _CLASS.fullmatch(name):
        return {"class": name, "state": _encoded_attributes(vars(value), name, arrays, left_out, depth)}
    raise _Unsupported(f"{type(value).__module__}.{type(value).__name__}")


def _encoded_attributes(
    attributes: Mapping[str, Any], owner: str, arrays: Arrays, left_out: list[str], depth: int
) -> dict[str, Any]:
    encoded = {}
    for name, value in attributes.items():
        try:
            encoded[name] = _encoded(value, arrays, left_out, depth + 1)
        except _Unsupported as error:
            left_out.append(f"{owner.rpartition(':')[2]}.{name} ({error})")
    return encoded


def _encoded_array(value: Any, arrays: Arrays, left_out: list[str], depth: int) -> dict[str, Any]:
    array = np.asarray(value)
    if array.dtype == object:
        items = [_encoded(each, arrays, left_out, depth + 1) for each in array.ravel().tolist()]
        return {"objects": items, "shape": list(array.shape)}
    key = f"a{len(arrays)}"
    arrays[key] = array
    return {"array": key, "is_scalar": isinstance(value, np.generic)}


def _decoded(node: Any, arrays: Mapping[str, NDArray[Any]], depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    if "value" in node:
        return node["value"]
    if "float" in node:
        return float(node["float"])
    if "array" in node:
        array = arrays[node["array"]]
        return array[()] if node["is_scalar"] else np.array(array)
    if "objects" in node:
        objects = np.empty(len(node["objects"]), dtype=object)
        objects[:] = [_decoded(each, arrays, depth + 1) for each in node["objects"]]
        return objects.reshape(node["shape"])
    if "list" in node or "tuple" in node:
        items = [_decoded(each, arrays, depth + 1) for each in node.get("list", node.get("tuple"))]
        return items if "list" in node else tuple(items)
    if "dict" in node:
        return {_decoded(key, arrays, depth + 1): _decoded(each, arrays, depth + 1) for key, each in node["dict"]}
    if "tree" in node:
        return checked_tree(*(_decoded(each, arrays, depth + 1) for each in node["tree"]))
    made = _class_of(node["class"])
    estimator = made.__new__(made)
    vars(estimator).update({name: _decoded(each, arrays, depth + 1) for name, each in node["state"].items()})
    require_consistent(estimator)
    return estimator


def _class_of(name: str) -> Any:
    """Return a class of scikit-learn by module and name. Raises `ValueError` for anything else."""
    match = _CLASS.fullmatch(name)
    made = getattr(importlib.import_module(match[1]), match[2]) if match else None
    if not (isinstance(made, type) and issubclass(made, BaseEstimator) and made.__module__.startswith("sklearn.")):
        raise ValueError(f"{name!r} is no estimator of scikit-learn")
    return made
