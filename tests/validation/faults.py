"""The faults that `test_planted_faults.py` plants: the statement, and the check that is meant to find it."""

from __future__ import annotations

from dataclasses import dataclass

from store.vocabulary import EMOTIONS, LANDMARK_COUNT, VECTOR_LENGTH
from tests.validation.fabricate import ALIGNED, FRONTAL, person


@dataclass(frozen=True)
class Fault:
    """A fault: the check of the table that has to find so many rows of it (None: it cannot run); how to plant it."""

    what: str
    table: str
    check: str
    sql: str
    rows: int | None = 1
    column: str | None = None


IMAGES, LABELS = "catalogue.images", "catalogue.labels"
LANDMARKS, DELTAS, PIXELS, MISSES = "features.landmarks", "features.deltas", "features.pixels", "features.misses"
SERVICES, SETS, ASSIGNMENTS, TRAIN = "features.services", "splits.sets", "splits.assignments", "splits.train"
RUNS, EPOCHS, PREDICTIONS = "registry.runs", "registry.epochs", "registry.predictions"
METRICS, COMPARISONS = "registry.metrics", "registry.comparisons"

NAN, INFINITY, NOBODY = "'nan'::FLOAT", "'infinity'::FLOAT", "'nobody'"
FIRST = f"FROM {DELTAS} WHERE version ="
FIRST_FRONTAL = f"rowid = (SELECT min(rowid) {FIRST} '{FRONTAL}')"
FIRST_ALIGNED = f"rowid = (SELECT min(rowid) {FIRST} '{ALIGNED}')"
NEXT_LABEL = f"({{}} + 1) % {len(EMOTIONS)}"
CHANCE = f"{EMOTIONS[0]}_prob"
FINITE, IN_RANGE, THERE = "coordinates are finite", "number is finite and in range", "value is there"
KNOWN, RUNS_KNOWN = "photograph and version are known", "runs are known"
WORD, PARTS_HELD = "word is in the vocabulary", "train, validate and test hold their part"


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


def _miss(view: str) -> str:
    """SQL for a miss beside the first row of features.VIEW."""
    return (
        f"INSERT INTO {MISSES} SELECT image_id, '{view}', version, '?', NULL, created_at FROM features.{view} LIMIT 1"
    )


