"""Which audits `quality.current` names: the ones that allowed the publication."""

import duckdb
import pytest

from affect_store.store.engine.sql_files import sql


@pytest.mark.parametrize(
    ("audits", "current"),
    [
        (["1-rows", "2-splits", "3-results"], ["3-results", "2-splits", "1-rows"]),
        (["1-rows", "2-splits", "3-features", "4-results"], ["4-results", "3-features"]),
        (["1-features", "2-rows", "3-splits", "4-results"], ["4-results", "3-splits", "2-rows"]),
        (["1-rows", "2-rows", "3-splits"], ["3-splits", "2-rows"]),
        (["1-features"], ["1-features"]),
    ],
)
def test_the_newest_audit_of_each_stage_is_current(audits: list[str], current: list[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA quality")
        connection.execute("CREATE TABLE quality.results (audit_id TEXT, suite TEXT, check_name TEXT, success BOOL)")
        for audit_id in audits:
            connection.execute(
                "INSERT INTO quality.results VALUES (?, 's', 'good', true), (?, 's', 'bad', false)", [audit_id] * 2
            )
        connection.execute(sql("views/current_audits"))
        rows = connection.execute(sql("dashboards/quality")).fetchall()
    assert [row[0] for row in rows] == current
    assert all(row[2:] == (2, 1, "s: bad") for row in rows)
