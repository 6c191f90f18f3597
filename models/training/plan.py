"""What a run selected on its validation part, by which a system is trained on everybody, without a validation part.

Source: Goodfellow, Bengio and Courville 2016, "Deep learning", section 7.8, algorithm 7.2: early stopping finds how
long to train, then the model is trained again on all data for as many epochs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from affect_store.models.settings import settings
from affect_store.models.systems import LINEAR, SYSTEMS


@dataclass(frozen=True)
class Plan:
    """How to train without a validation part.

    `epochs` is the number of epochs, None for a linear system; `rates` the learning rate of each epoch, empty where it
    does not depend on the validation loss; `inverse_penalty` that of a logistic regression.
    """

    epochs: int | None = None
    rates: tuple[float, ...] = ()
    inverse_penalty: float | None = None


def plan_of(system: str, recipe: str, parameters: Mapping[str, Any], epochs: Sequence[Mapping[str, Any]]) -> Plan:
    """Return the plan of a completed run of the system from its parameters and the rows of its epochs, in order.

    With early stopping, the number of epochs is that of the lowest validation loss, whose weights the run kept; without
    it, all that the run trained.
    """
    declared = SYSTEMS[system].declaration
    if declared is not None and not declared.declaration.is_network:
        return Plan()
    if SYSTEMS[system].family == LINEAR:
        return Plan(inverse_penalty=parameters.get("C"))
    own = settings(system, recipe)
    count = len(epochs) if own.patience is None else _best_epoch(epochs)
    if not own.lowers_rate:
        return Plan(count)
    # a row holds the rate after its epoch, which is that of the next one
    rates = [own.learning_rate, *(row["learning_rate"] for row in epochs)]
    return Plan(count, tuple(rates[:count]))


def _best_epoch(epochs: Sequence[Mapping[str, Any]]) -> int:
    """Return the number of the first epoch with the lowest validation loss; all epochs if none has a loss."""
    losses = [(row["val_loss"], number) for number, row in enumerate(epochs, 1) if row["val_loss"] is not None]
    return min(losses)[1] if losses else len(epochs)
