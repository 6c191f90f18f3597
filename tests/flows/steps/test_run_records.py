"""Which runs of the registry need not be trained again."""

from pathlib import Path

from affect_store.flows.steps.run_records import is_trained
from affect_store.models.training.artifact_files import COEFFICIENTS, RECORD, fingerprint
from affect_store.store.home import Home


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
