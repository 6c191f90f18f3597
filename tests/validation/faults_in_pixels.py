"""Faults in thumbnails, misses and feature services."""

from __future__ import annotations

from affect_store.store.vocabulary import PIXEL_BYTES
from tests.validation.planting import (
    LANDMARKS,
    MISSES,
    OF_ID,
    PIXELS,
    SERVICES,
    UNKNOWN,
    Fault,
    darken,
    delete,
    miss,
    update,
)

FACELESS = (
    f"INSERT INTO {MISSES} BY NAME SELECT image_id, 'landmarks' AS \"view\", version, 'no face' AS reason, created_at "
    f"FROM {LANDMARKS} WHERE {OF_ID}; DELETE FROM {LANDMARKS} WHERE {OF_ID}"
)
"""The photograph has no face."""

FAULTS = (
    Fault(
        "reordered columns",
        PIXELS,
        "columns match the schema",
        "CREATE OR REPLACE TABLE features.pixels AS SELECT version, * EXCLUDE (version) FROM features.pixels",
        rows=0,
        batch="columns",
    ),
    Fault(
        "deltas of another version of landmarks",
        SERVICES,
        "current features use current landmarks",
        'UPDATE features.views SET parameters = replace(parameters::VARCHAR, \'"landmarks": "\', '
        "'\"landmarks\": \"older') WHERE kind = 'aligned'",
    ),
    Fault(
        "feature without a version of today",
        SERVICES,
        "current version for every feature",
        delete(SERVICES, "service = 'aligned'"),
    ),
    Fault("a table missing", SERVICES, "table exists", "DROP TABLE features.services", rows=None, batch="columns"),
    Fault(
        "truncated pixels",
        PIXELS,
        "complete pixels",
        f"UPDATE features.pixels SET rgb = 'abc'::BLOB WHERE {OF_ID}",
        column="rgb",
        batch="faces",
        photograph=9,
    ),
    Fault(
        "constant image",
        PIXELS,
        "image not blank",
        f"{FACELESS}; UPDATE features.pixels SET rgb = unhex(repeat('80', {PIXEL_BYTES})) WHERE {OF_ID}",
        column="rgb",
        batch="faces",
        photograph=7,
    ),
    Fault(
        "constant lower half",
        PIXELS,
        "image not blank",
        f"{FACELESS}; UPDATE {PIXELS} SET rgb = unhex(hex(rgb)[:{PIXEL_BYTES}] || repeat('80', {PIXEL_BYTES // 2})) "
        f"WHERE {OF_ID}",
    ),
    Fault(
        "pixels of another image",
        PIXELS,
        "checksum matches",
        "UPDATE features.pixels AS own SET rgb = (SELECT unhex('01' || hex(rgb)[3:]) FROM features.pixels AS twin "
        f"WHERE twin.image_id = $twin AND twin.version = own.version) WHERE {OF_ID}",
        column="seal",
        batch="faces",
        photograph=8,
    ),
    Fault(
        "pixels of an unknown photograph", PIXELS, "known photograph and version", update(PIXELS, "image_id", UNKNOWN)
    ),
    Fault("photograph without pixels", PIXELS, "pixels present or recorded as missing", delete(PIXELS)),
    Fault("both pixels and a miss", PIXELS, "pixels not also recorded as missing", miss("pixels")),
    Fault("miss of an unknown photograph", MISSES, "known photograph and version", update(MISSES, "image_id", UNKNOWN)),
    Fault("service of an unknown version", SERVICES, "known version", update(SERVICES, "version", "'stale'")),
    Fault(
        "stale version of thumbnails mixed in",
        PIXELS,
        "pixels present or recorded as missing",
        "INSERT INTO features.views SELECT * REPLACE ('older' AS version) FROM features.views "
        "WHERE view = 'pixels' LIMIT 1;"
        f"UPDATE features.pixels SET version = 'older' WHERE {OF_ID}",
        batch="tables",
        photograph=2,
    ),
    Fault(
        "faces in photographs recorded without a face",
        MISSES,
        "no face where none was detected",
        "SELECT 1",
        batch="no faces",
        needs_run=True,
    ),
    Fault(
        "pictures that drifted",
        PIXELS,
        "no drift since the last publication",
        darken,
        column="pixels",
        batch="drift",
        needs_run=True,
    ),
)
