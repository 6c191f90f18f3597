import duckdb
import pytest

from store.tables.duck import sql


@pytest.mark.parametrize(
    ("audits", "counted"),
    [
        (["1-rows", "2-splits", "3-results"], ["3-results", "2-splits", "1-rows"]),
        (["1-rows", "2-splits", "3-features", "4-results"], ["4-results", "3-features"]),
        (["1-features", "2-rows", "3-splits", "4-results"], ["4-results", "3-splits", "2-rows"]),
        (["1-rows", "2-rows", "3-splits"], ["3-splits", "2-rows"]),
        (["1-features"], ["1-features"]),
    ],
)
def test_only_audits_that_let_the_publication_through_count(audits: list[str], counted: list[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA quality")
        connection.execute("CREATE TABLE quality.results (audit_id TEXT, suite TEXT, check_name TEXT, success BOOL)")
        for audit_id in audits:
            connection.execute(
                "INSERT INTO quality.results VALUES (?, 's', 'good', true), (?, 's', 'bad', false)", [audit_id] * 2
            )
        connection.execute(sql("view_current_audits"))
        rows = connection.execute(sql("dash_quality")).fetchall()
    assert [row[0] for row in rows] == counted
    assert all(row[2:] == (2, 1, "s: bad") for row in rows)
