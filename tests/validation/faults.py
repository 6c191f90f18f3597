"""The faults that are planted in a store: the statement, and the check that is meant to find it.

`test_planted_faults.py` plants them in a fabricated store, `benchmarks/faults.py` in that of a real run; the numbers of
rows are those of the fabricated one.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.vocabulary import AXES, EMOTIONS, LANDMARK_COUNT, NEUTRAL, PIXEL_BYTES, VECTOR_LENGTH
from tests.validation.fabricate import ALIGNED, FRONTAL
from validation.bounds import ONE_PERSON_A_PICTURE
from validation.remeasure import COMPARISONS_AGAIN, METRICS_AGAIN
from validation.resplit import FINGERPRINTS_AGAIN
from validation.sources import LABELS_AGAIN

MANY = -1
"""Rows of a fault of which the number does not matter."""


@dataclass(frozen=True)
class Fault:
    """A fault: the check of the table that has to find so many rows of it (None: it cannot run); how to plant it."""

    what: str
    table: str
    check: str
    sql: str
    rows: int | None = 1
    column: str | None = None


EMOTION_LABELS, IMAGES, LABELS = "catalogue.emotions", "catalogue.images", "catalogue.labels"
LANDMARKS, DELTAS, PIXELS, MISSES = "features.landmarks", "features.deltas", "features.pixels", "features.misses"
SERVICES, SETS, ASSIGNMENTS, TRAIN = "features.services", "splits.sets", "splits.assignments", "splits.train"
RUNS, EPOCHS, PREDICTIONS = "registry.runs", "registry.epochs", "registry.predictions"
METRICS, COMPARISONS = "registry.metrics", "registry.comparisons"

NAN, INFINITY, NOBODY = "'nan'::FLOAT", "'infinity'::FLOAT", "'nobody'"
FIRST = f"FROM {DELTAS} WHERE version ="
FIRST_FRONTAL = f"rowid = (SELECT min(rowid) {FIRST} '{FRONTAL}')"
FIRST_ALIGNED = f"rowid = (SELECT min(rowid) {FIRST} '{ALIGNED}')"
FIRST_NEUTRAL = f"rowid = (SELECT min(d.rowid) FROM {DELTAS} AS d JOIN {IMAGES} USING (image_id) " + (
    f"WHERE emotion = '{NEUTRAL}' AND version = '{ALIGNED}')"
)
NEXT_LABEL = f"({{}} + 1) % {len(EMOTIONS)}"
CHANCE = f"{EMOTIONS[0]}_prob"
FINITE, IN_RANGE, THERE = "vectors are finite", "number is finite and in range", "value is there"
KNOWN, RUNS_KNOWN = "photograph and version are known", "runs are known"
WORD, PARTS_HELD = "word is in the vocabulary", "train, validate and test hold their part"
TWO_NAMES = "no picture has two names"
FIRST_ROWS = f"image_id IN (SELECT image_id FROM {PIXELS} LIMIT 2)"
SHAPE, SEALED, OWN = "faces have the shape of a face", "seals are right", "vectors are the photograph's own"
OF_SPLIT = "split_id LIKE 'by_person%'"
FIRST_PICTURE = "image_id = (SELECT min(image_id) FROM splits.{})"
FIRST_RUN = f"run_id = (SELECT min(run_id) FROM {RUNS} WHERE status = 'completed')"
TESTED = f"{FIRST_RUN} AND part = 'test'"
RUN_IDS = f"(SELECT list(DISTINCT run_id ORDER BY run_id) FROM {PREDICTIONS})"
SHIFTED = (
    f"UPDATE {PREDICTIONS} AS one SET predicted = other.predicted, "
    + ", ".join(f"{name}_prob = other.{name}_prob" for name in EMOTIONS)
    + f" FROM (SELECT *, lead(image_id) OVER (ORDER BY image_id) AS next_id FROM {PREDICTIONS} WHERE {FIRST_RUN}) "
    "AS other WHERE one.run_id = other.run_id AND one.image_id = other.next_id"
)
PEOPLE = f"(SELECT list(DISTINCT subject_id ORDER BY subject_id) FROM {IMAGES})"
SWAPPED = f"CASE subject_id WHEN {PEOPLE}[1] THEN {PEOPLE}[2] WHEN {PEOPLE}[2] THEN {PEOPLE}[1] ELSE subject_id END"
NO_FACES = (
    f"INSERT INTO {MISSES} SELECT image_id, 'landmarks', version, 'no face', NULL, created_at + INTERVAL 1 SECOND "
    f"FROM {LANDMARKS}"
)
SAME_PICTURE = (
    f"UPDATE {PIXELS} SET rgb = unhex('00' || hex(other.rgb)[3:]) FROM {PIXELS} AS other "
    f"WHERE features.pixels.{FIRST_PICTURE.format('train')} AND other.{FIRST_PICTURE.format('test')}"
)
"""SQL that gives a photograph of the test part to another person of the training part, a byte changed."""

OTHER_EMOTION = f"CASE emotion WHEN '{EMOTIONS[0]}' THEN '{EMOTIONS[1]}' ELSE '{EMOTIONS[0]}' END"


def _update(table: str, column: str, value: str, where: str = "rowid = 0") -> str:
    return f"UPDATE {table} AS one SET {column} = {value} WHERE {where}"


def _delete(table: str, where: str = "rowid = 0") -> str:
    return f"DELETE FROM {table} WHERE {where}"


def _with(element: str, column: str = "xyz") -> str:
    """SQL for the vector with another second coordinate."""
    return f"list_concat({column}[1:1], [{element}], {column}[3:])::FLOAT[{VECTOR_LENGTH}]"


def _each(change: str, column: str = "xyz", length: int = VECTOR_LENGTH) -> str:
    """SQL for the vector with every coordinate x changed."""
    return f"list_transform({column}, lambda x: {change})::FLOAT[{length}]"


def _places(change: str) -> str:
    """SQL for the vector that holds at each place i, from 1, another place's number."""
    return f"list_transform(range(1, len(xyz) + 1), lambda i: xyz[{change}])::FLOAT[{VECTOR_LENGTH}]"


