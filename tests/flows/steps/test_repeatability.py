"""Repeatability of rendered people, measured with FaceMesh: rows of every feature, second calls, losses and erasure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import polars as pl
import pytest

from affect_store.flows.steps import erasure, repeatability
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.flows.steps.repeatability import measure_repeatability
from affect_store.flows.steps.scalar_features import materialize_scalar_views
from affect_store.store.engine import reader, write
from affect_store.store.engine.duckdb import define
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError
from affect_store.store.features.copies import ALL_COPIES, COPY_NAMES
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.home import Home
from affect_store.store.vocabulary import LANDMARK_GROUPS, NEUTRAL
from tests.flows import corpus

CORPUS, PEOPLE = "lab", 2
FAINT = 0.28
"""A face this much smaller in its picture is detected, but no longer once the picture is grey."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs of two people; in one, the face is so small that it is lost in a grey copy."""
    folder = tmp_path_factory.mktemp("repeatability") / CORPUS
    corpus.render(folder, PEOPLE)
    path = next(folder.glob("*_01_*_happy_*"))
    picture = cv2.imread(str(path))
    small = cv2.resize(picture, None, fx=FAINT, fy=FAINT, interpolation=cv2.INTER_AREA)
    wall = np.full_like(picture, picture[5, 5])
    top, left = ((whole - part) // 2 for whole, part in zip(wall.shape[:2], small.shape[:2], strict=True))
    wall[top : top + small.shape[0], left : left + small.shape[1]] = small
    cv2.imwrite(str(path), wall, [cv2.IMWRITE_JPEG_QUALITY, 98])
    return folder


@pytest.fixture(scope="module")
def measured(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("measured") / "home")
    ingest_folder(folder, "rafd", CORPUS, home)
    extract(home)
    assert measure_repeatability(home, CORPUS) > 0
    return home


@pytest.fixture
def home(measured: Home, tmp_path: Path) -> Iterator[Home]:
    """A copy of the home with the repeatability of its photographs."""
    yield Home(Path(shutil.copytree(measured.root, tmp_path / "home", symlinks=True)))


def extract(home: Home, options: FeatureOptions = FeatureOptions()) -> None:  # noqa: B008
    materialize_landmarks(home, options)
    materialize_deltas(home)
    materialize_scalar_views(home)


def rows(home: Home) -> pl.DataFrame:
    """The rows of the current versions."""
    with open_work(home) as connection:
        define(connection, ["repeatability"])
        frame = reader.query_text(connection, "FROM repeatability ORDER BY feature, component, copy")
        connection.execute("DROP VIEW repeatability")
    return frame


def test_every_feature_has_rows_by_group_or_column_and_copy(measured: Home) -> None:
    frame = rows(measured)
    components = 2 * (1 + len(LANDMARK_GROUPS)) + sum(len(view.columns) for view in SCALAR_VIEWS)
    assert len(frame) == components * (len(COPY_NAMES) + 1)
    assert set(frame["n_people"]) == {PEOPLE} and set(frame["corpus"]) == {CORPUS}
    assert frame["icc_low"].is_null().all(), "an interval over two people would say nothing"
    whole = frame.filter(feature="landmarks", component="all")
    assert whole["sem"].min() > 0 and whole["sem"].max() < 0.1  # type: ignore[operator]
    deltas = frame.filter(feature="aligned", component="all")
    assert deltas["relative_change"].is_between(0.01, 1).all()
    assert frame.filter(feature="measures")["relative_change"].is_null().all()
    units = dict(frame.select("feature", "unit").unique(maintain_order=True).iter_rows())
    assert units["landmarks"] == "inter-ocular distances" and units["head_pose"] == "degrees"


def test_a_photograph_whose_copy_shows_no_face_is_counted(measured: Home) -> None:
    counts = {
        row["copy"]: (row["n_images"], row["n_missing"])
        for row in rows(measured).filter(feature="aligned", component="all").iter_rows(named=True)
    }
    n = sum(counts["darker"])
    assert counts.pop("grey") == counts.pop(ALL_COPIES) == (n - 1, 1)
    assert set(counts.values()) == {(n, 0)}


def test_a_second_call_computes_nothing_unless_the_sample_is_another(home: Home) -> None:
    before = rows(home)
    assert measure_repeatability(home, CORPUS) == 0
    assert measure_repeatability(home, CORPUS, seed=8) == 0, "all photographs are drawn, whatever the seed"
    assert rows(home).equals(before)
    assert measure_repeatability(home, CORPUS, photographs=2) == len(before)
    renewed = rows(home)
    assert len(renewed) == len(before) and renewed["n_images"].max() == 2


@pytest.mark.long
def test_a_photograph_that_cannot_be_read_is_left_out_and_counted(home: Home, folder: Path) -> None:
    with open_work(home) as connection:
        path, image_id = connection.execute(
            "SELECT path, image_id FROM catalogue.images WHERE path LIKE '%_02_%surprised%'"
        ).fetchall()[0]
        write.move_photos(connection, [(image_id, path + ".gone")])
        connection.execute("DELETE FROM features.repeatability")
    assert measure_repeatability(home, CORPUS) > 0
    whole = rows(home).filter(feature="aligned", component="all", copy="darker")
    assert whole["n_missing"].item() == 1
    with open_work(home) as connection:
        write.move_photos(connection, [(image_id, path)])
    assert measure_repeatability(home, CORPUS) > 0, "the file is tried again"
    assert rows(home).filter(feature="aligned", component="all", copy="darker")["n_missing"].item() == 0
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.images SET path = path || '.gone'")
        connection.execute("DELETE FROM features.repeatability")
    with pytest.raises(CorpusError, match="no photograph of the corpus 'lab' can be read"):
        measure_repeatability(home, CORPUS)


@pytest.mark.long
def test_rows_of_another_version_of_the_landmarks_are_not_shown(home: Home) -> None:
    extract(home, FeatureOptions(passes=2))
    assert rows(home).is_empty()
    assert measure_repeatability(home, CORPUS, photographs=2) > 0
    assert rows(home)["n_images"].max() == 2
    extract(home)
    assert rows(home)["n_images"].max() > 2, "those of the first version are shown again"


@pytest.mark.long
def test_the_erasure_of_a_person_removes_what_copies_of_the_corpus_say(home: Home) -> None:
    assert erasure.erase_person(home, f"{CORPUS}-01") is not None
    assert rows(home).is_empty()
    with open_work(home) as connection:
        assert write.count(connection, "features.repeatability") == 0
    assert measure_repeatability(home, CORPUS) > 0
    frame = rows(home)
    assert set(frame["n_people"]) == {1} and frame["icc_low"].is_null().all()
    assert frame.filter(feature="measures")["sem"].is_not_null().all()


def test_a_corpus_without_deltas_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    neutral = tmp_path / CORPUS
    neutral.mkdir()
    shutil.copy(next(folder.glob(f"*_02_*_{NEUTRAL}_frontal*")), neutral)
    home = Home(tmp_path / "home")
    ingest_folder(neutral, "rafd", CORPUS, home)
    extract(home)
    with pytest.raises(CorpusError, match="has landmarks of the current version and a delta"):
        measure_repeatability(home, CORPUS)
    assert repeatability.PHOTOGRAPHS == 200
