"""The dataset card states the contents of the published store, and nothing that must not be published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import open_file
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import STORE_FILE
from affect_store.store.publication import data_card, publish
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.sources.named_layouts import RAFD
from affect_store.store.vocabulary import RAFD_POPULATIONS
from tests.stores import clean
from tests.stores.known import CORPUS, DESIGN, PEOPLE, PICTURED, small_home

ABOUT = {"published_at": "2026-11-22 12:00 UTC", "code_version": "0.2.0", "audit": "audit-7", "home": "/secret/place"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small publication with its card."""
    copy = tmp_path_factory.mktemp("publication")
    shutil.copy(small_home().published_store, copy)
    connection = open_file(copy / STORE_FILE)
    data_card.write_card(connection, copy, ABOUT)
    connection.close()
    return copy


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return (folder / data_card.CARD).read_text(encoding="utf-8")


@pytest.fixture
def frames() -> Iterator[dict[str, pl.DataFrame]]:
    connection = open_published(small_home())
    yield {name: reader.query_frame(connection, f"data_card/{name}") for name in data_card.FRAMES}
    connection.close()


def test_the_card_counts_corpora_people_cells_and_features(text: str, frames: dict[str, pl.DataFrame]) -> None:
    assert f"{len(DESIGN.cells())} photographs" in text and f"{len(PEOPLE)} people" in text
    assert sum(row["people"] for row in frames["people"].to_dicts()) == len(PEOPLE)
    for row in frames["people"].to_dicts():
        group = [person for k, person in enumerate(PEOPLE) if DESIGN.sex(person) == row["sex"]
                 and RAFD_POPULATIONS[k % len(RAFD_POPULATIONS)] == row["population"]]  # fmt: skip
        assert row["people"] == len(group)
        assert f"| {CORPUS} | {row['sex']} | {row['population']} | {len(group)} |" in text
    for row in frames["features"].to_dicts():
        assert f"`{row['version']}`" in text and row["parameters"] in text
    assert frames["cells"]["cells"].sum() >= len(DESIGN.cells()) and "| small | missing photograph | 3 |" in text
    assert frames["splits"].filter(strategy="by_person")["photographs"].sum() == len(DESIGN.cells())


def test_the_card_states_misuse_licence_consent_and_the_source_of_the_protocol(text: str) -> None:
    for words in ("posed, not felt", "Not for decisions about people", "corpus's own", "10.1080/02699930903485076",
                  "not included", "affect forget", "0.2.0", "audit-7", "2026-11-22"):  # fmt: skip
        assert words in text
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert len(headings) == len(set(headings)) == 11


def test_ratings_by_people_are_on_the_card_of_rated_photographs_only(
    tmp_path: Path, text: str, frames: dict[str, pl.DataFrame]
) -> None:
    assert "Ratings by people" not in text
    with open_work(clean.rated_copy(tmp_path)) as connection:
        statement = "SELECT count(*), round(avg(agreement), 3), round(avg(intensity), 2) FROM catalogue.ratings"
        rated, agreement, intensity = connection.execute(statement).fetchall()[0]
        ratings = reader.query_frame(connection, "data_card/ratings")
    card = data_card.card({**frames, "ratings": ratings}, {}, has_faces=False, origins=[RAFD])
    assert f"| {clean.CORPUS} | {rated} | {agreement} | {intensity} |" in card and "## Ratings by people" in card
    assert data_card.RATED_LIMIT not in card


def test_card_and_metadata_do_not_contain_the_path_of_the_home(folder: Path) -> None:
    for name in (data_card.CARD, data_card.CROISSANT):
        assert ABOUT["home"] not in (folder / name).read_text(encoding="utf-8")


def test_the_card_says_that_faces_are_included(tmp_path: Path) -> None:
    publish.write_store(small_home().work, tmp_path / STORE_FILE, with_faces=True)
    connection = open_file(tmp_path / STORE_FILE)
    assert reader.query_number(connection, "features/count_faces") == len(
        [cell for cell in DESIGN.cells() if cell[0] in PICTURED]
    )
    data_card.write_card(connection, tmp_path, {})
    connection.close()
    assert "(the feature `pixels`) are included" in (tmp_path / data_card.CARD).read_text(encoding="utf-8")


def test_a_hostile_name_of_a_corpus_is_escaped(frames: dict[str, pl.DataFrame]) -> None:
    name = "a|b\n# <script>"
    renamed = {
        key: frame.with_columns(corpus=pl.lit(name)) if "corpus" in frame else frame for key, frame in frames.items()
    }
    card = data_card.card(renamed, {}, has_faces=False)
    assert "<script>" not in card and "\n# &lt;" not in card and "a\\|b # &lt;script>" in card


def test_an_empty_store_has_a_card(frames: dict[str, pl.DataFrame]) -> None:
    empty = {name: frame.clear() for name, frame in frames.items()}
    assert "no photographs yet" in data_card.card(empty, {}, has_faces=False)
    properties = data_card.properties(empty, {}, has_faces=False)
    assert properties["name"] and "datePublished" not in properties


def test_the_card_says_which_people_are_rendered_and_what_raters_saw(frames: dict[str, pl.DataFrame]) -> None:
    cards = {
        origins: data_card.card(frames, {}, has_faces=False, origins=origins)
        for origins in (("rendered",), ("rafd",), ("manifest",), ("rafd", "rendered"))
    }
    assert ["agreed with the intended emotion" in text for text in cards.values()] == [False, True, False, False]
    assert ["People are rendered" in text for text in cards.values()] == [True, False, False, True]
    assert f"{len(PEOPLE)} rendered people" in cards["rendered",]
    assert f"{len(PEOPLE)} rendered people" not in cards["rafd", "rendered"]


def test_the_origin_of_a_corpus_is_read_from_the_store(tmp_path: Path) -> None:
    shutil.copy(small_home().published_store, tmp_path)
    connection = open_file(tmp_path / STORE_FILE)
    put_setting(connection, SettingKey.CORPUS_LAYOUT.of(CORPUS), "rendered")
    data_card.write_card(connection, tmp_path, ABOUT)
    connection.close()
    assert "People are rendered" in (tmp_path / data_card.CARD).read_text(encoding="utf-8")
