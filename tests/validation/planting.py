"""What a planted fault is, and SQL and functions that plant it in a store without guards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from affect_store.store.schema.tables import BY_NAME
from affect_store.store.types import checksum_of
from affect_store.store.vocabulary import LANDMARK_COUNT, VECTOR_LENGTH
from affect_store.validation.gx.suites import STAGES
from affect_store.validation.verdict import Finding

EMOTION_LABELS, IMAGES, LABELS = "catalogue.emotions", "catalogue.images", "catalogue.labels"
RATINGS = "catalogue.ratings"
UNITS = "catalogue.intended_action_units"
LANDMARKS, DELTAS, PIXELS, MISSES = "features.landmarks", "features.deltas", "features.pixels", "features.misses"
ERRORS, REFERENCES = "features.landmark_errors", "features.delta_references"
SERVICES, SETS, ASSIGNMENTS, TRAIN = "features.services", "splits.sets", "splits.assignments", "splits.train"
RUNS, EPOCHS, PREDICTIONS = "registry.runs", "registry.epochs", "registry.predictions"
UNLABELLED = "registry.unlabelled_predictions"
METRICS, COMPARISONS, DECLARATIONS = "registry.metrics", "registry.comparisons", "registry.declarations"

OF_ID = "image_id = $id"
ALIGNED = "version = (SELECT version FROM features.current WHERE feature = 'aligned')"
FRONTAL_UNIT = "version = (SELECT version FROM features.current WHERE feature = 'frontal_unit')"
FIRST_IN = "image_id = (SELECT min(image_id) FROM splits.{})"
NAN, UNKNOWN = "'nan'::FLOAT", "'nobody'"

MANY = -1
"""In place of a number of rows that does not matter."""

Photograph = Mapping[str, str]
"""Identifiers that statements may name: `$id` of a photograph and `$twin` of another one of the same person."""

Plant = Callable[[duckdb.DuckDBPyConnection, Photograph], None]


@dataclass(frozen=True)
class Fault:
    """A fault, how it is planted, and the check that has to find it.

    `sql` holds statements about the photograph with the given number, or is a function. `rows` is the number of
    offending rows in the clean store (None: the check cannot run). Faults of one `batch` are also planted together
    in the store of a real run; those that need files, models or a publication only there (`needs_run`).
    """

    what: str
    table: str
    check: str
    sql: str | Plant
    rows: int | None = 1
    column: str | None = None
    batch: str = ""
    photograph: int = -1
    needs_run: bool = False

    @property
    def stage(self) -> str:
        """The first stage of an audit that checks the table."""
        return next(name for name, schemas in STAGES.items() if BY_NAME[self.table].schema in schemas)

    def plant(self, connection: duckdb.DuckDBPyConnection, photographs: Sequence[Photograph]) -> None:
        """Plant the fault; without a number of its own it may name the first photograph."""
        photograph = photographs[max(self.photograph, 0)]
        (execute(self.sql) if isinstance(self.sql, str) else self.sql)(connection, photograph)

    def is_found_by(self, finding: Finding) -> bool:
        """Whether the finding is of the check that has to find this fault."""
        return (finding.suite, finding.check) == (self.table, self.check) and self.column in (None, finding.column)


MOVING = """
SELECT a.image_id, b.image_id FROM catalogue.images AS a
JOIN catalogue.images AS b USING (subject_id)
WHERE a.emotion <> 'neutral' AND b.emotion <> 'neutral'
  AND (a.emotion, a.camera_angle_deg, a.gaze) <> (b.emotion, b.camera_angle_deg, b.gaze)
  AND a.image_id IN (SELECT image_id FROM features.deltas GROUP BY image_id HAVING count(*) = 2)
  AND b.image_id IN (SELECT image_id FROM features.deltas GROUP BY image_id HAVING count(*) = 2)
