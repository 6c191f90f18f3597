"""Statements that dashboards show, with their parameters as literals, and the rows of a split."""

import duckdb
import polars as pl
import pytest

from affect_store.store.engine import reader
from affect_store.store.engine.published_store import open_published
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, FRONTAL_GAZE, NEUTRAL
from tests.stores.known import PEOPLE, small_home


@pytest.mark.parametrize(
    "corpus", ["lab", "it's $frontal_deg", "-- x", "soft\u00adhyphen", "two\nlines\u2028", "", "räfd 顔"]
)
def test_a_statement_with_literals_gives_the_same_rows_as_with_bound_parameters(
    corpus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = "SELECT list_contains($corpora, $corpora[1]) AS known, $corpora[1] AS name, $frontal_deg AS angle"
    monkeypatch.setattr(reader, "sql", lambda name: statement)
    bound = {"corpora": [corpus, "other"], "frontal_deg": 90}
    written = reader.with_literals("any", bound)
    assert written.isprintable()
    assert duckdb.execute(written).fetchall() == duckdb.execute(statement, bound).fetchall() == [(True, corpus, 90)]


def test_an_empty_list_is_a_valid_literal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "sql", lambda name: "SELECT count(*) FROM (SELECT unnest($corpora))")
    assert duckdb.execute(reader.with_literals("any", {"corpora": []})).fetchall() == [(0,)]


def test_the_reference_of_other_expressions_is_marked_once_per_person_and_camera() -> None:
    connection = open_published(small_home())
    try:
        (split_id,) = query_of(connection, "SELECT split_id FROM splits.current WHERE strategy = 'by_person'")
        rows = reader.split_rows(connection, reader.frozen_split(connection, split_id))
    finally:
        connection.close()
    keys = ["subject_id", "camera_angle_deg"]
    references = rows.filter("is_reference")
    assert references.select(keys).sort(keys).equals(rows.select(keys).unique().sort(keys))
    assert references["label"].unique().to_list() == [EMOTIONS.index(NEUTRAL)]
    other_gaze = references.filter(pl.col("gaze") != FRONTAL_GAZE).select(keys)
    assert other_gaze.rows() == [(PEOPLE[7], FRONTAL_DEG)], "the person whose usual reference was not taken"


def query_of(connection: duckdb.DuckDBPyConnection, statement: str) -> list[str]:
    return [value for (value,) in connection.execute(statement).fetchall()]
