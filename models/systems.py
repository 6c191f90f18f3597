"""Declare the systems (models to train), their inputs, and the training column of each input in each recipe.

Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from affect_store.store.errors import ExtensionError, UnknownNameError, similar_names, unknown_name
from affect_store.store.extensions.own_model import OwnModel

PIXELS, DELTA, POSITION = "pixels", "delta", "position"
REFERENCE_PIXELS, REFERENCE_POSITION = "reference_pixels", "reference_position"
MEASURE_CHANGES, RELATIVE = "measure_changes", "relative_delta"
IMAGE_INPUTS = frozenset({PIXELS, REFERENCE_PIXELS})
"""Inputs that hold photographs, uint8 (128, 85, 3); the others hold vectors, float32 (1404,), or for the changes of the
measures one number per measure."""

PUBLISHED, CORRECTED = "published", "corrected"
RECIPES = (PUBLISHED, CORRECTED)
"""The recipes that systems are trained in by default."""

PUBLISHED_WITH_SLIPS = "published_with_slips"
"""The published recipe with the notebook's indexing errors, which only `affect replicate --with-slips` trains."""

SOFT_LABELS = "soft_labels"
"""The corrected recipe with networks that learn the distribution of human ratings instead of the intended emotion."""

REQUESTED_RECIPES = (*RECIPES, SOFT_LABELS)
"""The recipes that a user can request for any training."""

ALL_RECIPES = (*REQUESTED_RECIPES, PUBLISHED_WITH_SLIPS)

NETWORK, LINEAR, ENSEMBLE, OWN = "network", "linear", "ensemble", "own"
"""Families: trained epoch by epoch; solved without epochs; the mean of other systems' probabilities; of the user."""

_VARIANT_OF = {PUBLISHED_WITH_SLIPS: PUBLISHED, SOFT_LABELS: CORRECTED}

_REVISIONS = {PUBLISHED: 3, CORRECTED: 2, PUBLISHED_WITH_SLIPS: 3, SOFT_LABELS: 2}
"""Increment whenever a change of this folder changes the result of the notebook's systems in a recipe, or of others."""

_CHANGES_OF_SYSTEMS = {"lda": 1, "appearance_lda": 1, "ensemble": 1}
"""Number of changes of a system alone, or of a member of it, which add to the revision that it shares with others."""

CHALLENGERS = ("vector_mlp", "lda", "appearance_lda")
"""The default challengers of a champion: they train in minutes, not hours, and predict a photograph whatever is
predicted with it."""

_TEXTURE_INPUTS = (PIXELS, POSITION, REFERENCE_PIXELS, REFERENCE_POSITION)
"""Inputs from which the texture change of a face against its reference is sampled; see `texture_layers.py`."""

_DELTA_AND_TEXTURE = (DELTA, *_TEXTURE_INPUTS)


@dataclass(frozen=True)
class System:
    """A way to classify photographs: its family, inputs and recipes, the number of epochs in the 2022 notebook (0 for
    other systems), the systems in the corrected recipe that it averages, and whether it had indexing errors in 2022."""

    name: str
    title: str
    description: str
    inputs: tuple[str, ...]
    family: str = NETWORK
    recipes: tuple[str, ...] = (CORRECTED,)
    published_epochs: int = 0
    members: tuple[str, ...] = ()
    has_slips: bool = False
    declaration: OwnModel | None = None
    """What the user declared, of a system of the user's own."""

    @property
    def all_recipes(self) -> tuple[str, ...]:
        """Its recipes, with that of the notebook's indexing errors if it had any, and soft labels for a network."""
        slips = (PUBLISHED_WITH_SLIPS,) if self.has_slips else ()
        return (*self.recipes, *slips, *((SOFT_LABELS,) if self.family == NETWORK else ()))


def _notebook_system(name: str, title: str, description: str, inputs: tuple[str, ...], epochs: int) -> System:
    has_slips = name in ("cnn", "vector_mlp", "mm1", "mm2")
    return System(name, title, description, inputs, recipes=RECIPES, published_epochs=epochs, has_slips=has_slips)


SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        _notebook_system("general_mlp", "General MLP", "one multilayer perceptron over pixels and deltas",
                         (PIXELS, DELTA), 20),
        _notebook_system("cnn", "CNN", "three convolutional layers over the whole photograph", (PIXELS,), 50),
        _notebook_system("vector_mlp", "Vector MLP", "a multilayer perceptron over the deltas", (DELTA,), 100),
        _notebook_system("mm1", "MM1", "CNN and vector MLP, fused", (PIXELS, DELTA), 50),
        _notebook_system("point_mlp", "Point MLP", "a multilayer perceptron over landmark positions; "
                         "in 2022 it was trained only inside MM2, never alone", (POSITION,), 100),
        _notebook_system("mm2", "MM2", "CNN, vector MLP and point MLP, fused", (PIXELS, DELTA, POSITION), 50),
        System("logistic", "Logistic regression", "multinomial logistic regression over the deltas", (DELTA,), LINEAR,
               RECIPES),
        System("lda", "Shrinkage LDA", "linear discriminant analysis with shrunk covariance over the deltas", (DELTA,),
               LINEAR),
        System("relative_lda", "Relative LDA", "linear discriminant analysis with shrunk covariance over the deltas "
               "relative to the person: centred and scaled by the person's photographs", (RELATIVE,), LINEAR),
        System("measures_lda", "Measures LDA", "linear discriminant analysis with shrunk covariance over the changes "
               "of the measures alone, with coefficients that people can read", (MEASURE_CHANGES,), LINEAR),
        System("appearance_lda", "Appearance LDA", "linear discriminant analysis with shrunk covariance over deltas "
               "and texture change", _DELTA_AND_TEXTURE, LINEAR),
        System("mesh_network", "Mesh network", "graph convolutions over the 468 landmarks: displacement and texture "
               "change of each", _DELTA_AND_TEXTURE),
        System("face_cnn", "Face CNN", "convolutional layers over the shape-normalised face and its change",
               _TEXTURE_INPUTS),
        System("fusion", "Fusion", "deltas, texture change and face CNN features, with modality dropout",
               _DELTA_AND_TEXTURE),
        System("ensemble", "Ensemble", "mean calibrated probabilities of its members", _DELTA_AND_TEXTURE, ENSEMBLE,
               members=("vector_mlp", "appearance_lda", "mesh_network", "face_cnn", "fusion")),
    )
}  # fmt: skip
"""The six systems of the 2022 notebook in its order, the linear baselines, and the systems that improve on them."""


