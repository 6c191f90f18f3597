"""Fit an estimator of the user's own, and keep what can be stored of it without pickle."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affect_store.models.rows import Rows
from affect_store.models.training.artifact_files import ESTIMATOR, ESTIMATOR_ARRAYS
from affect_store.store.errors import ShapeError, UntrainableError
from affect_store.store.extensions.declare_model import CLASSES, SEED, ModelDeclaration
from affect_store.store.extensions.results import one_line

_VERIFIED = 64
_LARGEST_STATE = 2**26
_LARGEST_ARRAYS = 2**31


@dataclass(frozen=True)
class OwnEstimator:
    """A fitted estimator, the order of its inputs, and the number of classes; it was made from its stored form."""

    estimator: Any
    inputs: tuple[str, ...]
    classes: int

    def probabilities(self, inputs: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
        """Return probabilities (n, classes); a class that was absent from the training rows has 0."""
        vectors = matrix({name: inputs[name] for name in self.inputs})
        if not len(vectors):
            return np.zeros((0, self.classes), np.float32)
        chances = np.zeros((len(vectors), self.classes), np.float32)
        chances[:, np.asarray(self.estimator.classes_, np.int64)] = self.estimator.predict_proba(vectors)
        return chances


def matrix(inputs: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
    """Return all inputs of n rows as one matrix (n, features) float32; bytes of pixels become 0 to 1."""
    flat = [
        values.reshape(len(values), -1).astype(np.float32) / np.float32(255 if values.dtype == np.uint8 else 1)
        for values in inputs.values()
    ]
    return np.concatenate(flat, axis=1)


def fit_estimator(declaration: ModelDeclaration, rows: Rows, seed: int) -> tuple[OwnEstimator, dict[str, Any]]:
    """Return the fitted estimator and a record of it. Raises `UntrainableError`, with the reason, for whatever the
    function or the estimator raises, and if it cannot be stored without pickle."""
    estimator = called(declaration, {SEED: seed, CLASSES: len(rows.classes)})
    if not (callable(getattr(estimator, "fit", None)) and hasattr(estimator, "get_params")):
        raise UntrainableError(
            f"the function of {declaration.name} returned {type(estimator).__name__}, expected an estimator of "
            "scikit-learn"
        )
    vectors = matrix(rows.take(np.arange(len(rows), dtype=np.int64)))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            _seed(estimator, seed)
            estimator.fit(vectors, rows.labels)
            _run_in_one_thread(estimator)
            fitted, left_out = _stored_form(declaration, estimator, rows, vectors)
        except (UntrainableError, ShapeError) as error:
            raise UntrainableError(f"{declaration.name}: {error}") from error
        except Exception as error:  # the code is the user's
            text = one_line(f"{type(error).__name__}: {error}")
            raise UntrainableError(f"{declaration.name} cannot be fitted: {text}") from error
    messages = [f"{type(each.message).__name__}: {each.message}"[:200] for each in caught]
    return fitted, {
        "estimator": repr(estimator)[:500], "not_stored": list(left_out), "warnings": list(dict.fromkeys(messages))[:5],
    }  # fmt: skip


def called(declaration: ModelDeclaration, arguments: Mapping[str, Any]) -> Any:
    """Return what the function of a model returns for those arguments that it takes. Raises `UntrainableError`."""
    try:
        return declaration.function(**{name: arguments[name] for name in declaration.arguments})
    except (Exception, SystemExit) as error:  # the code is the user's
        text = one_line(f"{type(error).__name__}: {error}")
        raise UntrainableError(f"the function of {declaration.name} raised {text}") from error


def _seed(estimator: Any, seed: int) -> None:
    """Set every `random_state` of an estimator, and of those within it, that is not set."""
    parameters = estimator.get_params(deep=True)
    unset = [name for name, value in parameters.items() if name.endswith("random_state") and value is None]
    estimator.set_params(**dict.fromkeys(unset, seed))


def _run_in_one_thread(value: Any) -> None:
    """Set every parameter `n_jobs` of an estimator and of all within it, fitted ones too, to 1.

    Threads add the probabilities of a forest's trees in the order in which they end, so that not even the same forest
    predicts the same twice.
    """
    if isinstance(value, list | tuple):
        for each in value:
            _run_in_one_thread(each)
    elif isinstance(value, np.ndarray) and value.dtype == object:
        _run_in_one_thread(value.ravel().tolist())
    elif hasattr(value, "get_params") and not isinstance(value, type):
        names = [name for name in value.get_params(deep=False) if name.endswith("n_jobs")]
        value.set_params(**dict.fromkeys(names, 1))
        _run_in_one_thread(list(vars(value).values()))


def _stored_form(
    declaration: ModelDeclaration, estimator: Any, rows: Rows, vectors: NDArray[np.float32]
) -> tuple[OwnEstimator, tuple[str, ...]]:
    """Return the estimator that is made from the stored form, if it predicts the same probabilities."""
    from affect_store.models.training import estimator_state

    state, arrays, left_out = estimator_state.encode(estimator)
    lacking = f"; what cannot be stored: {', '.join(left_out)}" if left_out else ""
    if not callable(getattr(estimator, "predict_proba", None)):
        raise UntrainableError(f"{type(estimator).__name__} has no predict_proba")
    expected = estimator.predict_proba(vectors[:_VERIFIED])
    try:
        copy = estimator_state.decode(json.loads(json.dumps(state)), arrays)
        received = copy.predict_proba(vectors[:_VERIFIED])
    except Exception as error:
        raise UntrainableError(
            f"{type(estimator).__name__} cannot be stored without pickle ({type(error).__name__}: {error}){lacking}"
        ) from error
    if not np.array_equal(received, expected) or not np.isfinite(expected).all():
        name = type(estimator).__name__
        raise UntrainableError(f"{name} gives different predictions after it is saved and loaded{lacking}")
    return OwnEstimator(copy, declaration.inputs, len(rows.classes)), left_out


def save_estimator(fitted: OwnEstimator, folder: Path) -> None:
    """Write the estimator to a folder."""
    from affect_store.models.training import estimator_state

    state, arrays, _ = estimator_state.encode(fitted.estimator)
    state |= {"inputs": list(fitted.inputs), "classes": fitted.classes}
    (folder / ESTIMATOR).write_text(json.dumps(state, allow_nan=False), encoding="utf-8")
    np.savez_compressed(folder / ESTIMATOR_ARRAYS, **arrays)


def load_estimator(folder: Path, classes: int) -> OwnEstimator:
    """Return the estimator that `save_estimator` wrote. Raises `ShapeError` if the files do not hold one of this
    number of classes."""
    from affect_store.models.training import estimator_state

    path = folder / ESTIMATOR
    if path.stat().st_size > _LARGEST_STATE:
        raise ShapeError(f"'{path}' has more than {_LARGEST_STATE:,} bytes")
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        arrays = _arrays(folder / ESTIMATOR_ARRAYS)
        inputs, stored = tuple(map(str, state["inputs"])), int(state["classes"])
    except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile, RecursionError, MemoryError) as error:
        raise ShapeError(f"'{path}': not a stored estimator: {error}") from error
    if stored != classes:
        raise ShapeError(f"'{path}': expected {classes} classes, received {stored}")
    return OwnEstimator(estimator_state.decode(state, arrays), inputs, classes)


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file. Raises `ValueError` if they are larger than any that is written, once unpacked."""
    with zipfile.ZipFile(path) as file:
        size = sum(member.file_size for member in file.infolist())
    if size > _LARGEST_ARRAYS:
        raise ValueError(f"'{path}' has more than {_LARGEST_ARRAYS:,} bytes, unpacked")
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
