"""Faults in landmarks."""

from __future__ import annotations

from affect_store.store.vocabulary import AXES, NEUTRAL, VECTOR_LENGTH
from tests.validation.planting import (
    IMAGES,
    LANDMARKS,
    NAN,
    OF_ID,
    Fault,
    delete,
    each,
    miss,
    permuted,
    sealed,
    update,
    with_second,
)

INFINITY = "'infinity'::FLOAT"
TWIN_XYZ = "xyz = (SELECT xyz FROM features.landmarks WHERE image_id = $twin)"


def seen_from(angle: int) -> str:
    """SQL for the landmarks of the first person's neutral photograph from this camera."""
    return (
        f"(SELECT l.xyz FROM {LANDMARKS} AS l JOIN {IMAGES} USING (image_id) "
        f"WHERE subject_id = (SELECT min(subject_id) FROM {IMAGES}) "
        f"AND emotion = '{NEUTRAL}' AND gaze = 'left' AND camera_angle_deg = {angle})"
    )


FAULTS = (
    Fault(
        "NaN in one coordinate",
        LANDMARKS,
        "finite vectors",
        f"UPDATE features.landmarks SET xyz = {with_second(NAN)} WHERE {OF_ID}",
        column="xyz",
        batch="faces",
        photograph=0,
    ),
    Fault(
        "infinity in one coordinate",
        LANDMARKS,
        "finite vectors",
        f"UPDATE features.landmarks SET xyz = {with_second(INFINITY)} WHERE {OF_ID}",
        column="xyz",
        batch="faces",
        photograph=1,
    ),
    Fault(
        "NULL inside a list",
        LANDMARKS,
        "finite vectors",
        f"UPDATE features.landmarks SET xyz = {with_second('NULL')} WHERE {OF_ID}",
        column="xyz",
        batch="faces",
        photograph=2,
    ),
    Fault(
        "NULL vector",
        LANDMARKS,
        "not null",
        f"UPDATE features.landmarks SET xyz = NULL WHERE {OF_ID}",
        column="xyz",
        batch="tables",
        photograph=1,
    ),
    Fault(
        "landmarks scaled by 1000",
        LANDMARKS,
        "coordinates in range",
        f"UPDATE features.landmarks SET xyz = {each('x * 1000')} WHERE {OF_ID}",
        column="xyz",
        batch="faces",
        photograph=5,
    ),
    Fault(
        "swapped axes",
        LANDMARKS,
        "plausible face shape",
        update(LANDMARKS, "xyz", permuted(f"i + CASE i % {AXES} WHEN 1 THEN 1 WHEN 2 THEN -1 ELSE 0 END"), OF_ID),
        column="xyz",
        batch="faces",
        photograph=3,
    ),
    Fault(
        "swapped axes y and z",
        LANDMARKS,
        "plausible face shape",
        update(LANDMARKS, "xyz", permuted(f"i + CASE i % {AXES} WHEN 2 THEN 1 WHEN 0 THEN -1 ELSE 0 END")),
    ),
    Fault(
        "mirrored face",
        LANDMARKS,
        "plausible face shape",
        f"UPDATE features.landmarks SET xyz = {each(f'CASE WHEN i % {AXES} = 1 THEN 1 - x ELSE x END')} WHERE {OF_ID}",
        column="xyz",
        batch="faces",
        photograph=4,
    ),
    Fault(
        "upside-down face",
        LANDMARKS,
        "plausible face shape",
        update(
            LANDMARKS,
            "xyz",
            f"list_transform(xyz, lambda x, i: CASE WHEN i % {AXES} = 2 THEN 1 - x ELSE x END)::FLOAT[{VECTOR_LENGTH}]",
        ),
    ),
    Fault("all landmarks in one point", LANDMARKS, "plausible face shape", update(LANDMARKS, "xyz", each("0.5"))),
    Fault(
        "landmarks in another order",
        LANDMARKS,
        "plausible face shape",
        update(LANDMARKS, "xyz", permuted("len(xyz) + 1 - i")),
    ),
    Fault(
        "face from the other side's camera",
        LANDMARKS,
        "head yaw matches the camera angle",
        update(LANDMARKS, "xyz", seen_from(135), f"xyz = {seen_from(45)}"),
    ),
    Fault(
        "landmarks of another image of the person",
        LANDMARKS,
        "checksum matches",
        f"UPDATE features.landmarks SET {TWIN_XYZ} WHERE {OF_ID}",
        column="seal",
        batch="faces",
        photograph=6,
    ),
    Fault(
        "landmarks shifted by one row",
        LANDMARKS,
        "checksum matches",
        f"CREATE OR REPLACE TABLE {LANDMARKS} AS SELECT a.* REPLACE (b.xyz AS xyz) FROM {LANDMARKS} AS a "
        f"JOIN {LANDMARKS} AS b ON b.rowid = (a.rowid + 1) % (SELECT count(*) FROM {LANDMARKS})",
        71,
    ),
    Fault(
        "one coordinate moved by a little",
        LANDMARKS,
        "checksum matches",
        update(LANDMARKS, "xyz", with_second("xyz[2] + 0.001")),
    ),
    Fault("NULL seal", LANDMARKS, "not null", update(LANDMARKS, "seal", "NULL"), column="seal"),
    Fault(
        "all-NaN column",
        LANDMARKS,
        "finite and in range",
        update(LANDMARKS, "face_score", NAN, "true"),
        71,
        "face_score",
    ),
    Fault("neither landmarks nor a miss", LANDMARKS, "landmarks present or recorded as missing", delete(LANDMARKS)),
    Fault("both landmarks and a miss", LANDMARKS, "landmarks not also recorded as missing", miss("landmarks")),
    Fault("stale version", LANDMARKS, "known photograph and version", update(LANDMARKS, "version", "'stale'")),
    Fault("the same landmarks twice", LANDMARKS, "unique key", f"INSERT INTO {LANDMARKS} FROM {LANDMARKS} LIMIT 1", 2),
    Fault(
        "reordered columns of landmarks",
        LANDMARKS,
        "columns match the schema",
        f"CREATE OR REPLACE TABLE {LANDMARKS} AS SELECT version, * EXCLUDE (version) FROM {LANDMARKS}",
        0,
    ),
    Fault(
        "an expectation that raises, its column missing",
        LANDMARKS,
        "finite and in range",
        "ALTER TABLE features.landmarks DROP COLUMN face_score",
        rows=None,
        column="face_score",
        batch="columns",
    ),
    Fault(
        "a row that was published, its value and checksum changed",
        LANDMARKS,
        "published rows unchanged",
        sealed("features.landmarks", "xyz", f"UPDATE features.landmarks SET xyz = {each('x + 0.0001')} WHERE {OF_ID}"),
        column="seal",
        batch="deltas",
        photograph=11,
        needs_run=True,
    ),
    Fault(
        "all-NaN landmarks",
        LANDMARKS,
        "finite vectors",
        f"UPDATE features.landmarks SET xyz = {each(NAN)}",
        rows=71,
        column="xyz",
        batch="all NaN",
        photograph=0,
    ),
    Fault(
        "landmarks of a whole batch from elsewhere, with matching checksums",
        LANDMARKS,
        "landmarks reproducible from the file",
        sealed("features.landmarks", "xyz", f"UPDATE features.landmarks SET xyz = {each('x + 0.001')}"),
        column="xyz",
        batch="other faces",
        needs_run=True,
    ),
)
