"""Every column once, whatever tables use it: name, type, unit, range, words and meaning."""

from __future__ import annotations

from dataclasses import dataclass

from store.vocabulary import (
    ANGLES_DEG,
    EMOTIONS,
    GAZES,
    LANDMARK_COUNT,
    LANDMARK_GROUPS,
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
    Field("code_version", "VARCHAR", "version of affect-store, + a hash of its sources"),
    Field("library_versions", "JSON", "versions of the libraries that the result depends on"),
    Field("description", "VARCHAR", "what it is, for people"),
    Field("created_at", "TIMESTAMPTZ", "when the row was stored"),
    Field("feature", "VARCHAR", "name of the training column that carries the view's values; also a service of itself"),
    Field("owner", "VARCHAR", "who answers for it"),
    Field("service", "VARCHAR", "name of a feature service: the view versions that a model trains on"),
    Field("service_version", "VARCHAR", "version of a service: hash of the view versions in it"),
    Field("seal", "VARCHAR", "checksum that binds photograph and values: sha256 of both, 32 hexadecimal digits"),
    Field("perceptual_hash", "VARCHAR", "256 bits, hexadecimal, that hardly differ between nearly equal pictures"),
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
    Field(
        "members_fingerprint",
        "VARCHAR",
        "sha256 over labels and seals of all members; NULL in splits of an older store",
    ),
    Field("folds_id", "VARCHAR", "the person-disjoint folds that a split is one of, or pools; NULL for other splits"),
    Field("repeat", "UTINYINT", "which division of the people into folds, from 0; NULL for other splits"),
    Field("fold", "UTINYINT", "whose people are tested, from 0; NULL where a split pools all, and for other splits"),
    Field("seed", "UINTEGER", "seed of the random choices", low=0),
    Field("fractions", "JSON", "share of each part"),
    Field("fingerprint", "VARCHAR", "sha256 over the view versions and each member's part, labels and feature seals"),
    Field("as_of", "TIMESTAMPTZ", "the split holds the labels and features that were known at this moment"),
    Field("feature_versions", "JSON", "version of each view as of this row"),
    Field("part", "VARCHAR", "train, validate or test", words=PARTS),
    Field("label", "UTINYINT", "index of the emotion: the network's output", low=0, high=len(EMOTIONS) - 1),
    Field("landmarks", VECTOR, "landmarks, image-normalised (features.landmarks)", "image widths and heights", -10, 10),
    Field("frontal_unit", VECTOR, "directions against the frontal neutral face (features.deltas)", "", -1.0001, 1.0001),
    Field("aligned", VECTOR, "aligned differences against the same camera's neutral face", "inter-ocular", -10, 10),
    Field("run_id", "VARCHAR", "identifier of a training run: hash of all that determines it"),
    Field("configuration", "VARCHAR", "hash of all that determines a run but its seed and repeat"),
    Field("pooled_run_id", "VARCHAR", "the run that pools the test predictions of this one, which is of a single fold"),
    Field("model", "VARCHAR", "name of the system"),
    Field("recipe", "VARCHAR", "published (as in the notebook) or corrected"),
    Field("started_at", "TIMESTAMPTZ", "when it began"),
    Field("requested_at", "TIMESTAMPTZ", "when it was last asked for; the latest of its kind is the current one"),
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
    Field("temperature", "FLOAT", "logits over this are calibrated: fitted on the validation part", "", 0.01, 100),
    *(
        Field(f"{name}_prob", "FLOAT", f"predicted probability of {name}, not calibrated", "probability", 0, 1)
        for name in EMOTIONS
    ),
    Field("slice", "VARCHAR", "which photographs, e.g. all, camera_angle_deg=45, sex=male"),
    Field("metric", "VARCHAR", "name of the metric"),
    Field("value", "DOUBLE", "value of the metric, difference or loss of accuracy, or share of a score"),
    Field("mean_rank", "DOUBLE", "mean over people of the system's place among all; 1 is the best", "", 1),
    Field("letters", "VARCHAR", "systems that share a letter cannot be told apart; NULL where no pair was tested"),
    Field("landmark", "USMALLINT", "index of the landmark", "", 0, LANDMARK_COUNT - 1),
    Field("input", "VARCHAR", "what a system reads: pixels, delta or position"),
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
    Field("published_at", "TIMESTAMPTZ", "when it was published"),
    Field("n_runs", "UINTEGER", "training runs in the registry", "runs", 0),
    Field("n_failed", "UINTEGER", "checks that did not pass in the audits that let it through", "checks", 0),
    Field("key", "VARCHAR", "name of a setting of the store"),
    Field("setting", "VARCHAR", "value of a setting of the store"),
    Field("subject_hash", "VARCHAR", "keyed hash of the id of a person who withdrew consent; its key is not published"),
    Field("forgotten_at", "TIMESTAMPTZ", "when the person was forgotten"),
    Field("landmark_group", "VARCHAR", "named group of landmarks; 'all' for the 468", words=("all", *LANDMARK_GROUPS)),
    Field("axis", "VARCHAR", "coordinate of the vectors", words=("x", "y", "z")),
    Field("n_values", "UBIGINT", "numbers behind the statistics", "values", 1),
    Field("mean", "DOUBLE", "mean of the values"),
    Field("sd", "DOUBLE", "standard deviation of the values", low=0),
    Field("least", "DOUBLE", "least value"),
    Field("greatest", "DOUBLE", "greatest value"),
    Field("share_zero", "DOUBLE", "share of the values that are exactly 0", "share", 0, 1),
)
