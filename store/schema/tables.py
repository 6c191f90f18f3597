"""The tables of the store, the fields that they use, and the DDL and Arrow schemas derived from them.

Constraints and comments in the database, the ranges that audits check, and the schemas of batches derive from this
module and from `fields`. It opens no database.
"""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from affect_store.store.extensions.own_view import OWN_VALUES
from affect_store.store.features.scalar_views import SCALAR_VIEWS
from affect_store.store.schema.declarations import Field, Table
from affect_store.store.schema.fields import CHANCES, FIELDS
from affect_store.store.vocabulary import AGREEMENTS, INTENDED_UNITS, PARTS, PIXEL_BYTES, PROBABILITIES, RATINGS

_SPLIT_COLUMNS = (
    "image_id", "subject_id", "sex", "population", "emotion", "label", "camera_angle_deg", "gaze",
    "landmarks", "frontal_unit", "aligned", "rgb",
)  # fmt: skip
_NULLABLE_FEATURES = frozenset({"landmarks", "frontal_unit", "aligned", "rgb"})

TABLES: tuple[Table, ...] = (
    Table("catalogue", "emotions", "One row per emotion: its class index.", ("label",), ("label", "emotion")),
    Table(
        "catalogue", "images", "One row per photograph, with its latest labels.", ("image_id",),
        ("image_id", "corpus", "path", "subject_id", "sex", "population", "age", "emotion", "camera_angle_deg", "gaze",
         "width_px", "height_px", "size_bytes", "ingested_at", "excluded_reason", "missing_since",
         "removed_at"),
        frozenset({"age", "excluded_reason", "missing_since", "removed_at"}),
    ),
    Table(
        "catalogue", "labels", "One row per photograph and time at which its labels became known.",
        ("image_id", "known_at"),
        ("image_id", "known_at", "subject_id", "sex", "population", "age", "emotion", "camera_angle_deg", "gaze"),
        frozenset({"age"}),
    ),
    Table(
        "catalogue", "ratings",
        "One row per photograph and time at which its ratings by people became known; the latest row counts.",
        ("image_id", "known_at"), ("image_id", "known_at", *RATINGS, *AGREEMENTS), frozenset({*RATINGS, *AGREEMENTS}),
    ),
    Table(
        "catalogue", "intended_action_units",
        "One row per photograph that affect-store rendered and time at which its intended action units became known; "
        "the latest row counts. Photographs of real people have none.",
        ("image_id", "known_at"), ("image_id", "known_at", *INTENDED_UNITS),
    ),
    Table(
        "catalogue", "rejects", "One row per rejected file and reason.", ("corpus", "path", "reason"),
        ("corpus", "path", "reason", "detail", "seen_at"),
    ),
    Table(
        "catalogue", "forgotten", "One row per id of a person who withdrew consent; empty in a publication.",
        ("subject_hash",), ("subject_hash", "forgotten_at"),
    ),
    Table(
        "catalogue", "forgotten_hashes",
        "One row per photograph, and per form of an id, of people who withdrew consent; empty in a publication.",
        ("keyed_hash",), ("keyed_hash",),
    ),
    Table(
        "catalogue", "identities",
        "One row per id that resembles another one of its corpus, once a user has decided whose it is.",
        ("subject_id",), ("subject_id", "corpus", "same_as_subject_id", "decided_at"),
        frozenset({"same_as_subject_id"}),
    ),
    Table(
        "features", "views", "One row per version of a feature view.", ("view", "version"),
        ("view", "version", "kind", "feature", "entity", "dtype", "shape", "transform", "parameters", "code_version",
         "library_versions", "owner", "description", "created_at"),
    ),
    Table(
        "features", "landmarks", "One row per photograph with a face and version.", ("image_id", "version"),
        ("image_id", "version", "xyz", "face_score", "face_count", "face_size_rank", "seal", "created_at"),
        frozenset({"face_score", "face_count", "face_size_rank"}),
    ),
    Table(
        "features", "landmark_errors",
        "One row per photograph with a face and version of the landmarks over several passes: how precise they are.",
        ("image_id", "version"),
        ("image_id", "version", "n_passes", "mean_error", "errors", "seal", "created_at"),
        frozenset({"mean_error", "errors"}),
    ),
    Table(
        "features", "deltas",
        "One row per photograph with a face and a reference, version and time. The latest row counts unless a later "
        "row of features.misses hides it.",
        ("image_id", "version", "created_at"),
        ("image_id", "version", "reference_image_id", "reference_rule", "xyz", "magnitude", "zero_norm_count", "seal",
         "created_at"),
    ),
    Table(
        "features", "delta_references",
        "One row per delta that is the mean over several references, and reference: which they were.",
        ("image_id", "version", "created_at", "reference_image_id"),
        ("image_id", "version", "reference_image_id", "created_at"),
    ),
    Table(
        "features", "pixels", "One row per photograph and version.", ("image_id", "version"),
        ("image_id", "version", "rgb", "seal", "created_at"),
    ),
    Table(
        "features", "misses",
        "One row per photograph, view version in which it has no value, and time from which this holds.",
        ("image_id", "view", "version", "created_at"),
        ("image_id", "view", "version", "reason", "quarantine_status", "checks", "checksum", "released_at",
         "created_at"),
        frozenset({"quarantine_status", "checks", "checksum", "released_at"}),
    ),
    Table(
        "features", "services",
        "One row per feature service, time at which its view versions changed, and view version in it.",
        ("service", "created_at", "version"),
        ("service", "created_at", "service_version", "feature", "view", "version"),
    ),
    Table(
        "features", "statistics", "One row per view version, landmark group and axis: statistics of the values.",
        ("version", "landmark_group", "axis"),
        ("view", "version", "feature", "landmark_group", "axis", "n_images", "n_values", "mean", "sd", "least",
         "greatest", "share_zero"),
    ),
    Table(
        "features", "expressions",
        "One row per corpus, version of the aligned deltas, emotion and camera angle: the mean delta.",
        ("corpus", "version", "emotion", "camera_angle_deg"),
        ("corpus", "version", "emotion", "camera_angle_deg", "xyz", "n_images", "n_people"),
    ),
    Table(
        "features", "scalar_statistics",
        "One row per version of a scalar feature view, column and camera angle: statistics over the photographs that "
        "have a value.",
        ("version", "column_name", "camera_angle_deg"),
        ("view", "version", "column_name", "camera_angle_deg", "n_images", "mean", "sd", "least", "greatest"),
    ),
    Table(
        "features", "repeatability",
        "One row per corpus, version of a feature, landmark group or column, and copy: how well copies of a photograph "
        "that should not matter agree with it, over a sample of photographs. The view repeatability has the current "
        "versions.",
        ("corpus", "version", "component", "copy"),
        ("corpus", "version", "component", "copy", "icc", "icc_low", "icc_high", "sem", "unit", "relative_change",
         "n_images", "n_people", "n_missing", "method", "seed", "sample_hash", "created_at"),
        frozenset({"icc", "icc_low", "icc_high", "sem", "relative_change"}),
    ),
    *(view.table for view in SCALAR_VIEWS),
    Table(
        "features", OWN_VALUES,
        "One row per photograph, version of a feature view of the user's own, and time. The latest row counts unless a "
        "later row of features.misses hides it. Published stores have a view own.FEATURE with the columns by name.",
        ("image_id", "version", "created_at"), ("image_id", "version", "numbers", "seal", "created_at"),
    ),
    Table(
        "splits", "sets", "One row per split.", ("split_id",),
        ("split_id", "strategy", "seed", "fractions", "fingerprint", "feature_versions", "as_of", "created_at",
         "requested_at", "members_fingerprint", "folds_id", "repeat", "fold", "left_out_emotions", "further_emotions"),
        frozenset({"members_fingerprint", "folds_id", "repeat", "fold", "left_out_emotions", "further_emotions"}),
    ),
    Table(
        "splits", "assignments", "One row per split and photograph.", ("split_id", "image_id"),
        ("split_id", "image_id", "part"),
    ),
    *(
        Table("splits", part, f"One row per photograph in the {part} part of the current by_person split.",
              ("image_id",), _SPLIT_COLUMNS, _NULLABLE_FEATURES)
        for part in PARTS
    ),
    Table(
        "registry", "runs", "One row per training run.", ("run_id",),
        ("run_id", "configuration", "model", "recipe", "split_id", "pooled_run_id", "service", "service_version",
         "feature_versions", "seed", "code_version", "library_versions", "started_at", "requested_at", "duration_s",
         "status", "status_detail", "parameters", "artifact_path", "artifact_sha256"),
        frozenset({"pooled_run_id", "status_detail", "artifact_path", "artifact_sha256"}),
    ),
    Table(
        "registry", "epochs", "One row per run and epoch.", ("run_id", "epoch"),
        ("run_id", "epoch", "loss", "accuracy", "auc", "val_loss", "val_accuracy", "val_auc", "learning_rate",
         "duration_s"),
        frozenset({"loss", "accuracy", "auc", "val_loss", "val_accuracy", "val_auc"}),
    ),
    Table(
        "registry", "predictions", "One row per run and photograph that has all features of the run.",
        ("run_id", "image_id"),
        ("run_id", "image_id", "part", "truth", "predicted", "temperature", *PROBABILITIES, "further_chances"),
        frozenset({"further_chances"}),
    ),
    Table(
        "registry", "new_predictions",
        "One row per run, photograph and neutral photograph that `affect predict --store` predicted.",
        ("prediction_id",),
        ("prediction_id", "run_id", "photo_sha256", "path", "subject_id", "neutral_sha256", "predicted", *PROBABILITIES,
         "further_chances", "reason", "predicted_at"),
        frozenset({"subject_id", "neutral_sha256", "predicted", *PROBABILITIES, "further_chances", "reason"}),
    ),
    Table(
        "registry", "unlabelled_predictions",
        "One row per run by person and unlabelled photograph that has all features of the run; without truth, and so "
        "without scores.", ("run_id", "image_id"),
        ("run_id", "image_id", "predicted", "temperature", *PROBABILITIES, "further_chances"),
        frozenset({"further_chances"}),
    ),
    Table(
        "registry", "metrics", "One row per run, part, slice and metric.", ("run_id", "part", "slice", "metric"),
        ("run_id", "part", "slice", "metric", "value", "low", "high", "n_images", "n_people", "method"),
        frozenset({"value", "low", "high"}),
    ),
    Table(
        "registry", "comparisons", "One row per pair of runs, part, slice and metric.",
        ("run_id", "other_run_id", "part", "slice", "metric"),
        ("run_id", "other_run_id", "part", "slice", "metric", "value", "low", "high", "p", "p_adjusted", "n_people",
         "method"),
        frozenset({"value", "low", "high", "p", "p_adjusted"}),
    ),
    Table(
        "registry", "ranks", "One row per run that represents its system, and part.", ("run_id", "part"),
        ("run_id", "part", "mean_rank", "statistic", "p", "letters", "n_people", "method"),
        frozenset({"statistic", "p", "letters"}),
    ),
    Table(
        "registry", "declarations",
        "One row per declaration of a primary comparison; the latest one counts, see registry.declared.", ("hash",),
        ("declared_at", "hash", "model", "recipe", "other_model", "other_recipe", "strategy", "margin"),
    ),
    Table(
        "registry", "effects",
        "One row per strategy, part, factor and level: the odds of being right relative to the baseline, over the runs "
        "that represent the systems.",
        ("strategy", "part", "term", "level"),
        ("strategy", "part", "term", "level", "baseline", "value", "low", "high", "p", "n_images", "n_people",
         "method"),
        frozenset({"value", "low", "high", "p"}),
    ),
    Table(
        "registry", "attributions", "One row per run, emotion and landmark.", ("run_id", "emotion", "landmark"),
        ("run_id", "emotion", "landmark", "value", "n_images"),
    ),
    Table(
        "registry", "group_attributions", "One row per run, emotion and landmark group.",
        ("run_id", "emotion", "landmark_group"),
        ("run_id", "emotion", "landmark_group", "value", "low", "high", "n_images", "n_people", "method"),
        frozenset({"low", "high"}),
    ),
    Table(
        "registry", "importances", "One row per run, input and landmark group.", ("run_id", "input", "landmark_group"),
        ("run_id", "input", "landmark_group", "value", "low", "high", "n_images", "n_people", "method"),
        frozenset({"low", "high"}),
    ),
    Table(
        "registry", "promotions", "One row per decision to promote a run, or not to.", ("promoted_at", "run_id"),
        ("promoted_at", "run_id", "alias", "against_run_id", "statistic", "p", "reason"),
        frozenset({"against_run_id", "statistic", "p"}),
    ),
    Table(
        "quality", "results", "One row per audit and check.", ("audit_id", "suite", "check_name", "column_name"),
        ("audit_id", "suite", "check_name", "column_name", "success", "observed", "unexpected_count", "sample_ids",
         "severity"),
    ),
    Table(
        "quality", "publications",
        "One row per publication in the history of this one, which is the last: its contents, and the test accuracy of "
        "its best run by person.", ("published_at",),
        ("published_at", "code_version", "n_images", "n_people", "n_runs", "n_failed", "run_id", "value", "low",
         "high"),
        frozenset({"run_id", "value", "low", "high"}),
    ),
    Table("quality", "settings", "One row per setting of the store, such as its schema version.", ("key",),
          ("key", "setting")),
)  # fmt: skip

