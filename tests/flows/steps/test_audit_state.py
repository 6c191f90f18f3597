"""Only contents that passed their audit are trained on and published, whoever wrote to the store in between."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from affect_store.flows import publish as publishing
from affect_store.flows.publish import publish
from affect_store.flows.steps import audit_state
from affect_store.flows.steps.audits import AuditOutcome
from affect_store.flows.steps.publication_pages import publish_copy
from affect_store.flows.train import train
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import AuditFailedError, StoreError
from affect_store.store.home import Home
from affect_store.store.publication.publish import open_folder
from tests.stores import build, clean

SPOILED = "UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: x + 1)::FLOAT[1404] WHERE {}"
SEALED = SPOILED.format("true").replace("WHERE", ", seal = reverse(seal) WHERE")
FIRST = "image_id = (SELECT min(image_id) FROM features.landmarks)"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A copy of a home whose tables have all passed an audit and were published once."""
    return build.copy(build.built(_published), tmp_path)


def _published(home: Home) -> Home:
    shutil.copytree(clean.clean_home().root, home.root, symlinks=True)
    publish_copy(home, "audit-0", False)
    with open_work(home) as connection:
        audit_state.record_audited(connection, hash_tables(connection, audit_state.PUBLISHED))
    return home


def spoil(home: Home, statement: str = SPOILED.format(FIRST)) -> None:
    with open_work(home) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        (SPOILED.format(FIRST), "features.landmarks"),
        ("DELETE FROM splits.assignments WHERE image_id = (SELECT min(image_id) FROM splits.assignments)",
         "splits.assignments"),
        pytest.param(
            "UPDATE features.pixels SET rgb = unhex(hex(rgb)[3:] || '00')", "features.pixels, pictures",
            marks=pytest.mark.long,
        ),
        pytest.param("UPDATE catalogue.images SET age = 30", "catalogue.images", marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_rows_that_changed_after_their_audit_are_not_trained_on(home: Home, statement: str, table: str) -> None:
    assert audit_state.is_audited(home)
    audit_state.require_audited(home)
    spoil(home, statement)
    assert not audit_state.is_audited(home)
    with pytest.raises(StoreError, match=f"^{table} changed since the last audit that passed"):
        train.fn(home=str(home.root), models=["vector_mlp"])  # type: ignore[attr-defined]


def test_rows_without_an_audit_are_not_trained_on(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    assert not audit_state.is_audited(home, audit_state.ROWS)
    with pytest.raises(StoreError, match="and 2. more changed since the last audit"):
        audit_state.require_audited(home)


def test_audited_contents_are_published(home: Home) -> None:
    folder = Path(publish_copy(home, "audit-1", False, is_audited=True))
    assert os.readlink(home.published) == f"publications/{folder.name}"


@pytest.mark.long
@pytest.mark.parametrize("schema", ["features", "registry"])
def test_contents_that_changed_between_audit_and_copy_are_not_published(home: Home, schema: str) -> None:
    before, folders = os.readlink(home.published), sorted(home.publications.iterdir())
    spoil(home, SEALED if schema == "features" else "UPDATE registry.metrics SET value = 0.99")
    with pytest.raises(
        AuditFailedError, match=f"Publication aborted: {schema}\\.[a-z]+ changed after the audit. Nothing"
    ):
        publish_copy(home, "audit-1", False, is_audited=True)
    assert os.readlink(home.published) == before and sorted(home.publications.iterdir()) == folders


def test_a_copy_of_the_last_publication_holds_the_audited_values(home: Home) -> None:
    """Values that changed without their checksum do not reach a publication that begins as a copy of the last one."""
    values = "SELECT hash(list_sort(list(xyz))) FROM features.landmarks"
    with open_folder(home.published.resolve()) as store:
        audited = store.execute(values).fetchall()
    spoil(home, SPOILED.format("true"))
    folder = Path(publish_copy(home, "audit-1", False, is_audited=True))
    with open_folder(folder) as store:
        assert store.execute(values).fetchall() == audited


def test_models_trained_on_rows_that_are_quarantined_now_are_not_published(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(home)
    calls = []

    def quarantining(home: Home, stage: str, quarantine_share: float | None) -> AuditOutcome:
        calls.append((stage, quarantine_share))
        return AuditOutcome("1", 2, "features.landmarks check 'checksum matches' found 2 rows", "audits/1/audit.html")

    monkeypatch.setattr(publishing, "run_audit", quarantining)
    with pytest.raises(AuditFailedError, match=r"'checksum matches' found 2 rows\. Nothing.* See audits/1/audit.html"):
        publish.fn(home=str(home.root), quarantine_share=0.5)  # type: ignore[attr-defined]
    assert calls == [("features", 0.5)]


@pytest.mark.long
def test_thumbnails_count_only_if_they_are_published(home: Home) -> None:
    spoil(home, "UPDATE features.pixels SET rgb = unhex(hex(rgb)[3:] || '00')")
    assert publish_copy(home, "audit-1", False, is_audited=True)
    with pytest.raises(AuditFailedError, match="features.pixels, pictures changed after the audit"):
        publish_copy(home, "audit-1", True, is_audited=True)
