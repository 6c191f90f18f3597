"""Faults in splits, their assignments and the training tables."""

from __future__ import annotations

from affect_store.store.vocabulary import NEUTRAL
from tests.validation.planting import (
    ASSIGNMENTS,
    IMAGES,
    NAN,
    SETS,
    TRAIN,
    Fault,
    delete,
    each,
    sealed,
    update,
    value_of,
    with_second,
)

OF_SPLIT = "split_id = (SELECT split_id FROM splits.current WHERE strategy = 'by_person')"
FIRST_TRAINED = "image_id = (SELECT min(image_id) FROM splits.train WHERE aligned IS NOT NULL)"

FAULTS = (
    Fault(
        "person across parts",
        ASSIGNMENTS,
        "no person in two parts",
        f"UPDATE splits.assignments SET part = 'test' WHERE {OF_SPLIT} AND part = 'train' AND image_id = "
        "(SELECT min(image_id) FROM splits.train)",
        batch="parts",
    ),
    Fault(
        "near-duplicate across parts",
        ASSIGNMENTS,
        "no near-duplicates across parts",
        "UPDATE features.pixels AS own SET rgb = (SELECT unhex('01' || hex(rgb)[3:]) FROM features.pixels AS twin "
        "WHERE twin.image_id = (SELECT min(image_id) FROM splits.test) AND twin.version = own.version) "
        "WHERE image_id = (SELECT max(image_id) FROM splits.train)",
        batch="parts",
    ),
    Fault(
        "reference shared by two parts",
        ASSIGNMENTS,
        "no reference shared by two parts",
        f"UPDATE splits.assignments SET part = 'test' WHERE {OF_SPLIT} AND image_id = "
        "(SELECT min(reference_image_id) FROM features.deltas SEMI JOIN splits.train USING (image_id))",
        rows=3,
        batch="parts",
    ),
    Fault(
        "class without training",
        ASSIGNMENTS,
        "every class in the training part",
        delete(
            ASSIGNMENTS,
            f"{OF_SPLIT} AND part = 'train' AND image_id IN (SELECT image_id FROM {TRAIN} WHERE emotion = '{NEUTRAL}')",
        ),
    ),
    Fault(
        "class of a single photograph",
        ASSIGNMENTS,
        "balanced classes",
        delete(
            ASSIGNMENTS,
            f"{OF_SPLIT} AND part = 'train' AND image_id IN "
            f"(SELECT image_id FROM {TRAIN} WHERE emotion = '{NEUTRAL}' OFFSET 1)",
        ),
    ),
    Fault(
        "image in two parts",
        ASSIGNMENTS,
        "one part per photograph",
        "INSERT INTO splits.assignments SELECT split_id, image_id, 'test' FROM splits.assignments "
        f"WHERE {OF_SPLIT} AND part = 'validate' LIMIT 1",
        batch="parts",
    ),
    Fault(
        "unassigned image",
        ASSIGNMENTS,
        "every active photograph assigned",
        f"DELETE FROM splits.assignments WHERE {OF_SPLIT} AND image_id = (SELECT max(image_id) FROM splits.test)",
        batch="parts",
    ),
    Fault(
        "excluded image in a part",
        ASSIGNMENTS,
        "only active photographs assigned",
        update(IMAGES, "excluded_reason", "'blurred'", f"image_id = (SELECT min(image_id) FROM {ASSIGNMENTS})"),
        2,
    ),
    Fault(
        "part of an unknown split",
        ASSIGNMENTS,
        "known split",
        f"INSERT INTO {ASSIGNMENTS} SELECT 'other', image_id, part FROM {ASSIGNMENTS} LIMIT 1",
    ),
    Fault(
        "split whose features were changed since",
        SETS,
        "fingerprint matches the members",
        sealed(
            "features.landmarks",
            "xyz",
            f"UPDATE features.landmarks SET xyz = {each('x + 0.0001')} WHERE image_id = "
            "(SELECT min(image_id) FROM splits.train)",
        ),
        rows=2,
        column="fingerprint",
        batch="training",
    ),
    Fault(
        "fingerprint forged",
        SETS,
        "fingerprint matches the members",
        update(SETS, "fingerprint", "reverse(fingerprint)"),
    ),
    Fault(
        "unknown part",
        ASSIGNMENTS,
        "value in allowed set",
        update(ASSIGNMENTS, "part", "'holdout'"),
        column="part",
    ),
    Fault("split without members", SETS, "split not empty", delete(ASSIGNMENTS, "split_id LIKE 'by_image%'")),
    Fault(
        "test row in train",
        ASSIGNMENTS,
        "split tables match the assignments",
        "INSERT INTO splits.train FROM splits.test LIMIT 1",
        batch="training",
    ),
    Fault("train row missing", ASSIGNMENTS, "split tables match the assignments", delete(TRAIN)),
    Fault(
        "NaN in a training vector",
        "splits.test",
        "finite vectors",
        "UPDATE splits.test SET landmarks = (SELECT list_concat(['nan'::FLOAT], landmarks[2:])::FLOAT[1404] "
        "FROM splits.test WHERE landmarks IS NOT NULL LIMIT 1) "
        "WHERE image_id = (SELECT min(image_id) FROM splits.test)",
        column="landmarks",
        batch="training",
    ),
    Fault(
        "NaN in a training delta",
        TRAIN,
        "finite vectors",
        update(
            TRAIN,
            "aligned",
            with_second(NAN, "aligned"),
            f"rowid = (SELECT max(rowid) FROM {TRAIN} WHERE aligned IS NOT NULL)",
        ),
        column="aligned",
    ),
    Fault(
        "training pixels of another image",
        TRAIN,
        "features match the feature tables",
        update(TRAIN, "rgb", value_of("rgb", TRAIN, 1)),
    ),
    Fault("truncated training pixels", TRAIN, "complete pixels", update(TRAIN, "rgb", "'abc'::BLOB")),
    Fault(
        "training vector of a stale version",
        TRAIN,
        "features match the feature tables",
        "UPDATE splits.train SET aligned = "
        f"(SELECT {each('x + 0.001', 'aligned')} FROM splits.train WHERE {FIRST_TRAINED}) WHERE {FIRST_TRAINED}",
        batch="training",
    ),
    Fault(
        "training vector missing",
        TRAIN,
        "features match the feature tables",
        update(TRAIN, "landmarks", "NULL", f"rowid = (SELECT min(rowid) FROM {TRAIN} WHERE landmarks IS NOT NULL)"),
    ),
    Fault(
        "wrong label in training",
        TRAIN,
        "labels match the catalogue",
        f"UPDATE splits.train SET label = (label + 1) % 8 WHERE {FIRST_TRAINED}",
        batch="training",
    ),
)
