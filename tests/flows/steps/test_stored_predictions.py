"""Stored predictions of new photographs: each once, published, erased with a person, and no part of any score."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from affect_store.flows.steps.prediction import PredictedBatch
from affect_store.flows.steps.prediction_frame import SCHEMA
from affect_store.flows.steps.stored_predictions import TABLE, PredictionsToStore
from affect_store.store.engine.query import run_query
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError, UnreadablePhotoError
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from affect_store.store.vocabulary import HAPPY, PROBABILITIES
from tests.flows.forgotten import SUBJECT, TESTED
from tests.stores import subjects
from tests.stores.subjects import TRAINED, affect

OTHER = "0" * 64
NAME = "parse_filename(path)"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return subjects.copy(tmp_path)


def batch(*photographs: tuple[str, str], subject: str | None = None, unreadable: int = 0) -> PredictedBatch:
    """Predictions of photographs, each a path and the SHA-256 of its bytes, and of some that cannot be read."""
    names = [path for path, _ in photographs] + [f"broken-{number}.jpg" for number in range(unreadable)]
    images = [ExtractionResult(sha256) for _, sha256 in photographs]
    images += [ExtractionResult("", unreadable="unreadable: not an image")] * unreadable
    rows = [
        {"path": name, "subject": subject, "predicted": HAPPY, **dict.fromkeys(PROBABILITIES, 0.125), "reason": None}
        for name in names
    ]
    return PredictedBatch([Path(name) for name in names], images, pl.DataFrame(rows, schema=SCHEMA))


def save(home: Home, *batches: PredictedBatch, neutral: Path | None = None, run_id: str = TRAINED) -> str:
    stored = PredictionsToStore(run_id, neutral)
    for each in batches:
        stored.add(each)
    return stored.save(home)


def stored(home: Home, columns: str = NAME) -> list[tuple]:
    with open_work(home) as connection:
        return connection.execute(f"SELECT {columns} FROM {TABLE} ORDER BY path").fetchall()


def test_the_same_photograph_with_the_same_run_is_stored_once(home: Home) -> None:
    first = batch(("a.jpg", "a" * 64), ("b.jpg", "b" * 64), ("copy of a.jpg", "a" * 64), unreadable=2)
    assert save(home, first).startswith(
        f"2 predictions stored in {TABLE}, published with the next publication; 1 stored"
    )
    before = stored(home, "*")
    assert all(Path(path).is_absolute() for (path,) in stored(home, "path")), "its folders may name the person"
    assert save(home, first) == (
        f"0 predictions stored in {TABLE}, published with the next publication; 3 stored before; "
        "2 unreadable, not stored"
    )
    assert stored(home, "*") == before and [row[0] for row in stored(home)] == ["a.jpg", "b.jpg"]
    assert stored(home, "run_id, predicted, happy_prob, reason, subject_id")[0] == (TRAINED, 4, 0.125, None, None)


def test_another_neutral_photograph_or_person_is_another_prediction(home: Home, tmp_path: Path) -> None:
    neutral = tmp_path / "neutral.jpg"
    neutral.write_bytes(b"neutral")
    photograph = ("a.jpg", "a" * 64)
    for prediction in (batch(photograph), batch(photograph, subject=TESTED)):
        save(home, prediction)
    save(home, batch(photograph), neutral=neutral)
    assert len(stored(home)) == 3 and "1 stored before" in save(home, batch(photograph), neutral=neutral)
    neutral.unlink()
    with pytest.raises(UnreadablePhotoError, match="neutral photograph '.*neutral.jpg' cannot be read any more"):
        save(home, batch(photograph), neutral=neutral)


def test_nothing_else_changes_and_the_publication_holds_them(home: Home) -> None:
    with open_work(home) as connection:
        before = hash_tables(connection, ("catalogue", "features", "splits", "registry"))
    save(home, batch(("a.jpg", OTHER)))
    with open_work(home) as connection:
        after = hash_tables(connection, ("catalogue", "features", "splits", "registry"))
    assert {name for name in after if after[name] != before.get(name)} == {TABLE}
    assert not publish.is_current(home)
    publish.publish(home, "20261130T000000", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    assert run_query(home, f"SELECT {NAME} FROM {TABLE}").rows == [("a.jpg",)]


def test_an_unknown_run_is_an_error(home: Home) -> None:
    with pytest.raises(StoreError, match="does not know the run nowhere, so its predictions are not stored"):
        save(home, batch(("a.jpg", OTHER)), run_id="nowhere")
    assert stored(home) == []


@pytest.mark.long
def test_an_erasure_removes_what_shows_the_person_by_id_bytes_neutral_photograph_or_path(
    home: Home, tmp_path: Path
) -> None:
    with open_work(home) as connection:
        image_id = connection.execute(
            "SELECT min(image_id) FROM catalogue.images WHERE subject_id = ?", [SUBJECT]
        ).fetchone()
    assert image_id is not None
    save(home, batch(("by-id.jpg", "1" * 64), subject=SUBJECT), batch(("by-bytes.jpg", image_id[0])))
    save(home, batch((f"folder/{SUBJECT}/by-path.jpg", "2" * 64)), batch(("kept.jpg", "3" * 64), subject=TESTED))
    with open_work(home) as connection:
        connection.execute(
            f"INSERT INTO {TABLE} BY NAME SELECT * REPLACE ('n' AS prediction_id, 'by-neutral.jpg' AS path, "
            f"? AS neutral_sha256) FROM {TABLE} WHERE {NAME} = 'kept.jpg'", list(image_id),
        )  # fmt: skip
    publish.publish(home, "20261130T000000", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    assert affect(home, "forget", SUBJECT, "--yes")[0] == 0
    assert stored(home) == [("kept.jpg",)] == run_query(home, f"SELECT {NAME} FROM {TABLE}").rows
    message = save(home, batch(("by-id.jpg", "1" * 64), subject=SUBJECT), batch(("by-bytes.jpg", image_id[0])))
    assert "; 2 of people who withdrew consent, not stored" in message and stored(home) == [("kept.jpg",)]
