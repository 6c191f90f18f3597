"""A corpus that records neither sex, population nor gaze: 'unknown' is a value everywhere, and never a group."""

import duckdb
import pytest

from affect_store.store.engine import reader
from affect_store.store.engine.definitions import VIEWS
from affect_store.store.engine.sql_files import sql
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, FRONTAL_GAZE, GAZES, NEUTRAL, SEXES, UNKNOWN
from affect_store.validation.audit import audit
from affect_store.validation.gx.dialect import sql as validation_sql
from tests.stores.build import build, built
from tests.stores.design import Design, PlannedRun, numbered

HAPPY = EMOTIONS[4]
LEFT = GAZES[1]
DESIGN = Design(
    "lab", numbered("lab", 12), (NEUTRAL, HAPPY), (FRONTAL_DEG,), (UNKNOWN,), (*SEXES, UNKNOWN), (UNKNOWN,),
    runs=(PlannedRun("lda", "corrected", accuracy=0.9),),
)  # fmt: skip


def lab(home: Home) -> Home:
    return build(home, DESIGN)


@pytest.fixture(scope="module")
def home() -> Home:
    return built(lab)


def rows(home: Home, query: str, *before: str) -> list[tuple]:
    """Rows of a query on the work store with the views of a publication; nothing is stored."""
    with open_work(home) as connection:
        connection.execute("BEGIN")
        for statement in (*before, *(sql(f"views/{name}") for name in VIEWS)):
            connection.execute(statement)
        result = connection.execute(query).fetchall()
        connection.execute("ROLLBACK")
    return result


def test_a_neutral_photograph_of_unknown_gaze_is_the_reference(home: Home) -> None:
    used = rows(home, "SELECT reference_rule, count(*) FROM features.deltas GROUP BY ALL ORDER BY 1")
    assert used == [("neutral, frontal camera, unknown gaze", 12), ("neutral, same camera, unknown gaze", 12)]
    lacking = "features.absent JOIN catalogue.images USING (image_id) WHERE feature IN ('aligned', 'frontal_unit')"
    neutrals = rows(home, f"SELECT DISTINCT reason FROM {lacking} AND emotion = '{NEUTRAL}' ORDER BY 1")
    assert neutrals == [("own reference",)]


def test_unknown_is_a_slice_but_not_a_group(home: Home) -> None:
    slices = {name for (name,) in rows(home, "SELECT DISTINCT slice FROM registry.metrics WHERE part = 'test'")}
    assert {"sex=unknown", "sex=male", "population=unknown", "gaze=unknown"} <= slices
    assert "population" not in slices
    levels = rows(home, "SELECT DISTINCT factor, level FROM fairness ORDER BY ALL")
    assert levels == [("sex", "female"), ("sex", "male")]


def test_every_photograph_of_unknown_gaze_is_a_moment_of_its_own(home: Home) -> None:
    with open_work(home) as connection:
        by_image = reader.query_frame(connection, "dashboards/overlap").filter(strategy="by_image")
    assert by_image.select("instants", "instants_in_several").rows() == [(24, 0)]


def test_the_audit_of_the_catalogue_passes(home: Home) -> None:
    verdict = audit(home.work, audit_id="unknown", stage="rows", tables=["catalogue.images"])
    assert [(finding.location, finding.check, finding.observed) for finding in verdict.stopping] == []
    assert not any(finding.quarantines_rows for finding in verdict.findings)


PHOTOGRAPHS = (
    ("a", NEUTRAL, FRONTAL_GAZE), ("a", NEUTRAL, LEFT), ("a", HAPPY, FRONTAL_GAZE), ("a", HAPPY, UNKNOWN),
    ("a", HAPPY, UNKNOWN),
)  # fmt: skip


@pytest.mark.parametrize(
    ("photographs", "missing"),
    [(PHOTOGRAPHS, [(HAPPY, LEFT)]), ([(p, e, UNKNOWN) for p, e, _ in PHOTOGRAPHS], [])],
)
def test_unknown_is_not_a_level_of_the_design_beside_known_ones(
    photographs: list[tuple[str, str, str]], missing: list[tuple[str, str]]
) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE images (corpus TEXT, subject_id TEXT, emotion TEXT, camera_angle_deg INT, gaze TEXT)"
        )
        connection.execute(
            "ALTER TABLE images ADD missing_since TIMESTAMPTZ; ALTER TABLE images ADD removed_at TIMESTAMPTZ"
        )
        connection.execute("CREATE MACRO corpora_in_use() AS TABLE SELECT 'lab' AS corpus")
        connection.executemany("INSERT INTO images VALUES ('lab', ?, ?, 90, ?, NULL, NULL)", photographs)
        cells = connection.execute(validation_sql("find/missing_cells").replace("{batch}", "images")).fetchall()
        assert [(row[2], row[4]) for row in cells] == missing
        assert connection.execute(validation_sql("find/crowded_cells").replace("{batch}", "images")).fetchall() == []


@pytest.mark.parametrize(("person", "cells"), [("nobody", 24), ("lab-01", 46)])
def test_the_coverage_has_a_cell_for_every_photograph(home: Home, person: str, cells: int) -> None:
    known = f"UPDATE catalogue.images SET gaze = 'left' WHERE subject_id = '{person}'"
    ((number_of_cells, photographs),) = rows(home, "SELECT count(*), count(image_id) FROM coverage", known)
    assert (number_of_cells, photographs) == (cells, 24)
