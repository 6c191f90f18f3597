"""Faults in the values of a feature view of the user's own, which is planted first: the clean store has none."""

from __future__ import annotations

import duckdb
import numpy as np

from affect_store.store.types import checksum_of
from affect_store.validation.rules import CHECKSUM, OWN_TABLE
from tests.validation.planting import LANDMARKS, MISSES, OF_ID, UNKNOWN, Fault, Photograph, Plant, delete, execute, seal

VERSION = "a1b2c3d4e5f6"
_REGISTRATION = f"""
INSERT INTO features.views BY NAME
SELECT 'own_values' AS "view", '{VERSION}' AS version, 'nose' AS kind, 'nose' AS feature, 'image' AS entity,
    'float32' AS dtype, '2' AS shape, 'nose-1' AS transform, code_version, library_versions, 'nose.py' AS owner,
    'position of the nose' AS description, created_at,
    json_object('landmarks', version, 'columns', [
        json_object('name', 'x', 'unit', 'widths'), json_object('name', 'y', 'low', -2, 'high', 2)
    ]) AS parameters
FROM features.views WHERE feature = 'landmarks';
INSERT INTO features.services BY NAME
SELECT 'nose' AS service, '{VERSION}' AS service_version, 'nose' AS feature, 'own_values' AS "view",
    '{VERSION}' AS version, now() AS created_at;
INSERT INTO features.misses BY NAME
SELECT image_id, 'own_values' AS "view", '{VERSION}' AS version, reason, created_at
FROM features.misses WHERE "view" = 'landmarks'
"""


def with_values(statements: str, *, is_sealed: bool = False) -> Plant:
    """Return a function that adds the feature to a store, and then plants a fault in its values."""

    def plant(connection: duckdb.DuckDBPyConnection, photograph: Photograph) -> None:
        execute(_REGISTRATION)(connection, photograph)
        rows = connection.execute(f"SELECT image_id, xyz[4:5], created_at FROM {LANDMARKS} ORDER BY rowid").fetchall()
        for image_id, numbers, moment in rows:
            digest = checksum_of(image_id, np.array(numbers, np.float32).tobytes())
            row = [image_id, VERSION, numbers, digest, moment]
            connection.execute(f"INSERT INTO {OWN_TABLE} VALUES (?, ?, ?, ?, ?)", row)
        execute(statements)(connection, photograph)
        if is_sealed:
            seal(connection, OWN_TABLE, "numbers", photograph["id"])

    return plant


def _changed(what: str, numbers: str) -> Fault:
    statement = f"UPDATE {OWN_TABLE} SET numbers = {numbers} WHERE {OF_ID}"
    return Fault(what, OWN_TABLE, "values match the declared columns", with_values(statement, is_sealed=True))


FAULTS = (
    _changed("a value too many in a feature of the user's own", "list_append(numbers, 0)"),
    _changed("NaN in a feature of the user's own", "[numbers[1], 'nan'::FLOAT]"),
    _changed("NULL in a feature of the user's own", "[NULL, numbers[2]]"),
    _changed("a feature of the user's own out of its range", "[numbers[1], 3]"),
    Fault(
        "a feature of the user's own of another photograph", OWN_TABLE, CHECKSUM,
        with_values(
            f"UPDATE {OWN_TABLE} SET numbers = (SELECT numbers FROM {OWN_TABLE} WHERE image_id = $twin) WHERE {OF_ID}"
        ), column="seal",
    ),
    Fault(
        "a feature of the user's own of landmarks that are quarantined", OWN_TABLE, "landmarks not quarantined",
        with_values(
            f"INSERT INTO {MISSES} BY NAME SELECT image_id, 'landmarks' AS \"view\", version, '?' AS reason, "
            f"now() AS created_at FROM {LANDMARKS} LIMIT 1"
        ),
    ),
    Fault(
        "a feature of the user's own of an unknown photograph", OWN_TABLE, "known photograph and version",
        with_values(f"UPDATE {OWN_TABLE} SET image_id = {UNKNOWN} WHERE rowid = 0"),
    ),
    Fault(
        "a missing feature of the user's own", OWN_TABLE, "value present or recorded as missing",
        with_values(delete(OWN_TABLE)),
    ),
    Fault(
        "both a feature of the user's own and a miss", OWN_TABLE, "value not also recorded as missing",
        with_values(
            f"INSERT INTO {MISSES} BY NAME SELECT image_id, 'own_values' AS \"view\", version, '?' AS reason, "
            f"created_at FROM {OWN_TABLE} LIMIT 1"
        ),
    ),
)  # fmt: skip
