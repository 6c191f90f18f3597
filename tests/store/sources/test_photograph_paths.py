"""Names in a manifest are found as they are written, else in another spelling, else the nearest name is suggested."""

import unicodedata
from pathlib import Path

import pytest

from affect_store.store.errors import ManifestError
from affect_store.store.sources.photograph_paths import FolderIndex


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Set 1" / "raw").mkdir(parents=True)
    names = ("one.jpg", "Set 1/two.JPG", f"Set 1/raw/{unicodedata.normalize('NFD', 'José')}.jpg", "Set 1/raw/a\\b.jpg")
    for name in names:
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one.jpg", "one.jpg"),
        (" ./ONE.jpg ", "one.jpg"),
        ("Set 1\\two.JPG", "Set 1/two.JPG"),
        ("set 1/TWO.jpg", "Set 1/two.JPG"),
        ("set 1//raw/../two.jpg", "Set 1/two.JPG"),
        (unicodedata.normalize("NFC", "Set 1/raw/José.jpg"), unicodedata.normalize("NFD", "Set 1/raw/José.jpg")),
        (unicodedata.normalize("NFC", "set 1\\RAW\\JOSÉ.JPG"), unicodedata.normalize("NFD", "Set 1/raw/José.jpg")),
        ("Set 1/raw/a\\b.jpg", "Set 1/raw/a\\b.jpg"),
        ("one.jpg/", "one.jpg"),
    ],
)
def test_a_file_is_found_in_any_spelling(folder: Path, name: str, expected: str) -> None:
    assert FolderIndex(folder).find(name) == (folder / expected, True)


def test_a_path_from_the_root_is_found_if_it_is_inside(folder: Path) -> None:
    assert FolderIndex(folder).find(str(folder / "one.jpg")) == (folder / "one.jpg", True)


def test_the_exact_name_is_preferred_and_no_other_is_chosen_among_several(folder: Path) -> None:
    (folder / "ONE.jpg").touch()
    if len(list(folder.glob("*.jpg"))) == 1:
        pytest.skip("this file system ignores case")
    index = FolderIndex(folder)
    assert index.find("ONE.jpg")[0].name == "ONE.jpg"
    with pytest.raises(ManifestError, match="fits several files: 'ONE.jpg', 'one.jpg'|'one.jpg', 'ONE.jpg'"):
        index.find("One.jpg")


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("ome.jpg", "one.jpg"),
        ("one.jpeg", "one.jpg"),
        ("Set 1/tow.jpg", "Set 1/two.JPG"),
        ("Set 2/two.jpg", "Set 1/two.JPG"),
        ("two.JPG", "Set 1/two.JPG"),
        ("C:\\pictures\\two.jpg", "Set 1/two.JPG"),
        ("something else.png", None),
    ],
)
def test_a_similar_name_is_suggested(folder: Path, name: str, similar: str | None) -> None:
    index = FolderIndex(folder)
    assert index.find(name)[1] is False
    assert index.similar(name) == similar


def test_names_are_not_compared_without_end(folder: Path) -> None:
    index = FolderIndex(folder)
    assert [index.similar("ome.jpg") for _ in range(25)].count("one.jpg") == 20
