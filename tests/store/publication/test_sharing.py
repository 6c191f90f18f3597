"""A publication that begins as a copy of the last one is equal to one that is made anew, whatever changed."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from affect_store.flows.steps import erasure as erasures
from affect_store.store.consent import erasure
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import difference, manifest, publish, sharing, vector_statistics, vector_sums
from affect_store.store.publication.history import HistoryEntry
from affect_store.store.publication.manifest import read_manifest
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.schema.tables import TABLES
from tests.store.publishing import add_reject, writable
from tests.stores import clean, subjects
from tests.stores.changes import (
    add_corpus,
    add_person,
    add_run,
    add_split,
    change_nothing,
    correct_label,
    quarantine,
)  # fmt: skip

FIRST = datetime(2026, 11, 28, tzinfo=UTC)
DEFINED = (
    "duckdb_tables() SELECT schema_name, table_name, comment",
    "duckdb_columns() SELECT schema_name, table_name, column_name, column_index, data_type, is_nullable, comment",
    "duckdb_views() SELECT schema_name, view_name, list_sort(regexp_extract_all(sql, '\\w+')), comment",
    "duckdb_functions() SELECT schema_name, function_name, parameters, macro_definition, comment",
    "duckdb_constraints() SELECT schema_name, table_name, constraint_type, constraint_column_names",
    "duckdb_indexes() SELECT schema_name, index_name, table_name, expressions",
)


def publication(home: Home, number: int, *, with_faces: bool = False) -> Path:
    """Publish the work store."""
    before = home.published.resolve() if home.published.exists() else None

    def write(folder: Path) -> None:
        fill(home, folder, number, before, with_faces=with_faces)

    return publish.publish(home, str(number), write)


def fill(
    home: Home, folder: Path, number: int, before: Path | None, *, with_faces: bool = False, shares: bool = True
) -> Path:
    """Write the store of a publication, with the history of the one before; made anew without `shares`."""
    entry = HistoryEntry(FIRST + timedelta(days=number), "code", before / STORE_FILE if before else None)
    publish.write_store(
        home.work, folder / STORE_FILE, with_faces=with_faces, about={"audit": str(number)}, history_entry=entry,
        previous=before if shares else None,
    )  # fmt: skip
    return folder


def made_anew(home: Home, folder: Path, number: int, before: Path, *, with_faces: bool = False) -> Path:
    """Write what a publication must be equal to."""
    folder.mkdir()
    return fill(home, folder, number, before, with_faces=with_faces, shares=False)


def reason_of(folder: Path) -> str | None:
    """Why a store was made anew; None if it began as a copy."""
    manifest = read_manifest(folder)
    assert manifest is not None and (manifest.n_shared == 0) == (manifest.made_anew_because is not None)
    return manifest.made_anew_because


def differences(first: Path, second: Path) -> list[str]:
    """Names of the tables, and of the kinds of definitions, in which two published stores differ."""
    different = []
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        for alias, folder in (("a", first), ("b", second)):
            connection.execute(f"ATTACH '{folder / STORE_FILE}' AS {alias} (READ_ONLY)")
        for table in TABLES:
            rows = f"FROM a.{table.qualified} EXCEPT ALL FROM b.{table.qualified}"
            other = f"FROM b.{table.qualified} EXCEPT ALL FROM a.{table.qualified}"
            if connection.execute(f"SELECT count(*) FROM (({rows}) UNION ALL ({other}))").fetchall() != [(0,)]:
                different.append(table.qualified)
        for query in DEFINED:
            definitions = [
                connection.execute(f"FROM {query} WHERE database_name = '{alias}' ORDER BY ALL").fetchall()
                for alias in "ab"
            ]
            if definitions[0] != definitions[1] or not definitions[0]:
                different.append(query)
    return different


CHANGES = [add_person, add_corpus, add_split, add_run, correct_label, quarantine, change_nothing]


@pytest.mark.parametrize("change", [
    pytest.param(change, id=change.__name__, marks=[] if change in (add_person, correct_label) else pytest.mark.long)
    for change in CHANGES
])  # fmt: skip
@pytest.mark.parametrize("with_faces", [
    pytest.param(False, id="without faces"), pytest.param(True, id="with faces", marks=pytest.mark.long)
])  # fmt: skip
def test_it_equals_a_publication_made_anew(change: Callable[[Home], None], with_faces: bool, tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    first = publication(home, 1, with_faces=with_faces)
    assert "no earlier publication" in (reason_of(first) or "")
    change(home)
    second = publication(home, 2, with_faces=with_faces)
    assert reason_of(second) is None
    anew = made_anew(home, tmp_path / "anew", 2, first, with_faces=with_faces)
    assert reason_of(anew) is not None and differences(second, anew) == []


@pytest.mark.long
def test_only_new_vectors_are_read_where_the_sums_before_still_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, int]] = []
    scanned = vector_statistics._scanned

    def noted(connection, view: str, first: int):  # type: ignore[no-untyped-def]
        read.append((view, first))
        return scanned(connection, view, first)

    monkeypatch.setattr(vector_statistics, "_scanned", noted)
    home = clean.copy(tmp_path)
    publication(home, 1)
    add_person(home)
    publication(home, 2)
    assert read[:2] == [("landmarks", 0), ("deltas", 0)] and all(first > 0 for _, first in read[2:]) and len(read) == 4
    quarantine(home)
    publication(home, 3)
    assert ("landmarks", 0) in read[4:], "a row that counted counts no more"
    (home.published / vector_sums.FILE).write_bytes(b"")
    read.clear()
    assert reason_of(publication(home, 4)) is None and read == [("landmarks", 0), ("deltas", 0)]


@pytest.mark.long
def test_the_comparison_sees_differences(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    first = publication(home, 1)
    add_run(home)
    second = publication(home, 2)
    assert "registry.predictions" in differences(first, second)
    copy = shutil.copytree(second, tmp_path / "copy")
    with duckdb.connect(writable(copy)) as connection:
        connection.execute("COMMENT ON VIEW leaderboard IS 'another'")
        connection.execute(
            "UPDATE features.statistics SET mean = mean + 1e-15 WHERE landmark_group = 'all' AND axis = 'x'"
        )
    assert [name.split()[0] for name in differences(second, copy)] == ["features.statistics", "duckdb_views()"]


@pytest.mark.long
@pytest.mark.parametrize("before", [False, True])
def test_faces_that_are_published_now_or_no_longer_are_a_reason(before: bool, tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    first = publication(home, 1, with_faces=before)
    second = publication(home, 2, with_faces=not before)
    assert "thumbnails" in (reason_of(second) or "")
    assert differences(second, made_anew(home, tmp_path / "anew", 2, first, with_faces=not before)) == []


def test_values_that_disappear_are_a_reason(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    publication(home, 1)
    with open_work(home) as connection:
        connection.execute("DELETE FROM features.deltas WHERE rowid = 3")
    assert "features.deltas" in (reason_of(publication(home, 2)) or "")


@pytest.mark.long
@pytest.mark.parametrize(("change", "named"), [
    ("DELETE FROM catalogue.rejects", "catalogue.rejects.path"),
    ("UPDATE catalogue.images SET path = path || 'x' WHERE rowid = 2", "catalogue.images.path"),
    ("UPDATE catalogue.images SET subject_id = 'new' WHERE subject_id = (FROM catalogue.images SELECT min(subject_id))",
     "catalogue.images.subject_id"),
    ("UPDATE quality.settings SET setting = 'x' WHERE key = 'corpus_options:lab'", "corpus_options"),
])  # fmt: skip
def test_a_name_that_disappears_is_a_reason(change: str, named: str, tmp_path: Path) -> None:
    home = subjects.copy(tmp_path, published=False)
    with open_work(home) as connection:
        put_setting(connection, "corpus_options:lab", "y")
    publication(home, 1)
    with open_work(home) as connection:
        connection.execute(change)
    assert named in (reason_of(publication(home, 2)) or "")


@pytest.mark.long
def test_an_erased_person_is_in_no_byte_of_the_publications_that_follow(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    person = clean.PEOPLE[1]
    publication(home, 1)
    add_person(home)
    assert reason_of(publication(home, 2)) is None
    with open_work(home) as connection:
        query = "SELECT seal FROM features.landmarks JOIN catalogue.images USING (image_id) WHERE subject_id = $person"
        seals = [seal.encode() for (seal,) in connection.execute(query, {"person": person}).fetchall()]
    assert seals and seals[0] in home.published_store.read_bytes()
    assert erasures.erase_person(home, person) is not None
    before = home.published.resolve()
    third = publication(home, 3)
    assert reason_of(before) is not None
    for folder in (before, third):
        content = (folder / STORE_FILE).read_bytes()
        assert not any(seal in content for seal in (*seals, person.encode()))
    assert differences(third, made_anew(home, tmp_path / "anew", 3, before)) == []


def test_a_copy_is_written_again_when_anybody_is_erased(tmp_path: Path) -> None:
    """Bytes of deleted rows may name a person whom no row names."""
    home = subjects.copy(tmp_path, published=False)
    publication(home, 1)
    with open_work(home) as connection:
        add_reject(connection, "another.jpg")
    assert reason_of(publication(home, 2)) is None
    to_rewrite, _ = erasure.publications_mentioning(home, ErasureRequest("nobody-99"))
    assert [folder.name for folder in to_rewrite] == ["2"]
    (home.publications / "1" / manifest.FILE).write_text('{"schema_version": "7", ')
    to_rewrite, _ = erasure.publications_mentioning(home, ErasureRequest("nobody-99"))
    assert [folder.name for folder in to_rewrite] == ["1", "2"], "one whose manifest is torn may be a copy"


def test_a_full_audit_is_no_reason(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    for number in (1, 2):
        with open_work(home) as connection:
            put_setting(connection, SettingKey.FULL_AUDIT, f"2026-11-2{number}T03:00:00+00:00")
        folder = publication(home, number)
    assert reason_of(folder) is None


def test_settings_that_may_name_somebody_are_known() -> None:
    assert set(SettingKey) - set(difference._IMPERSONAL) == {
        SettingKey.SCHEMA_VERSION, SettingKey.ERASURE_KEY, SettingKey.SHORTENED_SPLIT, SettingKey.CORPUS_LAYOUT,
        SettingKey.CORPUS_OPTIONS, SettingKey.LAST_CORPUS, SettingKey.CORPORA_IN_USE, SettingKey.CORPORA_TO_RETURN_TO,
    }  # fmt: skip


@pytest.mark.long
def test_a_damaged_or_missing_publication_is_a_reason(tmp_path: Path) -> None:
    home = clean.copy(tmp_path)
    first = publication(home, 1)
    anew = made_anew(home, tmp_path / "anew", 2, first)
    store = writable(first)
    content = store.read_bytes()
    damages: dict[str, Callable[[], object]] = {
        "middle": lambda: store.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2)),
        "end": lambda: store.write_bytes(content[: len(content) // 2]),
        "head": lambda: store.write_bytes(bytes(4096) + content[4096:]),
        "missing": store.unlink,
    }
    for name, damage in damages.items():
        store.write_bytes(content)
        damage()
        folder = tmp_path / name
        folder.mkdir()
        fill(home, folder, 2, first)
        assert reason_of(folder) is not None, name
        different = differences(folder, anew)
        assert different in ([], ["quality.publications"]), name  # the history of a damaged one is lost


def test_another_version_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = clean.copy(tmp_path)
    publication(home, 1)
    monkeypatch.setattr(sharing, "code_version", lambda: "0.0.0")
    assert "another version" in (reason_of(publication(home, 2)) or "")


@pytest.mark.long
def test_a_file_with_much_that_was_deleted_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = clean.copy(tmp_path)
    publication(home, 1)
    correct_label(home)
    second = publication(home, 2)
    manifest = read_manifest(second)
    assert manifest is not None and manifest.n_shared == 1
    assert manifest.deleted_bytes > 10_000, "the photograph's row in the tables of the split was replaced"
    add_run(home)
    monkeypatch.setattr(sharing, "MAX_UNUSED", manifest.deleted_bytes / (second / STORE_FILE).stat().st_size)
    third = publication(home, 3)
    assert "of the file" in (reason_of(third) or "")
    assert differences(third, made_anew(home, tmp_path / "anew", 3, second)) == []


@pytest.mark.long
def test_one_of_many_publications_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MAX_SHARED", 2)
    home = clean.copy(tmp_path)
    reasons = [reason_of(publication(home, number)) for number in range(1, 6)]
    assert [reason is None for reason in reasons] == [False, True, True, False, True]
    assert "began as a copy" in (reasons[3] or "")