def use_own(models: Sequence[OwnModel]) -> None:
    """Make these models of a user's own the systems of this process besides the product's, and no others.

    Raises `ExtensionError` for the name of a system of the product.
    """
    for model in models:
        if model.name in SYSTEMS and SYSTEMS[model.name].family != OWN:
            raise ExtensionError(
                f"{model.title}: {model.name!r} is a model of affect-store; rename yours, for instance to "
                f"'my_{model.name}'"
            )
    for name in [name for name, system in SYSTEMS.items() if system.family == OWN]:
        del SYSTEMS[name]
    for model in models:
        declared = model.declaration
        SYSTEMS[model.name] = System(
            model.name, declared.title, declared.description, declared.inputs, OWN, declaration=model
        )


def is_ensemble(system: str) -> bool:
    """Return whether a system averages others; one of the user's own that is not loaded does not."""
    return system in SYSTEMS and SYSTEMS[system].family == ENSEMBLE


NOTEBOOK_SYSTEMS = tuple(name for name, system in SYSTEMS.items() if system.published_epochs)
"""The six systems of the notebook."""


def require_of_notebook(models: Sequence[str]) -> None:
    """Raise `UnknownNameError` if one of these is no system of the notebook."""
    other = next((name for name in models if name not in NOTEBOOK_SYSTEMS), None)
    if other is not None:
        raise UnknownNameError(
            f"{other!r} is no system of the notebook, expected some of {' '.join(NOTEBOOK_SYSTEMS)}; `affect train` "
            "trains others"
        )


def revision(system: str, recipe: str) -> int:
    """Return the revision of a system in a recipe. It is part of a run's identity: runs of earlier revisions stay in
    the registry and are not taken for runs of this one."""
    common = _REVISIONS[recipe if system in NOTEBOOK_SYSTEMS else CORRECTED]
    return common + _CHANGES_OF_SYSTEMS.get(system, 0)


def base_recipe(recipe: str) -> str:
    """Return the recipe, published or corrected, that this recipe is or that it varies in one respect."""
    return _VARIANT_OF.get(recipe, recipe)


def reads_zeros(system: str, recipe: str) -> bool:
    """Return whether a system reads zeros as the deltas of photographs that are their own reference.

    The notebook's systems did, which tells them that these photographs are neutral; others leave them out.
    """
    return base_recipe(recipe) == PUBLISHED and system in NOTEBOOK_SYSTEMS and DELTA in SYSTEMS[system].inputs


def reads_other_photographs(system: str) -> bool:
    """Return whether the prediction of a photograph depends on which others of the person are predicted with it."""
    return system in SYSTEMS and RELATIVE in SYSTEMS[system].inputs


_COLUMNS = {
    PIXELS: "rgb",
    POSITION: "landmarks",
    REFERENCE_PIXELS: "reference_rgb",
    REFERENCE_POSITION: "reference_landmarks",
    MEASURE_CHANGES: "measure_changes",
    RELATIVE: "relative",
}
_PUBLISHED_COLUMNS = {PIXELS: "bicubic_pixels", DELTA: "frontal_unit"}
_RECIPE_COLUMNS = {PUBLISHED: _PUBLISHED_COLUMNS, CORRECTED: {DELTA: "aligned"}}
"""Columns of the inputs that differ between the recipes."""

_OWN_COLUMNS = {"pixels": "rgb"}
"""Columns of the inputs of a user's own systems, which are features, if they have another name."""

COLUMN_TITLES = {
    "rgb": "pixels",
    "bicubic_pixels": "pixels",
    "frontal_unit": "delta features",
    "aligned": "delta features",
    "relative": "delta features",
    "landmarks": "landmarks",
    "reference_rgb": "a reference photograph",
    "reference_landmarks": "a reference photograph",
    "measure_changes": "changes of the measures",
}
"""Names of the columns in messages to the user."""


def input_columns(system: str, recipe: str) -> dict[str, str]:
    """Return input name -> column of the training frame, in the order of the system's inputs.

    Raises `UnknownNameError` for a system, or a recipe of it, that does not exist.
    """
    declared = get_system(system)
    if recipe not in declared.all_recipes:
        raise UnknownNameError(unknown_name(f"recipe of {system!r}", recipe, declared.all_recipes))
    if declared.family == OWN:
        return {name: _OWN_COLUMNS.get(name, name) for name in declared.inputs}
    names = {**_COLUMNS, **_RECIPE_COLUMNS[base_recipe(recipe)]}
    return {name: names[name] for name in declared.inputs}


def get_system(system: str) -> System:
    """Return a system by name. Raises `UnknownNameError`, which suggests similar names or lists the known ones."""
    if system not in SYSTEMS:
        similar = similar_names(system, SYSTEMS, cutoff=0.6)
        advice = f"did you mean {', '.join(similar)}?" if similar else f"available: {', '.join(SYSTEMS)}"
        raise UnknownNameError(f"there is no model {system!r}; {advice}")
    return SYSTEMS[system]
