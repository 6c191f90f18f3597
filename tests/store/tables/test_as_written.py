import duckdb
import pytest

from store.tables import read


@pytest.mark.parametrize(
    "corpus", ["lab", "it's $frontal_deg", "-- x", "soft\u00adhyphen", "two\nlines\u2028", "", "räfd 顔"]
)
def test_a_statement_with_literals_says_what_the_bound_one_says(corpus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = "SELECT list_contains($corpora, $corpora[1]) AS known, $corpora[1] AS name, $frontal_deg AS angle"
    monkeypatch.setattr(read, "sql", lambda name: statement)
    bound = {"corpora": [corpus, "other"], "frontal_deg": 90}
    written = read.as_written("any", bound)
    assert written.isprintable()
    assert duckdb.execute(written).fetchall() == duckdb.execute(statement, bound).fetchall() == [(True, corpus, 90)]


def test_no_corpus_is_an_empty_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "sql", lambda name: "SELECT count(*) FROM (SELECT unnest($corpora))")
    assert duckdb.execute(read.as_written("any", {"corpora": []})).fetchall() == [(0,)]
