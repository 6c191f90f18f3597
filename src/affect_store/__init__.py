"""affect-store: a feature store and workflow product for facial-expression research.

The public API is `__all__`. A name is imported on first use (PEP 562), so that `import affect_store` loads neither
DuckDB, Polars, Prefect, MediaPipe, OpenCV nor TensorFlow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from affect_store.store.offline.predicting import register

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from affect_store.dashboards.page_figures import page_figures
    from affect_store.flows.steps.prediction import Predictor
    from affect_store.store.engine.store_file import StoreFile
    from affect_store.store.errors import (
        AffectError,
        AuditFailedError,
        CorpusError,
        CorpusNameError,
        DamagedPhotoError,
        ExtensionError,
        ManifestError,
        MissingLibraryError,
        NotPublishedError,
        OversizedPhotoError,
        QueryError,
        ShapeError,
        StoreError,
        StoreLockedError,
        UnexpectedError,
        UnknownNameError,
        UnreadablePhotoError,
        UntrainableError,
        WorkerDiedError,
    )
    from affect_store.store.extensions.declare import feature_view
    from affect_store.store.extensions.declare_model import model
    from affect_store.store.home import Home
    from affect_store.store.offline.feature_store import FeatureStore

    __version__: str

__all__ = [
    "AffectError",
    "AuditFailedError",
    "CorpusError",
    "CorpusNameError",
    "DamagedPhotoError",
    "ExtensionError",
    "FeatureStore",
    "Home",
    "ManifestError",
    "MissingLibraryError",
    "NotPublishedError",
    "OversizedPhotoError",
    "Predictor",
    "QueryError",
    "ShapeError",
    "StoreError",
    "StoreLockedError",
    "UnexpectedError",
    "UnknownNameError",
    "UnreadablePhotoError",
    "UntrainableError",
    "WorkerDiedError",
    "__version__",
    "feature_view",
    "model",
    "page_figures",
]

_MODULES = {
    "FeatureStore": "affect_store.store.offline.feature_store",
    "Home": "affect_store.store.home",
    "Predictor": "affect_store.flows.steps.prediction",
    "feature_view": "affect_store.store.extensions.declare",
    "model": "affect_store.store.extensions.declare_model",
    "page_figures": "affect_store.dashboards.page_figures",
}
"""Modules of the public names that are not errors."""


def _predict(home: Home, source: StoreFile, model: str, image_ids: Sequence[str] | None) -> pl.DataFrame:
    """Predict with the models, which are above the store: the function that `FeatureStore.predict` calls."""
    from affect_store.flows.steps.store_predictions import predict_photographs

    return predict_photographs(home, source, model, image_ids)


register(_predict)


if not TYPE_CHECKING:  # a module `__getattr__` would let type checkers accept any name

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if name == "__version__":
            value = import_module("importlib.metadata").version("affect-store")
        else:
            value = getattr(import_module(_MODULES.get(name, "affect_store.store.errors")), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
