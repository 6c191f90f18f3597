"""Features of a user's own for photographs that are not in the store: computed by the functions that a home loads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.flows.steps.extensions import published_folders
from affect_store.store.errors import StoreError
from affect_store.store.extensions.load import load
from affect_store.store.extensions.names import product_features
from affect_store.store.extensions.own_view import PICTURE, OwnView
from affect_store.store.extensions.results import compute
from affect_store.store.home import Home

COLUMN_OF = {"pixels": "rgb"}
"""Columns of training rows of the features that have another name."""


def views_for(home: Home, model: str, features: Iterable[str]) -> tuple[OwnView, ...]:
    """Return the views of the user's own that compute these features, each after those that it needs.

    Raises `StoreError` if no extension of the home declares one.
    """
    wanted = set(features) - product_features() - {"bicubic_pixels"}
    if not wanted:
        return ()
    chosen: list[OwnView] = []
    for view in reversed(load(home, published_folders(home)).views):
        if view.name in wanted:
            chosen.insert(0, view)
            wanted |= set(view.features) - product_features()
    lacking = wanted - {view.name for view in chosen}
    if lacking:
        raise StoreError(
            f"{model} reads {', '.join(sorted(lacking))}, which no extension of this home declares: name the file with "
            "`affect run --extensions FILE`; photographs of the store are predicted by `FeatureStore.predict` and "
            "`affect predict --model RUN`"
        )
    return tuple(chosen)


def needs_picture(views: Sequence[OwnView]) -> bool:
    """Return whether a function takes the photograph itself, which features of the product do not hold."""
    return any(PICTURE in view.declaration.inputs for view in views)


def columns_of(views: Sequence[OwnView]) -> frozenset[str]:
    """Return the columns that these views compute, and those of the product that they need."""
    names = {view.name for view in views}
    inputs = {COLUMN_OF.get(name, name) for view in views for name in view.features}
    return frozenset(names | inputs)


def compute_all(views: Sequence[OwnView], inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]] | str:
    """Return the values of all views for one photograph, or the reason for none.

    `inputs` holds the features of the product and the size, and the picture if one takes it.
    """
    known = dict(inputs)
    for view in views:
        lacking = [name for name in view.declaration.inputs if name not in known]
        if lacking:
            return f"no {view.name}: no {', '.join(lacking)}"
        values = compute(view.declaration, {name: known[name] for name in view.declaration.inputs})
        if isinstance(values, str):
            return f"no {view.name}: {values}"
        known[view.name] = values
    return {view.name: np.asarray(known[view.name]) for view in views}
