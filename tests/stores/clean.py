"""A store that passes every check of an audit; faults are planted in copies of it. Benchmarks choose its size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from affect_store.flows.steps.feature_services import all_services
from affect_store.store.engine.duckdb import define
from affect_store.store.features.feature_views import chosen
from affect_store.store.home import Home
from affect_store.store.schema import tables
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES, NEUTRAL, USED_ANGLES_DEG
from tests.stores import build
from tests.stores.design import BY_PERSON, Design, PlannedRun, numbered

VERSIONS = {view.feature: view.version for view in chosen()}
LANDMARKS, PIXELS, FRONTAL, ALIGNED = (VERSIONS[name] for name in ("landmarks", "pixels", "frontal_unit", "aligned"))
CORPUS = "clean"
_FIRST_SERVICES = ("mm1.corrected", "general_mlp.corrected")
"""Two systems of the same inputs."""


def design(size: int = 6, emotions: tuple[str, ...] = (NEUTRAL, EMOTIONS[0]), gazes: tuple[str, ...] = GAZES[:2],
           runs: int = 2) -> Design:  # fmt: skip
    """Return the design of a store of this size with all five camera angles; the first person has a face missing."""
    others = (
        name
        for name, features in all_services().items()
        if "." in name and name not in _FIRST_SERVICES and VERSIONS.keys() >= set(features)
    )
    systems = [name.split(".") for name in (*_FIRST_SERVICES, *others)][:runs]
    return Design(
        CORPUS,
        numbered(CORPUS, size),
        emotions,
        ANGLES_DEG,
        gazes,
        populations=("Kid",),
        faceless=(numbered(CORPUS, 1)[0], EMOTIONS[0], USED_ANGLES_DEG[0], gazes[0]),
        runs=tuple(PlannedRun(*system, BY_PERSON, 0.5, has_weights=False) for system in systems),
    )


DESIGN = design()
PEOPLE = DESIGN.people


def clean_home() -> Home:
    """Return the home with the small clean store, built once per process; read-only."""
    return build.built(_build)


def rated_home() -> Home:
    """Return the home with the same store and ratings of every photograph, built once per process; read-only."""
    return build.built(_build_rated)


def _build_rated(home: Home) -> Home:
    return build.build(home, replace(DESIGN, is_rated=True))


def _build(home: Home) -> Home:
    return build.build(home, DESIGN)


def copy(folder: Path) -> Home:
    """Return a copy of the clean home that a test may change."""
    return build.copy(clean_home(), folder)


def rated_copy(folder: Path) -> Home:
    """Return a copy of the home with ratings that a test may change."""
    return build.copy(rated_home(), folder)


def without_guards(guarded: Path, path: Path) -> Path:
    """Copy a store without CHECK, NOT NULL and PRIMARY KEY constraints, so that faults can be planted."""
    with duckdb.connect(path) as connection:
        connection.execute(f"ATTACH '{guarded}' AS guarded (READ_ONLY)")
        for schema in tables.SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        for table in tables.TABLES:
            connection.execute(f"CREATE TABLE {table.qualified} AS FROM guarded.{table.qualified}")
        define(connection)
    return path
