"""The card and the Croissant metadata say what the published store holds, and nothing that it should not tell."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from store.tables import card, croissant, publish, read
from store.tables.catalog import BY_NAME
from store.tables.connection import open_file
from store.tables.home import STORE_FILE
from store.tables.published import open_published
from store.vocabulary import AXES, LANDMARK_COUNT, RAFD_POPULATIONS
from tests.store.tables.small_store import CORPUS, PEOPLE, PICTURED, cells, sex, small_home

ABOUT = {"published_at": "2026-11-22 12:00 UTC", "code_version": "0.2.0", "audit": "audit-7", "home": "/secret/place"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small publication with its card, written as a publication writes it."""
    place = tmp_path_factory.mktemp("publication")
    shutil.copy(small_home().published_store, place)
    connection = open_file(place / STORE_FILE)
    card.write_card(connection, place, ABOUT)
    connection.close()
    return place


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return (folder / card.CARD).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / card.CROISSANT).read_text(encoding="utf-8")))


@pytest.fixture
def frames() -> Iterator[dict[str, pl.DataFrame]]:
    connection = open_published(small_home())
    yield {name: read.frame(connection, f"card_{name}") for name in card.FRAMES}
    connection.close()


def test_the_card_counts_corpora_people_cells_and_features(text: str, frames: dict[str, pl.DataFrame]) -> None:
    assert f"{len(cells())} photographs" in text and f"{len(PEOPLE)} people" in text
    assert sum(row["people"] for row in frames["people"].to_dicts()) == len(PEOPLE)
    for row in frames["people"].to_dicts():
        alike = [one for k, one in enumerate(PEOPLE) if sex(one) == row["sex"]
                 and RAFD_POPULATIONS[k % len(RAFD_POPULATIONS)] == row["population"]]  # fmt: skip
        assert row["people"] == len(alike)
        assert f"| {CORPUS} | {row['sex']} | {row['population']} | {len(alike)} |" in text
    for row in frames["features"].to_dicts():
        assert f"`{row['version']}`" in text and row["parameters"] in text
    assert frames["cells"]["cells"].sum() >= len(cells()) and "| small | missing photograph | 3 |" in text
    assert frames["splits"].filter(strategy="by_person")["photographs"].sum() == len(cells())


def test_the_card_says_for_what_it_is_not_and_where_the_protocol_comes_from(text: str) -> None:
    for words in ("posed, not felt", "Not for decisions about people", "corpus's own", "10.1080/02699930903485076",
                  "not included", "affect forget", "0.2.0", "audit-7", "2026-11-22"):  # fmt: skip
        assert words in text
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert len(headings) == len(set(headings)) == 11


def test_neither_tells_where_the_home_is(folder: Path) -> None:
    for name in (card.CARD, card.CROISSANT):
        assert ABOUT["home"] not in (folder / name).read_text(encoding="utf-8")


def test_croissant_names_the_file_with_its_checksum_as_it_is_after_closing(folder: Path, found: dict[str, Any]) -> None:
    (file,) = found["distribution"]
    content = (folder / STORE_FILE).read_bytes()
    assert file["sha256"] == hashlib.sha256(content).hexdigest() and file["contentSize"] == f"{len(content)} B"
    assert file["contentUrl"] == file["@id"] == STORE_FILE and "cannot open DuckDB" in found["description"]
    assert found["conformsTo"][0] == "http://mlcommons.org/croissant/1.1" and found["version"] == "2026.11.22"


def test_croissant_describes_tables_as_the_catalogue_does(found: dict[str, Any]) -> None:
    sets = {one["@id"]: one for one in found["recordSet"]}
    assert set(sets) == set(croissant.DESCRIBED) - {"features.pixels"}  # faces are not in this copy
    for name, one in sets.items():
        table = BY_NAME[name]
        assert [field["name"] for field in one["field"]] == list(table.columns)
        keys = one["key"] if isinstance(one["key"], list) else [one["key"]]
        assert [key["@id"] for key in keys] == [f"{name}/{column}" for column in table.key]
    fields = {field["@id"]: field for one in sets.values() for field in one["field"]}
    vector = fields["features.deltas/xyz"]
    assert (vector["dataType"], vector["arrayShape"]) == ("cr:Float32", f"{LANDMARK_COUNT},{AXES}")
    for field in fields.values():
        assert field["source"]["fileObject"]["@id"] == STORE_FILE and field["description"]
        assert not field.get("isArray") or field["arrayShape"]
        if "references" in field:
            assert field["references"]["field"]["@id"] in fields
    assert "references" in fields["features.deltas/reference_image_id"]


def test_the_licence_is_a_work_and_the_address_the_card_beside(found: dict[str, Any]) -> None:
    assert found["license"]["@type"] == "sc:CreativeWork" and "corpus" in found["license"]["description"]
    assert found["url"] == card.CARD


def test_every_term_that_is_used_is_in_the_context_or_schema_org(found: dict[str, Any]) -> None:
    schema_org = {
        "name", "description", "license", "creator", "keywords", "inLanguage", "datePublished", "version", "sha256",
        "distribution", "contentUrl", "contentSize", "encodingFormat", "url",
    }  # fmt: skip

    def terms(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(terms, value.values()))
        return set().union(*map(terms, value)) if isinstance(value, list) else set()

    used = terms({name: value for name, value in found.items() if name != "@context"})
    strange = {name for name in used if not name.startswith(("@", "rai:"))} - schema_org - set(found["@context"])
    assert strange == set()


def test_with_faces_both_say_so(tmp_path: Path) -> None:
    publish.write_store(small_home().work, tmp_path / STORE_FILE, with_faces=True)
    connection = open_file(tmp_path / STORE_FILE)
    assert read.number(connection, "count_faces") == len([cell for cell in cells() if cell[0] in PICTURED])
    card.write_card(connection, tmp_path, {})
    connection.close()
    assert "(the feature `pixels`) are included" in (tmp_path / card.CARD).read_text(encoding="utf-8")
    found = json.loads((tmp_path / card.CROISSANT).read_text(encoding="utf-8"))
    sets = {one["@id"]: one for one in found["recordSet"]}
    rgb = next(field for field in sets["features.pixels"]["field"] if field["name"] == "rgb")
    assert rgb["isArray"] and "datePublished" not in found


def test_a_hostile_name_of_a_corpus_stays_text(frames: dict[str, pl.DataFrame]) -> None:
    name = "a|b\n# <script>"
    renamed = {key: one.with_columns(corpus=pl.lit(name)) if "corpus" in one else one for key, one in frames.items()}
    made = card.card(renamed, {}, has_faces=False)
    assert "<script>" not in made and "\n# &lt;" not in made and "a\\|b # &lt;script>" in made


def test_an_empty_store_has_a_card_too(frames: dict[str, pl.DataFrame]) -> None:
    empty = {name: one.clear() for name, one in frames.items()}
    assert "no photographs yet" in card.card(empty, {}, has_faces=False)
    assert card.properties(empty, {}, has_faces=False)["name"]