_CATALOGUE = (
    Fault("no photographs at all", IMAGES, "rows are counted", _delete(IMAGES, "true"), 0),
    Fault("label outside the vocabulary", IMAGES, WORD, _update(IMAGES, "emotion", "'bored'"), column="emotion"),
    Fault("label changed behind the back", IMAGES, "labels are the latest known",
          _update(IMAGES, "emotion", f"'{EMOTIONS[1]}'")),
    Fault("impossible camera angle", IMAGES, IN_RANGE, _update(IMAGES, "camera_angle_deg", "400"),
          column="camera_angle_deg"),
    Fault("empty person", IMAGES, THERE, _update(IMAGES, "subject_id", "NULL"), column="subject_id"),
    Fault("file name as identifier", IMAGES, "identifiers are sha256", _update(IMAGES, "image_id", "'Rafd090.jpg'")),
    Fault("person of two populations", IMAGES, "a person has one sex and one population",
          _update(IMAGES, "population", "'Somebody'")),
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
    Fault("all-NaN column", LANDMARKS, IN_RANGE, _update(LANDMARKS, "face_score", NAN, "true"), 53, "face_score"),
    Fault("neither landmarks nor a miss", LANDMARKS, "a photograph has landmarks or a miss", _delete(LANDMARKS)),
    Fault("both landmarks and a miss", LANDMARKS, "a photograph has not both landmarks and a miss", _miss("landmarks")),
    Fault("stale version", LANDMARKS, KNOWN, _update(LANDMARKS, "version", "'stale'")),
    Fault("the same landmarks twice", LANDMARKS, "keys are unique",
          f"INSERT INTO {LANDMARKS} FROM {LANDMARKS} LIMIT 1", 2),
    Fault("reordered columns", LANDMARKS, "columns are the catalogue's",
          f"CREATE OR REPLACE TABLE {LANDMARKS} AS SELECT version, * EXCLUDE (version) FROM {LANDMARKS}", 0),
    Fault("a column gone", LANDMARKS, IN_RANGE, f"ALTER TABLE {LANDMARKS} DROP COLUMN face_score", None, "face_score"),
    Fault("a table gone", SERVICES, "table is there", f"DROP TABLE {SERVICES}", None),
    Fault("NaN in a delta", DELTAS, FINITE, _update(DELTAS, "xyz", _with(NAN), FIRST_ALIGNED)),
    Fault("delta scaled by 1000", DELTAS, "coordinates are plausible",
          _update(DELTAS, "xyz", _each("x * 1000"), FIRST_ALIGNED)),
    Fault("direction of norm 2", DELTAS, "directions have norm 1",
          _update(DELTAS, "xyz", _each("x * 2"), FIRST_FRONTAL)),
    Fault("direction bent by a little", DELTAS, "directions have norm 1",
          _update(DELTAS, "xyz", _with("0.01"), FIRST_FRONTAL)),
    Fault("zero vector that is not counted", DELTAS, "zero vectors are counted",
          _update(DELTAS, "zero_norm_count", "0", FIRST_FRONTAL)),
    Fault("all-zero delta", DELTAS, "no delta is all zero", _update(DELTAS, "xyz", _each("0"), FIRST_ALIGNED)),
    Fault("magnitudes in another order", DELTAS, "magnitudes are the vectors' lengths",
          _update(DELTAS, "magnitude", f"list_reverse(magnitude)::FLOAT[{LANDMARK_COUNT}]", FIRST_ALIGNED)),
    Fault("negative magnitudes", DELTAS, "magnitudes are not negative",
          _update(DELTAS, "magnitude", _each("-x", "magnitude", LANDMARK_COUNT), FIRST_FRONTAL)),
    Fault("NaN magnitudes", DELTAS, "magnitudes are finite",
          _update(DELTAS, "magnitude", _each(NAN, "magnitude", LANDMARK_COUNT), FIRST_FRONTAL)),
    Fault("self-reference", DELTAS, "no photograph is its own reference",
          _update(DELTAS, "reference_image_id", "image_id")),
    Fault("reference of another person", DELTAS, "references are neutral, of the same person",
          _update(DELTAS, "reference_image_id",
                  f"(SELECT max(o.reference_image_id) FROM {DELTAS} AS o "
                  "WHERE o.reference_image_id <> one.reference_image_id)")),
    Fault("missing reference", DELTAS, "references are neutral, of the same person",
          _update(DELTAS, "reference_image_id", NOBODY)),
    Fault("delta of an unknown photograph", DELTAS, KNOWN, _update(DELTAS, "image_id", NOBODY)),
    Fault("missing delta", DELTAS, "a face has a delta or a miss", _delete(DELTAS)),
    Fault("truncated batch", DELTAS, "a face has a delta or a miss", _delete(DELTAS, f"version = '{ALIGNED}'"), 47),
    Fault("both a delta and a miss", DELTAS, "a face has not both a delta and a miss", _miss("deltas")),
    Fault("truncated pixels", PIXELS, "pixels are complete", _update(PIXELS, "rgb", "'abc'::BLOB")),
    Fault("photograph without pixels", PIXELS, "a photograph has pixels or a miss", _delete(PIXELS)),
    Fault("both pixels and a miss", PIXELS, "a photograph has not both pixels and a miss", _miss("pixels")),
    Fault("miss of an unknown photograph", MISSES, KNOWN, _update(MISSES, "image_id", NOBODY)),
    Fault("service of an unknown version", SERVICES, "versions are known", _update(SERVICES, "version", "'stale'")),
)  # fmt: skip

