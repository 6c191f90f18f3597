"""What is trained on and published is what passed its audit, whoever wrote to the store in between."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from flows import audited
from flows import publish as publishing
from flows.audit import Audited
from flows.publish import publish, publish_copy
from flows.train import train
from store.errors import AuditFailedError, StoreError
from store.tables.connection import open_work
from store.tables.contents import contents
from store.tables.home import Home
from tests.validation.fabricate import fabricate

SPOILED = "UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: x + 1)::FLOAT[1404] WHERE {}"
FIRST = "image_id = (SELECT min(image_id) FROM features.landmarks)"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fabricate(tmp_path_factory.mktemp("clean") / "work.duckdb")


def never_audited(store: Path, folder: Path) -> Home:
    place = Home(folder / "home")
    place.root.mkdir()
    shutil.copy(store, place.work)
    return place


@pytest.fixture
def home(store: Path, tmp_path: Path) -> Home:
    """A home whose tables have all passed their audit, and were published once."""
    place = never_audited(store, tmp_path)
    publish_copy(place, "audit-0", False)
    with open_work(place) as connection:
        audited.note(connection, contents(connection, audited.PUBLISHED))
    return place


def spoil(home: Home, statement: str = SPOILED.format(FIRST)) -> None:
    with open_work(home) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        (SPOILED.format(FIRST), "features.landmarks"),
        ("DELETE FROM splits.assignments WHERE image_id = (SELECT min(image_id) FROM splits.assignments)",
         "splits.assignments"),
        ("UPDATE features.pixels SET rgb = unhex(hex(rgb)[3:] || '00')", "features.pixels, pictures"),
        ("UPDATE catalogue.images SET age = 30", "catalogue.images"),
    ],
)  # fmt: skip
def test_rows_that_changed_after_their_audit_are_not_trained_on(home: Home, statement: str, table: str) -> None:
    assert audited.is_audited(home)
    audited.require(home)
    spoil(home, statement)
    assert not audited.is_audited(home)
    with pytest.raises(StoreError, match=f"^{table} changed since the last audit that passed"):
        train.fn(str(home.root), models=["vector_mlp"])  # type: ignore[attr-defined]


def test_what_was_never_audited_is_not_trained_on(store: Path, tmp_path: Path) -> None:
    place = never_audited(store, tmp_path)
    assert not audited.is_audited(place, audited.ROWS)
    with pytest.raises(StoreError, match="and 1. more changed since the last audit"):
        audited.require(place)


def test_what_was_audited_is_published(home: Home) -> None:
    folder = Path(publish_copy(home, "audit-1", False, is_audited=True))
    assert os.readlink(home.published) == f"publications/{folder.name}"


@pytest.mark.parametrize("schema", ["features", "registry"])
def test_what_changed_between_audit_and_copy_is_not_published(home: Home, schema: str) -> None:
    before, folders = os.readlink(home.published), sorted(home.publications.iterdir())
    spoil(home, SPOILED.format("true") if schema == "features" else "UPDATE registry.metrics SET value = 0.99")
    with pytest.raises(AuditFailedError, match=f"{schema}\\.[a-z]+ changed after the audit. Nothing was published"):
        publish_copy(home, "audit-1", False, is_audited=True)
    assert os.readlink(home.published) == before and sorted(home.publications.iterdir()) == folders


def test_models_that_were_trained_on_rows_set_aside_are_not_published(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(home)
    asked = []

    def sets_aside(place: Home, stage: str, quarantine_share: float | None) -> Audited:
        asked.append((stage, quarantine_share))
        return Audited("1", 2, "features.landmarks check 'seals are right' found 2 rows", "audits/1/audit.html")

    monkeypatch.setattr(publishing, "run_audit", sets_aside)
    with pytest.raises(AuditFailedError, match=r"'seals are right' found 2 rows\. Nothing.* See audits/1/audit.html"):
        publish.fn(str(home.root), quarantine_share=0.5)  # type: ignore[attr-defined]
    assert asked == [("features", 0.5)]


def test_pictures_count_only_where_they_are_published(home: Home) -> None:
    spoil(home, "UPDATE features.pixels SET rgb = unhex(hex(rgb)[3:] || '00')")
    assert publish_copy(home, "audit-1", False, is_audited=True)
    with pytest.raises(AuditFailedError, match="features.pixels, pictures changed after the audit"):
        publish_copy(home, "audit-1", True, is_audited=True)
