"""Intended action units beside rendered photographs: written with them, read back, refused where they are damaged."""

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from affect_store.store.errors import ManifestError
from affect_store.store.sources.synthetic import action_units_file, corpus
from affect_store.store.sources.synthetic.action_units_file import content_of, read_action_units
from affect_store.store.sources.synthetic.corpus import render_corpus
from affect_store.store.sources.synthetic.marker import MARKER_NAME, VERSIONS
from affect_store.store.sources.synthetic.person.appearance import person_and_appearance
from affect_store.store.sources.synthetic.person.expression import ACTION_UNIT_NAMES, PROTOTYPES
from affect_store.store.sources.synthetic.person.sampling import sample_person
from affect_store.store.sources.synthetic.shot import intended_action_units, take_shot
from affect_store.store.vocabulary import EMOTIONS, GAZES, INTENDED_UNITS

NAME = "Rafd090_01_Caucasian_female_happy_frontal.jpg"
UNITS = tuple(np.linspace(0, 1.2, len(INTENDED_UNITS)).round(4).tolist())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / MARKER_NAME).write_text("{}")
    (tmp_path / action_units_file.FILE_NAME).write_bytes(content_of({NAME: UNITS}))
    return tmp_path


def test_what_is_written_is_read(folder: Path) -> None:
    assert read_action_units(folder) == {NAME: UNITS}


def test_folders_that_were_not_rendered_are_not_read(folder: Path) -> None:
    (folder / MARKER_NAME).unlink()
    assert read_action_units(folder) == {}


def test_a_folder_rendered_before_there_was_a_table_has_none(folder: Path) -> None:
    (folder / action_units_file.FILE_NAME).unlink()
    assert read_action_units(folder) == {}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text.replace("path", "file", 1), "expected the columns path"),
        (lambda text: text[: text.rindex(",")], "expected 18 numbers"),
        (lambda text: text[: text.rindex(",")] + ",x", "could not convert"),
        (lambda text: text[: text.rindex(",")] + ",nan", "from 0 to 10"),
        (lambda text: text[: text.rindex(",")] + ",-1", "from 0 to 10"),
        (lambda text: "", "expected the columns path"),
    ],
)
def test_a_damaged_table_is_refused_with_its_line(folder: Path, damage: object, message: str) -> None:
    path = folder / action_units_file.FILE_NAME
    path.write_text(damage(path.read_text()))  # type: ignore[operator]
    with pytest.raises(ManifestError, match=message):
        read_action_units(folder)


def test_a_folder_in_its_place_or_a_huge_file_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / action_units_file.FILE_NAME
    monkeypatch.setattr(action_units_file, "MAX_BYTES", 100)
    with pytest.raises(ManifestError, match="larger than 100 bytes"):
        read_action_units(folder)
    path.unlink()
    path.mkdir()
    with pytest.raises(ManifestError, match="no regular file"):
        read_action_units(folder)


@pytest.mark.parametrize("version", VERSIONS)
def test_units_are_those_of_the_rendered_shot(version: int) -> None:
    person, appearance = person_and_appearance((7, 1))
    shot = take_shot(person, appearance, "happy", GAZES[0], version=version)
    assert shot.units == intended_action_units(person, "happy", GAZES[0], version=version)
    assert len(ACTION_UNIT_NAMES) == len(INTENDED_UNITS)


def test_columns_name_the_units_of_the_renderer() -> None:
    """The happy prototype raises AU6, AU12 and AU25 only, contempt AU14 on both sides."""
    for emotion, units in (
        ("happy", {"au06", "au12", "au25"}),
        ("surprised", {"au01", "au02", "au05", "au25", "au26"}),
    ):
        values = [getattr(PROTOTYPES[emotion], name) for name in ACTION_UNIT_NAMES]
        shown = {
            column.removesuffix("_intended") for column, value in zip(INTENDED_UNITS, values, strict=True) if value
        }
        assert shown == units
    contempt = [getattr(PROTOTYPES["contemptuous"], name) for name in ACTION_UNIT_NAMES]
    assert (
        contempt[INTENDED_UNITS.index("au14_intended")] > contempt[INTENDED_UNITS.index("au14_opposite_intended")] > 0
    )


def test_rendering_writes_the_table_for_all_its_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "EMOTIONS", EMOTIONS[:1])
    monkeypatch.setattr(corpus, "GAZES", GAZES[:1])
    monkeypatch.setattr(corpus, "INTERNAL_SCALE", 0.1)
    render_corpus(tmp_path, people=2, seed=7, processes=1)
    units = read_action_units(tmp_path)
    assert set(units) == {path.name for path in tmp_path.glob("*.jpg")}
    person = sample_person(7, 1)
    expected = astuple(intended_action_units(person, EMOTIONS[0], GAZES[0], version=max(VERSIONS)))
    assert units[next(iter(units))] == pytest.approx(expected, abs=1e-4), "those of the folder's version"
    assert len(set(units.values())) == 2, "one set of intensities for each of two people, whatever the camera"
    (tmp_path / action_units_file.FILE_NAME).unlink()
    assert render_corpus(tmp_path, people=1, seed=7, processes=1).written == 0
    assert read_action_units(tmp_path) == units, "a folder rendered earlier gets its table"