def _of(column: str, table: str, row: int) -> str:
    """SQL for a column of another row."""
    return f"(SELECT other.{column} FROM {table} AS other WHERE other.rowid = {row})"


def _seen_from(angle: int) -> str:
    """SQL for the landmarks of the first person's neutral photograph from this camera."""
    return (
        f"(SELECT l.xyz FROM {LANDMARKS} AS l JOIN {IMAGES} USING (image_id) "
        f"WHERE subject_id = (SELECT min(subject_id) FROM {IMAGES}) "
        f"AND emotion = '{NEUTRAL}' AND gaze = 'left' AND camera_angle_deg = {angle})"
    )


def _miss(view: str) -> str:
    """SQL for a miss beside the first row of features.VIEW."""
    return (
        f"INSERT INTO {MISSES} SELECT image_id, '{view}', version, '?', NULL, created_at FROM features.{view} LIMIT 1"
    )


_CATALOGUE = (
    Fault("emotions renumbered", EMOTION_LABELS, "labels are the networks' outputs",
          f"CREATE OR REPLACE TABLE {EMOTION_LABELS} AS "
          f"SELECT (label + 1) % {len(EMOTIONS)} AS label, emotion FROM {EMOTION_LABELS}", len(EMOTIONS)),
    Fault("no emotions at all", EMOTION_LABELS, "labels are the networks' outputs", _delete(EMOTION_LABELS, "true"),
          len(EMOTIONS)),
    Fault("no photographs at all", IMAGES, "rows are counted", _delete(IMAGES, "true"), 0),
    Fault("label outside the vocabulary", IMAGES, WORD, _update(IMAGES, "emotion", "'bored'"), column="emotion"),
    Fault("label changed behind the back", IMAGES, "labels are the latest known",
          _update(IMAGES, "emotion", OTHER_EMOTION)),
    Fault("impossible camera angle", IMAGES, IN_RANGE, _update(IMAGES, "camera_angle_deg", "400"),
          column="camera_angle_deg"),
    Fault("empty person", IMAGES, THERE, _update(IMAGES, "subject_id", "NULL"), column="subject_id"),
    Fault("file name as identifier", IMAGES, "identifiers are sha256", _update(IMAGES, "image_id", "'Rafd090.jpg'")),
    Fault("person of two populations", IMAGES, "a person has one sex and one population",
          _update(IMAGES, "population", "'Somebody'")),
    Fault("wrong label", IMAGES, LABELS_AGAIN,
          _update(IMAGES, "emotion", OTHER_EMOTION, FIRST_PICTURE.format("train")) + ";"
          + _update(LABELS, "emotion", OTHER_EMOTION, FIRST_PICTURE.format("train"))),
    Fault("two people exchanged", IMAGES, LABELS_AGAIN,
          _update(IMAGES, "subject_id", SWAPPED, "true") + ";" + _update(LABELS, "subject_id", SWAPPED, "true"), 24),
    Fault("a whole emotion out of use", IMAGES, "faces are found from every camera",
          _update(IMAGES, "excluded_reason", "'blurred'", f"emotion = '{EMOTIONS[0]}' AND excluded_reason IS NULL"), 3),
    Fault("all landmarks said to be missing", IMAGES, "most photographs show a face", NO_FACES),
    Fault("duplicate bytes under two names", IMAGES, TWO_NAMES, _update(PIXELS, "rgb", _of("rgb", PIXELS, 1)), 2),
    Fault("duplicate bytes under two names of equal labels", IMAGES, TWO_NAMES,
          _update(PIXELS, "rgb", _of("rgb", PIXELS, 1)) + ";" + _update(IMAGES, "gaze", "'frontal'", FIRST_ROWS)),
    Fault("one picture under two people", IMAGES, ONE_PERSON_A_PICTURE, SAME_PICTURE, 2),
    Fault("photograph missing from the design", IMAGES, "the design has no gaps", _delete(IMAGES, "rowid = 3")),
    Fault("two photographs in one cell", IMAGES, "a cell of the design holds one photograph",
          _update(IMAGES, "gaze", "CASE gaze WHEN 'left' THEN 'frontal' ELSE 'left' END")),
    Fault("file name twice", IMAGES, "keys are unique", f"INSERT INTO {IMAGES} FROM {IMAGES} LIMIT 1", 2),
    Fault("labels of an unknown photograph", LABELS, "labels belong to a photograph",
          _update(LABELS, "image_id", NOBODY)),
)  # fmt: skip

