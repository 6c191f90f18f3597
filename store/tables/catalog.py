"""The catalogue of columns: every column once (type, unit, range, meaning), and the tables that use them.

The DDL, the Arrow schemas, the audit's ranges and the comments in the database derive from this module. It knows no
data and opens no database.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from store.vocabulary import (
    ANGLES_DEG,
    EMOTIONS,
    GAZES,
    LANDMARK_COUNT,
    PARTS,
    PIXEL_BYTES,
    PIXEL_HEIGHT_PX,
    PIXEL_WIDTH_PX,
    SEXES,
    STRATEGIES,
    VECTOR_LENGTH,
)

VECTOR = f"FLOAT[{VECTOR_LENGTH}]"
MAGNITUDES = f"FLOAT[{LANDMARK_COUNT}]"


@dataclass(frozen=True)
class Field:
    """One column's meaning, wherever it is used. `low` and `high` bound every value, also inside a vector."""

    name: str
    sql_type: str
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()

    @property
    def is_vector(self) -> bool:
        """Whether the column holds a fixed-length list of floats."""
        return self.sql_type.endswith("]")


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


def _fields(*fields: Field) -> dict[str, Field]:
    return {one.name: one for one in fields}


FIELDS = _fields(
    Field("image_id", "VARCHAR", "sha256 of the photograph's bytes, hexadecimal"),
    Field("corpus", "VARCHAR", "name of the corpus that the photograph came with"),
    Field("path", "VARCHAR", "where the file was when it was read"),
    Field("subject_id", "VARCHAR", "the person, unique within the store"),
    Field("sex", "VARCHAR", "as the corpus says", words=SEXES),
    Field("population", "VARCHAR", "the corpus's own group of the person, e.g. Caucasian, Moroccan, Kid in RaFD"),
    Field("age", "FLOAT", "age of the person where the corpus tells it", "years", 0, 130),
    Field("emotion", "VARCHAR", "the expression that the person was asked for", words=EMOTIONS),
    Field("camera_angle_deg", "USMALLINT", "camera angle, 90 is frontal", "degrees", ANGLES_DEG[0], ANGLES_DEG[-1]),
    Field("gaze", "VARCHAR", "direction of gaze", words=GAZES),
    Field("width_px", "UINTEGER", "width of the photograph", "pixels", 1),
    Field("height_px", "UINTEGER", "height of the photograph", "pixels", 1),
    Field("size_bytes", "UBIGINT", "size of the file", "bytes", 1),
    Field("ingested_at", "TIMESTAMPTZ", "when the photograph entered the catalogue"),
    Field("excluded_reason", "VARCHAR", "why the photograph is kept but not used; NULL is in use"),
    Field("known_at", "TIMESTAMPTZ", "from when on these labels are what is known"),
    Field("reason", "VARCHAR", "why, in a few words"),
    Field("detail", "VARCHAR", "why, in a sentence for the user"),
    Field("seen_at", "TIMESTAMPTZ", "when the file was first set aside"),
    Field("view", "VARCHAR", "name of a feature view"),
    Field("version", "VARCHAR", "version of a feature view: hash of transform, revision, parameters, libraries"),
    Field("kind", "VARCHAR", "variant of the view's transform, in one word"),
    Field("entity", "VARCHAR", "what one row of the view describes"),
    Field("dtype", "VARCHAR", "element type of the feature"),
    Field("shape", "VARCHAR", "shape of the feature, e.g. 468x3"),
    Field("transform", "VARCHAR", "name and revision of the transform's code"),
    Field("parameters", "JSON", "parameters, as JSON"),
    Field("code_version", "VARCHAR", "version of affect-store"),
    Field("library_versions", "JSON", "versions of the libraries that the result depends on"),
    Field("description", "VARCHAR", "what it is, for people"),
    Field("created_at", "TIMESTAMPTZ", "when the row was stored"),
    Field("service", "VARCHAR", "name of a feature service: the view versions that a model trains on"),
    Field("xyz", VECTOR, "468 landmarks or landmark vectors x 3 coordinates, row-major", "see the view", -100, 100),
    Field("face_score", "FLOAT", "the detector's confidence where it is known", "probability", 0, 1),
    Field("reference_image_id", "VARCHAR", "the reference photograph of the same person"),
    Field("reference_rule", "VARCHAR", "how the reference was chosen"),
    Field("magnitude", MAGNITUDES, "length of each vector before normalisation", "see the view", 0, 100),
    Field("zero_norm_count", "USMALLINT", "landmarks without a direction, stored as 0", "landmarks", 0, LANDMARK_COUNT),
    Field("rgb", "BLOB", f"uint8 RGB {PIXEL_HEIGHT_PX} x {PIXEL_WIDTH_PX} x 3, row-major ({PIXEL_BYTES} bytes)"),
    Field("released_at", "TIMESTAMPTZ", "when a person released the row from quarantine"),
    Field("split_id", "VARCHAR", "identifier of a split: strategy and fingerprint"),
    Field("strategy", "VARCHAR", "how images are assigned to parts", words=STRATEGIES),
    Field("seed", "UINTEGER", "seed of the random choices", low=0),
    Field("fractions", "JSON", "share of each part"),
    Field("fingerprint", "VARCHAR", "sha256 over the members and their parts, and the view versions"),
    Field("feature_versions", "JSON", "version of each view as of this row"),
    Field("part", "VARCHAR", "train, validate or test", words=PARTS),
    Field("fold", "USMALLINT", "index of a fold", low=0),
    Field("repeat", "USMALLINT", "index of a repetition of the folds", low=0),
    Field("label", "UTINYINT", "index of the emotion: the network's output", low=0, high=len(EMOTIONS) - 1),
    Field("landmarks", VECTOR, "landmarks, image-normalised (features.landmarks)", "image widths and heights", -10, 10),
    Field("frontal_unit", VECTOR, "directions against the frontal neutral face (features.deltas)", "", -1.0001, 1.0001),
    Field("aligned", VECTOR, "aligned differences against the same camera's neutral face", "inter-ocular", -10, 10),
    Field("run_id", "VARCHAR", "identifier of a training run: hash of all that determines it"),
    Field("model", "VARCHAR", "name of the system"),
    Field("recipe", "VARCHAR", "published (as in the notebook) or corrected"),
    Field("started_at", "TIMESTAMPTZ", "when it began"),
    Field("requested_at", "TIMESTAMPTZ", "when the run was last asked for; the latest of a model and recipe counts"),
    Field("duration_s", "DOUBLE", "how long it took", "seconds", 0),
    Field("status", "VARCHAR", "completed, untrainable or failed", words=("completed", "untrainable", "failed")),
    Field("status_detail", "VARCHAR", "what could not be done, in a sentence"),
    Field("artifact_path", "VARCHAR", "folder of the model's weights, relative to the home"),
    Field("artifact_sha256", "VARCHAR", "sha256 over the artifact's files"),
    Field("promoted_at", "TIMESTAMPTZ", "when the decision was taken"),
    Field("alias", "VARCHAR", "champion or challenger"),
    Field("against_run_id", "VARCHAR", "the run that it was compared with"),
    Field("statistic", "DOUBLE", "value of the test statistic"),
    Field("p", "DOUBLE", "p value", "probability", 0, 1),
    Field("p_adjusted", "DOUBLE", "p value after Holm's adjustment", "probability", 0, 1),
    Field("epoch", "USMALLINT", "epoch, from 1", low=1),
    Field("loss", "DOUBLE", "training loss"),
    Field("accuracy", "DOUBLE", "training accuracy while the epoch ran", "share", 0, 1),
    Field("val_loss", "DOUBLE", "validation loss after the epoch"),
    Field("val_accuracy", "DOUBLE", "validation accuracy after the epoch", "share", 0, 1),
    Field("learning_rate", "DOUBLE", "learning rate of the epoch", low=0),
    Field("truth", "UTINYINT", "index of the true emotion", low=0, high=len(EMOTIONS) - 1),
    Field("predicted", "UTINYINT", "index of the most probable emotion", low=0, high=len(EMOTIONS) - 1),
    *(Field(f"{name}_prob", "FLOAT", f"predicted probability of {name}", "probability", 0, 1) for name in EMOTIONS),
    Field("slice", "VARCHAR", "which photographs, e.g. all, camera_angle_deg=45, sex=male"),
    Field("metric", "VARCHAR", "name of the metric"),
    Field("value", "DOUBLE", "value of the metric or difference"),
    Field("low", "DOUBLE", "lower end of the 95 % interval"),
    Field("high", "DOUBLE", "upper end of the 95 % interval"),
    Field("n_images", "UINTEGER", "photographs behind the value", "photographs", 0),
    Field("n_people", "UINTEGER", "people behind the value", "people", 0),
    Field("method", "VARCHAR", "how value, interval and p were computed"),
    Field("other_run_id", "VARCHAR", "the second run of a pair"),
    Field("audit_id", "VARCHAR", "identifier of an audit"),
    Field("suite", "VARCHAR", "the table or relation that a check belongs to"),
    Field("check_name", "VARCHAR", "name of the check"),
    Field("column_name", "VARCHAR", "column that the check looked at; empty for a whole row or table"),
    Field("success", "BOOLEAN", "whether the check passed"),
    Field("observed", "VARCHAR", "what was seen"),
    Field("unexpected_count", "UBIGINT", "rows that break the check", "rows", 0),
    Field("sample_ids", "JSON", "a few keys of such rows"),
    Field("severity", "VARCHAR", "what follows when it fails", words=("stop", "quarantine", "warn")),
    Field("key", "VARCHAR", "name of a setting of the store"),
    Field("setting", "VARCHAR", "value of a setting of the store"),
)

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
        "features", "views", "one row a feature view and version", ("view", "version"),
        ("view", "version", "kind", "entity", "dtype", "shape", "transform", "parameters", "code_version",
         "library_versions", "description", "created_at"),
    ),
    Table(
        "features", "landmarks", "one row a photograph with a face and version", ("image_id", "version"),
        ("image_id", "version", "xyz", "face_score", "created_at"), frozenset({"face_score"}),
    ),
    Table(
        "features", "deltas", "one row a photograph with a face and a reference, and version", ("image_id", "version"),
        ("image_id", "version", "reference_image_id", "reference_rule", "xyz", "magnitude", "zero_norm_count",
         "created_at"),
    ),
    Table(
        "features", "pixels", "one row a photograph and version", ("image_id", "version"),
        ("image_id", "version", "rgb", "created_at"),
    ),
    Table(
        "features", "misses", "one row a photograph and view version that cannot be computed for it",
        ("image_id", "view", "version"),
        ("image_id", "view", "version", "reason", "released_at", "created_at"), frozenset({"released_at"}),
    ),
    Table(
        "features", "services", "one row a service and view version in it", ("service", "view", "version"),
        ("service", "view", "version", "created_at"),
    ),
    Table(
        "splits", "sets", "one row a split", ("split_id",),
        ("split_id", "strategy", "seed", "fractions", "fingerprint", "feature_versions", "created_at"),
    ),
    Table(
        "splits", "assignments", "one row a split and photograph", ("split_id", "image_id"),
        ("split_id", "image_id", "part"),
    ),
    Table(
        "splits", "folds", "one row a repetition, fold and photograph held out in it",
        ("split_id", "repeat", "image_id"),
        ("split_id", "repeat", "fold", "image_id"),
    ),
    *(
        Table("splits", part, f"one row a photograph of the current by_person split's {part} part", ("image_id",),
              _SPLIT_COLUMNS, _VECTORS_MAY_MISS)
        for part in PARTS
    ),
    Table(
        "registry", "runs", "one row a training run", ("run_id",),
        ("run_id", "model", "recipe", "split_id", "feature_versions", "seed", "code_version", "library_versions",
         "started_at", "requested_at", "duration_s",
         "status", "status_detail", "parameters", "artifact_path", "artifact_sha256"),
        frozenset({"status_detail", "artifact_path", "artifact_sha256"}),
    ),
    Table(
        "registry", "epochs", "one row a run and epoch", ("run_id", "epoch"),
        ("run_id", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "duration_s"),
        frozenset({"loss", "accuracy", "val_loss", "val_accuracy"}),
    ),
    Table(
        "registry", "predictions", "one row a run and photograph that it can score", ("run_id", "image_id"),
        ("run_id", "image_id", "part", "truth", "predicted", *(f"{name}_prob" for name in EMOTIONS)),
    ),
    Table(
        "registry", "metrics", "one row a run, part, slice and metric", ("run_id", "part", "slice", "metric"),
        ("run_id", "part", "slice", "metric", "value", "low", "high", "n_images", "n_people", "method"),
        frozenset({"value", "low", "high"}),
    ),
    Table(
        "registry", "comparisons", "one row a pair of runs, part, slice and metric",
        ("run_id", "other_run_id", "part", "slice", "metric"),
        ("run_id", "other_run_id", "part", "slice", "metric", "value", "p", "p_adjusted", "n_people", "method"),
        frozenset({"value", "p", "p_adjusted"}),
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
    Table("quality", "settings", "one row a setting of the store, its schema version among them", ("key",),
          ("key", "setting")),
)  # fmt: skip

BY_NAME = {table.qualified: table for table in TABLES}
SCHEMAS = tuple(dict.fromkeys(table.schema for table in TABLES))


def ddl(table: Table) -> str:
    """The CREATE TABLE statement: types, NOT NULL, ranges, words, finite vectors and the primary key."""
    lines = [_column_ddl(FIELDS[name], nullable=name in table.nullable) for name in table.columns]
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
