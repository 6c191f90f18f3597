"""What holds after every step of a walk: the home is published, and its catalogue is that of a fresh home."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

from affect_store.flows.steps import publication_pages
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.erasure import erase_person
from affect_store.flows.steps.run_records import is_trained
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.publication import repository
from affect_store.store.publication.retention import publications_to_keep
from affect_store.store.sources.named_layouts import RAFD
from tests.walk import home_commands
from tests.walk.folders import Folder, folder_of, sha256
from tests.walk.state import CORPORA, State

_PHOTOGRAPHS = (
    "SELECT image_id, corpus, path, subject_id, sex, population, age, emotion, camera_angle_deg, gaze, width_px, "
    "height_px, size_bytes, excluded_reason FROM catalogue.images ORDER BY image_id"
)
_REJECTS = "SELECT corpus, path, reason FROM catalogue.rejects ORDER BY ALL"
_CATALOGUE = ("images", "labels", "rejects")
_DUPLICATE = "duplicate bytes"
Catalogue = dict[str, tuple[Any, ...]]

_UNEXPLAINED = """
SELECT r.run_id, r.model, r.status, r.status_detail
FROM registry.current JOIN registry.runs AS r USING (run_id)
WHERE list_contains($models, r.model) AND r.status <> 'completed' AND coalesce(r.status_detail, '') = ''
    OR r.status = 'failed'
"""


def catalogue(home: Home) -> Catalogue:
    """Return the photographs whose files are there, and the rejects, by a key that does not depend on history.

    Which of two files with the same bytes is the photograph depends on which came first: such files are one entry.
    """
    with open_work(home) as connection:
        photographs = connection.execute(_PHOTOGRAPHS).fetchall()
        rejects = connection.execute(_REJECTS).fetchall()
    files: dict[str, set[str]] = defaultdict(set)
    entries: Catalogue = {}
    for corpus, path, reason in rejects:
        if reason == _DUPLICATE:
            files[sha256(Path(path))].add(path)
        else:
            entries[f"{corpus}: {path}"] = (reason,)
    for image_id, corpus, path, *labels, excluded_reason in photographs:
        is_there = Path(path).is_file() and sha256(Path(path)) == image_id
        if is_there:
            entries[image_id] = (corpus, *labels, excluded_reason, *sorted(files[image_id] | {path}))
        elif excluded_reason is None:
            entries[image_id] = ("in use, but its file is missing", path)
    return entries


def fresh_catalogue(place: Path, state: State) -> Catalogue:
    """Return the catalogue that a new home makes of the folders, after the same people were erased from it."""
    home = Home(place / "fresh")
    shutil.rmtree(home.root, ignore_errors=True)
    if state.erased:
        shutil.copytree(_erased_home(place, state).root, home.root)
    for corpus in state.ingested:
        folder = folder_of(place, corpus, state)
        ingest_folder(folder.root, folder.layout, corpus, home)
    home_commands.remove(home, state.removed)
    entries = catalogue(home)
    shutil.rmtree(home.root)
    return entries


def _erased_home(place: Path, state: State) -> Home:
    """Return a home that knew nobody but the erased people; it is made once for the same people."""
    home = Home(place / f"erased-{len(state.erased)}")
    if home.root.exists():
        return home
    unfinished = Home(place / "erased-unfinished")
    shutil.rmtree(unfinished.root, ignore_errors=True)
    for corpus in sorted({subject.partition("-")[0] for subject in state.erased}):
        ingest_folder(Folder(place, corpus).aside("erased"), RAFD, corpus, unfinished)
    for subject in state.erased:
        erase_person(unfinished, subject)
    unfinished.root.rename(home.root)
    return home


def differences(first: Catalogue, second: Catalogue) -> list[str]:
    """Return the entries in which two catalogues differ."""
    keys = [key for key in sorted({*first, *second}) if first.get(key) != second.get(key)]
    return [f"{key}: {first.get(key)} in the home, {second.get(key)} in a fresh one" for key in keys]


def require_same_catalogue(place: Path, state: State) -> None:
    """Raise `AssertionError` unless the home's catalogue is that of a fresh home.

    It must also hold no photograph of an erased person, and no broken file as a photograph.
    """
    entries = catalogue(Home(place / "home"))
    problems = differences(entries, fresh_catalogue(place, state))
    assert not problems, "\n".join(problems[:20])
    folders = [folder_of(place, corpus, state) for corpus in CORPORA]
    unwanted = [path for folder in folders for path in folder.kept("erased")]
    unwanted += [path for folder in folders for path in folder.everything() if folder.is_broken(path)]
    wrong = [path for path in unwanted if sha256(path) in entries]
    assert not wrong, f"in the catalogue: {wrong}"


def contents(home: Home) -> tuple[object, ...]:
    """Return the catalogue with its history, the labels, and the name of the current publication."""
    with open_work(home) as connection:
        rows = [connection.execute(f"FROM catalogue.{table} ORDER BY ALL").fetchall() for table in _CATALOGUE]
    return *rows, repository.current(home)


def require_artifacts(home: Home, state: State) -> None:
    """Raise `AssertionError` unless the artifacts of the requested runs are those recorded, and no run failed.

    Few photographs may leave nothing to train; the registry then says why.
    """
    with open_work(home) as connection:
        unexplained = connection.execute(_UNEXPLAINED, {"models": state.models}).fetchall()
        assert connection.execute("SELECT count(*) > 0 FROM registry.current").fetchone() == (True,), "no run"
    assert not unexplained, f"runs without a result or a reason: {unexplained}"
    runs = home_commands.requested_artifacts(home, state)
    lost = [run_id for run_id, *artifact in runs if not is_trained(home, artifact)]
    assert not lost, f"lost or damaged artifacts: {lost}"


def require_published(place: Path, state: State) -> None:
    """Raise `AssertionError` unless the current publication shows the home, and nothing is left over."""
    home = Home(place / "home")
    assert publication_pages.is_current(home, with_faces=state.options.get("with_faces", False)), (
        "the run published nothing"
    )
    assert publications_to_keep(home) == state.keep and not repository.expired(home, state.keep)
    hidden = {str(path.relative_to(home.root)) for path in (*home.root.glob("*/.*"), *home.root.glob(".*"))}
    assert {path for path in hidden if not path.endswith("/.rolled-back")} <= {".lock"}, hidden
    if repository.current(home) == repository.newest(home):
        published = open_published(home)
        try:
            shown = published.execute(_PHOTOGRAPHS).fetchall()
        finally:
            published.close()
        with open_work(home) as connection:
            assert shown == connection.execute(_PHOTOGRAPHS).fetchall(), "the publication shows other photographs"
