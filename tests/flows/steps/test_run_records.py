"""Which runs of the registry need not be trained again."""

from pathlib import Path

import pytest

from affect_store.flows.steps import audit_state
from affect_store.flows.steps.run_execution import rows_of
from affect_store.flows.steps.run_records import is_trained, request_runs
from affect_store.flows.steps.run_specs import TrainingRequest
from affect_store.models.systems import CORRECTED, SOFT_LABELS
from affect_store.models.training.artifact_files import COEFFICIENTS, RECORD, fingerprint
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.vocabulary import AGREEMENTS
from tests.stores.clean import rated_copy


def test_a_run_whose_files_are_lost_or_damaged_is_trained_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder = home.artifacts / "run"
    folder.mkdir(parents=True)
    for name in (COEFFICIENTS, RECORD):
        (folder / name).write_text(name)
    artifact = str(folder.relative_to(home.root)), fingerprint(folder)
    assert is_trained(home, artifact)
    assert is_trained(home, (None, None)), "a run that has no model"
    assert not is_trained(home, None), "a run that is not in the registry"
    (folder / COEFFICIENTS).write_text("other")
    assert not is_trained(home, artifact)
    (folder / COEFFICIENTS).unlink()
    assert not is_trained(home, artifact) and not is_trained(home, ("artifacts/lost", artifact[1]))


def test_corrected_ratings_are_read_by_soft_labels_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = rated_copy(tmp_path)
    monkeypatch.setattr(audit_state, "require_audited", lambda _: None)  # the store was built without an audit
    requests = {name: TrainingRequest(["vector_mlp"], name) for name in (SOFT_LABELS, CORRECTED)}
    before = {name: request_runs(home, request)[0] for name, request in requests.items()}
    with open_work(home) as connection:
        corrected = ", ".join(f"{int(name == AGREEMENTS[3])} AS {name}" for name in AGREEMENTS)
        connection.execute(
            f"INSERT INTO catalogue.ratings BY NAME SELECT image_id, now() AS known_at, {corrected} "
            "FROM catalogue.images"
        )
    after = {name: request_runs(home, request)[0] for name, request in requests.items()}
    assert before[CORRECTED] == after[CORRECTED]
    assert all(a.run_id != b.run_id for a, b in zip(before[SOFT_LABELS], after[SOFT_LABELS], strict=True))
    assert set(rows_of(home, after[SOFT_LABELS][0])["train"].column(AGREEMENTS[3]).to_pylist()) == {1.0}
    assert set(rows_of(home, before[SOFT_LABELS][0])["train"].column(AGREEMENTS[3]).to_pylist()) != {1.0}
    assert AGREEMENTS[3] not in rows_of(home, after[CORRECTED][0])["train"].column_names


def test_a_system_that_the_home_does_not_know_yet_is_named_and_not_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A home of an earlier version of affect-store lacks the service, without which an audit rejects the run."""
    home = rated_copy(tmp_path)
    monkeypatch.setattr(audit_state, "require_audited", lambda _: None)
    request = TrainingRequest(["measures_lda", "lda"], CORRECTED)
    known, _ = request_runs(home, request, "by_person")
    with open_work(home) as connection:
        connection.execute("DELETE FROM features.services WHERE service = 'measures_lda.corrected'")
    missing, _ = request_runs(home, request, "by_person")
    assert {spec.model for spec in known} == {"lda", "measures_lda"} and {spec.model for spec in missing} == {"lda"}
    assert "Not trained: measures_lda" in capsys.readouterr().out
