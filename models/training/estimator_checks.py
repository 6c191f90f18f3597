"""Checks of scikit-learn estimators made from a stored state: compiled code reads their arrays without bounds.

Sizes and indices have to fit together, so that a state that somebody crafted cannot read or write other memory. Code in
Python checks its own shapes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.neighbors._base import NeighborsBase
from sklearn.svm import SVC, NuSVC
from sklearn.tree import BaseDecisionTree
from sklearn.tree._tree import Tree

_LEAF = -1
_NOT_STORED = (GradientBoostingClassifier, GradientBoostingRegressor)


def require_consistent(estimator: Any) -> None:
    """Raise `ValueError` or `AttributeError` unless the sizes and indices of an estimator fit together."""
    if isinstance(estimator, _NOT_STORED):
        raise ValueError(f"{type(estimator).__name__} cannot be made from a stored state")
    attributes = vars(estimator)  # those that are not fitted have no arrays
    if isinstance(estimator, BaseDecisionTree) and "tree_" in attributes:
        _require(estimator.tree_.n_features == estimator.n_features_in_, "a tree of another number of features")
    if isinstance(estimator, SVC | NuSVC) and "support_" in attributes:
        _require(_is_machine(estimator), "support vectors that do not fit together")
    if isinstance(estimator, NeighborsBase) and "_fit_X" in attributes:
        _require(_has_neighbours(estimator), "neighbours that do not fit together")
    members = np.asarray(attributes.get("estimators_", []), dtype=object).ravel().tolist()
    if any(isinstance(member, BaseDecisionTree) for member in members):  # forests call these without checks
        _require(_fits_members(estimator, members), "decision trees of another number of features")


def checked_tree(arguments: tuple[Any, ...], state: dict[str, Any]) -> Tree:
    """Return a decision tree. Raises `ValueError` if its sizes do not fit together, or if a node refers to a node or a
    feature that does not exist."""
    features, classes, outputs = arguments
    nodes, values, count = state["nodes"], state["values"], int(state["node_count"])
    inner = nodes["left_child"] != _LEAF
    children = np.concatenate([nodes["left_child"][inner], nodes["right_child"][inner]])
    parents = np.concatenate([np.flatnonzero(inner)] * 2)
    refers = (children > parents).all() and (children < count).all()
    uses = (nodes["feature"][inner] >= 0).all() and (nodes["feature"][inner] < int(features)).all()
    has_classes = classes.shape == (outputs,) and (classes > 0).all() and values.shape[1:] == (outputs, classes.max())
    _require(
        bool(len(nodes) == len(values) == count and count > 0 and refers and uses and has_classes),
        "a decision tree whose nodes do not fit together",
    )
    tree = Tree(*arguments)
    tree.__setstate__(state)
    return tree


def _is_machine(machine: SVC | NuSVC) -> bool:
    """Whether the arrays of a support vector machine of k classes have the sizes that libsvm assumes."""
    counts, support, vectors = machine._n_support, machine.support_, machine.support_vectors_
    n, k = len(support), len(machine.classes_)
    pairs = (k * (k - 1) // 2,)
    is_precomputed = machine.kernel == "precomputed"
    return bool(
        machine._sparse is False and k > 1
        and counts.shape == (k,) and (counts >= 0).all() and int(counts.sum()) == n > 0
        and machine._dual_coef_.shape == (k - 1, n) and machine._intercept_.shape == pairs
        and machine._probA.shape in (pairs, (0,)) and machine._probB.shape == machine._probA.shape
        and (is_precomputed or vectors.shape == (n, machine.n_features_in_))
        and (not is_precomputed or _is_below(support, machine.n_features_in_))
    )  # fmt: skip


def _has_neighbours(estimator: NeighborsBase) -> bool:
    """Whether there are enough neighbours, of the features of the estimator, and a class for each if it has any."""
    rows, attributes = estimator._fit_X, vars(estimator)
    is_usable = rows.shape == (len(rows), estimator.n_features_in_) and (estimator.n_neighbors or 1) <= len(rows)
    if "classes_" not in attributes:
        return bool(is_usable)
    return bool(is_usable and estimator._y.shape == (len(rows),) and _is_below(estimator._y, len(estimator.classes_)))


def _fits_members(estimator: Any, members: list[Any]) -> bool:
    """Whether all members take the features of the estimator, or those that it chose for each."""
    chosen = vars(estimator).get("estimators_features_")
    if chosen is None:
        return all(member.n_features_in_ == estimator.n_features_in_ for member in members)
    return len(chosen) == len(members) and all(
        member.n_features_in_ == len(features) and _is_below(features, estimator.n_features_in_)
        for member, features in zip(members, chosen, strict=True)
    )


def _is_below(indices: NDArray[Any], limit: int) -> bool:
    return bool(((indices >= 0) & (indices < limit)).all())


def _require(holds: bool, problem: str) -> None:
    if not holds:
        raise ValueError(problem)
