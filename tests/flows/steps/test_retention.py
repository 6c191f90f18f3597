"""Rollback and pruning from the command line."""

from pathlib import Path

import duckdb
import pytest

from affect_store.flows.steps import retention as steps
from affect_store.store.engine.settings import renew_change_token
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish, repository, retention
from affect_store.store.publication.model_weights import NOTE
from tests.store.publishing import writable
from tests.stores import subjects
from tests.stores.subjects import FIRST, SECOND, TRAINED, affect


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return subjects.copy(tmp_path)


def test_publications_are_listed_and_rolled_back(home: Home) -> None:
    code, output = affect(home, "publications")
    first, second = (line.split() for line in output.splitlines()[:1:-1])
    assert code == 0 and (second[0], second[-1], first[0]) == (SECOND, "current", FIRST) and "6" in first
    assert steps.rollback_note(home) is None
    code, output = affect(home, "rollback")
    assert code == 0 and f"{FIRST} is current; previously {SECOND}" in output
    assert "rolled back" in affect(home, "publications")[1]
    note = steps.rollback_note(home)
    assert note is not None and FIRST in note and f"affect rollback --to {SECOND}" in note
    code, output = affect(home, "rollback")
    assert code == 1 and "no earlier publication" in output
    code, output = affect(home, "rollback", "--to", "20261121")
    assert code == 1 and f"did you mean {SECOND}" in output
    assert affect(home, "rollback", "--to", SECOND)[0] == 0 and repository.current(home) == home.publications / SECOND


def test_a_home_without_publications_says_what_to_do(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    assert "affect run" in affect(home, "publications")[1]
    for arguments in (("rollback",), ("prune",)):
        code, output = affect(home, *arguments)
        assert code == 1 and "there is no store in" in output
    assert not home.root.exists()


def add_old_files(home: Home) -> None:
    """Add weights without a run, weights of a run on an old split, old audits, unfinished folders."""
    (home.artifacts / "of-nobody").mkdir()
    (home.artifacts / "of-nobody" / "weights.npz").write_bytes(bytes(2_000_000))
    for name in (home.artifacts / ".half", home.publications / ".half"):
        name.mkdir()
    for number in range(retention.AUDITS_KEPT):
        (home.audits / f"2026112{number}T07").mkdir()
    with open_work(home) as connection:
        connection.execute("INSERT INTO splits.sets BY NAME SELECT * REPLACE ('by_person-2' AS split_id, "
                           "now() AS requested_at) FROM splits.sets WHERE strategy = 'by_person'")  # fmt: skip
        renew_change_token(connection)


def test_pruning_removes_what_a_dry_run_lists(home: Home) -> None:
    add_old_files(home)
    before = sorted(path for path in home.root.rglob("*") if path.is_dir())
    code, output = affect(home, "prune", "--keep", "1", "--dry-run")
    assert code == 0 and "would be freed" in output and "2.0 MB  weights of runs: of-nobody" in output
    assert f"publications: {FIRST}" in output and f"audits: {FIRST}-results" in output
    assert sorted(path for path in home.root.rglob("*") if path.is_dir()) == before
    assert affect(home, "prune", "--keep", "1")[0] == 0
    assert [folder.name for folder in repository.folders(home)] == [SECOND]
    assert sorted(path.name for path in home.artifacts.iterdir()) == [TRAINED]
    kept = {path.name for path in home.audits.iterdir()}
    assert f"{SECOND}-results" in kept and f"{FIRST}-results" not in kept  # the older is named by the kept publication
    assert "Nothing to remove" in affect(home, "prune", "--keep", "1")[1]


@pytest.mark.long
def test_lineage_records_that_weights_were_pruned(home: Home) -> None:
    add_old_files(home)
    third = "20261122T060000000000"
    for name in (third, "20261122T070000000000"):
        publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    assert affect(home, "prune", "--keep", "2")[0] == 0
    note = (home.artifacts / TRAINED / NOTE).read_text(encoding="utf-8")
    assert "weights pruned on" in note and [path.name for path in (home.artifacts / TRAINED).iterdir()] == [NOTE]
    with open_work(home) as connection:
        row = connection.execute("SELECT artifact_path, status_detail FROM registry.runs WHERE run_id = $run_id",
                                 {"run_id": TRAINED}).fetchone()  # fmt: skip
    assert row is not None and row[0] is None and "weights pruned on" in row[1]
    assert not publish.is_current(home)
    for name in ("20261122T080000000000", "20261122T090000000000"):
        publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE), keep=2)
    affect(home, "prune", "--keep", "2")
    assert not (home.artifacts / TRAINED).exists()  # no kept publication points to it any more


def test_pruning_refuses_to_keep_nothing(home: Home) -> None:
    assert affect(home, "prune", "--keep", "0")[0] == 2
    with pytest.raises(StoreError, match="at least 1"):
        steps.prune(home, 0)


@pytest.mark.parametrize("is_cut", [True, False])
def test_a_damaged_publication_is_pruned(home: Home, is_cut: bool) -> None:
    for name in (FIRST, SECOND):
        store = writable(home.publications / name)
        if name == SECOND and is_cut:
            store.write_bytes(store.read_bytes()[: 2**14])
        elif name == SECOND:
            with duckdb.connect(store) as connection:
                connection.execute("DROP TABLE features.statistics")
    code, output = affect(home, "prune", "--dry-run")
    assert code == 0 and f"damaged publications: {SECOND}" in output
    assert affect(home, "prune")[0] == 0
    assert [folder.name for folder in repository.folders(home)] == [FIRST]
    assert repository.current(home) == home.publications / FIRST
