"""Training: one system, one recipe, one seed, the rows of two parts -> a fitted network and its epochs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models import linear, networks
from models.backend import accelerated, keras, make_repeatable, versions
from models.dataset import batches
from models.linear import LinearModel
from models.rows import Rows, select
from models.settings import Settings, settings
from models.systems import COLUMN_WORDS, LINEAR, PUBLISHED, SYSTEMS, columns
from store.errors import UntrainableError
from store.vocabulary import EMOTIONS

OnEpoch = Callable[[int, int, dict[str, Any]], None]
"""Called after each epoch with its number from 1, the most there can be, and its row of `Fitted.epochs`."""

LOWEST_RATE = 1e-4
BATCH_VALIDATE = 256


@dataclass(frozen=True)
class Fitted:
    """A trained system. `epochs` has one row an epoch (epoch, loss, accuracy, val_loss, val_accuracy, learning_rate,
    duration_s; None where not finite) and none for a linear system, `parameters` everything that determined the fit,
    JSON-able."""

    system: str
    recipe: str
    epochs: list[dict[str, Any]]
    parameters: dict[str, Any]
    model: keras.Model | LinearModel

    def probabilities(self, inputs: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
        """(n, 8) for the inputs of n rows, in the order of the labels."""
        if isinstance(self.model, LinearModel):
            return self.model.probabilities(inputs)
        return np.asarray(self.model(dict(inputs), training=False), np.float32)


@dataclass(frozen=True)
class Options:
    """What a caller may choose of a fit: the seed, a cap on the recipe's epochs, deterministic kernels."""

    seed: int
    epochs: int | None = None
    is_repeatable: bool = True


def fit(
    system: str, recipe: str, train: pa.Table, validate: pa.Table, options: Options, on_epoch: OnEpoch | None = None
) -> Fitted:
    """Train `system` on the rows of `train` that have all its inputs.

    The same rows and options on the same machine give the same weights. Raises `UntrainableError` with a sentence for
    the user where fewer than two emotions are left, where a part is empty, or where the weights diverge.
    """
    names = columns(system, recipe)
    rows, held_out = select(train, names), select(validate, names)
    _require_trainable(system, names, train, rows)
    _require_validation(system, names, validate, held_out)
    make_repeatable(options.seed, is_repeatable=options.is_repeatable)
    if SYSTEMS[system].family == LINEAR:
        model, record = linear.fit(system, recipe, rows, held_out)
        epochs: list[dict[str, Any]] = []
    else:
        model, record, epochs = _fit_network(system, recipe, (rows, held_out), options, on_epoch)
    parameters = {
        "system": system, "recipe": recipe, "columns": names, "n_train": len(rows), "n_validate": len(held_out),
        "libraries": versions(), "epochs_cap": options.epochs, "is_repeatable": options.is_repeatable,
        "seed": options.seed, **record,
    }  # fmt: skip
    return Fitted(system, recipe, epochs, parameters, model)


def _fit_network(
    system: str, recipe: str, parts: tuple[Rows, Rows], options: Options, on_epoch: OnEpoch | None
) -> tuple[keras.Model, dict[str, Any], list[dict[str, Any]]]:
    """The network, the record of its settings and sizes, and its epochs."""
    rows, held_out = parts
    chosen = settings(system, recipe)
    if options.epochs is not None:
        chosen = replace(chosen, epochs=min(options.epochs, chosen.epochs))
    with accelerated(is_mixed=recipe != PUBLISHED):
        model, sizes = networks.new(system, recipe, rows, chosen)
    log = _EpochLog(chosen.epochs, on_epoch)
    drops_last = chosen.drops_last_batch and len(rows) > chosen.batch
    model.fit(
        batches(rows, size=chosen.batch, shuffle_seed=options.seed, drop_last=drops_last),
        validation_data=batches(held_out, size=BATCH_VALIDATE),
        epochs=chosen.epochs,
        shuffle=False,  # the rows are shuffled before they are read
        verbose=0,
        callbacks=[*_callbacks(chosen), log],
    )
    _require_finite(system, recipe, model, log.rows)
    return model, {"settings": asdict(chosen), "network": sizes}, log.rows


class _EpochLog(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps a plain row an epoch and tells the caller."""

    def __init__(self, most: int, on_epoch: OnEpoch | None) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = []
        self._most, self._on_epoch, self._began = most, on_epoch, 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        row: dict[str, Any] = {"epoch": epoch + 1}
        row |= {name: _plain((logs or {}).get(name)) for name in ("loss", "accuracy", "val_loss", "val_accuracy")}
        row["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        row["duration_s"] = time.perf_counter() - self._began
        self.rows.append(row)
        if self._on_epoch is not None:
            self._on_epoch(epoch + 1, self._most, row)


def _callbacks(chosen: Settings) -> list[keras.callbacks.Callback]:
    callbacks = [keras.callbacks.TerminateOnNaN()]
    if chosen.patience is not None:
        callbacks.append(keras.callbacks.EarlyStopping("val_loss", patience=chosen.patience, restore_best_weights=True))
    if chosen.lowers_rate:
        callbacks.append(keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.2, patience=5, min_lr=LOWEST_RATE))
    return callbacks


def _require_trainable(system: str, names: dict[str, str], train: pa.Table, rows: Rows) -> None:
    needs = f"{system} needs {_and(names)}"
    if not len(rows):
        raise UntrainableError(f"{needs}: none of the {train.num_rows} training photographs has them")
    present = np.unique(rows.labels)
    if len(present) < 2:
        raise UntrainableError(
            f"{needs}: the {len(rows)} training photographs that have them all show {EMOTIONS[present[0]]}, "
            "and one class cannot be learnt"
        )


def _require_validation(system: str, names: dict[str, str], validate: pa.Table, rows: Rows) -> None:
    if not len(rows):
        raise UntrainableError(
            f"{system} needs {_and(names)}: none of the {validate.num_rows} validation photographs has them, "
            "and without validation no epoch can be chosen"
        )


def _require_finite(system: str, recipe: str, model: keras.Model, rows: list[dict[str, Any]]) -> None:
    if not all(np.isfinite(weights).all() for weights in model.get_weights()):
        raise UntrainableError(
            f"{system} in the {recipe} recipe diverged in epoch {len(rows)}: its weights are no longer numbers"
        )


def _and(names: dict[str, str]) -> str:
    words = list(dict.fromkeys(COLUMN_WORDS[column] for column in names.values()))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _plain(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
