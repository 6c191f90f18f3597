"""The check of a folder: every finding is right, and agrees with what a run then stores."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from PIL import Image

from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.folder_check import FolderCheck, check_folder
from affect_store.flows.steps.folder_design import missing_by_person
from affect_store.flows.steps.folder_document import as_document
from affect_store.flows.steps.folder_findings import findings, trainable
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.photo_files import MAX_FILE_BYTES
from affect_store.store.home import Home
from affect_store.store.sources import rafd
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES

PEOPLE = {f"{number:02d}": ("Kid_male", "Caucasian_female")[number % 2] for number in range(1, 9)}


def name_of(person: str, emotion: str, angle: int = 90, gaze: str = "frontal") -> str:
    return f"Rafd{angle:03d}_{person}_{PEOPLE[person]}_{emotion}_{gaze}.jpg"


def add(folder: Path, *names: str) -> Path:
    """Add files that differ in their bytes; they are no pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(name)
    return folder


def corpus(folder: Path) -> Path:
    """A whole corpus: 8 people, 8 emotions, 5 cameras, 3 gazes."""
    return add(folder, *(name_of(person, emotion, angle, gaze) for person in PEOPLE for emotion in EMOTIONS
                         for angle in ANGLES_DEG for gaze in GAZES))  # fmt: skip


def cell_of(name: str) -> tuple[str, str, int, str]:
    labels = rafd.parse(name, "lab")
    return labels.subject_id, labels.emotion, labels.camera_angle_deg, labels.gaze


def sentences(check: FolderCheck) -> str:
    return "\n".join([*findings(check), *trainable(check)])


def test_a_whole_corpus_has_nothing_to_report(tmp_path: Path) -> None:
    check = check_folder(corpus(tmp_path / "lab"))
    assert (check.layout, len(check.photos), check.design.cells) == ("rafd", 960, 960)
    assert not (check.rejects or check.skipped or check.design.missing or check.similar_ids or check.remarks)
    assert check.references.missing == {"frontal_unit": 0, "aligned": 0} and check.references.own["aligned"] == 0
    assert not check.training.untrainable and "lda" in check.training.models
    assert dict(check.training.people) == {"train": 4, "validate": 2, "test": 2}


def test_removed_and_misnamed_files_are_all_found(tmp_path: Path) -> None:
    """3 % of the files are removed, and five are misnamed."""
    folder = corpus(tmp_path / "lab")
    chosen = random.Random(5).sample(sorted(path.name for path in folder.iterdir()), 29 + 5)
    for name in chosen[5:]:
        (folder / name).unlink()
    changes = [
        ("Rafd", "Rafd0", "angle"), ("Kid", "Kids", "type"), ("male", "mael", "sex"), ("_fron", "_fro", "gaze"),
    ]  # fmt: skip
    renamed = {}
    for name, (old, new, field) in zip(chosen, changes, strict=False):
        other = name.replace("Caucasian_female", "Kid_male").replace("left", "frontal").replace("right", "frontal")
        renamed[other.replace(old, new)] = field
        (folder / name).rename(folder / other.replace(old, new))
    (folder / chosen[4]).rename(folder / "IMG_1.jpg")
    check = check_folder(folder)
    assert set(check.design.missing) == set(map(cell_of, chosen))
    assert sum(number for _, number, _ in missing_by_person(check.design)) == 34
    fields = {Path(reject.path).name: reject.unknown and reject.unknown.field for reject in check.rejects}
    assert fields == {**renamed, "IMG_1.jpg": None}
    assert {reject.unknown.nearest for reject in check.rejects if reject.unknown} >= {"Kid", "male", "frontal"}


def test_missing_cells_are_listed_by_person(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "lab")
    for path in [
        *folder.glob("*_02_*_sad_*"),
        *folder.glob("Rafd045_02_*_happy_[fl]*"),
        *folder.glob("*_02_*_angry_*"),
    ]:
        path.unlink()
    rows = missing_by_person(check_folder(folder).design)
    assert rows == [("lab-02", 32, "angry, sad; happy (45 frontal, 45 left)")]


def test_a_person_without_neutral_photographs_is_named_with_what_follows(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "lab")
    for names in ("*_01_*_neutral_*", "Rafd045_02_*_neutral_*", "Rafd090_03_*_neutral_*", "Rafd090_04_*_neutral_fr*"):
        for path in folder.glob(names):
            path.unlink()
    check = check_folder(folder)
    assert check.references.without_neutral == ("lab-01",) and check.references.without_frontal == ("lab-03",)
    assert check.references.without_camera == {45: ("lab-02",), 90: ("lab-03",)}
    assert check.references.missing == {"frontal_unit": 7 * 9 + 7 * 9 + 2 * 3, "aligned": 7 * 9 + 2 * 7 * 3}
    document = as_document(check)
    assert document["without_frontal"] == ["03"] and document["without_camera"] == {45: ["02"], 90: ["03"]}
    text = sentences(check)
    assert "1 person (01) without a neutral photograph: their photographs have no delta features" in text
    assert "1 person (02) without a neutral photograph at 45 degrees" in text
    assert "1 person (03) without a neutral photograph of the frontal camera: their photographs" in text
    assert "(04)" not in text, "a neutral photograph of another gaze is the reference"


