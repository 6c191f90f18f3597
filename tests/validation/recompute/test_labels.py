"""Labels are read again from the manifest and the file names; either may be right."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from affect_store.store.sources.manifest import COLUMNS, FILE_NAME
from affect_store.validation.audit import audit
from affect_store.validation.recompute.labels import LABELS_CHECK
from affect_store.validation.verdict import Finding
from tests.stores.clean import PEOPLE
from tests.stores.design import image_id


def labels_finding(store: Path) -> Finding:
    verdict = audit(store, audit_id="labels", stage="rows", tables=["catalogue.images"])
    return next(finding for finding in verdict.findings if finding.check == LABELS_CHECK)


def corpus(folder: Path, name: str, emotion: str = "happy", age: str = "") -> None:
    """Write a manifest above a folder that lists one photograph of this name."""
    values = [f"pictures/{name}", "0000", emotion, "90", "frontal", "female", "Kid", age]
    rows = [",".join(COLUMNS), ",".join(values)]
    (folder / FILE_NAME).write_text("\n".join(rows) + "\n", encoding="utf-8")


def moved(unguarded: Path, folder: Path, name: str, **other: str) -> Path:
    """Copy the store and give the first active photograph this path."""
    store = Path(shutil.copy(unguarded, folder / "work.duckdb"))
    changes = {"path": f"'{folder / 'pictures' / name}'", "corpus": "'lab'", "subject_id": "'lab-0000'"} | other
    with duckdb.connect(store) as connection:
        connection.execute(
            f"UPDATE catalogue.images SET {', '.join(f'{key} = {value}' for key, value in changes.items())}, "
            "emotion = 'happy', camera_angle_deg = 90, gaze = 'frontal', sex = 'female', population = 'Kid' "
            f"WHERE image_id = '{image_id((PEOPLE[0], 'neutral', 90, 'frontal'))}'"
        )
    return store


def test_names_of_a_clean_store_agree(guarded: Path) -> None:
    assert labels_finding(guarded).observed == "0 of 72 photographs differ"


def test_a_manifest_is_read_again(unguarded: Path, tmp_path: Path) -> None:
    corpus(tmp_path, "one.jpg")
    assert labels_finding(moved(unguarded, tmp_path, "one.jpg")).success
    corpus(tmp_path, "one.jpg", emotion="sad")
    wrong = labels_finding(moved(unguarded, tmp_path, "one.jpg"))
    assert wrong.quarantines_rows and [row[1:] for row in wrong.offending] == [("images", "")]


@pytest.mark.parametrize(
    ("listed", "stored", "is_right"), [("31.1", "31.1", True), ("31", "30", False), ("31", "NULL", False)]
)
def test_ages_are_compared_as_they_are_stored(
    listed: str, stored: str, is_right: bool, unguarded: Path, tmp_path: Path
) -> None:
    corpus(tmp_path, "one.jpg", age=listed)
    assert labels_finding(moved(unguarded, tmp_path, "one.jpg", age=stored)).success is is_right


def test_a_manifest_may_correct_a_wrong_name(unguarded: Path, tmp_path: Path) -> None:
    name = "Rafd090_0000_Kid_female_sad_frontal.jpg"
    assert labels_finding(moved(unguarded, tmp_path, name)).quarantines_rows
    corpus(tmp_path, name)
    assert labels_finding(moved(unguarded, tmp_path, name)).success


def test_an_id_that_another_replaces_agrees_with_its_source(unguarded: Path, tmp_path: Path) -> None:
    corpus(tmp_path, "one.jpg")
    store = moved(unguarded, tmp_path, "one.jpg", subject_id="'lab-same'")
    assert labels_finding(store).quarantines_rows
    with duckdb.connect(store) as connection:
        connection.execute("INSERT INTO catalogue.identities BY NAME SELECT 'lab-0000' AS subject_id, 'lab' AS corpus, "
                           "'lab-same' AS same_as_subject_id, now() AS decided_at")  # fmt: skip
    assert labels_finding(store).success


def test_photographs_without_a_source_are_a_warning_with_the_reason(unguarded: Path, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("no manifest of ours\n", encoding="utf-8")
    finding = labels_finding(moved(unguarded, tmp_path, "one.jpg"))
    assert not finding.success and not finding.stops and not finding.quarantines_rows
    assert finding.observed.startswith("0 of 71 photographs differ; 1 without a source were not checked; ")
    assert f"'{tmp_path / FILE_NAME}'" in finding.observed


def test_names_of_another_database_count_only_in_its_layout(unguarded: Path, tmp_path: Path) -> None:
    """A manifest that is out of reach may have given files with names of KDEF other labels."""
    store = moved(unguarded, tmp_path, "AF01HAS.JPG")
    assert "1 without a source were not checked" in labels_finding(store).observed
    with duckdb.connect(store) as connection:
        connection.execute("INSERT INTO quality.settings (key, setting) VALUES ('corpus_layout:lab', 'kdef')")
    assert labels_finding(store).quarantines_rows, "the name has the person F01"
