"""affect-store: a feature store and workflow product for facial-expression research.

The public API is `__all__`. A name is imported on first use (PEP 562), so that `import affect_store` loads neither
DuckDB, Polars, Prefect, MediaPipe, OpenCV nor TensorFlow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from affect_store.dashboards.page_figures import page_figures
    from affect_store.flows.steps.prediction import Predictor
    from affect_store.store.errors import (
        AffectError,
        AuditFailedError,
        CorpusError,
        CorpusNameError,
        DamagedPhotoError,
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
    from affect_store.store.home import Home
    from affect_store.store.offline.feature_store import FeatureStore

    __version__: str

__all__ = [
    "AffectError",
    "AuditFailedError",
    "CorpusError",
    "CorpusNameError",
    "DamagedPhotoError",
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
    "page_figures",
]

_MODULES = {
    "FeatureStore": "affect_store.store.offline.feature_store",
    "Home": "affect_store.store.home",
    "Predictor": "affect_store.flows.steps.prediction",
    "page_figures": "affect_store.dashboards.page_figures",
}
"""Modules of the public names that are not errors."""


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
