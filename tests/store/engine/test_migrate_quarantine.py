"""A work store of schema version 3 becomes one of today's: a quarantine was then told by words of a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from affect_store.flows.steps import quarantine
from affect_store.store.engine.duckdb import Connection, connect
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.setting_keys import SettingKey

OLD = """
CREATE TABLE features.misses (
    image_id VARCHAR NOT NULL, "view" VARCHAR NOT NULL, version VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    released_at TIMESTAMPTZ, created_at TIMESTAMPTZ NOT NULL, PRIMARY KEY (image_id, "view", version, created_at)
)
"""
REASONS = {
    "a": ("no face", False, ("no face", None, None, None)),
    "b": ("quarantined: x; y (values 0a1b2c)", False, ("quarantined: x; y", "quarantined", '["x","y"]', "0a1b2c")),
    "c": ("quarantined: x (values 0a1b2c3d4e5f)", True, ("quarantined: x", "released", '["x"]', "0a1b2c3d4e5f")),
    "f": ("quarantined: seals are right", True,
          ("quarantined: seals are right", "released", '["checksum matches"]', None)),
    "d": ("quarantined: x", True, ("quarantined: x", "released", '["x"]', None)),
    "e": ("landmarks quarantined: x (values 0a1b)", False, ("landmarks quarantined: x", None, None, None)),
}  # fmt: skip
"""By photograph: the old reason, whether it was released, and today's reason, status, checks and checksum."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose work store has the misses of schema version 3."""
    home = Home(tmp_path / "home")
    with open_work(home):
        pass
    connection = connect(home.work)
    _make_older(connection)
    connection.close()
    return home


def _make_older(connection: Connection) -> None:
    connection.execute("DROP VIEW features.absent; DROP TABLE features.misses;" + OLD)
    for image_id, (reason, is_released, _) in REASONS.items():
        connection.execute(
            f"INSERT INTO features.misses VALUES (?, 'landmarks', 'v', ?, {'now()' if is_released else 'NULL'}, now())",
            [image_id, reason],
        )
    connection.execute("UPDATE quality.settings SET setting = '3' WHERE key = ?", [SettingKey.SCHEMA_VERSION])


def test_a_quarantine_in_words_becomes_columns(home: Home) -> None:
    with open_work(home) as connection:
        rows = connection.execute(
            "SELECT image_id, reason, quarantine_status, checks, checksum FROM features.misses ORDER BY image_id"
        ).fetchall()
    assert {image_id: tuple(row) for image_id, *row in rows} == {key: row[-1] for key, row in REASONS.items()}
    assert quarantine.list_quarantine(home).is_empty()  # their photographs are not in the catalogue
