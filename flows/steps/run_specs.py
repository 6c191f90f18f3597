"""Run specs: everything that determines a training run, and the hash that identifies it. Nothing is trained here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from importlib.metadata import version

from affect_store.flows.steps.feature_services import features_of
from affect_store.models.settings import TOWARDS_IDENTITY
from affect_store.models.systems import (
    ALL_RECIPES,
    CORRECTED,
    NOTEBOOK_SYSTEMS,
    PUBLISHED,
    RECIPES,
    REQUESTED_RECIPES,
    SOFT_LABELS,
    SYSTEMS,
    base_recipe,
    get_system,
    input_columns,
    revision,
)
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.engine.write import as_json
from affect_store.store.errors import UnknownNameError, unknown_name
from affect_store.store.features.feature_views import BICUBIC_PIXELS, SINGLE_LANDMARKS
from affect_store.store.offline import computed_columns

SEED = 7
QUICK = ("lda", "relative_lda", "appearance_lda")
"""Systems that a demo trains besides the notebook's six; the others take minutes each."""

BY_IMAGE = ("vector_mlp", "point_mlp")
"""Systems that a demo also trains by image, to show what that adds to the accuracy on deltas and on landmarks."""

LIBRARIES = ("tensorflow", "keras", "numpy", "scikit-learn", "scipy")


@dataclass(frozen=True)
class TrainingRequest:
    """The training runs that a user requests.

    Models (all if empty), one recipe or both, the maximum numbers of epochs, the number of seeds counted from
    `first_seed`, deterministic kernels; `is_demo` skips slow systems that add little to a demo. `ratings_at` is the
    time of the latest ratings by people of each split that has any.
    """

    models: Sequence[str] = ()
    recipe: str | None = None
    epochs: int | None = None
    published_epochs: int | None = None
    seeds: int = 1
    first_seed: int = SEED
    is_repeatable: bool = True
    is_demo: bool = False
    ratings_at: Mapping[str, datetime] = field(default_factory=dict)

    def cap(self, recipe: str) -> int | None:
        """Return the maximum number of epochs of a recipe; None for no limit."""
        caps = (self.epochs, self.published_epochs if base_recipe(recipe) != CORRECTED else None)
        return min((cap for cap in caps if cap is not None), default=None)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Models with their recipes, in the registry's order. Raises `UnknownNameError` for an unknown name."""
        if self.recipe not in (None, *ALL_RECIPES):
            raise UnknownNameError(unknown_name("recipe", self.recipe, REQUESTED_RECIPES))
        names = {get_system(model).name for model in self.models} or set(SYSTEMS)
        pairs = [
            (name, recipe)
            for recipe in (RECIPES if self.recipe is None else (self.recipe,))
            for name in SYSTEMS
            if name in names and recipe in SYSTEMS[name].all_recipes
        ]
        if not pairs:  # a model that does not have the recipe: raises, naming those that it has
            input_columns(self.models[0], self.recipe or CORRECTED)
        return pairs

    @property
    def published_features(self) -> list[str]:
        """The features that only the published recipe reads, of the requested systems: its pixels and its landmarks."""
        of_recipe = [features_of(*system) for system in self.chosen if base_recipe(system[1]) == PUBLISHED]
        read = {BICUBIC_PIXELS if name == BICUBIC_PIXELS else SINGLE_LANDMARKS for names in of_recipe for name in names}
        return sorted(read)


def require_known(models: Sequence[str], recipe: str | None) -> None:
    """Raise `UnknownNameError` for an unknown model, or if none of the models has the recipe."""
    _ = TrainingRequest(models, recipe).chosen


@dataclass(frozen=True)
class FurtherFeatures:
    """Features that a run reads besides those that its split freezes: their versions, the time as of which they are
    read, and a hash of the checksums of the values of its photographs."""

    versions: Mapping[str, str] = field(default_factory=dict)
    moment: datetime | None = None
    digest: str = ""


NO_FURTHER_FEATURES = FurtherFeatures()


