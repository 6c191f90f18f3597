"""Train one system in one recipe with one seed on the training part, validated on the validation part, or by a plan."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from affect_store.models.backend import keras, library_versions, make_repeatable, strategy_scope
from affect_store.models.networks import factory, layer_table
from affect_store.models.rows import Rows, select_rows
from affect_store.models.settings import Settings, settings
from affect_store.models.systems import (
    COLUMN_TITLES,
    CORRECTED,
    LINEAR,
    OWN,
    SOFT_LABELS,
    SYSTEMS,
    base_recipe,
    input_columns,
)
from affect_store.models.training import linear, own_estimator, soft_labels
from affect_store.models.training.dataset import batches
from affect_store.models.training.fitted import FittedSystem
from affect_store.models.training.plan import Plan
from affect_store.store.emotion_classes import EIGHT, FURTHER_LABELS, Classes
from affect_store.store.errors import UntrainableError
from affect_store.store.schema.tables import BY_NAME
from affect_store.store.vocabulary import AGREEMENTS

OnEpoch = Callable[[int, int, dict[str, Any]], None]
"""Called after each epoch with its number from 1, the maximum number, and its row of `FittedSystem.epochs`."""

EPOCH_COLUMNS = tuple(name for name in BY_NAME["registry.epochs"].columns if name != "run_id")
MIN_LEARNING_RATE = 1e-4


@dataclass(frozen=True)
class FitOptions:
    """Options of a fit: the seed, the maximum number of epochs if below the recipe's, deterministic kernels, settings
    of the network instead of the recipe's, the plan of a fit without a validation part, and the classes to distinguish.
    """

    seed: int
    epochs: int | None = None
    is_repeatable: bool = True
    settings: Settings | None = None
    plan: Plan | None = None
    classes: Classes = EIGHT


def fit(
    system: str, recipe: str, train: pa.Table, validate: pa.Table, options: FitOptions, on_epoch: OnEpoch | None = None
) -> FittedSystem:
    """Train `system` on the rows of `train` that have all its inputs; soft labels need the columns of ratings, too.

    With a plan, the rows of `validate` are not used and may be none. Equal rows and options on the same machine give
    equal weights. Raises `UntrainableError` with a message for the user where fewer than two emotions are left, where a
    part is empty, or where the weights diverge, and `UnknownNameError` for an unknown system or recipe.
    """
    names = input_columns(system, recipe)
    rows, held_out = (select_rows(part, names, options.classes) for part in (train, validate))
    _require_trainable(system, names, train, rows)
    if options.plan is None:
        _require_validation(system, names, validate, held_out)
    if recipe == SOFT_LABELS:
        _require_ratings(train, rows)
        rows, held_out = soft_labels.with_targets(train, rows), soft_labels.with_targets(validate, held_out)
    make_repeatable(options.seed, is_repeatable=options.is_repeatable)
    epochs: list[dict[str, Any]] = []
    model: Any
    own = SYSTEMS[system].declaration
    if SYSTEMS[system].family == LINEAR:
        penalty = options.plan.inverse_penalty if options.plan else None
        model, record = linear.fit(system, recipe, rows, held_out, penalty)
    elif own is not None and not own.declaration.is_network:
        model, record = own_estimator.fit_estimator(own.declaration, rows, options.seed)
    else:
        model, record, epochs = _fit_network(system, recipe, (rows, held_out), options, on_epoch)
    parameters = {
        "system": system, "recipe": recipe, "columns": names, "n_train": len(rows),
        "n_validate": 0 if options.plan else len(held_out),
        "libraries": library_versions(), "epochs_cap": options.epochs, "is_repeatable": options.is_repeatable,
        "seed": options.seed, **record,
    }  # fmt: skip
    if own is not None:
        parameters["own"] = {"file": own.origin, "code": own.identity}
    if options.classes.further:
        parameters[FURTHER_LABELS] = options.classes.further_labels
    return FittedSystem(system, recipe, epochs, parameters, model, options.classes)


def _fit_network(
    system: str, recipe: str, parts: tuple[Rows, Rows], options: FitOptions, on_epoch: OnEpoch | None
) -> tuple[keras.Model, dict[str, Any], list[dict[str, Any]]]:
    """Return the network, the record of its settings and configuration, and its epochs."""
    rows, held_out = parts
    hyperparameters = options.settings or settings(system, recipe)
    if options.epochs is not None:
        hyperparameters = replace(hyperparameters, epochs=min(options.epochs, hyperparameters.epochs))
    with strategy_scope(is_mixed=base_recipe(recipe) == CORRECTED and SYSTEMS[system].family != OWN):
        model, network = factory.create_network(system, recipe, rows, hyperparameters, options.seed)
    log = EpochLog(options.plan.epochs or 0 if options.plan else hyperparameters.epochs, on_epoch)
    drops_last = hyperparameters.drops_last_batch and len(rows) > hyperparameters.batch
    plan = options.plan
    model.fit(
        batches(rows, size=hyperparameters.batch, shuffle_seed=options.seed, drop_last=drops_last),
        validation_data=None if plan else batches(held_out, size=hyperparameters.validation_batch),
        epochs=plan.epochs or hyperparameters.epochs if plan else hyperparameters.epochs,
        shuffle=False,  # the dataset shuffles its row numbers itself
        verbose=0,
        callbacks=[*callbacks_for(hyperparameters, plan), log],
    )
    _require_finite(system, recipe, model, log.rows)
    if SYSTEMS[system].family == OWN:
        _require_probabilities(system, model, rows)
    layers = layer_table.layer_table(model)
    return model, {"settings": asdict(hyperparameters), "network": network, "layers": layers}, log.rows


class EpochLog(keras.callbacks.Callback):  # type: ignore[misc]
    """Record one row per epoch and pass it to the caller."""

    def __init__(self, max_epochs: int, on_epoch: OnEpoch | None) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = []
        self._max_epochs, self._on_epoch, self._started = max_epochs, on_epoch, 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        measured: dict[str, Any] = {name: _logged(name, value) for name, value in (logs or {}).items()}
        measured["epoch"] = epoch + 1
        measured["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        measured["duration_s"] = time.perf_counter() - self._started
        row = {name: measured.get(name) for name in EPOCH_COLUMNS}
        self.rows.append(row)
        if self._on_epoch is not None:
            self._on_epoch(epoch + 1, self._max_epochs, row)


def callbacks_for(hyperparameters: Settings, plan: Plan | None = None) -> list[keras.callbacks.Callback]:
    """Return the callbacks of a fit: a stop at NaN, early stopping and a falling rate where the settings say so.

    With a plan, nothing depends on a validation loss: the number of epochs and the rates are those of the plan.
    """
    callbacks = [keras.callbacks.TerminateOnNaN()]
    if plan is not None:
        rates = plan.rates
        return [*callbacks, *([keras.callbacks.LearningRateScheduler(lambda epoch: rates[epoch])] if rates else [])]
    if (patience := hyperparameters.patience) is not None:
        callbacks.append(keras.callbacks.EarlyStopping("val_loss", patience=patience, restore_best_weights=True))
    if hyperparameters.lowers_rate:
        plateau = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.2, patience=5, min_lr=MIN_LEARNING_RATE)
        callbacks.append(plateau)
    return callbacks


def _require_trainable(system: str, names: dict[str, str], train: pa.Table, rows: Rows) -> None:
    needs = f"{system} needs {_enumerated(names)}"
    if not len(rows):
        raise UntrainableError(f"{needs}: none of the {train.num_rows} training photographs has them")
    present = np.unique(rows.labels)
    if len(present) < 2:
        emotion = rows.classes.emotions[present[0]]
        raise UntrainableError(
            f"{needs}: the {len(rows)} training photographs that have them all show {emotion}, "
            "and at least two emotions are needed"
        )


def _require_validation(system: str, names: dict[str, str], validate: pa.Table, rows: Rows) -> None:
    if not len(rows):
        raise UntrainableError(
            f"{system} needs {_enumerated(names)}: none of the {validate.num_rows} validation photographs has them, "
            "and the best epoch is selected on the validation part"
        )


def _require_ratings(train: pa.Table, rows: Rows) -> None:
    if not soft_labels.count_rated(train, rows):
        raise UntrainableError(
            f"soft labels need ratings by people of every emotion ({AGREEMENTS[0]} to {AGREEMENTS[-1]}): none of the "
            f"{len(rows)} training photographs has them"
        )


def _require_finite(system: str, recipe: str, model: keras.Model, rows: list[dict[str, Any]]) -> None:
    if not all(np.isfinite(weights).all() for weights in model.get_weights()):
        raise UntrainableError(
            f"{system} in the {recipe} recipe diverged in epoch {len(rows)}: its weights are NaN or infinite"
        )


def _require_probabilities(system: str, model: keras.Model, rows: Rows) -> None:
    """Raise `UntrainableError` if a network of the user's own does not return probabilities that sum to 1."""
    chances = np.asarray(model(rows.take(np.arange(min(len(rows), 8), dtype=np.int64)), training=False))
    if (chances < 0).any() or not np.allclose(chances.sum(axis=1), 1, atol=1e-3):
        raise UntrainableError(f"{system} does not return probabilities that sum to 1: end the network with a softmax")


def _enumerated(names: dict[str, str]) -> str:
    titles = list(dict.fromkeys(COLUMN_TITLES.get(column, column) for column in names.values()))
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"


def _logged(name: str, value: Any) -> float | None:
    """Return a finite value, else None. Keras adds areas below the ROC curve in float32, which may exceed 1."""
    measured = _finite(value)
    return min(measured, 1.0) if measured is not None and name in ("auc", "val_auc") else measured


def _finite(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None
