"""Find requested models that cannot be trained, and say why before training. Nothing is trained here.

A model needs training photographs of two emotions, and a validation photograph, that have all of its features; across
corpora also a photograph to test on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from affect_store.flows.steps.feature_services import features_of
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.models.systems import CORRECTED, ENSEMBLE, OWN, PUBLISHED, SYSTEMS, base_recipe, reads_zeros
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.features.feature_views import SINGLE_LANDMARKS
from affect_store.store.vocabulary import CROSS_CORPUS, NEUTRAL, PARTS

TRAIN, VALIDATE, TEST = PARTS
DELTAS = ("frontal_unit", "aligned")
_TITLES = {
    "landmarks": "landmarks",
    **dict.fromkeys(("pixels", "bicubic_pixels"), "pixels"),
    **dict.fromkeys(DELTAS, "delta features"),
}


@dataclass(frozen=True)
class Trainability:
    """The ids of the runs that cannot be trained, and sentences that say why and which models can be."""

    run_ids: set[str]
    sentences: tuple[str, ...] = ()


def trainability_of(connection: Connection, specs: Sequence[RunSpec]) -> Trainability:
    """Return which of these runs cannot be trained on the features that their splits have."""
    splits = {spec.split.split_id: spec.split for spec in specs if not spec.is_pooled}
    members = {split_id: _members(connection, split) for split_id, split in splits.items()}
    reasons: dict[str, str] = {}
    for spec in specs:  # each run comes after its parts
        if reason := _reason(spec, members, reasons):
            reasons[spec.run_id] = reason
    models: dict[str, list[str]] = {}
    for spec in specs:
        if spec.run_id in reasons and not spec.is_pooled and SYSTEMS[spec.model].family != ENSEMBLE:
            models.setdefault(reasons[spec.run_id], []).append(spec.model)
    sentences = [f"Cannot be trained: {_listed(names)}, because {reason}." for reason, names in models.items()]
    if sentences:
        sentences.append(_alternatives(specs, members, reasons, splits))
    return Trainability(set(reasons), tuple(sentences))


def _members(connection: Connection, split: FrozenSplit) -> pl.DataFrame:
    own = reader.own_references(connection, split)
    return reader.split_checksums(connection, split).with_columns(is_own_reference=pl.col("image_id").is_in(own))


def _reason(spec: RunSpec, members: dict[str, pl.DataFrame], reasons: dict[str, str]) -> str:
    """Return why a run cannot be trained; empty if it can, or if one of its parts was trained earlier."""
    if spec.is_pooled:
        return next((reasons[part.run_id] for part in spec.parts if part.run_id in reasons), "")
    if SYSTEMS[spec.model].family == ENSEMBLE:
        return "none of its models can be trained" if all(part.run_id in reasons for part in spec.parts) else ""
    own = members[spec.split.split_id]
    if base_recipe(spec.recipe) == PUBLISHED and SINGLE_LANDMARKS in spec.split.versions:
        own = own.with_columns(landmarks=pl.col(SINGLE_LANDMARKS))
    if reads_zeros(spec.model, spec.recipe):
        zeros = pl.when("is_own_reference").then(pl.lit("zeros"))
        own = own.with_columns(frontal_unit=pl.coalesce("frontal_unit", zeros))
    features = [name for name in features_of(spec.model, spec.recipe) if name in own.columns]
    reason = why_untrainable(own, features)
    if not reason and spec.split.strategy == CROSS_CORPUS and _complete(own, features).filter(part=TEST).is_empty():
        return f"no photograph to test on has {_needed(features)}"
    return reason


def why_untrainable(members: pl.DataFrame, features: Sequence[str]) -> str:
    """Return why no model can be trained on these features of a split; empty if models can.

    `members` has the columns emotion and part, and one per feature that is NULL where a photograph lacks it. If one
    feature alone is the reason, it is the only one that is named.
    """
    alone = (_why_untrainable(members, [name]) for name in features)
    return next(filter(None, alone), "") or (_why_untrainable(members, features) if features else "")


def _why_untrainable(members: pl.DataFrame, features: Sequence[str]) -> str:
    complete = _complete(members, features)
    emotions = sorted(set(complete.filter(part=TRAIN)["emotion"]))
    if len(emotions) > 1 and not complete.filter(part=VALIDATE).is_empty():
        return ""
    needed = _needed(features)
    shown = set(members.filter(part=TRAIN)["emotion"])
    if not emotions:
        has_no_neutral = NEUTRAL not in set(members["emotion"]) and not set(DELTAS).isdisjoint(features)
        because = ": nobody has a neutral photograph to compare with" if has_no_neutral else ""
        return f"no training photograph has {needed}{because}"
    if len(emotions) == 1:
        is_reference = NEUTRAL in shown and not set(DELTAS).isdisjoint(features)
        because = " (each person's only neutral photograph is the reference)" if is_reference else ""
        return f"all training photographs with {needed} show {emotions[0]}{because}, and two emotions are needed"
    return f"no validation photograph has {needed}"


def _complete(members: pl.DataFrame, features: Sequence[str]) -> pl.DataFrame:
    """Return the photographs that have all of these features."""
    return members.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in features)) if features else members


def _needed(features: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(_TITLES[name] for name in features))


def _alternatives(
    specs: Sequence[RunSpec], members: dict[str, pl.DataFrame], reasons: dict[str, str], splits: dict[str, FrozenSplit]
) -> str:
    """Say which models can be trained on all of these splits."""
    names = [
        name
        for name, system in SYSTEMS.items()
        if system.family not in (ENSEMBLE, OWN)
        and not any(why_untrainable(members[split_id], features_of(name, CORRECTED)) for split_id in splits)
    ]
    if not names:
        return "No other model can be trained on these photographs either; the features are published without models."
    requested = {spec.model for spec in specs if spec.run_id not in reasons}
    advice = "" if requested else f": `affect train --model {','.join(names)}`"
    return f"Can be trained, since they do not need these features: {', '.join(names)}{advice}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))
