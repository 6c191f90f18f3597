"""What is to be trained: every run is determined by a plan, and known by a hash of it. Nothing is trained here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version

from flows.services import features_of
from models.systems import CORRECTED, NOTEBOOKS, PUBLISHED, RECIPES, REVISION, SYSTEMS, columns, named
from store.errors import UnknownNameError, unknown
from store.tables.read import FrozenSplit
from store.tables.write import as_json

SEED = 7
QUICK = ("lda", "appearance_lda")
"""Of what is meant to beat the notebook's six, what a demo trains: the others take minutes each."""

LIBRARIES = ("tensorflow", "keras", "numpy", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Asked:
    """What a user asks for: models (all where empty), one recipe or both, caps on their epochs, so many seeds from
    `first_seed` on, deterministic kernels; the demo leaves out what takes long and shows little."""

    models: Sequence[str] = ()
    recipe: str | None = None
    epochs: int | None = None
    published_epochs: int | None = None
    seeds: int = 1
    first_seed: int = SEED
    is_repeatable: bool = True
    is_demo: bool = False

    def cap(self, recipe: str) -> int | None:
        """The most epochs of a recipe, None where there is no cap."""
        caps = (self.epochs, self.published_epochs if recipe == PUBLISHED else None)
        return min((cap for cap in caps if cap is not None), default=None)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Models with their recipes, in the registry's order. Raises `UnknownNameError` for a name that none has."""
        if self.recipe not in (None, *RECIPES):
            raise UnknownNameError(unknown("recipe", self.recipe, RECIPES))
        wanted = {named(model).name for model in self.models} or set(SYSTEMS)
        pairs = [
            (name, recipe)
            for recipe in (PUBLISHED, CORRECTED)
            for name in SYSTEMS
            if name in wanted and recipe in SYSTEMS[name].recipes and self.recipe in (None, recipe)
        ]
        if not pairs:  # one model that does not have the recipe
            columns(self.models[0], self.recipe or CORRECTED)
        return pairs


def require(models: Sequence[str], recipe: str | None) -> None:
    """Raise `UnknownNameError` for a model that does not exist, and where no model has the recipe."""
    _ = Asked(models, recipe).chosen


@dataclass(frozen=True)
class Plan:
    """One run to be made: everything that determines its result.

    `parts` are the runs that it is made of: the folds that it pools, or the systems that it averages.
    """

    model: str
    recipe: str
    split: FrozenSplit
    seed: int
    epochs: int | None = None
    is_repeatable: bool = True
    parts: tuple[Plan, ...] = ()
    pooled_run_id: str | None = None

    @property
    def service(self) -> str:
        """The feature service of the model and recipe."""
        return f"{self.model}.{self.recipe}"

    @property
    def versions(self) -> dict[str, str]:
        """The view versions behind the inputs of this model, out of those of the split."""
        return {name: self.split.versions[name] for name in features_of(self.model, self.recipe)}

    @property
    def libraries(self) -> dict[str, str]:
        """Versions of the libraries that decide the weights."""
        return library_versions()

    @property
    def is_pooled(self) -> bool:
        """Whether it pools folds."""
        return self.split.strategy == "folds"

    @cached_property
    def configuration(self) -> str:
        """Sixteen hexadecimal digits over all that determines the run but its seed and repeat."""
        scope = self.split.folds_id or self.split.split_id
        return _digest(
            self.model, self.recipe, scope, self.epochs, self.is_repeatable, self.versions, self.libraries, REVISION
        )

    @cached_property
    def run_id(self) -> str:
        """Sixteen hexadecimal digits over all that determines the run."""
        return _digest(self.configuration, self.split.split_id, self.seed, [one.run_id for one in self.parts])

    @property
    def title(self) -> str:
        """How the run is called in the terminal."""
        place = "" if self.split.fold is None else f" {self.split.fold + 1}"
        return f"{self.model} {self.recipe} {self.split.strategy}{place}"


def library_versions() -> dict[str, str]:
    """Versions of the libraries that decide the weights."""
    return {name: version(name) for name in LIBRARIES}


def _digest(*told: object) -> str:
    return hashlib.sha256(as_json(told).encode()).hexdigest()[:16]


def plans(current: Sequence[FrozenSplit], folds: Mapping[str, Sequence[FrozenSplit]], asked: Asked) -> list[Plan]:
    """Every model and recipe asked for on every split; `folds` holds those of each split that pools some.

    Raises `UnknownNameError` for a model or recipe that does not exist.
    """
    return [
        _plan(model, recipe, (split, folds.get(split.split_id, ())), asked, asked.first_seed + step)
        for split in current
        for step in range(asked.seeds)
        for model, recipe in asked.chosen
        if not asked.is_demo or _is_shown_in_demo(model, recipe, split.strategy)
    ]


def _is_shown_in_demo(model: str, recipe: str, strategy: str) -> bool:
    if strategy == "by_image":
        return recipe == CORRECTED and model in NOTEBOOKS
    return model in NOTEBOOKS or model in QUICK


def _plan(model: str, recipe: str, where: tuple[FrozenSplit, Sequence[FrozenSplit]], asked: Asked, seed: int) -> Plan:
    split, folds = where
    plan = Plan(model, recipe, split, seed, asked.cap(recipe), asked.is_repeatable)
    if plan.is_pooled:
        parts = tuple(_plan(model, recipe, (fold, ()), asked, seed) for fold in folds)
        pooled = replace(plan, parts=parts)
        return replace(plan, parts=tuple(replace(part, pooled_run_id=pooled.run_id) for part in parts))
    members = tuple(_plan(member, CORRECTED, where, asked, seed) for member in SYSTEMS[model].members)
    return replace(plan, parts=members)


def in_order(plans: Sequence[Plan]) -> Iterator[Plan]:
    """Every plan once, each after its parts."""
    seen: set[str] = set()

    def walk(plan: Plan) -> Iterator[Plan]:
        if plan.run_id not in seen:
            for part in plan.parts:
                yield from walk(part)
            seen.add(plan.run_id)
            yield plan

    for plan in plans:
        yield from walk(plan)