_SPLITS = (
    Fault("person across parts", ASSIGNMENTS, "no person is in two parts",
          _update(ASSIGNMENTS, "part", "'test'", f"split_id LIKE 'by_person%' AND image_id = (SELECT min(image_id) "
                  f"FROM {IMAGES} WHERE subject_id = '{person(0)}' AND excluded_reason IS NULL)")),
    Fault("image in two parts", ASSIGNMENTS, "a photograph is in one part",
          f"INSERT INTO {ASSIGNMENTS} SELECT split_id, image_id, 'test' FROM {ASSIGNMENTS} LIMIT 1"),
    Fault("unassigned image", ASSIGNMENTS, "every photograph in use has a part", _delete(ASSIGNMENTS)),
    Fault("excluded image in a part", ASSIGNMENTS, "only photographs in use have a part",
          _update(IMAGES, "excluded_reason", "'blurred'", f"image_id = (SELECT min(image_id) FROM {ASSIGNMENTS})"), 2),
    Fault("part of an unknown split", ASSIGNMENTS, "splits are known",
          f"INSERT INTO {ASSIGNMENTS} SELECT 'other', image_id, part FROM {ASSIGNMENTS} LIMIT 1"),
    Fault("word outside the parts", ASSIGNMENTS, WORD, _update(ASSIGNMENTS, "part", "'holdout'"), column="part"),
    Fault("split without members", SETS, "a split has members", _delete(ASSIGNMENTS, "split_id LIKE 'by_image%'")),
    Fault("test row in train", ASSIGNMENTS, PARTS_HELD, f"INSERT INTO {TRAIN} FROM splits.test LIMIT 1"),
    Fault("train row gone", ASSIGNMENTS, PARTS_HELD, _delete(TRAIN)),
    Fault("NaN in a training vector", TRAIN, "vectors are finite",
          _update(TRAIN, "aligned", _with(NAN, "aligned"),
                  f"rowid = (SELECT max(rowid) FROM {TRAIN} WHERE aligned IS NOT NULL)")),
    Fault("rows shifted by one", TRAIN, "vectors are the photograph's own",
          _update(TRAIN, "rgb", f"(SELECT rgb FROM {TRAIN} AS other WHERE other.rowid = 1)")),
    Fault("wrong label", TRAIN, "labels are the catalogue's", _update(TRAIN, "label", NEXT_LABEL.format("label"))),
)  # fmt: skip

_REGISTRY = (
    Fault("no runs at all", RUNS, "rows are counted", _delete(RUNS, "true"), 0),
    Fault("run without predictions", RUNS, "a completed run has predictions", _delete(PREDICTIONS, "run_id = 'run01'")),
    Fault("infinite loss", EPOCHS, IN_RANGE, _update(EPOCHS, "loss", "'infinity'::DOUBLE"), column="loss"),
    Fault("epochs of an unknown run", EPOCHS, RUNS_KNOWN, _update(EPOCHS, "run_id", NOBODY)),
    Fault("probabilities that do not sum to 1", PREDICTIONS, "probabilities sum to 1",
          _update(PREDICTIONS, CHANCE, f"{CHANCE} + 0.01")),
    Fault("NaN probability", PREDICTIONS, IN_RANGE, _update(PREDICTIONS, CHANCE, NAN), column=CHANCE),
    Fault("NaN in the sum", PREDICTIONS, "probabilities sum to 1", _update(PREDICTIONS, CHANCE, NAN)),
    Fault("predicted is not the most probable", PREDICTIONS, "the most probable emotion is predicted",
          _update(PREDICTIONS, "predicted", NEXT_LABEL.format("predicted"))),
    Fault("validate predictions called test", PREDICTIONS, "parts are those of the run's split",
          _update(PREDICTIONS, "part", "'test'", "part = 'validate'"), 36),
    Fault("prediction of an unknown run", PREDICTIONS, "parts are those of the run's split",
          _update(PREDICTIONS, "run_id", NOBODY)),
    Fault("truths of other images", PREDICTIONS, "truths are the catalogue's",
          _update(PREDICTIONS, "truth", NEXT_LABEL.format("truth"), "true"), 108),
    Fault("accuracy above 1", METRICS, "values are possible", _update(METRICS, "value", "1.5")),
    Fault("interval turned around", METRICS, "values are possible", _update(METRICS, "low", "high + 0.1")),
    Fault("NaN metric", METRICS, IN_RANGE, _update(METRICS, "value", "'nan'::DOUBLE"), column="value"),
    Fault("metric of an unknown run", METRICS, RUNS_KNOWN, _update(METRICS, "run_id", NOBODY)),
    Fault("run compared with itself", COMPARISONS, RUNS_KNOWN, _update(COMPARISONS, "other_run_id", "run_id")),
)  # fmt: skip

FAULTS = (*_CATALOGUE, *_FEATURES, *_SPLITS, *_REGISTRY)
