"""A published store whose answers are known: faces that move as planned, predictions that err as planned.

Eight people show all emotions to two cameras with two gazes. Two photographs were not taken, one shows no face, and
one had a wrong label when it was first split and trained on.
"""

from __future__ import annotations

import shutil

from affect_store.dashboards import build as build_pages
from affect_store.flows.steps.dashboard_frames import frames_of
from affect_store.store.engine.clock import now
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from affect_store.store.vocabulary import FRONTAL_DEG, FRONTAL_GAZE, GAZES, NEUTRAL, USED_ANGLES_DEG
from tests.stores.build import build, built, insert
from tests.stores.design import BY_IMAGE, BY_PERSON, Cell, Design, PlannedRun, numbered
from tests.stores.faces import DISGUSTED, FEARFUL, HAPPY, SAD

CORPUS = "small"
PEOPLE = numbered(CORPUS, 8)
SIDE_DEG = USED_ANGLES_DEG[0]
ANGLES = (SIDE_DEG, FRONTAL_DEG)
LOOKS = GAZES[:2]

NOT_TAKEN: frozenset[Cell] = frozenset(
    {(PEOPLE[3], FEARFUL, SIDE_DEG, LOOKS[1]), (PEOPLE[7], NEUTRAL, FRONTAL_DEG, FRONTAL_GAZE)}
)
"""Cells without a photograph; the second is the reference of a person."""

FACELESS: Cell = (PEOPLE[5], HAPPY, SIDE_DEG, LOOKS[1])
MISLABELLED: Cell = (PEOPLE[2], SAD, FRONTAL_DEG, FRONTAL_GAZE)
"""Catalogued as sad; corrected to `CORRECTED_TO` after the first split and run."""

CORRECTED_TO = DISGUSTED
PICTURED = PEOPLE[:1]
"""The people whose thumbnails are stored."""

RUNS = (
    PlannedRun("vector_mlp", "corrected", BY_PERSON, 0.9),
    PlannedRun("vector_mlp", "published", BY_PERSON, 0.3),
    PlannedRun("point_mlp", "corrected", BY_PERSON, 0.85),
    PlannedRun("vector_mlp", "corrected", BY_IMAGE, 0.97),
    PlannedRun("point_mlp", "corrected", BY_IMAGE, 0.95),
)
EARLY_ID = "early"
PLANNED_P = (0.004, 0.6, 0.03)
"""Of the pairs of by_person runs, in the order of `RUNS`: only the first is below 0.05 after Holm's adjustment."""

HARD = 3
"""Number of photographs of the test part that every by_person run gets wrong."""

DESIGN = Design(
    CORPUS,
    PEOPLE,
    angles=ANGLES,
    gazes=LOOKS,
    not_taken=NOT_TAKEN,
    faceless=FACELESS,
    pictured=PICTURED,
    runs=RUNS,
    early=PlannedRun("vector_mlp", "corrected", BY_PERSON, 0.7, name=EARLY_ID),
    mislabelled=MISLABELLED,
    corrected_to=CORRECTED_TO,
    hard=HARD,
    planned_p=PLANNED_P,
)


def small_home() -> Home:
    """Return the home with the publication, built once per process; read-only."""
    return built(build_published)


def build_published(home: Home) -> Home:
    """Build the store, add a rejected file, and publish."""
    build(home, DESIGN)
    with open_work(home) as connection:
        insert(connection, "catalogue.rejects", corpus=CORPUS, path="notes.jpg", reason="unreadable",
               detail="no picture", seen_at=now())  # fmt: skip
    publish.publish(home, "1", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    return home


def home_with_pages() -> Home:
    """Return a copy of the home whose publication has dashboards, built once per process; read-only."""
    return built(_build_with_pages)


def _build_with_pages(home: Home) -> Home:
    shutil.copytree(small_home().root, home.root, symlinks=True)
    connection = open_published(home)
    try:
        build_pages.write(frames_of(connection, {"published": "today"}), home.dashboards.parent)
    finally:
        connection.close()
    return home
