"""Ratings of a manifest reach the store; corrections are appended, and photographs without ratings have no row."""

from pathlib import Path

import pytest
from PIL import Image

from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.vocabulary import AGREEMENTS

START = "path,subject,emotion"
LATEST = (
    "SELECT parse_filename(path), agreement, intensity FROM catalogue.ratings_at('infinity'::TIMESTAMPTZ) "
    "JOIN catalogue.images USING (image_id) ORDER BY path"
)
DISTRIBUTION = f"SELECT agreement, {', '.join(AGREEMENTS)} FROM catalogue.ratings"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    folder.mkdir()
    for name, shade in (("a.png", 10), ("b.png", 20), ("c.png", 30)):
        Image.new("RGB", (40, 60), (shade, shade, shade)).save(folder / name)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def ingest(folder: Path, home: Home, *lines: str) -> int:
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return ingest_folder(folder, "manifest", "lab", home)


def rows(home: Home, query: str) -> list:
    with open_work(home) as connection:
        return connection.execute(query).fetchall()


def test_ratings_are_stored_for_the_photographs_that_have_any(folder: Path, home: Home) -> None:
    lines = ("a.png,1,happy,90%,4.5", "b.png,1,sad,,", "c.png,2,sad,0.7,")
    ingest(folder, home, f"{START},agreement,intensity", *lines)
    assert rows(home, LATEST) == [("a.png", 0.9, 4.5), ("c.png", 0.7, None)]
    assert ingest(folder, home, f"{START},agreement,intensity", *lines) == 0
    assert len(rows(home, "FROM catalogue.ratings")) == 2


def test_a_manifest_without_ratings_stores_none(folder: Path, home: Home) -> None:
    ingest(folder, home, START, "a.png,1,happy", "b.png,1,sad", "c.png,2,sad")
    assert rows(home, "FROM catalogue.ratings") == []


def test_a_distribution_is_stored_with_the_agreement_that_it_implies(folder: Path, home: Home) -> None:
    shares = (0.1, 0.0, 0.1, 0.0, 0.7, 0.1, 0.0, 0.0)
    row = f"a.png,1,happy,{','.join(map(str, shares))}"
    ingest(folder, home, f"{START},{','.join(AGREEMENTS)}", row, "b.png,1,sad" + "," * 8, "c.png,2,sad" + "," * 8)
    assert rows(home, DISTRIBUTION) == [(0.7, *shares)]


def test_corrected_added_and_removed_ratings_are_appended_and_change_no_label(folder: Path, home: Home) -> None:
    labels = ("a.png,1,happy", "b.png,1,sad", "c.png,2,sad")
    ingest(folder, home, START, *labels)
    assert ingest(folder, home, f"{START},agreement", *(f"{row},0.5" for row in labels)) == 3
    assert ingest(folder, home, f"{START},agreement", f"{labels[0]},0.6", f"{labels[1]},", f"{labels[2]},0.5") == 2
    assert rows(home, LATEST) == [("a.png", 0.6, None), ("b.png", None, None), ("c.png", 0.5, None)]
    assert rows(home, "SELECT count(*) FROM catalogue.ratings") == [(5,)]
    assert rows(home, "SELECT count(*) FROM catalogue.labels") == [(3,)]
    moment = "(SELECT min(known_at) FROM catalogue.ratings)"
    assert rows(home, f"SELECT DISTINCT agreement FROM catalogue.ratings_at({moment})") == [(0.5,)]


def test_ratings_of_rejected_files_are_not_stored(folder: Path, home: Home) -> None:
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "c.png").write_text("no picture")
    ingest(folder, home, f"{START},agreement", "a.png,1,happy,0.9", "b.png,1,happy,0.1", "c.png,2,sad,0.5")
    assert rows(home, LATEST) == [("a.png", 0.9, None)]


def test_ratings_of_a_manifest_are_retrieved(folder: Path, home: Home) -> None:
    ingest(folder, home, f"{START},agreement (%),genuineness", "a.png,1,happy,90,3", "b.png,1,sad,,", "c.png,2,sad,70,")
    ids = dict(rows(home, "SELECT parse_filename(path), image_id FROM catalogue.images"))
    with FeatureStore.open_work(home) as store:
        ratings = store.get_ratings([ids["c.png"], ids["b.png"], ids["a.png"]])
        assert store.get_ratings().height == 2
    assert ratings["agreement"].to_list() == [0.7, None, 0.9]
    assert ratings["genuineness"].to_list() == [None, None, 3.0]


def test_ratings_beside_photographs_of_rafd_are_stored_and_problems_are_printed(
    tmp_path: Path, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, shade in (("happy", 10), ("sad", 20)):
        Image.new("RGB", (40, 60), (shade,) * 3).save(tmp_path / f"Rafd090_01_Caucasian_female_{name}_frontal.jpg")
    (tmp_path / "ratings.csv").write_text(
        "path,agreement\nRafd090_01_Caucasian_female_happy_frontal.jpg,98%\n"
        "Rafd090_01_Caucasian_female_sad_frontal.jpg,82\n"
    )
    ingest_folder(tmp_path, "rafd", "lab", home)
    assert rows(home, "SELECT agreement FROM catalogue.ratings") == [(0.98,)]
    assert rows(home, "SELECT count(*) FROM catalogue.images") == [(2,)]
    assert "ratings not used, ratings.csv line 3" in capsys.readouterr().out
