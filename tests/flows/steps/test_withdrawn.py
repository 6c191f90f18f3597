"""Photographs of an erased person stay out under any id, name, folder or corpus; nothing that names them is kept."""

import hashlib
import shutil
from pathlib import Path

import pytest
from PIL import Image

from affect_store.flows.steps import erasure
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.identity import IdentityAnswers
from affect_store.store.engine.settings import get_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey
from tests.stores import build

SHOTS = ("sad_left", "sad_right")
BROKEN = "Rafd090_02_Kid_male_angry_left.jpg"


def name_of(number: str, shot: str) -> str:
    return f"Rafd090_{number}_Kid_male_{shot}.jpg"


def save(path: Path, shade: int) -> Path:
    Image.new("RGB", (40, 60), (shade, shade, shade)).save(path)
    return path


def fill(folder: Path) -> Path:
    """Store two photographs each of the people 02 and 04, and a broken file of 02."""
    folder.mkdir()
    for number in ("02", "04"):
        for position, shot in enumerate(SHOTS):
            save(folder / name_of(number, shot), 10 * int(number) + position)
    (folder / BROKEN).write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home from which person 02 of the corpus lab was erased; read-only."""
    root = tmp_path_factory.mktemp("erased")
    home = Home(root / "home")
    ingest_folder(fill(root / "lab"), "rafd", "lab", home)
    assert people(home) == [("lab-02", 2), ("lab-04", 2)] and rejects(home) == 1
    erasure.erase_person(home, "lab-02")
    shutil.rmtree(root / "lab")
    return home


@pytest.fixture
def home(erased: Home, tmp_path: Path) -> Home:
    return build.copy(erased, tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "lab")


def people(home: Home) -> list[tuple[str, int]]:
    with open_work(home) as connection:
        query = "SELECT subject_id, count(*) FROM catalogue.images GROUP BY ALL ORDER BY ALL"
        return connection.execute(query).fetchall()


def rejects(home: Home) -> int:
    with open_work(home) as connection:
        return len(connection.execute("FROM catalogue.rejects").fetchall())


def in_manifest(folder: Path, *subjects: str) -> None:
    """Label the files of a folder, in the order of their names, with these subjects."""
    rows = [
        f"{path.name},{subject},sad,90,left,male,Kid"
        for path, subject in zip(sorted(folder.glob("*.jpg")), subjects, strict=True)
    ]
    (folder / "manifest.csv").write_text("\n".join(["path,subject,emotion,angle,gaze,sex,type", *rows]) + "\n")


def test_the_same_photographs_stay_out_under_another_id_folder_or_corpus(
    folder: Path, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / BROKEN).unlink()
    for shot in SHOTS:
        (folder / name_of("02", shot)).rename(folder / name_of("77", shot))
    in_manifest(folder, "x", "x", "y", "y")
    other = shutil.copytree(folder, tmp_path / "other")
    save(other / name_of("88", SHOTS[0]), 50)
    for images, layout, corpus in ((folder, "rafd", "lab"), (folder, "manifest", "lab"), (other, "rafd", "other")):
        ingest_folder(images, layout, corpus, home)
        output = capsys.readouterr().out
        assert "2 skipped (consent withdrawn)" in output
        assert "2 files skipped: the same bytes as photographs of a person who withdrew consent" in output
    assert sum(count for _, count in people(home)) == 3


def test_nothing_that_identifies_the_person_or_the_photographs_is_kept(folder: Path, home: Home) -> None:
    ingest_folder(folder, "rafd", "lab", home)
    shots = [folder / BROKEN, *(folder / name_of("02", shot) for shot in SHOTS)]
    image_ids = [hashlib.sha256(path.read_bytes()).hexdigest() for path in shots]
    with open_work(home) as connection:
        hashes = [name for (name,) in connection.execute("FROM catalogue.forgotten_hashes").fetchall()]
        key = get_setting(connection, SettingKey.ERASURE_KEY)
    assert len(hashes) == len(image_ids) + 1 and not set(hashes) & set(image_ids) and key
    words = ["lab-02", *image_ids, *(path.name for path in shots)]
    files = [path.read_bytes() for path in home.root.rglob("*") if path.is_file()]
    assert [word for word in words if any(word.encode() in content for content in files)] == []


def test_photographs_that_appear_later_with_the_erased_id_stay_out_under_another(folder: Path, home: Home) -> None:
    later = save(folder / name_of("02", "happy_left"), 99)
    ingest_folder(folder, "rafd", "lab", home)
    later.rename(folder / name_of("55", "happy_left"))
    ingest_folder(folder, "rafd", "lab", home)
    assert people(home) == [("lab-04", 2)] and rejects(home) == 0


def test_rejected_files_of_an_erased_person_stay_out_under_another_id(folder: Path, home: Home) -> None:
    (folder / BROKEN).rename(folder / name_of("55", "happy_left"))
    ingest_folder(folder, "rafd", "lab", home)
    assert rejects(home) == 0


def test_another_spelling_of_an_erased_id_stays_out_until_it_is_declared_or_clearly_different(
    folder: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    other = save(folder / name_of("2", "happy_left"), 99)
    ingest_folder(folder, "rafd", "lab", home)
    output = capsys.readouterr().out
    assert "1 file skipped: except for case, spaces, leading zeros or a prefix, the id is that of a person" in output
    assert "4 skipped (consent withdrawn)" in output and people(home) == [("lab-04", 2)]
    ingest_folder(folder, "rafd", "lab", home, IdentityAnswers(["2=2"]))
    assert people(home) == [("lab-04", 2), ("lab-2", 1)]
    save(folder / name_of("002", "happy_left"), 98)
    other.rename(folder / name_of("66", "happy_left"))
    ingest_folder(folder, "rafd", "lab", home)
    assert people(home) == [("lab-04", 2), ("lab-66", 1)]


def test_an_erasure_covers_photographs_whose_id_a_spreadsheet_has_reformatted(tmp_path: Path) -> None:
    home, folder = Home(tmp_path / "new"), fill(tmp_path / "lab")
    (folder / BROKEN).unlink()
    for subjects in (("02", "02", "04", "04"), ("2", "2", "4", "4")):
        in_manifest(folder, *subjects)
        ingest_folder(folder, "manifest", "lab", home)
    assert people(home) == [("lab-2", 2), ("lab-4", 2)]
    erasure.erase_person(home, "lab-02")
    ingest_folder(folder, "manifest", "lab", home)
    assert people(home) == [("lab-4", 2)]
