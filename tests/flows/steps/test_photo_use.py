"""Photographs that left the folder, or that a person removed: hidden in features, splits and audits, not deleted."""

from pathlib import Path

import pytest

from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.photo_use import mark_missing, mark_present, remove_photographs
from affect_store.flows.steps.scalar_features import materialize_scalar_views
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine import reader, write
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.vocabulary import NEUTRAL
from affect_store.validation.audit import audit
from tests.stores import clean
from tests.stores.design import image_id

PERSON = clean.PEOPLE[1]
REFERENCE, OTHER = (image_id((PERSON, NEUTRAL, 90, gaze)) for gaze in clean.DESIGN.gazes)
FEATURES = "SELECT count(*) FROM features.present WHERE image_id IN (SELECT unnest($image_ids))"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return clean.copy(tmp_path)


def values(home: Home, query: str, **parameters: object) -> list:
    with open_work(home) as connection:
        return connection.execute(query, parameters or None).fetchall()


def run_on(home: Home) -> str:
    """Everything between ingestion and training; returns the split by person."""
    materialize_deltas(home)
    materialize_scalar_views(home)
    return store_splits(home, seed=clean.DESIGN.seed, corpora=[clean.CORPUS])["by_person"]


def members(home: Home, split_id: str) -> set[str]:
    query = "SELECT image_id FROM splits.assignments WHERE split_id = $split_id"
    return {name for (name,) in values(home, query, split_id=split_id)}


@pytest.mark.long
def test_missing_photographs_leave_splits_and_features_and_return_to_them(home: Home) -> None:
    before = run_on(home)
    gone = [REFERENCE, image_id((clean.PEOPLE[2], NEUTRAL, 45, clean.DESIGN.gazes[0]))]
    present = values(home, FEATURES, image_ids=gone)
    with open_work(home) as connection:
        mark_missing(connection, gone)
        write.renew_exclusions(connection)
    split_id = run_on(home)
    assert split_id != before and members(home, split_id) == members(home, before) - set(gone)
    assert values(home, FEATURES, image_ids=gone) == [(0,)]
    references = "SELECT count(*) FROM features.present JOIN features.deltas USING (image_id, version, created_at) " \
                 "WHERE reference_image_id IN (SELECT unnest($image_ids))"  # fmt: skip
    assert values(home, references, image_ids=gone) == [(0,)]
    verdict = audit(home.work, audit_id="gone", stage="features")
    assert [finding.check for finding in verdict.failures] == ["photograph in every design cell"] and verdict.passed
    cells = "SELECT status FROM coverage WHERE subject_id = $person AND emotion = $emotion AND camera_angle_deg = 90"
    with open_work(home) as connection:
        connection.execute(reader.sql("views/coverage"))
        assert connection.execute(cells, {"person": PERSON, "emotion": NEUTRAL}).fetchall()[0] == (
            "missing photograph",
        )
        mark_present(connection, gone)
        write.renew_exclusions(connection)
    assert run_on(home) == before
    assert values(home, FEATURES, image_ids=gone) == present
    assert audit(home.work, audit_id="back", stage="splits", tables=["splits.assignments"]).failures == ()


def test_one_mark_does_not_show_what_another_hides(home: Home) -> None:
    remove_photographs(home, [OTHER])
    with open_work(home) as connection:
        mark_missing(connection, [OTHER])
        mark_present(connection, [OTHER])
        write.renew_exclusions(connection)
    assert values(home, FEATURES, image_ids=[OTHER]) == [(0,)]
    remove_photographs(home, [OTHER], undo=True)
    assert values(home, FEATURES, image_ids=[OTHER])[0][0] > 0


def test_a_correction_and_a_release_do_not_bring_a_removed_photograph_back(home: Home) -> None:
    remove_photographs(home, [OTHER])
    with open_work(home) as connection:
        write.release_photos(connection, [OTHER])
        write.renew_exclusions(connection)
    query = "SELECT excluded_reason FROM catalogue.images WHERE image_id = $image_id"
    assert values(home, query, image_id=OTHER) == [("removed",)]