ORDER BY a.path, a.emotion = b.emotion, b.path
"""


def photographs_of(connection: duckdb.DuckDBPyConnection) -> list[Photograph]:
    """Photographs with a moving face and both deltas in the order of their paths, each with a twin of the same person,
    of another emotion if there is one."""
    rows = connection.execute(MOVING).fetchall()
    twins: dict[str, str] = {}
    for image_id, twin in rows:
        twins.setdefault(image_id, twin)
    return [{"id": image_id, "twin": twin} for image_id, twin in twins.items()]


def execute(statements: str) -> Plant:
    """Return a function that executes statements, which may name $id and $twin."""

    def plant(connection: duckdb.DuckDBPyConnection, photograph: Photograph) -> None:
        for statement in statements.split(";"):
            names = {name: image_id for name, image_id in photograph.items() if f"${name}" in statement}
            connection.execute(statement, names)

    return plant


def sealed(table: str, column: str, statement: str) -> Plant:
    """Return a function that executes a statement and then makes the checksums (seals) match the changed values."""

    def plant(connection: duckdb.DuckDBPyConnection, photograph: Photograph) -> None:
        execute(statement)(connection, photograph)
        seal(connection, table, column, photograph["id"] if "$id" in statement else "")

    return plant


def darken(connection: duckdb.DuckDBPyConnection, _: Photograph) -> None:
    """Reduce all thumbnails to a third of their brightness, with matching checksums."""
    for image_id, rgb in connection.execute("SELECT image_id, rgb FROM features.pixels").fetchall():
        parameters = {"id": image_id, "rgb": (np.frombuffer(rgb, np.uint8) // 3).tobytes()}
        connection.execute("UPDATE features.pixels SET rgb = $rgb WHERE image_id = $id", parameters)
    seal(connection, "features.pixels", "rgb")


def seal(connection: duckdb.DuckDBPyConnection, table: str, column: str, image_id: str = "") -> None:
    """Make the checksums of a photograph's rows match their values, or those of all rows."""
    query = f"SELECT image_id, version, {column} FROM {table} WHERE image_id = $id OR $id = ''"
    for row_id, version, values in connection.execute(query, {"id": image_id}).fetchall():
        content = values if isinstance(values, bytes) else np.array(values, np.float32).tobytes()
        parameters = {"seal": checksum_of(row_id, content), "id": row_id, "version": version}
        connection.execute(f"UPDATE {table} SET seal = $seal WHERE image_id = $id AND version = $version", parameters)


def update(table: str, column: str, value: str, where: str = "rowid = 0") -> str:
    """SQL that changes a column."""
    return f"UPDATE {table} AS target SET {column} = {value} WHERE {where}"


def delete(table: str, where: str = "rowid = 0") -> str:
    """SQL that deletes rows."""
    return f"DELETE FROM {table} WHERE {where}"


def with_second(element: str, column: str = "xyz") -> str:
    """SQL for the vector with another second coordinate."""
    return f"list_concat({column}[1:1], [{element}], {column}[3:])::FLOAT[{VECTOR_LENGTH}]"


def each(change: str, column: str = "xyz", length: int = VECTOR_LENGTH) -> str:
    """SQL for the vector with every coordinate x, at the position i from 1, changed."""
    return f"list_transform({column}, lambda x, i: {change})::FLOAT[{length}]"


def magnitudes(change: str) -> str:
    """SQL for the magnitudes of a delta, each changed."""
    return each(change, "magnitude", LANDMARK_COUNT)


def permuted(position: str) -> str:
    """SQL for the vector that holds at each position i, from 1, the number of another position."""
    return f"list_transform(range(1, len(xyz) + 1), lambda i: xyz[{position}])::FLOAT[{VECTOR_LENGTH}]"


def value_of(column: str, table: str, row: int) -> str:
    """SQL for a column of another row."""
    return f"(SELECT source.{column} FROM {table} AS source WHERE source.rowid = {row})"


def miss(view: str) -> str:
    """SQL for a miss of the first row of features.VIEW at the same moment."""
    return (
        f"INSERT INTO {MISSES} BY NAME SELECT image_id, '{view}' AS \"view\", version, '?' AS reason, created_at "
        f"FROM features.{view} LIMIT 1"
    )