STATISTICS, SCALAR_STATISTICS, EXPRESSIONS, HISTORY = COMPUTED = (
    "features.statistics", "features.scalar_statistics", "features.expressions", "quality.publications",
)  # fmt: skip
"""Tables that are filled at publication; they are empty in the work store."""

NOT_PUBLISHED = ("catalogue.forgotten", "catalogue.forgotten_hashes")
"""Tables that are empty in a publication: keyed hashes of people who withdrew consent."""

ADDED_LATER = frozenset({
    "catalogue.ratings", "catalogue.intended_action_units", "features.measures", "features.measure_changes",
    "features.action_unit_proxies", "features.delta_references", "features.landmark_errors", "registry.declarations",
    "registry.effects", "registry.group_attributions", "registry.new_predictions", "registry.unlabelled_predictions",
    "features.own_values", "features.repeatability",
})  # fmt: skip
"""Tables that publications of this schema version lack if they were made before the table was added."""

BY_NAME = {table.qualified: table for table in TABLES}
SCHEMAS = tuple(dict.fromkeys(table.schema for table in TABLES))


@cache
def ddl(table: Table, may_lack: tuple[str, ...] = (), *, checked: bool = True) -> str:
    """Return the CREATE TABLE statement: types, NOT NULL, CHECK constraints and the primary key.

    `may_lack` names columns that may be NULL in this copy of the table; without `checked` it has no CHECK constraints.
    """
    lacking = {*table.nullable, *may_lack}
    lines = [_column_ddl(FIELDS[name], nullable=name in lacking, checked=checked) for name in table.columns]
    lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    return f"CREATE TABLE IF NOT EXISTS {table.qualified} (\n    " + ",\n    ".join(lines) + "\n)"


