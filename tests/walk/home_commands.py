"""Commands on the home of a walk before a run; a killed walk may carry them out again."""

from __future__ import annotations

from collections.abc import Iterable

from affect_store.flows.steps import retention
from affect_store.flows.steps.photo_use import remove_photographs
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.publication import repository
from tests.walk.state import Change, State

_REQUESTED = """
SELECT r.run_id, r.artifact_path, r.artifact_sha256
FROM registry.current JOIN registry.runs AS r USING (run_id)
WHERE list_contains($models, r.model) AND r.status = 'completed' AND r.seed = (SELECT min(seed) FROM registry.runs)
    AND current.strategy IN ('by_person', 'by_image')
ORDER BY ALL
"""


def requested_artifacts(home: Home, state: State) -> list[tuple[str, str, str]]:
    """Return the runs that every run requests, with the path and sha256 of their artifacts."""
    with open_work(home) as connection:
        return connection.execute(_REQUESTED, {"models": state.models}).fetchall()


def carry_out(home: Home, change: Change, state: State) -> None:
    """Carry out the command of a change that comes before its run."""
    if change.command == "rollback" and len(repository.folders(home)) > 1:
        try:
            retention.rollback(home)
        except StoreError as error:
            assert "no earlier publication" in str(error)
    if change.command == "prune" and home.work.exists():
        retention.prune(home)
    if change.command == "remove":
        remove(home, change.images)
    if change.command == "bring_back":
        remove(home, change.images, undo=True)
    if change.command == "damage" and home.work.exists():
        damage_artifact(home, state)


def remove(home: Home, image_ids: Iterable[str], *, undo: bool = False) -> None:
    """Remove the photographs among these that the home has, or bring them back."""
    with open_work(home) as connection:
        known = {image_id for (image_id,) in connection.execute("SELECT image_id FROM catalogue.images").fetchall()}
    if present := sorted(known & set(image_ids)):
        remove_photographs(home, present, undo=undo)


def damage_artifact(home: Home, state: State) -> None:
    """Cut a file of a model that the next run requests again."""
    folders = [home.root / path for _, path, _ in requested_artifacts(home, state)]
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in (".npz", ".keras")]
    if files:
        path = state.random("damage").choice(files)
        path.write_bytes(path.read_bytes()[:-9])
