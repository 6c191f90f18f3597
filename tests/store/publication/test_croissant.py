"""The Croissant metadata of a publication: mlcroissant reads it, and it describes the store's tables."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import mlcroissant
import pytest

from affect_store.store.engine.duckdb import open_file
from affect_store.store.home import STORE_FILE
from affect_store.store.publication import croissant, data_card, publish
from affect_store.store.schema.tables import BY_NAME
from affect_store.store.vocabulary import AXES, LANDMARK_COUNT
from tests.stores.known import small_home

ABOUT = {"published_at": "2026-11-22 12:00 UTC", "code_version": "0.2.0", "audit": "audit-7"}


def with_metadata(folder: Path) -> Path:
    connection = open_file(folder / STORE_FILE)
    data_card.write_card(connection, folder, ABOUT)
    connection.close()
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small publication, which has no faces, with its metadata."""
    publication = tmp_path_factory.mktemp("publication")
    shutil.copy(small_home().published_store, publication)
    return with_metadata(publication)


@pytest.fixture(scope="module")
def folder_with_faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    publication = tmp_path_factory.mktemp("with_faces")
    publish.write_store(small_home().work, publication / STORE_FILE, with_faces=True)
    return with_metadata(publication)


@pytest.fixture(scope="module")
def metadata(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / data_card.CROISSANT).read_text(encoding="utf-8")))


@pytest.mark.parametrize("fixture", ["folder", "folder_with_faces"])
def test_mlcroissant_reads_it_without_errors_or_warnings(fixture: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(fixture)
    read = mlcroissant.Dataset(jsonld=str(folder / data_card.CROISSANT)).metadata
    assert read.issues.errors == read.issues.warnings == set()
    names = [name for name in croissant.DESCRIBED if fixture != "folder" or name != "features.pixels"]
    assert [record_set.id for record_set in read.record_sets] == names
    for record_set in read.record_sets:
        assert [field.name for field in record_set.fields] == list(BY_NAME[record_set.id].columns)


def test_mlcroissant_rejects_an_unknown_data_type(metadata: dict[str, Any]) -> None:
    """This shows that the test above can fail."""
    damaged = copy.deepcopy(metadata)
    damaged["recordSet"][0]["field"][0]["dataType"] = "cr:Nonsense"
    with pytest.raises(mlcroissant.ValidationError, match="does not specify a valid"):
        mlcroissant.Dataset(jsonld=damaged)


def test_the_file_is_named_with_its_checksum_after_closing(folder: Path, metadata: dict[str, Any]) -> None:
    (file,) = metadata["distribution"]
    content = (folder / STORE_FILE).read_bytes()
    assert file["sha256"] == hashlib.sha256(content).hexdigest() and file["contentSize"] == f"{len(content)} B"
    assert file["contentUrl"] == file["@id"] == STORE_FILE and "cannot open DuckDB" in metadata["description"]
    assert metadata["conformsTo"][0] == "http://mlcommons.org/croissant/1.1" and metadata["version"] == "2026.11.22"


def test_record_sets_equal_the_catalogue_of_columns(metadata: dict[str, Any]) -> None:
    for record_set in metadata["recordSet"]:
        name, table = record_set["@id"], BY_NAME[record_set["@id"]]
        keys = record_set["key"] if isinstance(record_set["key"], list) else [record_set["key"]]
        assert [key["@id"] for key in keys] == [f"{name}/{column}" for column in table.key]
    fields = {field["@id"]: field for record_set in metadata["recordSet"] for field in record_set["field"]}
    vector = fields["features.deltas/xyz"]
    assert (vector["dataType"], vector["arrayShape"]) == ("cr:Float32", f"{LANDMARK_COUNT},{AXES}")
    for field in fields.values():
        assert field["source"]["fileObject"]["@id"] == STORE_FILE and field["description"]
        assert not field.get("isArray") or field["arrayShape"]
        if "references" in field:
            assert field["references"]["field"]["@id"] in fields
    assert "references" in fields["features.deltas/reference_image_id"]


def test_pixels_are_an_array(folder_with_faces: Path) -> None:
    metadata = json.loads((folder_with_faces / data_card.CROISSANT).read_text(encoding="utf-8"))
    fields = {field["@id"]: field for record_set in metadata["recordSet"] for field in record_set["field"]}
    assert fields["features.pixels/rgb"]["isArray"]


def test_the_licence_is_a_creative_work_and_the_url_is_the_card(metadata: dict[str, Any]) -> None:
    assert metadata["license"]["@type"] == "sc:CreativeWork" and "corpus" in metadata["license"]["description"]
    assert metadata["url"] == data_card.CARD


def test_every_term_is_defined_in_the_context_or_by_schema_org(metadata: dict[str, Any]) -> None:
    schema_org = {
        "name", "description", "license", "creator", "keywords", "inLanguage", "datePublished", "version", "sha256",
        "distribution", "contentUrl", "contentSize", "encodingFormat", "url",
    }  # fmt: skip

    def terms(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(terms, value.values()))
        return set().union(*map(terms, value)) if isinstance(value, list) else set()

    used = terms({name: value for name, value in metadata.items() if name != "@context"})
    undefined = {name for name in used if not name.startswith(("@", "rai:"))} - schema_org - set(metadata["@context"])
    assert undefined == set()