_FEATURES = (
    Fault("NaN in one coordinate", LANDMARKS, FINITE, _update(LANDMARKS, "xyz", _with(NAN))),
    Fault("infinity in one coordinate", LANDMARKS, FINITE, _update(LANDMARKS, "xyz", _with(INFINITY))),
    Fault("NULL in one coordinate", LANDMARKS, FINITE, _update(LANDMARKS, "xyz", _with("NULL"))),
    Fault("NULL vector", LANDMARKS, THERE, _update(LANDMARKS, "xyz", "NULL"), column="xyz"),
    Fault("landmarks scaled by 1000", LANDMARKS, "coordinates are plausible",
          _update(LANDMARKS, "xyz", _each("x * 1000"))),
    Fault("swapped axes x and y", LANDMARKS, SHAPE,
          _update(LANDMARKS, "xyz", _places(f"i + CASE i % {AXES} WHEN 1 THEN 1 WHEN 2 THEN -1 ELSE 0 END"))),
    Fault("swapped axes y and z", LANDMARKS, SHAPE,
          _update(LANDMARKS, "xyz", _places(f"i + CASE i % {AXES} WHEN 2 THEN 1 WHEN 0 THEN -1 ELSE 0 END"))),
    Fault("mirrored face", LANDMARKS, SHAPE, _update(LANDMARKS, "xyz",
          f"list_transform(xyz, lambda x, i: CASE WHEN i % {AXES} = 1 THEN 1 - x ELSE x END)::FLOAT[{VECTOR_LENGTH}]")),
    Fault("upside-down face", LANDMARKS, SHAPE, _update(LANDMARKS, "xyz",
          f"list_transform(xyz, lambda x, i: CASE WHEN i % {AXES} = 2 THEN 1 - x ELSE x END)::FLOAT[{VECTOR_LENGTH}]")),
    Fault("all landmarks in one point", LANDMARKS, SHAPE, _update(LANDMARKS, "xyz", _each("0.5"))),
    Fault("landmarks in another order", LANDMARKS, SHAPE, _update(LANDMARKS, "xyz", _places("len(xyz) + 1 - i"))),
    Fault("face from the other side's camera", LANDMARKS, "faces are turned as their camera says",
          _update(LANDMARKS, "xyz", _seen_from(135), f"xyz = {_seen_from(45)}")),
    Fault("landmarks of another image of the person", LANDMARKS, SEALED,
          _update(LANDMARKS, "xyz", _of("xyz", LANDMARKS, 1))),
    Fault("landmarks shifted by one row", LANDMARKS, SEALED,
          f"CREATE OR REPLACE TABLE {LANDMARKS} AS SELECT a.* REPLACE (b.xyz AS xyz) FROM {LANDMARKS} AS a "
          f"JOIN {LANDMARKS} AS b ON b.rowid = (a.rowid + 1) % (SELECT count(*) FROM {LANDMARKS})", 71),
    Fault("one coordinate moved by a little", LANDMARKS, SEALED, _update(LANDMARKS, "xyz", _with("xyz[2] + 0.001"))),
    Fault("NULL seal", LANDMARKS, THERE, _update(LANDMARKS, "seal", "NULL"), column="seal"),
    Fault("all-NaN column", LANDMARKS, IN_RANGE, _update(LANDMARKS, "face_score", NAN, "true"), 71, "face_score"),
    Fault("neither landmarks nor a miss", LANDMARKS, "a photograph has landmarks or a miss", _delete(LANDMARKS)),
    Fault("both landmarks and a miss", LANDMARKS, "a photograph has not both landmarks and a miss", _miss("landmarks")),
    Fault("stale version", LANDMARKS, KNOWN, _update(LANDMARKS, "version", "'stale'")),
    Fault("the same landmarks twice", LANDMARKS, "keys are unique",
          f"INSERT INTO {LANDMARKS} FROM {LANDMARKS} LIMIT 1", 2),
    Fault("reordered columns", LANDMARKS, "columns are the catalogue's",
          f"CREATE OR REPLACE TABLE {LANDMARKS} AS SELECT version, * EXCLUDE (version) FROM {LANDMARKS}", 0),
    Fault("an expectation that raises, its column gone", LANDMARKS, IN_RANGE,
          f"ALTER TABLE {LANDMARKS} DROP COLUMN face_score", None, "face_score"),
    Fault("deltas of another version of landmarks", SERVICES, "deltas of today are of landmarks of today",
          "UPDATE features.views SET parameters = replace(parameters::VARCHAR, '\"landmarks\": \"', "
          "'\"landmarks\": \"older') WHERE kind = 'aligned'"),
    Fault("feature without a version of today", SERVICES, "every feature has a version of today",
          _delete(SERVICES, "service = 'aligned'")),
    Fault("a table gone", SERVICES, "table is there", f"DROP TABLE {SERVICES}", None),
    Fault("NaN in a delta", DELTAS, FINITE, _update(DELTAS, "xyz", _with(NAN), FIRST_ALIGNED)),
    Fault("delta scaled by 1000", DELTAS, "coordinates are plausible",
          _update(DELTAS, "xyz", _each("x * 1000"), FIRST_ALIGNED)),
    Fault("direction of norm 2", DELTAS, "directions have norm 1",
          _update(DELTAS, "xyz", _each("x * 2"), FIRST_FRONTAL)),
    Fault("direction bent by a little", DELTAS, "directions have norm 1",
          _update(DELTAS, "xyz", _with("0.01"), FIRST_FRONTAL)),
    Fault("zero vector that is not counted", DELTAS, "zero vectors are counted",
          _update(DELTAS, "zero_norm_count", "zero_norm_count + 1", FIRST_FRONTAL)),
    Fault("zero-norm row", DELTAS, "no delta is all zero", _update(DELTAS, "xyz", _each("0"), FIRST_ALIGNED)),
    Fault("magnitudes in another order", DELTAS, "magnitudes are the vectors' lengths",
          _update(DELTAS, "magnitude", f"list_reverse(magnitude)::FLOAT[{LANDMARK_COUNT}]", FIRST_ALIGNED)),
    Fault("negative magnitudes", DELTAS, "magnitudes are not negative",
          _update(DELTAS, "magnitude", _each("-x", "magnitude", LANDMARK_COUNT), FIRST_FRONTAL)),
    Fault("NaN inside a list", DELTAS, FINITE,
          _update(DELTAS, "magnitude", _each(NAN, "magnitude", LANDMARK_COUNT), FIRST_FRONTAL)),
    Fault("self-reference", DELTAS, "no photograph is its own reference",
          _update(DELTAS, "reference_image_id", "image_id")),
    Fault("reference of another person", DELTAS, "references are neutral, of the same person",
          _update(DELTAS, "reference_image_id",
                  f"(SELECT max(o.reference_image_id) FROM {DELTAS} AS o "
                  "WHERE o.reference_image_id <> one.reference_image_id)")),
    Fault("missing reference", DELTAS, "references are neutral, of the same person",
          _update(DELTAS, "reference_image_id", NOBODY)),
    Fault("delta of another image of the person", DELTAS, SEALED, _update(DELTAS, "xyz", _of("xyz", DELTAS, 1))),
    Fault("delta of landmarks that are set aside", DELTAS, "deltas are of landmarks that count",
          f"INSERT INTO {MISSES} SELECT image_id, 'landmarks', l.version, '?', NULL, now() FROM {LANDMARKS} AS l "
          f"JOIN {IMAGES} USING (image_id) WHERE emotion <> '{NEUTRAL}' LIMIT 1", 2),
    Fault("reference whose landmarks are set aside", DELTAS, "references have landmarks that count",
          f"INSERT INTO {MISSES} SELECT d.reference_image_id, 'landmarks', l.version, '?', NULL, now() "
          f"FROM {DELTAS} AS d JOIN {LANDMARKS} AS l ON l.image_id = d.reference_image_id "
          f"WHERE d.version = '{ALIGNED}' ORDER BY d.rowid LIMIT 1"),
    Fault("neutral face that is none", DELTAS, "neutral faces are at rest",
          _update(DELTAS, "magnitude", _each("x * 10", "magnitude", LANDMARK_COUNT), FIRST_NEUTRAL)),
    Fault("delta of an unknown photograph", DELTAS, KNOWN, _update(DELTAS, "image_id", NOBODY)),
    Fault("missing delta", DELTAS, "a face has a delta or a miss", _delete(DELTAS)),
    Fault("truncated batch", DELTAS, "a face has a delta or a miss", _delete(DELTAS, f"version = '{ALIGNED}'"), 71),
    Fault("both a delta and a miss", DELTAS, "a face has not both a delta and a miss", _miss("deltas")),
    Fault("truncated pixels", PIXELS, "pixels are complete", _update(PIXELS, "rgb", "'abc'::BLOB")),
    Fault("constant image", PIXELS, "pictures are not blank",
          _update(PIXELS, "rgb", f"unhex(repeat('80', {PIXEL_BYTES}))")),
    Fault("constant lower half", PIXELS, "pictures are not blank",
          _update(PIXELS, "rgb", f"unhex(hex(rgb)[:{PIXEL_BYTES}] || repeat('80', {PIXEL_BYTES // 2}))")),
    Fault("pixels of another image of the person", PIXELS, SEALED, _update(PIXELS, "rgb", _of("rgb", PIXELS, 1))),
    Fault("pixels of an unknown photograph", PIXELS, KNOWN, _update(PIXELS, "image_id", NOBODY)),
    Fault("perceptual hash cut short", PIXELS, "perceptual hashes are 256 bits",
          _update(PIXELS, "perceptual_hash", "perceptual_hash[:16]")),
    Fault("no perceptual hash", PIXELS, "a picture has a perceptual hash", _update(PIXELS, "perceptual_hash", "NULL")),
    Fault("photograph without pixels", PIXELS, "a photograph has pixels or a miss", _delete(PIXELS)),
    Fault("both pixels and a miss", PIXELS, "a photograph has not both pixels and a miss", _miss("pixels")),
    Fault("miss of an unknown photograph", MISSES, KNOWN, _update(MISSES, "image_id", NOBODY)),
    Fault("service of an unknown version", SERVICES, "versions are known", _update(SERVICES, "version", "'stale'")),
)  # fmt: skip

