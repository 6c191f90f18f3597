"""Labels are read again: from the manifest where there is one, else from the names; either may be right."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from store.sources.manifest import NAME, REQUIRED
from tests.validation.fabricate import image_id, person
from validation.audit import audit
from validation.sources import LABELS_AGAIN
from validation.verdict import Finding


def found(store: Path) -> Finding:
    verdict = audit(store, audit_id="labels", stage="rows", tables=["catalogue.images"])
    return next(one for one in verdict.findings if one.check == LABELS_AGAIN)


def corpus(folder: Path, name: str, emotion: str = "happy", age: str = "") -> None:
    """A manifest above a folder, with one photograph of this name in it."""
    told = [f"pictures/{name}", "0000", emotion, "90", "frontal", "female", "Kid", age]
    rows = [",".join([*REQUIRED, "age"]), ",".join(told)]
    (folder / NAME).write_text("\n".join(rows) + "\n", encoding="utf-8")


def moved(unguarded: Path, folder: Path, name: str, **other: str) -> Path:
    """The store in which the first photograph in use is the one of that name below the folder."""
    store = Path(shutil.copy(unguarded, folder / "work.duckdb"))
    changes = {"path": f"'{folder / 'pictures' / name}'", "corpus": "'lab'", "subject_id": "'lab-0000'"} | other
    with duckdb.connect(store) as connection:
        connection.execute(
            f"UPDATE catalogue.images SET {', '.join(f'{key} = {value}' for key, value in changes.items())}, "
            "emotion = 'happy', camera_angle_deg = 90, gaze = 'frontal', sex = 'female', population = 'Kid' "
            f"WHERE image_id = '{image_id(person(0), 'neutral', 90, 'frontal')}'"
        )
    return store


def test_names_of_a_clean_store_agree(guarded: Path) -> None:
    assert found(guarded).observed == "no offending of 72"


def test_a_manifest_is_read_again(unguarded: Path, tmp_path: Path) -> None:
    corpus(tmp_path, "one.jpg")
    assert found(moved(unguarded, tmp_path, "one.jpg")).success
    corpus(tmp_path, "one.jpg", emotion="sad")
    wrong = found(moved(unguarded, tmp_path, "one.jpg"))
    assert wrong.sets_aside and [row[1:] for row in wrong.offending] == [("images", "")]


@pytest.mark.parametrize(
    ("told", "stored", "is_right"), [("31.1", "31.1", True), ("31", "30", False), ("31", "NULL", False)]
)
def test_ages_are_compared_as_they_are_stored(
    told: str, stored: str, is_right: bool, unguarded: Path, tmp_path: Path
) -> None:
    corpus(tmp_path, "one.jpg", age=told)
    assert found(moved(unguarded, tmp_path, "one.jpg", age=stored)).success is is_right


def test_a_manifest_may_correct_a_wrong_name(unguarded: Path, tmp_path: Path) -> None:
    name = "Rafd090_0000_Kid_female_sad_frontal.jpg"
    assert found(moved(unguarded, tmp_path, name)).sets_aside
    corpus(tmp_path, name)
    assert found(moved(unguarded, tmp_path, name)).success


def test_what_nothing_tells_is_said_not_to_be_there(unguarded: Path, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("no manifest of ours\n", encoding="utf-8")
    told = found(moved(unguarded, tmp_path, "one.jpg"))
    assert told.success and told.observed == "no offending of 71; of 1 neither is there"
