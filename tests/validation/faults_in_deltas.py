"""Faults in deltas and their references."""

from __future__ import annotations

from affect_store.store.vocabulary import LANDMARK_COUNT, NEUTRAL
from tests.validation.planting import (
    ALIGNED,
    DELTAS,
    FRONTAL_UNIT,
    IMAGES,
    LANDMARKS,
    MISSES,
    NAN,
    OF_ID,
    UNKNOWN,
    Fault,
    delete,
    each,
    magnitudes,
    miss,
    sealed,
    update,
    with_second,
)

FIRST_ALIGNED = f"rowid = (SELECT min(rowid) FROM {DELTAS} WHERE {ALIGNED})"
FIRST_FRONTAL = f"rowid = (SELECT min(rowid) FROM {DELTAS} WHERE {FRONTAL_UNIT})"
FIRST_NEUTRAL = (
    f"rowid = (SELECT min(d.rowid) FROM {DELTAS} AS d JOIN {IMAGES} USING (image_id) "
    f"WHERE emotion = '{NEUTRAL}' AND {ALIGNED})"
)


FAULTS = (
    Fault("NaN in a delta", DELTAS, "finite vectors", update(DELTAS, "xyz", with_second(NAN), FIRST_ALIGNED)),
    Fault(
        "delta scaled by 1000", DELTAS, "coordinates in range", update(DELTAS, "xyz", each("x * 1000"), FIRST_ALIGNED)
    ),
    Fault(
        "direction of norm 2",
        DELTAS,
        "unit norm",
        f"UPDATE features.deltas SET xyz = {each('x * 2')} WHERE {OF_ID} AND {FRONTAL_UNIT}",
        column="xyz",
        batch="deltas",
        photograph=2,
    ),
    Fault("direction bent by a little", DELTAS, "unit norm", update(DELTAS, "xyz", with_second("0.01"), FIRST_FRONTAL)),
    Fault(
        "zero vector that is not counted",
        DELTAS,
        "zero vector count",
        f"UPDATE features.deltas SET zero_norm_count = zero_norm_count + 1 WHERE {OF_ID} AND {FRONTAL_UNIT}",
        column="zero_norm_count",
        batch="deltas",
        photograph=3,
    ),
    Fault(
        "zero-norm row",
        DELTAS,
        "delta not all zero",
        f"UPDATE features.deltas SET xyz = {each('0')} WHERE {OF_ID} AND {ALIGNED}",
        column="xyz",
        batch="deltas",
        photograph=0,
    ),
    Fault(
        "lengths in another order",
        DELTAS,
        "magnitudes match the vectors",
        f"UPDATE features.deltas SET magnitude = list_reverse(magnitude)::FLOAT[468] WHERE {OF_ID} AND {ALIGNED}",
        column="magnitude",
        batch="deltas",
        photograph=4,
    ),
    Fault(
        "negative magnitudes",
        DELTAS,
        "magnitudes not negative",
        update(DELTAS, "magnitude", each("-x", "magnitude", LANDMARK_COUNT), FIRST_FRONTAL),
    ),
    Fault(
        "NaN inside a list",
        DELTAS,
        "finite vectors",
        f"UPDATE features.deltas SET magnitude = {magnitudes(NAN)} WHERE {OF_ID} AND {FRONTAL_UNIT}",
        column="magnitude",
        batch="deltas",
        photograph=1,
    ),
    Fault(
        "self-reference",
        DELTAS,
        "not its own reference",
        f"UPDATE features.deltas SET reference_image_id = image_id WHERE {OF_ID} AND {ALIGNED}",
        column="reference_image_id",
        batch="deltas",
        photograph=5,
    ),
    Fault(
        "reference of another person",
        DELTAS,
        "neutral reference of the same person",
        f"UPDATE features.deltas SET reference_image_id = (SELECT max(d.reference_image_id) FROM features.deltas AS d "
        f"JOIN catalogue.images AS i USING (image_id) WHERE i.subject_id <> "
        f"(SELECT subject_id FROM catalogue.images WHERE image_id = $id)) WHERE {OF_ID} AND {ALIGNED}",
        column="reference_image_id",
        batch="deltas",
        photograph=7,
    ),
    Fault(
        "missing reference",
        DELTAS,
        "neutral reference of the same person",
        f"UPDATE features.deltas SET reference_image_id = 'nobody' WHERE {OF_ID} AND {ALIGNED}",
        column="reference_image_id",
        batch="deltas",
        photograph=6,
    ),
    Fault(
        "delta of another image of the person",
        DELTAS,
        "checksum matches",
        f"UPDATE features.deltas SET xyz = (SELECT xyz FROM features.deltas WHERE image_id = $twin AND {ALIGNED}) "
        f"WHERE {OF_ID} AND {ALIGNED}",
        column="seal",
        batch="deltas",
        photograph=9,
    ),
    Fault(
        "delta of landmarks that are quarantined",
        DELTAS,
        "landmarks not quarantined",
        f"INSERT INTO {MISSES} BY NAME SELECT image_id, 'landmarks' AS \"view\", l.version, '?' AS reason, "
        f"now() AS created_at FROM {LANDMARKS} AS l JOIN {IMAGES} USING (image_id) "
        f"WHERE emotion <> '{NEUTRAL}' LIMIT 1",
        2,
    ),
    Fault(
        "reference whose landmarks are quarantined",
        DELTAS,
        "reference landmarks not quarantined",
        f"INSERT INTO {MISSES} BY NAME SELECT d.reference_image_id AS image_id, 'landmarks' AS \"view\", l.version, "
        "'?' AS reason, now() AS created_at "
        f"FROM {DELTAS} AS d JOIN {LANDMARKS} AS l ON l.image_id = d.reference_image_id "
        f"WHERE d.{ALIGNED} ORDER BY d.rowid LIMIT 1",
        3,
    ),
    Fault(
        "neutral face that moves",
        DELTAS,
        "neutral faces at rest",
        update(DELTAS, "magnitude", each("x * 10", "magnitude", LANDMARK_COUNT), FIRST_NEUTRAL),
    ),
    Fault(
        "delta of an unknown photograph", DELTAS, "known photograph and version", update(DELTAS, "image_id", UNKNOWN)
    ),
    Fault("missing delta", DELTAS, "delta present or recorded as missing", delete(DELTAS)),
    Fault(
        "truncated batch",
        DELTAS,
        "delta present or recorded as missing",
        f"DELETE FROM features.deltas WHERE {ALIGNED}",
        rows=71,
        batch="tables",
    ),
    Fault("both a delta and a miss", DELTAS, "delta not also recorded as missing", miss("deltas")),
    Fault(
        "wrong reference rule",
        DELTAS,
        "references reproducible from the rule",
        f"UPDATE features.deltas SET reference_rule = 'any' WHERE {OF_ID} AND {ALIGNED}",
        column="aligned",
        batch="deltas",
        photograph=8,
    ),
    Fault(
        "slightly wrong delta with a matching checksum",
        DELTAS,
        "deltas reproducible from landmarks",
        sealed(
            "features.deltas",
            "xyz",
            f"UPDATE features.deltas SET xyz = {each('x + 0.0001')} WHERE {OF_ID} AND {ALIGNED}",
        ),
        column="aligned",
        batch="deltas",
        photograph=10,
    ),
    Fault(
        "features that drifted",
        DELTAS,
        "no drift since the last publication",
        sealed("features.deltas", "xyz", f"UPDATE features.deltas SET xyz = {each('x * 0.55')} WHERE {ALIGNED}"),
        column="aligned",
        batch="drift",
        needs_run=True,
    ),
)
