"""The number of publications to keep is remembered with the home."""

from pathlib import Path

import pytest

from affect_store.flows import publish as publishing
from affect_store.flows.publish import publish
from affect_store.flows.steps import audit_state
from affect_store.flows.steps.audits import AuditOutcome
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.publication import repository
from affect_store.store.publication.retention import publications_to_keep, update_keep


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_number_that_was_given_holds_for_later_runs(home: Home) -> None:
    assert publications_to_keep(home) == repository.KEPT
    assert update_keep(home, 10) == publications_to_keep(home) == update_keep(home, None) == 10
    with pytest.raises(StoreError, match="at least 1"):
        update_keep(home, 0)
    assert update_keep(home, 1) == publications_to_keep(home) == 1


def test_a_home_of_an_earlier_version_keeps_what_it_has(home: Home) -> None:
    for name in "12345":
        (home.publications / name).mkdir(parents=True)
    assert publications_to_keep(home) == update_keep(home, None) == 5
    (home.publications / "6").mkdir()
    assert publications_to_keep(home) == 5 and len(repository.expired(home, 5)) == 1


def test_a_flow_without_a_number_keeps_what_an_earlier_one_was_given(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    monkeypatch.setattr(audit_state, "is_audited", lambda home: True)
    monkeypatch.setattr(publishing, "run_audit", lambda *_: AuditOutcome("1"))
    monkeypatch.setattr(
        publishing, "publish_all", lambda home, audit_id, with_faces, keep, is_audited, preliminary: kept.append(keep)
    )
    update_keep(home, None)  # makes the store
    for number in (None, 7, None):
        publish.fn(home=str(home.root), keep=number)  # type: ignore[attr-defined]
    assert kept == [3, 7, 7]
