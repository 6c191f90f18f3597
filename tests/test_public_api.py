"""The public API: its names, and what importing it loads."""

import inspect
import json
import subprocess
import sys

import pytest

import affect_store
from affect_store.store import errors

HEAVY = (
    "duckdb", "polars", "pyarrow", "numpy", "tensorflow", "keras", "mediapipe", "cv2", "prefect", "plotly", "pandas",
    "scipy.stats",
)  # fmt: skip
READING = {"duckdb", "polars", "pyarrow", "numpy"}


def loaded_by(statement: str) -> set[str]:
    """The heavy libraries that a fresh interpreter has loaded after the statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(result.stdout))


def test_all_names_the_classes_the_figures_the_errors_and_the_version() -> None:
    classes = {
        name for name, value in inspect.getmembers(errors, inspect.isclass) if value.__module__ == errors.__name__
    }
    assert set(affect_store.__all__) == {
        "FeatureStore", "Home", "Predictor", "__version__", "feature_view", "model", "page_figures", *classes,
    }  # fmt: skip
    assert affect_store.__all__ == sorted(affect_store.__all__)


def test_star_import_gives_every_public_name() -> None:
    namespace: dict[str, object] = {}
    exec("from affect_store import *", namespace)
    assert set(affect_store.__all__) <= set(namespace) and set(affect_store.__all__) <= set(dir(affect_store))
    assert affect_store.StoreError is errors.StoreError and affect_store.__version__[0].isdigit()


def test_an_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'FeatureStor'"):
        affect_store.FeatureStor  # noqa: B018


@pytest.mark.parametrize(
    ("statement", "loaded"),
    [
        ("import affect_store", set()),
        ("from affect_store import Home, StoreError, __version__", set()),
        ("from affect_store import feature_view, model", set()),
        ("from affect_store import FeatureStore", READING),
        ("from affect_store import Predictor", {*READING, "cv2"}),
    ],
)
def test_importing_loads_no_more_than_reading_needs(statement: str, loaded: set[str]) -> None:
    assert loaded_by(statement) == loaded


def test_a_linear_system_is_loaded_and_predicts_without_tensorflow() -> None:
    loaded = loaded_by("from affect_store.models.training import artifact, calibration, ensemble, predict")
    assert loaded.isdisjoint({"tensorflow", "keras"})
