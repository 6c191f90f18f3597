"""A network of the user's own: built by the user's function, with the inputs of the product's networks around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from affect_store.models.backend import keras
from affect_store.models.rows import Rows
from affect_store.store.errors import UntrainableError
from affect_store.store.extensions.declare_model import CLASSES, SEED, SHAPES, ModelDeclaration
from affect_store.store.extensions.results import one_line


def build(declaration: ModelDeclaration, rows: Rows, seed: int) -> keras.Model:
    """Return the network, with inputs by name: bytes of pixels uint8, vectors float32.

    Raises `UntrainableError` if the function raises, or returns no network of these inputs and classes.
    """
    shapes = {name: values.shape for name, values in rows.inputs.items()}
    arguments: dict[str, Any] = {SHAPES: dict(shapes), CLASSES: len(rows.classes), SEED: seed}
    try:
        network = declaration.function(**{name: arguments[name] for name in declaration.arguments})
    except (Exception, SystemExit) as error:  # the code is the user's
        raise UntrainableError(f"the function of {declaration.name} raised {_in_words(error)}") from error
    if not isinstance(network, keras.Model):
        raise UntrainableError(
            f"the function of {declaration.name} returned {type(network).__name__}, expected a Keras model"
        )
    inputs = {name: keras.Input(shapes[name], dtype=_dtype(rows, name), name=name) for name in shapes}
    try:
        model = keras.Model(inputs, network(_arranged(network, inputs)), name=declaration.name)
        _require_storable(model)
    except Exception as error:
        raise UntrainableError(f"the network of {declaration.name} cannot be used: {_in_words(error)}") from error
    if model.output_shape != (None, len(rows.classes)):
        raise UntrainableError(
            f"the network of {declaration.name} returns {model.output_shape}, expected {(None, len(rows.classes))}"
        )
    return model


def optimizer_of(network: keras.Model, learning_rate: float) -> Any:
    """Return the optimiser with which the user compiled the network inside, else Adam."""
    inner = [layer for layer in network.layers if isinstance(layer, keras.Model) and getattr(layer, "optimizer", None)]
    if not inner:
        return keras.optimizers.Adam(learning_rate)
    return type(inner[0].optimizer).from_config(inner[0].optimizer.get_config())


def _arranged(network: keras.Model, inputs: Mapping[str, Any]) -> Any:
    """Return the inputs as the network takes them: by name, in their order, or the only one."""
    if isinstance(getattr(network, "input", None), dict):
        return dict(inputs)
    tensors = list(inputs.values())
    return tensors[0] if len(tensors) == 1 else tensors


def _require_storable(model: keras.Model) -> None:
    """Raise what Keras raises for a network that cannot be made from its configuration without running code, and
    `ValueError` for one that needs classes or functions of the user's, which only this process has registered."""
    layers = [type(layer) for layer in model._flatten_layers()]
    own = [layer.__name__ for layer in layers if not _is_known(layer)] + list(_registered_by_user(model.get_config()))
    if own:
        raise ValueError(
            f"{', '.join(dict.fromkeys(own))} is not part of Keras, so that the network could not be loaded without "
            "your code; use layers and functions of Keras"
        )
    keras.Model.from_config(model.get_config())


def _registered_by_user(node: Any) -> Iterator[str]:
    """Return the names of what a configuration needs from the registry of Keras and the user put there."""
    if isinstance(node, dict):
        names = [node.get("registered_name"), node.get("config") if node.get("class_name") == "function" else None]
        for name in names:
            if isinstance(name, str) and ">" in name and not _is_known(keras.saving.get_registered_object(name)):
                yield name.rpartition(">")[2]
    if isinstance(node, dict | list | tuple):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _registered_by_user(child)


def _is_known(value: Any) -> bool:
    """Whether a class or function is of Keras or of affect-store."""
    return str(getattr(value, "__module__", "")).startswith(("keras.", "affect_store."))


def _dtype(rows: Rows, name: str) -> str:
    return str(rows.inputs[name].blocks[0].dtype)


def _in_words(error: BaseException) -> str:
    return one_line(f"{type(error).__name__}: {error}")
