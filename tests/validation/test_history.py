"""Audits check what counts now: bad rows of earlier splits, runs and corpora do not stop a publication."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from affect_store.validation.audit import audit
from affect_store.validation.rules import MOSTLY_FACES
from affect_store.validation.verdict import Verdict
from tests.stores.clean import CORPUS
from tests.validation.planting import ASSIGNMENTS, IMAGES, METRICS, PREDICTIONS, RUNS, SETS

OLD_SPLIT = (
    "INSERT INTO splits.sets SELECT * REPLACE ('old' AS split_id, requested_at - INTERVAL 1 DAY AS requested_at) "
    "FROM splits.current WHERE strategy = 'by_person'"
)
OLD_ASSIGNMENTS = (
    "INSERT INTO splits.assignments SELECT 'old', image_id, CASE WHEN image_id < '8' THEN 'train' ELSE 'test' END "
    "FROM splits.assignments SEMI JOIN (FROM splits.current WHERE strategy = 'by_person') USING (split_id)"
)
OLD_RUN = (
    "INSERT INTO registry.runs SELECT * REPLACE ('old' AS run_id, 'old' AS split_id, 'nobody' AS service) "
    "FROM registry.runs LIMIT 1"
)
OLD_PREDICTIONS = (
    "INSERT INTO registry.predictions SELECT * REPLACE ('old' AS run_id, 'test' AS part, 7 AS predicted, 6 AS truth, "
    "angry_prob / 2 AS angry_prob) FROM registry.predictions "
    "WHERE run_id = (SELECT min(run_id) FROM registry.predictions)"
)
OLD_METRICS = (
    "INSERT INTO registry.metrics SELECT * REPLACE ('old' AS run_id, 5 AS value) FROM registry.metrics "
    "WHERE run_id = (SELECT min(run_id) FROM registry.metrics)"
)
LANDSCAPES = (
    "INSERT INTO catalogue.images SELECT * REPLACE ('l' || image_id[2:] AS image_id, 'landscapes' AS corpus, "
    "'/l/' || parse_filename(path) AS path) FROM catalogue.images WHERE excluded_reason IS NULL LIMIT 20"
)
IN_USE = "INSERT INTO quality.settings VALUES ('corpora_in_use', '[\"{corpus}\"]')"


@pytest.fixture
def store(unguarded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(unguarded, tmp_path / "work.duckdb"))


def audited(store: Path, *statements: str, stage: str, tables: list[str]) -> Verdict:
    with duckdb.connect(store) as connection:
        for statement in statements:
            connection.execute(statement)
    return audit(store, audit_id="history", stage=stage, tables=tables)


@pytest.mark.parametrize(
    "statements", [(OLD_SPLIT,), (OLD_SPLIT, OLD_ASSIGNMENTS)], ids=["empty", "people across parts"]
)
def test_an_earlier_split_is_history(store: Path, statements: tuple[str, ...]) -> None:
    assert audited(store, *statements, stage="splits", tables=[SETS, ASSIGNMENTS]).stopping == ()


def test_a_run_of_an_earlier_split_is_history(store: Path) -> None:
    history = (OLD_SPLIT, OLD_RUN, OLD_PREDICTIONS, OLD_METRICS)
    assert audited(store, *history, stage="results", tables=[RUNS, PREDICTIONS, METRICS]).stopping == ()


@pytest.mark.parametrize(("corpus", "stops"), [(CORPUS, False), ("landscapes", True)])
def test_only_a_corpus_in_use_must_show_faces(store: Path, corpus: str, stops: bool) -> None:
    verdict = audited(store, LANDSCAPES, IN_USE.format(corpus=corpus), stage="rows", tables=[IMAGES])
    assert (MOSTLY_FACES in {finding.check for finding in verdict.stopping}) == stops


def test_photographs_that_are_out_of_use_do_not_count_as_photographs_without_a_face(store: Path) -> None:
    missing = f"UPDATE {IMAGES} SET excluded_reason = 'missing file' WHERE emotion = 'angry' OR gaze = 'left'"
    verdict = audited(store, missing, stage="rows", tables=[IMAGES])
    assert MOSTLY_FACES not in {finding.check for finding in verdict.failures}


def test_the_quarantine_of_another_corpus_does_not_count_towards_the_limit(store: Path) -> None:
    quarantined = (
        "INSERT INTO features.misses BY NAME SELECT image_id, 'images' AS \"view\", '' AS version, 'quarantined: x' "
        "AS reason, 'quarantined' AS quarantine_status, '[\"x\"]' AS checks, now() AS created_at FROM catalogue.images "
        "WHERE corpus = 'landscapes'"
    )
    mirrored = "UPDATE features.landmarks SET xyz = list_reverse(xyz)::FLOAT[1404] WHERE rowid = 0"
    excluded = "UPDATE catalogue.images SET excluded_reason = 'quarantined: x' WHERE corpus = 'landscapes'"
    statements = (LANDSCAPES, quarantined, excluded, mirrored, IN_USE.format(corpus=CORPUS))
    verdict = audited(store, *statements, stage="rows", tables=["features.landmarks"])
    assert len(verdict.quarantine) == 1 and verdict.passed
    in_use = f"UPDATE quality.settings SET setting = '[\"landscapes\", \"{CORPUS}\"]' WHERE key = 'corpora_in_use'"
    assert not audited(store, in_use, stage="rows", tables=["features.landmarks"]).passed


def test_photographs_of_an_emotion_that_a_split_leaves_out_are_not_missing_from_it(store: Path) -> None:
    with duckdb.connect(store) as connection:
        connection.execute(
            "DELETE FROM splits.assignments "
            "WHERE image_id IN (FROM catalogue.images SELECT image_id WHERE emotion = 'angry') "
            "AND split_id IN (FROM splits.current SELECT split_id WHERE strategy = 'by_person')"
        )
    check = "every active photograph assigned"
    verdict = audited(store, stage="splits", tables=[ASSIGNMENTS])
    assert check in {finding.check for finding in verdict.stopping}
    left_out = "UPDATE splits.sets SET left_out_emotions = '[\"angry\"]' WHERE strategy = 'by_person'"
    verdict = audited(store, left_out, stage="splits", tables=[ASSIGNMENTS])
    assert check not in {finding.check for finding in verdict.failures}
