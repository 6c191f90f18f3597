"""Views of a user's own features in a store that somebody else made: its names are never executed as SQL."""

import json
from pathlib import Path

import pytest

from affect_store import Home
from affect_store.store.engine import clock, own_views
from affect_store.store.engine.work_store import open_work

BODY = "x\" WHERE false; COPY (SELECT 42) TO '{file}'; FROM features.own_values SELECT seal AS \"y"


def insert(connection, feature, version, names):
    parameters = json.dumps({"columns": [{"name": name, "unit": "1"} for name in names]})
    statement = """
        INSERT INTO features.views BY NAME
        SELECT ? AS version, 'own_values' AS "view", ? AS feature, ? AS kind, ? AS parameters, ? AS created_at,
            'image' AS entity, 'float32' AS dtype, '1' AS shape, 'x' AS description, 'x-1' AS transform,
            'x' AS code_version, '{}' AS library_versions, 'x' AS owner
    """
    connection.execute(statement, [version, feature, feature, parameters, clock.now()])


@pytest.mark.parametrize("place", ["feature", "column"])
@pytest.mark.parametrize("text", [BODY, 'a"b', "Upper", "", "a; b"])
def test_versions_with_names_that_no_declaration_can_have_are_left_out(tmp_path: Path, place: str, text) -> None:
    name = text and text.format(file=tmp_path / "written.csv")
    with open_work(Home(tmp_path / "home")) as connection:
        insert(connection, "mouth", "mouth-1", ["width"])
        insert(connection, *((name or "", "v", ["a"]) if place == "feature" else ("mouth", "v", ["width", name])))
        own_views.define(connection)
        assert [each.version for each in own_views.stored_versions(connection)] == ["mouth-1"]
        assert own_views.columns_of(connection, "v") == ()
        assert connection.execute("FROM own.mouth SELECT width").fetchall() == []
        views = connection.execute("FROM duckdb_views() SELECT view_name WHERE schema_name = 'own'").fetchall()
    assert views == [("mouth",)] and not (tmp_path / "written.csv").exists()


def test_names_of_columns_are_quoted() -> None:
    assert own_views.named_columns(['a"; b']) == 'numbers[1] AS "a""; b"'
