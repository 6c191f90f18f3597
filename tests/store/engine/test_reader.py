"""Statements that dashboards show, with their parameters as literals."""

import duckdb
import pytest

from affect_store.store.engine import reader


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
