"""Erasure removes rejected files that show the person by a pattern, or whose label file names the person."""

from pathlib import Path

import pytest

from affect_store.flows.steps import erasure
from affect_store.store.consent.rejected_files import people_by_file
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.sources.pattern_file import FILE_NAME, NamePattern, as_toml
from tests.flows.forgotten import SUBJECT, VALIDATED, reject, rejected
from tests.stores import subjects

PATTERN = r"vp(?P<subject>\w+)_(?P<emotion>\pL+)\.\w+"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return subjects.copy(tmp_path, published=False)


@pytest.fixture
def folder(tmp_path: Path, home: Home) -> Path:
    """A folder with unreadable files of two people and one with another name, all of them rejected."""
    with open_work(home) as connection:
        put_setting(connection, SettingKey.CORPUS_LAYOUT.of(subjects.CORPUS), "pattern")
    own = tmp_path / "photographs"
    (own / "day").mkdir(parents=True)
    for person in (SUBJECT, VALIDATED):
        path = own / "day" / f"vp{person.removeprefix('lab-')}_sad.jpg"
        path.write_text(person)
        reject(home, str(path))
    reject(home, str(own / "holiday.jpg"))
    return own


def names(home: Home, folder: Path) -> list[str]:
    return [Path(path).name for path in rejected(home) if path.startswith(f"{folder}/")]


def test_rejects_of_a_pattern_are_attributed_by_the_pattern(home: Home, folder: Path) -> None:
    (folder / FILE_NAME).write_text(as_toml(NamePattern(PATTERN)))
    request = erasure.erasure_request(home, SUBJECT)
    assert len(request.rejected) == 1, "no bytes of others' files are remembered"
    erasure.erase_person(home, SUBJECT)
    assert names(home, folder) == [f"vp{VALIDATED.removeprefix('lab-')}_sad.jpg"]


@pytest.mark.long
@pytest.mark.parametrize("content", [None, "no pattern", as_toml(NamePattern(PATTERN.replace("vp", "id")))])
def test_without_the_pattern_all_rejects_of_the_corpus_are_removed(
    content: str | None, home: Home, folder: Path
) -> None:
    if content:
        (folder / FILE_NAME).write_text(content)
    assert not erasure.erasure_request(home, SUBJECT).rejected
    erasure.erase_person(home, SUBJECT)
    assert names(home, folder) == []


def test_label_files_of_others_with_the_same_bytes_stay(tmp_path: Path, home: Home) -> None:
    people = {SUBJECT: "S001", VALIDATED: "S002"}
    with open_work(home) as connection:
        for table in ("catalogue.images", "catalogue.labels"):
            for person, number in people.items():
                change = f"UPDATE {table} SET subject_id = $id WHERE subject_id = $person"
                connection.execute(change, {"id": f"lab-{number}", "person": person})
    paths = [tmp_path / f"{number}_001_00000011_emotion.txt" for number in people.values()]
    for path in paths:
        path.write_text("nine")
        reject(home, str(path))
    assert not erasure.erasure_request(home, "lab-S001").rejected
    erasure.erase_person(home, "lab-S001")
    assert names(home, tmp_path) == [paths[1].name]


def test_a_pattern_of_paths_and_an_empty_subject(tmp_path: Path) -> None:
    pattern = NamePattern(r"(?P<subject>\w*)/(?P<emotion>\w+)\.jpg")
    (tmp_path / FILE_NAME).write_text(as_toml(pattern))
    files = [("lab", str(tmp_path / "anna" / "sad.jpg")), ("lab", "anna/sad.jpg"), ("lab", "/\0/sad.jpg")]
    assert people_by_file(files) == {files[0]: {"lab-anna"}, files[1]: set(), files[2]: set()}
