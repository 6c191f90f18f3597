"""The names of a user's own feature views and models: none is the product's or declared twice, all inputs are known."""

from __future__ import annotations

from collections.abc import Sequence

from affect_store.store.errors import ExtensionError, unknown_name
from affect_store.store.extensions.own_model import OwnModel
from affect_store.store.extensions.own_view import NOT_STORED, OWN_VALUES, OwnView
from affect_store.store.features import feature_views

_COMPUTED_IN_TRAINING = frozenset({"measure_changes"})
"""Features that training computes from landmarks itself, for the product's own models."""

_COLUMNS = frozenset({"rgb", "reference_rgb", "reference_landmarks", "relative", "label", "image_id", "images"})
"""Further names of columns of training rows, and of what is quarantined."""


def product_features() -> frozenset[str]:
    """Return the features of the product that a view can have as inputs."""
    return frozenset(view.feature for view in feature_views.chosen())


def reserved_names() -> frozenset[str]:
    """Return the names that a feature of the user's own cannot have."""
    chosen = feature_views.chosen(published=feature_views.PUBLISHED_FEATURES)
    return frozenset({*(view.feature for view in chosen), *(view.view for view in chosen), OWN_VALUES, *NOT_STORED,
                      *_COLUMNS})  # fmt: skip


def in_order(views: Sequence[OwnView]) -> tuple[OwnView, ...]:
    """Return the views, each after those that it needs.

    Raises `ExtensionError` for a reserved name, for two views of a name, for an unknown input, and for a circle.
    """
    reserved, by_name = reserved_names(), dict[str, OwnView]()
    for view in views:
        if view.name in reserved:
            raise ExtensionError(
                f"{view.title}: {view.name!r} is a name of affect-store; rename the feature view, for instance to "
                f"'my_{view.name}'"
            )
        if view.name in by_name:
            raise ExtensionError(
                f"{view.title}: the feature view {view.name!r} is also declared in {by_name[view.name].title}; "
                "rename one of them"
            )
        by_name[view.name] = view
    ordered: dict[str, OwnView] = {}
    for view in views:
        _add(view, by_name, ordered, ())
    return tuple(ordered.values())


def require_usable(models: Sequence[OwnModel], views: Sequence[OwnView]) -> None:
    """Raise `ExtensionError` for a model with the name of a feature or of another model, and for an unknown input.

    The names of the product's models are not known here.
    """
    own = {view.name: view.title for view in views}
    titles = dict(own)
    for model in models:
        if model.name in reserved_names():
            raise ExtensionError(f"{model.title}: {model.name!r} is a name of affect-store; rename the model")
        if model.name in titles:
            raise ExtensionError(f"{model.title}: {model.name!r} is also declared in {titles[model.name]}; rename one")
        titles[model.name] = model.title
        known = {*product_features() - _COMPUTED_IN_TRAINING, *own}
        for name in model.declaration.inputs:
            if name not in known:
                raise ExtensionError(f"{model.title}, model {model.name!r}: {unknown_name('input', name, known)}")


def without_inputs_of_absent(
    declared: Sequence[OwnView | OwnModel],
) -> tuple[list[OwnView | OwnModel], list[str]]:
    """Return what can be used while a file is gone, and a sentence about each feature view and model whose inputs
    are not declared by what is left."""
    usable, sentences = list(declared), list[str]()
    while True:
        known = {*product_features(), *NOT_STORED, *(each.name for each in usable if isinstance(each, OwnView))}
        lacking = [each for each in usable if not set(each.declaration.inputs) <= known]
        if not lacking:
            return usable, sentences
        for each in lacking:
            unknown = ", ".join(name for name in each.declaration.inputs if name not in known)
            sentences.append(f"{each.name} in {each.title} needs {unknown}, which no loaded extension declares")
        usable = [each for each in usable if each not in lacking]


def _add(view: OwnView, by_name: dict[str, OwnView], ordered: dict[str, OwnView], path: tuple[str, ...]) -> None:
    if view.name in path:
        circle = " -> ".join([*path[path.index(view.name) :], view.name])
        raise ExtensionError(f"{view.title}: circular dependency of feature views: {circle}")
    if view.name in ordered:
        return
    known = product_features()
    for name in view.features:
        if name in by_name:
            _add(by_name[name], by_name, ordered, (*path, view.name))
        elif name not in known:
            message = unknown_name("input", name, {*known, *by_name, *NOT_STORED})
            raise ExtensionError(f"{view.title}, feature view {view.name!r}: {message}")
    ordered[view.name] = view