_SPLITS = (
    Fault("person across parts", ASSIGNMENTS, "no person is in two parts",
          _update(ASSIGNMENTS, "part", "'test'", f"{OF_SPLIT} AND {FIRST_PICTURE.format('train')}")),
    Fault("near-duplicate across parts", ASSIGNMENTS, "no picture is in two parts", SAME_PICTURE),
    Fault("reference shared by two parts", ASSIGNMENTS, "no reference is shared by two parts",
          _update(ASSIGNMENTS, "part", "'test'", f"{OF_SPLIT} AND image_id = "
                  f"(SELECT min(reference_image_id) FROM {DELTAS} SEMI JOIN {TRAIN} USING (image_id))"), 5),
    Fault("class without training", ASSIGNMENTS, "the training part knows every class",
          _delete(ASSIGNMENTS, f"{OF_SPLIT} AND part = 'train' AND image_id IN "
                  f"(SELECT image_id FROM {TRAIN} WHERE emotion = '{NEUTRAL}')")),
    Fault("class of a single photograph", ASSIGNMENTS, "classes are balanced",
          _delete(ASSIGNMENTS, f"{OF_SPLIT} AND part = 'train' AND image_id IN "
                  f"(SELECT image_id FROM {TRAIN} WHERE emotion = '{NEUTRAL}' OFFSET 1)")),
    Fault("image in two parts", ASSIGNMENTS, "a photograph is in one part",
          f"INSERT INTO {ASSIGNMENTS} SELECT split_id, image_id, 'test' FROM {ASSIGNMENTS} LIMIT 1"),
    Fault("unassigned image", ASSIGNMENTS, "every photograph in use has a part", _delete(ASSIGNMENTS)),
    Fault("excluded image in a part", ASSIGNMENTS, "only photographs in use have a part",
          _update(IMAGES, "excluded_reason", "'blurred'", f"image_id = (SELECT min(image_id) FROM {ASSIGNMENTS})"), 2),
    Fault("part of an unknown split", ASSIGNMENTS, "splits are known",
          f"INSERT INTO {ASSIGNMENTS} SELECT 'other', image_id, part FROM {ASSIGNMENTS} LIMIT 1"),
    Fault("split whose features were changed since", SETS, FINGERPRINTS_AGAIN,
          _update(PIXELS, "seal", "reverse(seal)", FIRST_PICTURE.format("train")), 2),
    Fault("fingerprint forged", SETS, FINGERPRINTS_AGAIN, _update(SETS, "fingerprint", "reverse(fingerprint)")),
    Fault("word outside the parts", ASSIGNMENTS, WORD, _update(ASSIGNMENTS, "part", "'holdout'"), column="part"),
    Fault("split without members", SETS, "a split has members", _delete(ASSIGNMENTS, "split_id LIKE 'by_image%'")),
    Fault("test row in train", ASSIGNMENTS, PARTS_HELD, f"INSERT INTO {TRAIN} FROM splits.test LIMIT 1"),
    Fault("train row gone", ASSIGNMENTS, PARTS_HELD, _delete(TRAIN)),
    Fault("NaN in a training vector", TRAIN, FINITE,
          _update(TRAIN, "aligned", _with(NAN, "aligned"),
                  f"rowid = (SELECT max(rowid) FROM {TRAIN} WHERE aligned IS NOT NULL)"), column="aligned"),
    Fault("training pixels of another image", TRAIN, OWN, _update(TRAIN, "rgb", _of("rgb", TRAIN, 1))),
    Fault("truncated training pixels", TRAIN, "pictures are complete", _update(TRAIN, "rgb", "'abc'::BLOB")),
    Fault("stale feature version mixed in", TRAIN, OWN, _update(TRAIN, "aligned", "frontal_unit",
          f"rowid = (SELECT min(rowid) FROM {TRAIN} WHERE frontal_unit IS NOT NULL)")),
    Fault("training vector gone", TRAIN, OWN, _update(TRAIN, "landmarks", "NULL",
          f"rowid = (SELECT min(rowid) FROM {TRAIN} WHERE landmarks IS NOT NULL)")),
    Fault("wrong label in training", TRAIN, "labels are the catalogue's",
          _update(TRAIN, "label", NEXT_LABEL.format("label"))),
)  # fmt: skip

