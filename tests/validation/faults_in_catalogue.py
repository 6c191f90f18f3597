"""Faults in the catalogue: photographs, labels and emotions."""

from __future__ import annotations

from affect_store.store.vocabulary import AGREEMENTS, EMOTIONS, INTENDED_UNITS
from tests.validation.planting import (
    EMOTION_LABELS,
    IMAGES,
    LABELS,
    OF_ID,
    PIXELS,
    RATINGS,
    UNITS,
    UNKNOWN,
    Fault,
    delete,
    update,
    value_of,
)

OTHER_EMOTION = f"CASE emotion WHEN '{EMOTIONS[0]}' THEN '{EMOTIONS[1]}' ELSE '{EMOTIONS[0]}' END"
FIRST_ROWS = f"image_id IN (SELECT image_id FROM {PIXELS} LIMIT 2)"
PEOPLE = f"(SELECT list(DISTINCT subject_id ORDER BY subject_id) FROM {IMAGES})"
SWAPPED = f"CASE subject_id WHEN {PEOPLE}[1] THEN {PEOPLE}[2] WHEN {PEOPLE}[2] THEN {PEOPLE}[1] ELSE subject_id END"

FAULTS = (
    Fault(
        "emotions renumbered",
        EMOTION_LABELS,
        "label indices match the model outputs",
        f"UPDATE catalogue.emotions SET label = (label + 1) % {len(EMOTIONS)}",
        rows=len(EMOTIONS),
        column="label",
        batch="tables",
    ),
    Fault(
        "no emotions at all",
        EMOTION_LABELS,
        "label indices match the model outputs",
        delete(EMOTION_LABELS, "true"),
        len(EMOTIONS),
    ),
    Fault("no photographs at all", IMAGES, "row count", delete(IMAGES, "true"), 0),
    Fault(
        "label outside the vocabulary",
        IMAGES,
        "value in allowed set",
        f"UPDATE catalogue.images SET emotion = 'bored' WHERE {OF_ID}",
        column="emotion",
        batch="tables",
        photograph=0,
    ),
    Fault("label changed behind the back", IMAGES, "labels are current", update(IMAGES, "emotion", OTHER_EMOTION)),
    Fault(
        "impossible camera angle",
        IMAGES,
        "finite and in range",
        update(IMAGES, "camera_angle_deg", "400"),
        column="camera_angle_deg",
    ),
    Fault("empty person", IMAGES, "not null", update(IMAGES, "subject_id", "NULL"), column="subject_id"),
    Fault("file name as identifier", IMAGES, "identifier is a SHA-256", update(IMAGES, "image_id", "'Rafd090.jpg'")),
    Fault(
        "person of two populations",
        IMAGES,
        "one sex and population per person",
        update(IMAGES, "population", "'Somebody'"),
    ),
    Fault(
        "wrong label",
        IMAGES,
        "labels match the file name or manifest",
        f"UPDATE catalogue.images SET emotion = 'sad' WHERE {OF_ID};"
        f"UPDATE catalogue.labels SET emotion = 'sad' WHERE {OF_ID}",
        batch="faces",
        photograph=10,
    ),
    Fault(
        "two people exchanged",
        IMAGES,
        "labels match the file name or manifest",
        f"UPDATE {IMAGES} SET subject_id = {SWAPPED};UPDATE {LABELS} SET subject_id = {SWAPPED}",
        rows=24,
        batch="other faces",
        photograph=0,
    ),
    Fault(
        "a whole emotion out of use",
        IMAGES,
        "faces detected from every camera",
        update(IMAGES, "excluded_reason", "'blurred'", f"emotion = '{EMOTIONS[0]}' AND excluded_reason IS NULL"),
        3,
    ),
    Fault(
        "all landmarks recorded as missing",
        IMAGES,
        "faces detected in most photographs",
        "INSERT INTO features.misses BY NAME SELECT image_id, 'landmarks' AS \"view\", version, 'no face' AS reason, "
        "now() AS created_at "
        "FROM features.landmarks",
        batch="no faces",
    ),
    Fault(
        "duplicate bytes under two names",
        IMAGES,
        "no duplicate photographs",
        "UPDATE features.pixels AS own SET rgb = (SELECT rgb FROM features.pixels AS twin "
        f"WHERE twin.image_id = $twin AND twin.version = own.version) WHERE {OF_ID}",
        rows=2,
        batch="faces",
        photograph=11,
    ),
    Fault(
        "duplicate bytes under two names of equal labels",
        IMAGES,
        "no duplicate photographs",
        update(PIXELS, "rgb", value_of("rgb", PIXELS, 1)) + ";" + update(IMAGES, "gaze", "'frontal'", FIRST_ROWS),
    ),
    Fault(
        "near-duplicate under two people",
        IMAGES,
        "no photograph shared by two people",
        "UPDATE features.pixels AS own SET rgb = (SELECT unhex('01' || hex(p.rgb)[3:]) FROM features.pixels AS p "
        "JOIN catalogue.images AS i USING (image_id) WHERE p.version = own.version AND subject_id <> "
        "(SELECT subject_id FROM catalogue.images WHERE image_id = $id) ORDER BY i.path DESC LIMIT 1) "
        f"WHERE {OF_ID}",
        rows=2,
        batch="faces",
        photograph=13,
    ),
    Fault("photograph missing from the design", IMAGES, "photograph in every design cell", delete(IMAGES, "rowid = 3")),
    Fault(
        "two photographs in one cell",
        IMAGES,
        "one photograph per design cell",
        update(IMAGES, "gaze", "CASE gaze WHEN 'left' THEN 'frontal' ELSE 'left' END"),
    ),
    Fault("file name twice", IMAGES, "unique key", f"INSERT INTO {IMAGES} FROM {IMAGES} LIMIT 1", 2),
    Fault(
        "action units of an unknown photograph",
        UNITS,
        "known photograph",
        f"INSERT INTO {UNITS} BY NAME SELECT {UNKNOWN} AS image_id, now() AS known_at, "
        + ", ".join(f"0 AS {name}" for name in INTENDED_UNITS),
    ),
    Fault(
        "ratings of an unknown photograph",
        RATINGS,
        "known photograph",
        f"INSERT INTO {RATINGS} BY NAME SELECT {UNKNOWN} AS image_id, now() AS known_at, 0.9 AS agreement",
    ),
    Fault(
        "distribution of raters that sums to 0.9",
        RATINGS,
        "distribution sums to 1",
        f"INSERT INTO {RATINGS} BY NAME SELECT $id AS image_id, now() AS known_at, "
        + ", ".join(f"{0.9 / len(EMOTIONS)} AS {name}" for name in AGREEMENTS),
    ),
    Fault(
        "distribution of raters without an emotion",
        RATINGS,
        "distribution sums to 1",
        f"INSERT INTO {RATINGS} BY NAME SELECT $id AS image_id, now() AS known_at, 1.0 AS {AGREEMENTS[0]}",
    ),
    Fault(
        "agreement in per cent",
        RATINGS,
        "finite and in range",
        f"INSERT INTO {RATINGS} BY NAME SELECT $id AS image_id, now() AS known_at, 82.0 AS agreement",
        column="agreement",
    ),
    Fault(
        "intensity below its scale",
        RATINGS,
        "finite and in range",
        f"INSERT INTO {RATINGS} BY NAME SELECT $id AS image_id, now() AS known_at, 0.5 AS intensity",
        column="intensity",
    ),
    Fault("labels of an unknown photograph", LABELS, "known photograph", update(LABELS, "image_id", UNKNOWN)),
    Fault(
        "sizes off by 10 %",
        IMAGES,
        "size matches the file",
        "UPDATE catalogue.images SET width_px = width_px * 11 // 10",
        batch="tables",
        needs_run=True,
    ),
)