def test_what_cannot_be_trained_is_said_with_the_reason(tmp_path: Path) -> None:
    one_take = [name_of(person, emotion) for person in PEOPLE for emotion in ("happy", "neutral")]
    check = check_folder(add(tmp_path / "lab", *one_take))
    assert check.references.own["aligned"] == 8 and set(check.training.models) == {"cnn", "point_mlp"}
    assert "each person's only neutral photograph is the reference" in sentences(check)
    check = check_folder(add(tmp_path / "one", *(name_of("01", emotion) for emotion in EMOTIONS)))
    assert "Nothing can be trained: all 8 photographs in use show one person" in sentences(check)
    check = check_folder(add(tmp_path / "profiles", *(name_of(person, "sad", 0) for person in PEOPLE)))
    assert "Nothing can be trained: no photograph is in use" in sentences(check)


def test_similar_ids_are_a_question_that_a_run_would_ask(tmp_path: Path) -> None:
    names = [name_of("01", "sad"), name_of("01", "neutral").replace("_01_", "_1_")]
    check = check_folder(add(tmp_path / "lab", *names))
    assert [[member.name for member in group] for group in check.similar_ids] == [["01", "1"]]
    assert "`--same 01=1`" in sentences(check)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Small pictures with a duplicate, a contradiction, a bad name, and a missing cell."""
    folder = tmp_path / "lab"
    folder.mkdir()
    names = [name_of(person, emotion, 90, gaze) for person in PEOPLE for emotion in ("happy", "neutral", "sad")
             for gaze in ("frontal", "left")]  # fmt: skip
    for number, name in enumerate(names[1:]):
        Image.new("RGB", (16, 16), (number * 4, 99, 7)).save(folder / name)
    (folder / names[5].replace("Rafd090", "Rafd045")).write_bytes((folder / names[5]).read_bytes())
    Image.new("RGB", (16, 16)).save(folder / names[6].replace("Kid_male", "Kid_female").replace("happy", "angry"))
    Image.new("RGB", (16, 16)).save(folder / "holiday.jpg")
    for name in (name_of("01", "angry", gaze="right"), name_of("02", "angry", gaze="right")):
        (folder / name).touch()
    os.mkfifo(folder / name_of("03", "angry", gaze="right"))
    for person in ("04", "05"):
        with (folder / name_of(person, "angry", gaze="right")).open("wb") as file:
            file.truncate(MAX_FILE_BYTES + 1)
    return folder


def test_a_run_stores_what_the_check_said(pictures: Path, tmp_path: Path) -> None:
    check = check_folder(pictures)
    home = Home(tmp_path / "home")
    ingest_folder(pictures, "rafd", "lab", home)
    with open_work(home) as connection:
        stored = connection.execute("SELECT path, reason, detail FROM catalogue.rejects ORDER BY path").fetchall()
        columns = ("subject_id", "emotion", "camera_angle_deg", "gaze")
        design = " CROSS JOIN ".join(f"(SELECT DISTINCT {name} FROM catalogue.images)" for name in columns)
        missing = connection.execute(
            f"FROM {design} ANTI JOIN catalogue.images USING ({', '.join(columns)})"
        ).fetchall()
        (count,) = connection.execute("SELECT count(*) FROM catalogue.images").fetchall()
    assert sorted((reject.path, reject.reason, reject.detail) for reject in check.rejects) == stored
    assert {reason for _, reason, _ in stored} == {
        "bad name", "duplicate bytes", "contradicts the person", "unreadable", "too large",
    }  # fmt: skip
    assert sorted(check.design.missing) == sorted(missing) and count == (len(check.photos),)


def test_a_manifest_is_checked_with_its_files(tmp_path: Path) -> None:
    add(tmp_path, "a.jpg", "b.jpg", "c.jpg", "d.gif")
    lines = ["path,subject,emotion", "a.jpg,1,happy", "b.jpg,1,hapy", "e.jpg,2,sad"]
    (tmp_path / "manifest.csv").write_text("\n".join(lines))
    check = check_folder(tmp_path)
    assert [(reject.reason, reject.unknown and reject.unknown.nearest) for reject in check.rejects] == [
        ("bad manifest row", "happy"), ("missing file", None),
    ]  # fmt: skip
    assert len(check.photos) == 1 and {reject.reason for reject in check.skipped} == {
        "not in the manifest", "unsupported format",
    }  # fmt: skip
    document = as_document(check)
    assert document["people"] == ["1"] and document["rejects"][0]["word"] == "hapy"