_REGISTRY = (
    Fault("no runs at all", RUNS, "rows are counted", _delete(RUNS, "true"), 0),
    Fault("run without predictions", RUNS, "a completed run has predictions",
          _delete(PREDICTIONS, "run_id = (SELECT max(run_id) FROM registry.predictions)")),
    Fault("run of another feature version than its service", RUNS, "inputs are those of the service and the split",
          _update(RUNS, "feature_versions", "regexp_replace(feature_versions::VARCHAR, '[0-9a-f]+\"}', 'stale\"}')")),
    Fault("service that lost a feature", RUNS, "inputs are those of the service and the split",
          _delete(SERVICES, "service = (SELECT min(service) FROM registry.runs) "
                  "AND feature = (SELECT min(s.feature) FROM features.services AS s "
                  "WHERE s.service = (SELECT min(service) FROM registry.runs))"), 2),
    Fault("infinite loss", EPOCHS, IN_RANGE, _update(EPOCHS, "loss", "'infinity'::DOUBLE"), column="loss"),
    Fault("epochs of an unknown run", EPOCHS, RUNS_KNOWN, _update(EPOCHS, "run_id", NOBODY)),
    Fault("probabilities that do not sum to 1", PREDICTIONS, "probabilities sum to 1",
          _update(PREDICTIONS, CHANCE, f"{CHANCE} + 0.01")),
    Fault("NaN probability", PREDICTIONS, IN_RANGE, _update(PREDICTIONS, CHANCE, NAN), column=CHANCE),
    Fault("NaN in the sum", PREDICTIONS, "probabilities sum to 1", _update(PREDICTIONS, CHANCE, NAN)),
    Fault("predicted is not the most probable", PREDICTIONS, "the most probable emotion is predicted",
          _update(PREDICTIONS, "predicted", NEXT_LABEL.format("predicted"))),
    Fault("validate predictions called test", PREDICTIONS, "parts are those of the run's split",
          _update(PREDICTIONS, "part", "'test'", "part = 'validate'"), 48),
    Fault("prediction of an unknown run", PREDICTIONS, "parts are those of the run's split",
          _update(PREDICTIONS, "run_id", NOBODY)),
    Fault("truths of other images", PREDICTIONS, "truths are the catalogue's",
          _update(PREDICTIONS, "truth", NEXT_LABEL.format("truth"), "true"), 142),
    Fault("status failed on a run with predictions", RUNS, "only completed runs have results",
          _update(RUNS, "status", "'failed'", FIRST_RUN)),
    Fault("all metrics gone", RUNS, "a run with predictions has metrics", _delete(METRICS, "true"), MANY),
    Fault("half of the test predictions gone", PREDICTIONS, "every photograph with its features is predicted",
          _delete(PREDICTIONS, f"{TESTED} AND image_id[1] < '8'"), MANY),
    Fault("one prediction left of a run", PREDICTIONS, "every photograph with its features is predicted",
          _delete(PREDICTIONS, f"{FIRST_RUN} AND image_id <> (SELECT min(image_id) FROM {PREDICTIONS})"), MANY),
    Fault("predictions of two runs exchanged", METRICS, METRICS_AGAIN,
          _update(PREDICTIONS, "run_id", f"CASE run_id WHEN {RUN_IDS}[1] THEN {RUN_IDS}[2] ELSE {RUN_IDS}[1] END",
                  f"run_id IN (SELECT unnest({RUN_IDS}[:2]))"), MANY),
    Fault("probabilities shifted by one photograph within a run", METRICS, METRICS_AGAIN, SHIFTED, MANY),
    Fault("accuracy forged", METRICS, "accuracies are the shares of right predictions",
          _update(METRICS, "value", "0.99", f"{TESTED} AND slice = 'all' AND metric = 'accuracy'")),
    Fault("accuracy of a slice forged", METRICS, METRICS_AGAIN,
          _update(METRICS, "value", "0.99", f"{TESTED} AND slice LIKE 'sex=%' "
                  "AND metric = 'accuracy'"), MANY),
    Fault("macro F1 forged", METRICS, METRICS_AGAIN,
          _update(METRICS, "value", "0.99", f"{TESTED} AND slice = 'all' AND metric = 'macro_f1'")),
    Fault("interval forged", METRICS, METRICS_AGAIN,
          _update(METRICS, "low", "value, high = value", f"{TESTED} AND metric = 'accuracy'"), MANY),
    Fault("a metric of a run gone", METRICS, METRICS_AGAIN,
          _delete(METRICS, f"{TESTED} AND slice = 'all' AND metric = 'roc_auc'")),
    Fault("log loss of -5", METRICS, "values are possible",
          _update(METRICS, "value", "-5", f"{TESTED} AND slice = 'all' AND metric = 'log_loss'")),
    Fault("p forged", COMPARISONS, COMPARISONS_AGAIN, _update(COMPARISONS, "p", "0.001, p_adjusted = 0.001"), MANY),
    Fault("comparisons gone", COMPARISONS, COMPARISONS_AGAIN, _delete(COMPARISONS, "true"), MANY),
    Fault("accuracy above 1", METRICS, "values are possible", _update(METRICS, "value", "1.5")),
    Fault("interval turned around", METRICS, "values are possible",
          _update(METRICS, "low", "0.6, high = 0.5")),
    Fault("NaN metric", METRICS, IN_RANGE, _update(METRICS, "value", "'nan'::DOUBLE"), column="value"),
    Fault("metric of an unknown run", METRICS, RUNS_KNOWN, _update(METRICS, "run_id", NOBODY)),
    Fault("run compared with itself", COMPARISONS, RUNS_KNOWN, _update(COMPARISONS, "other_run_id", "run_id")),
)  # fmt: skip

FAULTS = (*_CATALOGUE, *_FEATURES, *_SPLITS, *_REGISTRY)