def _column_ddl(field: Field, *, nullable: bool, checked: bool) -> str:
    checks = _checks(field) if checked else []
    suffix = "".join(f" CHECK ({check})" for check in checks)
    return f"{field.name} {field.sql_type}{'' if nullable else ' NOT NULL'}{suffix}"


def _checks(field: Field) -> list[str]:
    """Return the CHECK conditions of a column.

    `list_sum` skips NULL elements, so the number of elements is checked too; NaN or infinity anywhere in the list makes
    the sum not finite.
    """
    if field.is_list:
        return [f"isfinite(list_sum({field.name})) AND list_count({field.name}) = len({field.name})"]
    if field.is_vector:
        length = int(field.sql_type[field.sql_type.index("[") + 1 : -1])
        return [f"isfinite(list_sum({field.name})) AND list_count({field.name}) = {length}"]
    if field.name == "rgb":
        return [f"octet_length({field.name}) = {PIXEL_BYTES}"]
    checks = []
    if field.sql_type in ("FLOAT", "DOUBLE"):
        checks.append(f"isfinite({field.name})")
    if field.low is not None:
        checks.append(f"{field.name} >= {field.low}")
    if field.high is not None:
        checks.append(f"{field.name} <= {field.high}")
    if field.allowed_values:
        checks.append(f"{field.name} IN ({', '.join(repr(word) for word in field.allowed_values)})")
    if field.pattern:
        checks.append(f"regexp_full_match({field.name}, '{field.pattern}')")
    return checks


_ARROW = {
    "VARCHAR": pa.string(), "JSON": pa.string(), "FLOAT": pa.float32(), "DOUBLE": pa.float64(), "BLOB": pa.binary(),
    "BOOLEAN": pa.bool_(), "UTINYINT": pa.uint8(), "USMALLINT": pa.uint16(), "UINTEGER": pa.uint32(),
    "UBIGINT": pa.uint64(), "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    CHANCES: pa.map_(pa.string(), pa.float32()),
}  # fmt: skip


def arrow_type(field: Field) -> pa.DataType:
    """Return the Arrow type of a column; vectors are fixed-size lists of float32."""
    if field.is_list:
        return pa.list_(pa.float32())
    if field.is_vector:
        return pa.list_(pa.float32(), int(field.sql_type[field.sql_type.index("[") + 1 : -1]))
    return _ARROW[field.sql_type]


def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table, in the order of its columns."""
    return pa.schema(
        [pa.field(name, arrow_type(FIELDS[name]), nullable=name in table.nullable) for name in table.columns]
    )
