"""Declarations of a user's own models, by a decorator that leaves the function as it is.

Nothing is loaded or trained here, and nothing heavy is imported.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any, TypeVar

from affect_store.store.errors import ExtensionError
from affect_store.store.extensions.declare import attach, checked_revision, description_of, require_name

_MAX_TITLE = 60
_Function = TypeVar("_Function", bound=Callable[..., Any])

SHAPES, CLASSES, SEED = "shapes", "classes", "seed"
"""What the function of a model may take: one that takes the shapes builds a network, others return an estimator."""


@dataclass(frozen=True)
class ModelDeclaration:
    """A model of the user's own: `function` returns an estimator of scikit-learn, or builds a Keras model.

    `arguments` are those of `SHAPES`, `CLASSES` and `SEED` that it takes. A network is trained for at most `epochs`,
    and stops after `patience` epochs without a lower validation loss.
    """

    name: str
    inputs: tuple[str, ...]
    function: Callable[..., Any]
    title: str
    description: str
    arguments: tuple[str, ...] = ()
    revision: int = 1
    epochs: int = 60
    batch: int = 64
    patience: int = 8

    @property
    def is_network(self) -> bool:
        """Whether the function builds a network."""
        return SHAPES in self.arguments


def model(
    *,
    inputs: Sequence[str],
    title: str | None = None,
    revision: int = 1,
    epochs: int = 60,
    batch: int = 64,
    patience: int = 8,
    name: str | None = None,
) -> Callable[[_Function], _Function]:
    """Declare a function as a model that is trained, compared and published like those of the product.

    A function without parameters returns an estimator of scikit-learn with `predict_proba`; it is fitted to a matrix of
    all inputs, (n, features) float32, and its `random_state` is the seed of the run unless it has one. A function that
    takes `shapes` (the shape of each input by name) and `classes` (their number) builds a Keras model with a softmax
    over the classes, whose inputs are in the order of `inputs`. Either may take `seed`.

    Args:
        inputs: Features that it reads, the product's or your own: `aligned`, `frontal_unit` and `landmarks` are
            vectors (1404,), `pixels` (128, 85, 3) uint8, others (k,).
        title: Name on pages; by default that of the function in words.
        revision: Increase it if the results change although neither function nor file does.
        epochs: Maximum number of epochs of a network.
        batch: Photographs per step of a network.
        patience: Number of epochs without a lower validation loss after which a network stops.
        name: Name of the model; by default that of the function.

    Raises `ExtensionError` for a declaration that cannot be used.
    """

    def declare(function: _Function) -> _Function:
        if not isinstance(function, FunctionType):
            raise ExtensionError(f"@model: expected a function, received {type(function).__name__}")
        named = name or function.__name__
        place = f"model {named!r}"
        require_name(place, named)
        for key, value in {"epochs": epochs, "batch": batch, "patience": patience}.items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ExtensionError(f"{place}: expected {key} of 1 or more, received {value!r}")
        if title is not None and not (isinstance(title, str) and title.isprintable() and 0 < len(title) <= _MAX_TITLE):
            raise ExtensionError(f"{place}: expected a title of 1 to {_MAX_TITLE} characters, received {title!r:.80}")
        declaration = ModelDeclaration(
            named, _model_inputs(place, inputs), function, title or named.replace("_", " ").capitalize(),
            description_of(function, named), _arguments(place, function), checked_revision(place, revision),
            epochs, batch, patience,
        )  # fmt: skip
        attach(function, declaration)
        return function

    return declare


def _model_inputs(place: str, inputs: Sequence[str]) -> tuple[str, ...]:
    if isinstance(inputs, str) or not inputs or not all(isinstance(each, str) for each in inputs):
        raise ExtensionError(f"{place}: expected inputs such as ('aligned',), received {inputs!r}")
    if len(set(inputs)) < len(inputs):
        raise ExtensionError(f"{place}: expected different inputs, received {', '.join(inputs)}")
    return tuple(inputs)


def _arguments(place: str, function: FunctionType) -> tuple[str, ...]:
    parameters = inspect.signature(function).parameters.values()
    names = tuple(each.name for each in parameters if each.default is each.empty)
    by_name = all(each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY) for each in parameters)
    if not by_name or not set(names) <= {SHAPES, CLASSES, SEED}:
        raise ExtensionError(
            f"{place}: expected a function of {SHAPES}, {CLASSES} and {SEED}, or of none of them, received "
            f"{function.__name__}{inspect.signature(function)}"
        )
    return names
