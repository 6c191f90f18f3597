"""A work store of schema version 4 takes further classes and unlabelled photographs once it is migrated."""

from pathlib import Path

import duckdb
import pytest

from affect_store.store.engine.duckdb import SCHEMA_VERSION, schema_version
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.schema.fields import FIELDS
from affect_store.store.schema.tables import Table, ddl
from affect_store.store.vocabulary import EMOTIONS
from tests.store.engine.older_store import create_tables

ADDED = ("further_chances", "further_emotions")
LABELS = "INSERT INTO catalogue.labels VALUES ('a', now(), 'p', 'male', 'x', NULL, $emotion, 90, 'frontal')"
EMOTION = "INSERT INTO catalogue.emotions VALUES (8, 'pained')"


def old_ddl(table: Table) -> str:
    """Return the statement of a table as in version 4."""
    lines = [line for line in ddl(table).splitlines() if not line.strip().startswith(ADDED)]
    words = ", ".join(map(repr, EMOTIONS))
    text = "\n".join(lines).replace(
        f"regexp_full_match(emotion, '{FIELDS['emotion'].pattern}')", f"emotion IN ({words})"
    )
    return text.replace("<= 31", "<= 7")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    with duckdb.connect(str(home.work)) as connection:
        create_tables(connection, old_ddl)
        connection.execute("INSERT INTO quality.settings VALUES ('schema_version', '4')")
        connection.executemany("INSERT INTO catalogue.emotions VALUES (?, ?)", list(enumerate(EMOTIONS)))
        connection.execute(LABELS, {"emotion": "happy"})
        chances = ", ".join(["0.125"] * len(EMOTIONS))
        connection.execute(f"INSERT INTO registry.predictions VALUES ('r', 'a', 'test', 4, 4, 1, {chances})")
    return home


def test_rows_stay_and_further_classes_are_taken(home: Home) -> None:
    with duckdb.connect(str(home.work)) as connection:
        for statement, bound in ((LABELS, {"emotion": "pained"}), (EMOTION, {})):
            with pytest.raises(duckdb.ConstraintException):
                connection.execute(statement, bound)
        before = connection.execute("FROM registry.predictions").fetchall()
    with open_work(home) as connection:
        assert schema_version(connection) == SCHEMA_VERSION
        assert connection.execute("FROM registry.predictions").fetchall() == [(*before[0], None)]
        assert connection.execute("SELECT emotion FROM catalogue.labels").fetchall() == [("happy",)]
        connection.execute(EMOTION)
        connection.execute(LABELS.replace("'a', now", "'b', now"), {"emotion": "pained"})
    with open_work(home) as connection:  # an opening fills in the eight, and leaves the ninth
        assert connection.execute("SELECT count(*) FROM catalogue.emotions").fetchone() == (9,)


@pytest.mark.parametrize("word", ["Pained", "in pain", "", "x" * 25])
def test_words_that_are_no_names_are_refused_by_the_database(word: str, home: Home) -> None:
    with open_work(home) as connection, pytest.raises(duckdb.ConstraintException):
        connection.execute(LABELS.replace("'a', now", "'b', now"), {"emotion": word})


def test_quarantined_rows_stay_and_unlabelled_photographs_are_taken(home: Home) -> None:
    unlabelled = "UPDATE catalogue.labels SET emotion = 'unknown'"
    with duckdb.connect(str(home.work)) as connection:
        connection.execute(
            "INSERT INTO features.misses BY NAME SELECT 'a' AS image_id, 'pixels' AS \"view\", 'v' AS version, "
            "'blank' AS reason, 'quarantined' AS quarantine_status, '[]' AS checks, now() AS created_at"
        )
        with pytest.raises(duckdb.ConstraintException):
            connection.execute(unlabelled)
        before = connection.execute("FROM features.misses").fetchall()
    with open_work(home) as connection:
        assert connection.execute("FROM features.misses").fetchall() == before
        connection.execute(unlabelled)
