"""The function by which `FeatureStore.predict` predicts. Models are above this folder, so the package registers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl

    from affect_store.store.engine.store_file import StoreFile
    from affect_store.store.home import Home


class Predict(Protocol):
    """Predict photographs of an opened store with a model of its home; see `FeatureStore.predict`."""

    def __call__(self, home: Home, source: StoreFile, model: str, image_ids: Sequence[str] | None) -> pl.DataFrame: ...


_registered: Predict | None = None


def register(predict: Predict) -> None:
    """Let `FeatureStore.predict` call this function."""
    global _registered
    _registered = predict


def registered() -> Predict:
    """Return the registered function; the package registers one when it is imported."""
    assert _registered is not None
    return _registered
