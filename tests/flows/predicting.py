"""Small homes with rendered photographs, made by the steps of a run without Prefect: with features, and with models.

Each is made once per process. They are not published: what is read comes from the work store.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from affect_store.flows.steps.audit_state import TRAINED_ON, record_audited
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.flows.steps.run_execution import execute
from affect_store.flows.steps.run_records import record_run, request_runs
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.flows.steps.scalar_features import materialize_scalar_views
from affect_store.flows.steps.splits import store_splits
from affect_store.models.systems import CORRECTED
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.feature_options import DEFAULT_OPTIONS, FeatureOptions
from affect_store.store.features.feature_views import PUBLISHED_FEATURES
from affect_store.store.home import Home
from tests.flows import corpus

CORPUS = "lab"
COMPARING, ALONE = MODELS = ("appearance_lda", "point_mlp")
"""A system that compares a face with a neutral photograph and reads pixels, and one that needs none."""

FEW, ENOUGH = 2, 6
"""People with features, and enough to train on."""


@cache
def extracted_home(people: int = FEW, options: FeatureOptions = DEFAULT_OPTIONS) -> tuple[Home, Path]:
    """Return a home with the features of rendered people, and the folder of their photographs; read-only."""
    place = Path(tempfile.mkdtemp(prefix="affect-predicting-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folder, home = place / CORPUS, Home(place / "home")
    corpus.render(folder, people)
    ingest_folder(folder, "rafd", CORPUS, home)
    materialize_landmarks(home, options, published=PUBLISHED_FEATURES)
    materialize_deltas(home)
    materialize_scalar_views(home)
    return home, folder


@cache
def predicting_home() -> tuple[Home, Path]:
    """Return a home with trained models, and the folder of its photographs; read-only."""
    extracted, folder = extracted_home(ENOUGH)
    home = Home(folder.with_name("home-with-models"))  # others read the extracted one, and expect no runs in it
    shutil.copytree(extracted.root, home.root, symlinks=True)
    store_splits(home, corpora=[CORPUS])
    with open_work(home) as connection:
        record_audited(connection, hash_tables(connection, TRAINED_ON))
    specs, _ = request_runs(home, TrainingRequest(MODELS, CORRECTED, epochs=1), "by_person")
    for spec in specs:
        record_run(home, spec, execute(home, spec))
    return home, folder


def photographs_of(folder: Path, subject: str) -> list[Path]:
    """Return the photographs of a person, sorted."""
    return sorted(folder.glob(f"*_{subject[-2:]}_*.jpg"))
