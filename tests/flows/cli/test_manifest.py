"""`affect manifest` writes a manifest that is read back, and overwrites nothing without being asked."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from affect_store.flows.cli.app import app
from affect_store.store.sources.layouts import LAYOUTS, detect_layout
from affect_store.store.types import Candidate

PATTERN = r"vp(?P<subject>\d+)_(?P<emotion>[a-z]+)\.jpg"
NAMES = ("vp1_freude.jpg", "vp1_neutr.jpg", "vp2_freude.jpg", "vp2_wutt.jpg")


def manifest(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["manifest", str(folder), *options], env={"COLUMNS": "400"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "photographs"
    own.mkdir()
    for name in NAMES:
        (own / name).touch()
    return own


def rows(path: Path) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8") as file:
        return [(row["path"], row["subject"], row["emotion"]) for row in csv.DictReader(file)]


def test_a_manifest_is_written_to_check_and_edit(folder: Path) -> None:
    result = manifest(folder, "--pattern", PATTERN, "--map", "Freude=happy", "--map", "neutr=neutral")
    assert result.exit_code == 0, result.output
    assert "understood: 3 photographs of 2 people and 2 emotions" in result.output
    assert "not understood: emotion 'wutt' in 1 file, e.g. 'vp2_wutt.jpg'; add --map wutt=VALUE" in result.output
    assert rows(folder / "manifest.csv") == [
        ("vp1_freude.jpg", "1", "happy"), ("vp1_neutr.jpg", "1", "neutral"), ("vp2_freude.jpg", "2", "happy"),
        ("vp2_wutt.jpg", "2", "wutt"),
    ]  # fmt: skip
    entries = list(LAYOUTS[detect_layout(folder, None)](folder, "lab"))
    assert [isinstance(entry, Candidate) for entry in entries] == [True, True, True, False]


def test_nothing_is_overwritten_without_being_asked(folder: Path) -> None:
    own = folder / "manifest.csv"
    own.write_text("mine")
    result = manifest(folder, "--pattern", PATTERN)
    assert result.exit_code == 1 and own.read_text() == "mine"
    assert "left as it is; --force overwrites it" in result.stderr
    assert manifest(folder, "--pattern", PATTERN, "--force").exit_code == 0
    assert len(rows(own)) == 4 and {path.name for path in folder.iterdir()} == {*NAMES, "manifest.csv"}
    own.unlink()
    own.symlink_to(folder.parent / "elsewhere")
    assert manifest(folder, "--pattern", PATTERN).exit_code == 1 and not (folder.parent / "elsewhere").exists()


def test_no_link_is_followed_when_a_file_is_overwritten(folder: Path) -> None:
    own, elsewhere = folder / "manifest.csv", folder.parent / "elsewhere"
    own.write_text("mine")
    own.chmod(0o640)
    elsewhere.write_text("of another")
    (folder / ".manifest.csv.part").symlink_to(elsewhere)
    assert manifest(folder, "--pattern", PATTERN, "--force").exit_code == 0
    assert elsewhere.read_text() == "of another" and len(rows(own)) == 4 and own.stat().st_mode & 0o777 == 0o640
    own.unlink()
    own.symlink_to(elsewhere)
    assert manifest(folder, "--pattern", PATTERN, "--force").exit_code == 0
    assert elsewhere.read_text() == "of another" and len(rows(own)) == 4 and not own.is_symlink()


def test_a_failed_write_leaves_the_old_file_and_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (folder / "manifest.csv").write_text("mine")
    monkeypatch.setattr("affect_store.store.engine.durable_files.put_in_place", fail)
    assert manifest(folder, "--pattern", PATTERN, "--force").exit_code == 1
    assert (folder / "manifest.csv").read_text() == "mine"
    assert {path.name for path in folder.iterdir()} == {*NAMES, "manifest.csv"}


@pytest.mark.parametrize(("name", "message"), [("", "is a folder"), ("nowhere/x.csv", "does not exist")])
def test_an_output_that_cannot_be_a_file_is_refused_first(name: str, message: str, folder: Path) -> None:
    result = manifest(folder, "--pattern", PATTERN, "--output", str(folder / name), "--force")
    assert result.exit_code == 1 and message in result.stderr
    assert {path.name for path in folder.iterdir()} == set(NAMES)


def test_words_are_quoted_for_the_shell(folder: Path) -> None:
    (folder / "vp3_$(id) hapy.jpg").touch()
    result = manifest(folder, "--pattern", r"vp(?P<subject>\d+)_(?P<emotion>.+)\.jpg")
    assert "add --map '$(id) hapy=VALUE'" in result.output


def test_the_folder_is_checked_next_only_with_the_manifest_in_it(folder: Path) -> None:
    other = folder.parent / "draft.csv"
    result = manifest(folder, "--pattern", PATTERN, "--output", str(other))
    assert other.is_file() and "affect check" not in result.output
    spaced = folder.rename(folder.parent / "my photographs")
    assert f"affect check '{spaced}'" in manifest(spaced, "--pattern", PATTERN).output


def test_without_a_pattern_no_mapping_is_proposed(tmp_path: Path) -> None:
    for name in ("AF01ANS.JPG", "AF01ANX.JPG"):
        (tmp_path / name).touch()
    result = manifest(tmp_path)
    assert "understood: 1 photograph of 1 person and 1 emotion" in result.output
    assert "--map" not in result.output and "orrect the name, or the row of the manifest" in result.output


def test_the_pattern_can_stay_beside_the_photographs(folder: Path) -> None:
    options = ("--pattern", PATTERN, "--map", "freude=happy", "--output", str(folder / "affect.toml"))
    assert manifest(folder, *options).exit_code == 0
    assert detect_layout(folder, None) == "pattern"
    result = manifest(folder, "--map", "neutr=neutral")
    assert "understood: 3 photographs" in result.output, "the words of the file and those that are given"


def test_names_of_a_known_database_need_no_pattern(tmp_path: Path) -> None:
    for name in ("AF01ANS.JPG", "AF01NES.JPG", "=1+1.jpg"):
        (tmp_path / name).touch()
    assert manifest(tmp_path).exit_code == 0
    written = rows(tmp_path / "manifest.csv")
    assert written[0] == ("./=1+1.jpg", "", ""), "no formula in a spreadsheet"
    assert written[1] == ("AF01ANS.JPG", "F01", "angry")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--pattern", "(?P<subject>a)(?P<emotion>b)"), "matches none of 4 names"),
        (("--map", "a=happy"), "needs --pattern"),
        (("--pattern", PATTERN, "--map", "happy"), "expected WORD=VALUE"),
        (("--pattern", PATTERN, "--map", "freude=joy"), "did you mean happy"),
        (("--output", "x.toml"), "no --pattern was given"),
    ],
)
def test_what_cannot_be_done_is_said_and_writes_nothing(options: tuple[str, ...], message: str, folder: Path) -> None:
    result = manifest(folder, *options)
    assert result.exit_code == 1 and message in result.stderr
    assert {path.name for path in folder.iterdir()} == set(NAMES)
