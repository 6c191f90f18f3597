"""The catalogue: the tables, the fields that they use, and the DDL and Arrow schemas that follow.

The guards and comments in the database, the audit's ranges and the schemas of batches derive from this module and from
`fields`. It knows no data and opens no database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import pyarrow as pa

from store.tables.fields import FIELDS, Field
from store.vocabulary import PARTS, PIXEL_BYTES, PROBABILITIES

__all__ = ["BY_NAME", "FIELDS", "SCHEMAS", "TABLES", "Field", "Table", "arrow_schema", "arrow_type", "ddl"]


@dataclass(frozen=True)
class Table:
    """One table: its grain in words, its key, its columns in order; `nullable` names those that may be NULL."""

    schema: str
    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    nullable: frozenset[str] = field(default_factory=frozenset)

    @property
    def qualified(self) -> str:
        """`schema.name`, as SQL writes it."""
        return f"{self.schema}.{self.name}"


_SPLIT_COLUMNS = (
    "image_id", "subject_id", "sex", "population", "emotion", "label", "camera_angle_deg", "gaze",
    "landmarks", "frontal_unit", "aligned", "rgb",
)  # fmt: skip
_VECTORS_MAY_MISS = frozenset({"landmarks", "frontal_unit", "aligned", "rgb"})

TABLES: tuple[Table, ...] = (
    Table("catalogue", "emotions", "one row an emotion: the index that models use", ("label",), ("label", "emotion")),
    Table(
        "catalogue", "images", "one row a photograph, with its latest labels", ("image_id",),
        ("image_id", "corpus", "path", "subject_id", "sex", "population", "age", "emotion", "camera_angle_deg", "gaze",
         "width_px", "height_px", "size_bytes", "ingested_at", "excluded_reason"),
        frozenset({"age", "excluded_reason"}),
    ),
    Table(
        "catalogue", "labels", "one row a photograph and moment at which its labels became known",
        ("image_id", "known_at"),
        ("image_id", "known_at", "subject_id", "sex", "population", "age", "emotion", "camera_angle_deg", "gaze"),
        frozenset({"age"}),
    ),
    Table(
        "catalogue", "rejects", "one row a file and reason to set it aside", ("corpus", "path", "reason"),
        ("corpus", "path", "reason", "detail", "seen_at"),
    ),
    Table(
        "catalogue", "forgotten", "one row a person who withdrew consent; empty in a publication", ("subject_hash",),
        ("subject_hash", "forgotten_at"),
    ),
    Table(
        "features", "views", "one row a feature view and version", ("view", "version"),
        ("view", "version", "kind", "feature", "entity", "dtype", "shape", "transform", "parameters", "code_version",
         "library_versions", "owner", "description", "created_at"),
    ),
    Table(
        "features", "landmarks", "one row a photograph with a face and version", ("image_id", "version"),
        ("image_id", "version", "xyz", "face_score", "seal", "created_at"), frozenset({"face_score"}),
    ),
    Table(
        "features", "deltas",
        "one row a photograph with face and reference, version and moment; the latest counts, a later miss hides it",
        ("image_id", "version", "created_at"),
        ("image_id", "version", "reference_image_id", "reference_rule", "xyz", "magnitude", "zero_norm_count", "seal",
         "created_at"),
    ),
    Table(
        "features", "pixels", "one row a photograph and version", ("image_id", "version"),
        ("image_id", "version", "rgb", "perceptual_hash", "seal", "created_at"), frozenset({"perceptual_hash"}),
    ),
    Table(
        "features", "misses",
        "one row a photograph, view version that it has no value of, and moment from which this was so",
        ("image_id", "view", "version", "created_at"),
        ("image_id", "view", "version", "reason", "released_at", "created_at"), frozenset({"released_at"}),
    ),
    Table(
        "features", "services", "one row a service, moment at which its view versions changed, and view version in it",
        ("service", "created_at", "version"),
        ("service", "created_at", "service_version", "feature", "view", "version"),
    ),
    Table(
        "features", "statistics", "one row a view version, landmark group and axis",
        ("version", "landmark_group", "axis"),
        ("view", "version", "feature", "landmark_group", "axis", "n_images", "n_values", "mean", "sd", "least",
         "greatest", "share_zero"),
    ),
    Table(
        "features", "expressions", "one row a corpus, version of the aligned deltas, emotion and camera: mean movement",
        ("corpus", "version", "emotion", "camera_angle_deg"),
        ("corpus", "version", "emotion", "camera_angle_deg", "xyz", "n_images", "n_people"),
    ),
    Table(
        "splits", "sets", "one row a split", ("split_id",),
        ("split_id", "strategy", "seed", "fractions", "fingerprint", "feature_versions", "as_of", "created_at",
         "requested_at", "members_fingerprint", "folds_id", "repeat", "fold"),
        frozenset({"members_fingerprint", "folds_id", "repeat", "fold"}),
    ),
    Table(
        "splits", "assignments", "one row a split and photograph", ("split_id", "image_id"),
        ("split_id", "image_id", "part"),
    ),
    *(
        Table("splits", part, f"one row a photograph of the current by_person split's {part} part", ("image_id",),
              _SPLIT_COLUMNS, _VECTORS_MAY_MISS)
        for part in PARTS
    ),
    Table(
        "registry", "runs", "one row a training run", ("run_id",),
        ("run_id", "configuration", "model", "recipe", "split_id", "pooled_run_id", "service", "service_version",
         "feature_versions", "seed", "code_version", "library_versions", "started_at", "requested_at", "duration_s",
         "status", "status_detail", "parameters", "artifact_path", "artifact_sha256"),
        frozenset({"pooled_run_id", "status_detail", "artifact_path", "artifact_sha256"}),
    ),
    Table(
        "registry", "epochs", "one row a run and epoch", ("run_id", "epoch"),
        ("run_id", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "duration_s"),
        frozenset({"loss", "accuracy", "val_loss", "val_accuracy"}),
    ),
    Table(
        "registry", "predictions", "one row a run and photograph that it can score", ("run_id", "image_id"),
        ("run_id", "image_id", "part", "truth", "predicted", "temperature", *PROBABILITIES),
    ),
    Table(
        "registry", "metrics", "one row a run, part, slice and metric", ("run_id", "part", "slice", "metric"),
        ("run_id", "part", "slice", "metric", "value", "low", "high", "n_images", "n_people", "method"),
        frozenset({"value", "low", "high"}),
    ),
    Table(
        "registry", "comparisons", "one row a pair of runs, part, slice and metric",
        ("run_id", "other_run_id", "part", "slice", "metric"),
        ("run_id", "other_run_id", "part", "slice", "metric", "value", "low", "high", "p", "p_adjusted", "n_people",
         "method"),
        frozenset({"value", "low", "high", "p", "p_adjusted"}),
    ),
    Table(
        "registry", "ranks", "one row a run that stands for its system, and part", ("run_id", "part"),
        ("run_id", "part", "mean_rank", "statistic", "p", "letters", "n_people", "method"),
        frozenset({"statistic", "p", "letters"}),
    ),
    Table(
        "registry", "attributions", "one row a run, emotion and landmark", ("run_id", "emotion", "landmark"),
        ("run_id", "emotion", "landmark", "value", "n_images"),
    ),
    Table(
        "registry", "importances", "one row a run, input and landmark group", ("run_id", "input", "landmark_group"),
        ("run_id", "input", "landmark_group", "value", "low", "high", "n_images", "n_people", "method"),
        frozenset({"low", "high"}),
    ),
    Table(
        "registry", "promotions", "one row a decision about a model", ("promoted_at", "run_id"),
        ("promoted_at", "run_id", "alias", "against_run_id", "statistic", "p", "reason"),
        frozenset({"against_run_id", "statistic", "p"}),
    ),
    Table(
        "quality", "results", "one row an audit and check", ("audit_id", "suite", "check_name", "column_name"),
        ("audit_id", "suite", "check_name", "column_name", "success", "observed", "unexpected_count", "sample_ids",
         "severity"),
    ),
    Table(
        "quality", "publications", "one row a publication that led to this one, itself the last: what it held, and the "
        "test accuracy by person of its best run", ("published_at",),
        ("published_at", "code_version", "n_images", "n_people", "n_runs", "n_failed", "run_id", "value", "low",
         "high"),
        frozenset({"run_id", "value", "low", "high"}),
    ),
    Table("quality", "settings", "one row a setting of the store, its schema version among them", ("key",),
          ("key", "setting")),
)  # fmt: skip

STATISTICS, EXPRESSIONS, HISTORY = COMPUTED = ("features.statistics", "features.expressions", "quality.publications")
"""Tables that are empty in the work store: a publication computes them."""

BY_NAME = {table.qualified: table for table in TABLES}
SCHEMAS = tuple(dict.fromkeys(table.schema for table in TABLES))


@cache
def ddl(table: Table, may_lack: tuple[str, ...] = ()) -> str:
    """The CREATE TABLE statement: types, NOT NULL, ranges, words, finite vectors and the primary key.

    `may_lack` names columns that are NULL in this copy of the table.
    """
    lacking = {*table.nullable, *may_lack}
    lines = [_column_ddl(FIELDS[name], nullable=name in lacking) for name in table.columns]
    lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    return f"CREATE TABLE IF NOT EXISTS {table.qualified} (\n    " + ",\n    ".join(lines) + "\n)"


def _column_ddl(one: Field, *, nullable: bool) -> str:
    checks = _checks(one)
    suffix = "".join(f" CHECK ({check})" for check in checks)
    return f"{one.name} {one.sql_type}{'' if nullable else ' NOT NULL'}{suffix}"


def _checks(one: Field) -> list[str]:
    """Guards in the database. `list_sum` skips NULL elements, so the count of elements is checked beside it; NaN and
    infinity anywhere in the list make its sum not finite."""
    if one.is_vector:
        length = int(one.sql_type[one.sql_type.index("[") + 1 : -1])
        return [f"isfinite(list_sum({one.name})) AND list_count({one.name}) = {length}"]
    if one.name == "rgb":
        return [f"octet_length({one.name}) = {PIXEL_BYTES}"]
    checks = []
    if one.sql_type in ("FLOAT", "DOUBLE"):
        checks.append(f"isfinite({one.name})")
    if one.low is not None:
        checks.append(f"{one.name} >= {one.low}")
    if one.high is not None:
        checks.append(f"{one.name} <= {one.high}")
    if one.words:
        checks.append(f"{one.name} IN ({', '.join(repr(word) for word in one.words)})")
    return checks


_ARROW = {
    "VARCHAR": pa.string(), "JSON": pa.string(), "FLOAT": pa.float32(), "DOUBLE": pa.float64(), "BLOB": pa.binary(),
    "BOOLEAN": pa.bool_(), "UTINYINT": pa.uint8(), "USMALLINT": pa.uint16(), "UINTEGER": pa.uint32(),
    "UBIGINT": pa.uint64(), "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
}  # fmt: skip


def arrow_type(one: Field) -> pa.DataType:
    """The Arrow type that carries the column; vectors are fixed-size lists of float32."""
    if one.is_vector:
        return pa.list_(pa.float32(), int(one.sql_type[one.sql_type.index("[") + 1 : -1]))
    return _ARROW[one.sql_type]


def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of one table's batches, in the order of its columns."""
    return pa.schema(
        [pa.field(name, arrow_type(FIELDS[name]), nullable=name in table.nullable) for name in table.columns]
    )
