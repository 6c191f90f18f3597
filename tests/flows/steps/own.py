"""Homes with feature views of the user's own, for tests: files are written, loaded and materialized."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from affect_store.flows.steps.own_features import materialize_own_views
from affect_store.store.engine.work_store import open_work
from affect_store.store.extensions.accepted import accept
from affect_store.store.extensions.configuration import Configuration, write_configuration
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, GAZES, NEUTRAL, USED_ANGLES_DEG
from tests.stores.build import build, built, copy
from tests.stores.design import Cell, Design, image_id, numbered

MOUTH = Path(__file__).parents[2] / "extensions" / "mouth.py"
PEOPLE = numbered("own", 5)
FACELESS: Cell = (PEOPLE[0], EMOTIONS[0], FRONTAL_DEG, GAZES[0])
DESIGN = Design("own", PEOPLE, (NEUTRAL, EMOTIONS[0]), (USED_ANGLES_DEG[0], FRONTAL_DEG), GAZES[:2], faceless=FACELESS)
SHOWN = [image_id(cell) for cell in DESIGN.cells() if cell != FACELESS]
"""The photographs with a face."""


def _build(home: Home) -> Home:
    return build(home, DESIGN)


def home_with(folder: Path, *files: Path) -> Home:
    """A copy of a home of five people that names these files; their features are not computed yet."""
    home = copy(built(_build), folder)
    accept(home, Configuration(files))
    write_configuration(home, Configuration(files))
    return home


def extension(folder: Path, text: str, name: str = "own.py") -> Path:
    """Write a file of feature views."""
    path = folder / name
    path.write_text(f"from affect_store import feature_view\n{text}", encoding="utf-8")
    return path


def published(home: Home, name: str = "with-own") -> Home:
    """Materialize the features of a home, and publish its store without pages."""
    materialize_own_views(home)
    publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    return home


def rows(home: Home, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query on the work store."""
    with open_work(home) as connection:
        return connection.execute(query).fetchall()