@dataclass(frozen=True)
class RunSpec:
    """Everything that determines the result of one training run.

    `parts` are the runs that it is made from: the folds that it pools, or the systems that it averages. `ratings_at` is
    the time as of which soft labels are read. A final model has a `basis`: the run by person from which it takes what
    is selected on people that a model is not trained on; `calibration` is the run that pools its folds, if there is
    one, whose predictions calibrate it.
    """

    model: str
    recipe: str
    split: FrozenSplit
    seed: int
    epochs: int | None = None
    is_repeatable: bool = True
    parts: tuple[RunSpec, ...] = ()
    pooled_run_id: str | None = None
    ratings_at: datetime | None = None
    basis: str | None = None
    calibration: str | None = None
    further: FurtherFeatures = NO_FURTHER_FEATURES

    @property
    def service(self) -> str:
        """The feature service of the model and recipe; variants of a recipe read the same features."""
        return f"{self.model}.{base_recipe(self.recipe)}"

    @property
    def versions(self) -> dict[str, str]:
        """The versions of the features that this model reads, as frozen in the split or in the run."""
        known = {**self.further.versions, **self.own_split.versions}
        return {name: known[name] for name in features_of(self.model, self.recipe) if name in known}

    @property
    def computed_versions(self) -> dict[str, str]:
        """The versions of the columns that are computed when rows are read, which no split freezes."""
        return computed_columns.versions_of(input_columns(self.model, self.recipe).values(), self.versions)

    @property
    def own_split(self) -> FrozenSplit:
        """The split with the versions of features as the recipe reads them."""
        return self.split.with_single_landmarks() if base_recipe(self.recipe) == PUBLISHED else self.split

    @property
    def libraries(self) -> dict[str, str]:
        """Versions of the libraries that determine the weights."""
        return library_versions()

    @property
    def is_pooled(self) -> bool:
        """Whether it pools folds."""
        return self.split.strategy == "folds"

    @cached_property
    def configuration(self) -> str:
        """Hash of everything that determines the run except seed and repeat, 16 hexadecimal digits."""
        scope = self.split.folds_id or self.split.split_id
        return _digest(
            self.model, self.recipe, scope, self.epochs, self.is_repeatable, self.versions, self.libraries,
            revision(self.model, self.recipe), *([self.ratings_at.isoformat()] if self.ratings_at else []),
            *([self.computed_versions] if self.computed_versions else []),
            *([TOWARDS_IDENTITY[self.model]] if self.model in TOWARDS_IDENTITY else []),
            *([self.basis, self.calibration] if self.basis else []),
            *([declared.identity, self.further.digest] if (declared := SYSTEMS[self.model].declaration) else []),
        )  # fmt: skip

    @cached_property
    def run_id(self) -> str:
        """Hash of everything that determines the run, 16 hexadecimal digits."""
        return _digest(self.configuration, self.split.split_id, self.seed, [part.run_id for part in self.parts])

    @property
    def title(self) -> str:
        """The name in the terminal: 'lda corrected fold 2'."""
        fold = "" if self.split.fold is None else f" {self.split.fold + 1}"
        return f"{self.model} {self.recipe} {self.split.strategy}{fold}"


def library_versions() -> dict[str, str]:
    """Return versions of the libraries that determine the weights."""
    return {name: version(name) for name in LIBRARIES}


def _digest(*values: object) -> str:
    return hashlib.sha256(as_json(values).encode()).hexdigest()[:16]


def run_specs_for(
    splits: Sequence[FrozenSplit], folds: Mapping[str, Sequence[FrozenSplit]], request: TrainingRequest
) -> list[RunSpec]:
    """Return the runs of every requested model and recipe on every split; `folds` holds the folds of each pooled split.

    Raises `UnknownNameError` for an unknown model or recipe.
    """
    return [
        _run_spec(model, recipe, (split, folds.get(split.split_id, ())), request, request.first_seed + step)
        for split in splits
        for step in range(request.seeds)
        for model, recipe in request.chosen
        if not request.is_demo or _is_in_demo(model, recipe, split.strategy)
    ]


def _is_in_demo(model: str, recipe: str, strategy: str) -> bool:
    if strategy == "by_image":
        return recipe == CORRECTED and model in BY_IMAGE
    return model in NOTEBOOK_SYSTEMS or model in QUICK


def _run_spec(
    model: str, recipe: str, pooled: tuple[FrozenSplit, Sequence[FrozenSplit]], request: TrainingRequest, seed: int
) -> RunSpec:
    """One run with its parts; `pooled` is the split with its folds, if it pools any."""
    split, folds = pooled
    ratings_at = request.ratings_at.get(split.split_id) if recipe == SOFT_LABELS else None
    spec = RunSpec(model, recipe, split, seed, request.cap(recipe), request.is_repeatable, ratings_at=ratings_at)
    if spec.is_pooled:
        parts = tuple(_run_spec(model, recipe, (fold, ()), request, seed) for fold in folds)
        pooled_run_id = replace(spec, parts=parts).run_id
        return replace(spec, parts=tuple(replace(part, pooled_run_id=pooled_run_id) for part in parts))
    members = tuple(_run_spec(member, CORRECTED, pooled, request, seed) for member in SYSTEMS[model].members)
    return replace(spec, parts=members)


def in_order(specs: Sequence[RunSpec]) -> Iterator[RunSpec]:
    """Yield every run once, each after its parts."""
    seen: set[str] = set()

    def walk(spec: RunSpec) -> Iterator[RunSpec]:
        if spec.run_id not in seen:
            for part in spec.parts:
                yield from walk(part)
            seen.add(spec.run_id)
            yield spec

    for spec in specs:
        yield from walk(spec)
