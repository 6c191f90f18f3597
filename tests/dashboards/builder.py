"""Synthetic frames of faces, explanations, audits and history from a seed, for tests of the pages."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from affect_store.dashboards.frames import COLUMNS, Frames
from affect_store.store.face_mesh import mean_face
from affect_store.store.vocabulary import (
    AXES,
    EMOTIONS,
    FRONTAL_DEG,
    FRONTAL_GAZE,
    INTENSITY_THIRDS,
    LANDMARK_COUNT,
    LANDMARK_GROUPS,
    PIXEL_BYTES,
    USED_ANGLES_DEG,
    VECTOR_LENGTH,
)
from tests.dashboards.builder_basics import (
    AUDIT,
    HOSTILE,
    LAYERS,
    MOMENT,
    RECIPES,
    SIZE,
    SYSTEMS,
    UNTRAINABLE_REASON,
    VIEW,
    Basics,
    ellipsoid,
    moved,
    photograph_of,
    photographed,
)

__all__ = ["HOSTILE", "UNTRAINABLE_REASON", "SYSTEMS", "Builder", "photographed", "rated"]


class Builder(Basics):
    """Build every frame: those of `Basics`, and those of faces, explanations, audits and history."""

    def hardest(self) -> pl.DataFrame:
        """Build Frames.hardest: three photographs of every run with a score; one of the first run has a thumbnail."""
        rows = []
        for index, (run_id, _) in enumerate(self.runs()):
            for k in range(3):
                rows.append({"run_id": run_id, "image_id": f"{k:064x}", "subject_id": self.subjects[k],
                             "path": f"{HOSTILE}.jpg", "camera_angle_deg": USED_ANGLES_DEG[k],
                             "gaze": FRONTAL_GAZE, "truth": self.emotions[0],
                             "predicted": self.emotions[-1], "truth_prob": 0.02 * (k + 1), "predicted_prob": 0.9,
                             "width_px": 681, "height_px": 1024, "xyz": None if k == 2 else photographed(k),
                             "rgb": bytes(PIXEL_BYTES) if (index, k) == (0, 1) else None})  # fmt: skip
        schema = dict.fromkeys(COLUMNS["hardest"], pl.String)
        schema |= dict.fromkeys(("camera_angle_deg", "width_px", "height_px"), pl.UInt32)
        schema |= dict.fromkeys(("truth_prob", "predicted_prob"), pl.Float32)
        return pl.DataFrame(rows, schema={**schema, "xyz": pl.Array(pl.Float32, VECTOR_LENGTH), "rgb": pl.Binary})

    def attributions(self) -> pl.DataFrame:
        """Build Frames.attributions: of the scored corrected runs, strongest for the mouth."""
        rows = []
        for run_id, _ in self.runs():
            for emotion in self.emotions if f"-{RECIPES[1]}-" in run_id else ():
                added = self.rng.normal(0, 0.02, LANDMARK_COUNT)
                added[list(LANDMARK_GROUPS["mouth"])] += 0.2
                rows.append({"run_id": run_id, "emotion": emotion, "added": added.tolist(), "n_images": 8})
        schema = {"run_id": pl.String, "emotion": pl.String, "added": pl.List(pl.Float64), "n_images": pl.UInt32}
        return pl.DataFrame(rows, schema=schema)

    def group_attributions(self) -> pl.DataFrame:
        """Build Frames.group_attributions: of the same runs; intervals of all groups but the nose."""
        rows = [
            {"run_id": run_id, "emotion": emotion, "landmark_group": group, "value": 0.4,
             "low": None if group == "nose" else 0.1, "high": None if group == "nose" else 0.7, "n_images": 8,
             "n_people": 5}
            for run_id, _ in self.runs() if f"-{RECIPES[1]}-" in run_id
            for emotion in self.emotions for group in ("all", *LANDMARK_GROUPS)
        ]  # fmt: skip
        words = dict.fromkeys(("run_id", "emotion", "landmark_group"), pl.String)
        numbers = dict.fromkeys(("value", "low", "high"), pl.Float64)
        return pl.DataFrame(rows, schema=words | numbers | dict.fromkeys(("n_images", "n_people"), pl.UInt32))

    def layers(self) -> pl.DataFrame:
        """Build Frames.layers: of the scored corrected runs, an input and two layers with weights."""
        rows = [
            {"run_id": run_id, "position": position, "kind": kind, "output_shape": shape, "weights": weights,
             "trainable_weights": trainable}
            for run_id, _ in self.runs() if f"-{RECIPES[1]}-" in run_id
            for position, (kind, shape, weights, trainable) in enumerate(LAYERS, start=1)
        ]  # fmt: skip
        schema = {"run_id": pl.String, "position": pl.Int64, "kind": pl.String, "output_shape": pl.String}
        return pl.DataFrame(rows, schema=schema | dict.fromkeys(("weights", "trainable_weights"), pl.UInt64))

    def example_faces(self) -> pl.DataFrame:
        """Build Frames.example_faces: the mean face, and its mouth that each emotion moves further down."""
        neutral, rows = np.asarray(mean_face()), []
        for step, emotion in enumerate((name for name in self.emotions if name != "neutral"), start=1):
            face = neutral.copy()
            face[list(LANDMARK_GROUPS["mouth"]), 1] += 0.05 * step
            rows.append({
                "emotion": emotion, "subject_id": "demo-001", "image_id": f"example-{emotion}",
                "reference_image_id": "example-neutral", "width_px": 681, "height_px": 1024,
                "xyz": photograph_of(face), "reference_width_px": 681, "reference_height_px": 1024,
                "reference_xyz": photograph_of(neutral),
            })  # fmt: skip
        vector = pl.Array(pl.Float32, VECTOR_LENGTH)
        words = dict.fromkeys(("emotion", "subject_id", "image_id", "reference_image_id"), pl.String)
        sides = {"width_px": pl.UInt32, "height_px": pl.UInt32}
        of_reference = {"reference_width_px": pl.UInt32, "reference_height_px": pl.UInt32, "reference_xyz": vector}
        return pl.DataFrame(rows, schema=words | sides | {"xyz": vector} | of_reference)

    def importances(self) -> pl.DataFrame:
        """Build Frames.importances: of the same runs, the whole input and two groups."""
        rows = [
            {"run_id": run_id, "input": "delta", "landmark_group": group, "value": value, "low": value - 0.05,
             "high": value + 0.05, "n_images": 160, "n_people": 6}
            for run_id, _ in self.runs() if f"-{RECIPES[1]}-" in run_id
            for group, value in (("all", 0.7), ("mouth", 0.3), ("nose", 0.06))
        ]  # fmt: skip
        schema = {"run_id": pl.String, "input": pl.String, "landmark_group": pl.String}
        return pl.DataFrame(
            rows,
            schema=schema
            | dict.fromkeys(("value", "low", "high"), pl.Float64)
            | dict.fromkeys(("n_images", "n_people"), pl.UInt32),
        )

    def checks(self) -> pl.DataFrame:
        """Build Frames.checks: one of each outcome but a failed stop, which would not be published."""
        outcomes = ((True, "stop"), (False, "warn"), (False, "quarantine"))
        return pl.DataFrame([
            {"stage": "rows", "suite": suite, "check_name": f"check {k} {HOSTILE}", "column_name": "",
             "success": success, "severity": severity, "observed": "3 rows", "unexpected_count": 0 if success else 3}
            for suite in ("catalogue.images", "features.deltas") for k, (success, severity) in enumerate(outcomes)
        ])  # fmt: skip

    def audits(self) -> pl.DataFrame:
        """Build Frames.audits: the newest passed, the one before stopped its publication."""
        rows = [(AUDIT["audit_id"], 0, 1, 1, True), ("20261121T214000000000-rows", 2, 0, 0, False)]
        names = ("audit_id", "n_stop", "n_quarantine", "n_warn", "is_current")
        return pl.DataFrame([dict(zip(names, row, strict=True)) | {"stage": "rows", "n_checks": 41} for row in rows])

    def quarantine(self) -> pl.DataFrame:
        """Build Frames.quarantine: one quarantined photograph, one released."""
        rows = [{"image_id": f"{k:064x}", "subject_id": self.subjects[k], "path": f"{HOSTILE}.jpg",
                 "emotion": self.emotions[0], "view": "images",
                 "reason": "quarantined: nearly the same picture twice", "created_at": MOMENT,
                 "released_at": MOMENT if k else None} for k in range(2)]  # fmt: skip
        return pl.DataFrame(rows, schema_overrides={"released_at": pl.Datetime("us", "UTC")}, infer_schema_length=None)

    def mean_deltas(self) -> pl.DataFrame:
        """Build Frames.mean_deltas: mean deltas of both kinds per person; the unit ones have length 1."""
        rows, vectors = [], []
        for subject in self.subjects:
            for emotion in self.emotions:
                for angle in USED_ANGLES_DEG[:2]:
                    delta = np.array(moved(emotion, self.rng)).reshape(-1, AXES)
                    unit = delta / np.linalg.norm(delta, axis=1, keepdims=True)
                    for kind, values in (("aligned", delta), ("frontal_unit", unit)):
                        rows.append(
                            {
                                "subject_id": subject,
                                "emotion": emotion,
                                "camera_angle_deg": angle,
                                "feature": kind,
                                "n": 3,
                            }
                        )
                        vectors.append(values.ravel())
        series = pl.Series("mean_delta", np.array(vectors, np.float32), dtype=pl.Array(pl.Float32, VECTOR_LENGTH))
        return pl.DataFrame(rows).with_columns(series)

    def photographs(self) -> pl.DataFrame:
        """Build Frames.photographs: two per person; the second has no face."""
        rows = [
            {"image_id": self.image_id(person, k), "subject_id": subject, "path": f"{HOSTILE}.jpg",
             "emotion": self.emotions[k % len(self.emotions)],
             "camera_angle_deg": FRONTAL_DEG, "gaze": FRONTAL_GAZE, "width_px": 681, "height_px": 1024,
             "version": None if k else "v1", "xyz": None if k else photographed(person)}
            for person, subject in enumerate(self.subjects) for k in range(2)
        ]  # fmt: skip
        schema = dict.fromkeys(COLUMNS["photographs"], pl.String)
        schema |= dict.fromkeys(("camera_angle_deg", "width_px", "height_px"), pl.UInt32)
        return pl.DataFrame(rows, schema={**schema, "xyz": pl.Array(pl.Float32, VECTOR_LENGTH)})

    def image_id(self, person: int, k: int) -> str:
        """Return the id of the photograph `k` of a person."""
        return f"{person:060x}{k:04x}"

    def predictions(self) -> pl.DataFrame:
        """Build Frames.predictions: two of each test person by every scored run; the second is incorrect."""
        people = range(len(self.subjects) - self.test_people, len(self.subjects))
        rows = [
            {"run_id": run_id, "image_id": self.image_id(person, k), "made_by": run_id,
             "reference_image_id": self.image_id(person, 1 - k), "truth": 0, "predicted": k,
             "truth_prob": 0.8 - 0.6 * k, "predicted_prob": 0.8}
            for run_id, _ in self.runs() for person in people for k in range(2)
        ]  # fmt: skip
        schema = dict.fromkeys(COLUMNS["predictions"], pl.String) | dict.fromkeys(("truth", "predicted"), pl.UInt8)
        return pl.DataFrame(rows, schema=schema | dict.fromkeys(("truth_prob", "predicted_prob"), pl.Float32))

    def prediction_runs(self) -> pl.DataFrame:
        """Build Frames.prediction_runs: every run with a score made its own predictions."""
        rows = [
            {"run_id": run_id, "model": run_id.split("-")[0], "recipe": RECIPES[1], "seed": 7, "started_at": MOMENT,
             "service": f"cnn.corrected {HOSTILE}", "service_version": "s1", "feature_versions": '{"deltas": "v1"}',
             "code_version": "0.1.0", "library_versions": '{"keras": "3.15.1"}', "artifact_path": "models/x",
             "artifact_sha256": "0" * 64, "strategy": run_id.rpartition("-")[2], "fold": None, "split_id": "split",
             "fingerprint": "f" * 64, "as_of": MOMENT}
            for run_id, _ in self.runs()
        ]  # fmt: skip
        schema = dict.fromkeys(COLUMNS["prediction_runs"], pl.String) | dict.fromkeys(("seed", "fold"), pl.UInt32)
        return pl.DataFrame(rows, schema=schema | dict.fromkeys(("started_at", "as_of"), pl.Datetime("us", "UTC")))

    def history(self) -> pl.DataFrame:
        """Build Frames.runs: the runs of the leaderboard, half an hour apart, newest first; one pools two folds."""
        scores = dict(self.runs())
        rows = [
            {"run_id": "-".join(run), "model": run[0], "recipe": run[1], "strategy": run[2], "fold": None, "seed": 7,
             "status": "completed" if "-".join(run) in scores else "untrainable",
             "status_detail": None if "-".join(run) in scores else UNTRAINABLE_REASON,
             "started_at": MOMENT + timedelta(minutes=30 * k), "duration_s": 12.0 + k, "epochs": 24,
             "code_version": "0.1.0", "is_current": True, "is_pooled": False,
             "accuracy": scores.get("-".join(run))}
            for k, run in enumerate(self.run_ids())
        ]  # fmt: skip
        common = {**rows[0], "status": "completed", "status_detail": None, "accuracy": 0.8}
        rows += [{**common, "run_id": f"fold-{k}", "strategy": "fold", "fold": k, "duration_s": 5.0} for k in range(2)]
        rows.append({**common, "run_id": "pooled", "strategy": "folds", "is_pooled": True, "duration_s": 10.0})
        return pl.DataFrame(rows[::-1], infer_schema_length=None, schema_overrides={"fold": pl.UInt8})

    def promotions(self) -> pl.DataFrame:
        """Build Frames.promotions: the first run with a score became champion without a comparison."""
        rows = [
            {"promoted_at": MOMENT, "run_id": run_id, "alias": "champion", "model": run_id.split("-")[0],
             "recipe": RECIPES[0], "against_run_id": None, "against_model": None, "against_recipe": None,
             "statistic": None, "p": None,
             "reason": f"the first {HOSTILE}"}
            for run_id, _ in self.runs()[:1]
        ]  # fmt: skip
        schema = dict.fromkeys(COLUMNS["promotions"], pl.String) | dict.fromkeys(("statistic", "p"), pl.Float64)
        return pl.DataFrame(rows, schema={**schema, "promoted_at": pl.Datetime("us", "UTC")})

    def publications(self) -> pl.DataFrame:
        """Build Frames.publications: three; the last has one person and one run more than the one before."""
        rows = [
            {"published_at": MOMENT + timedelta(days=k), "code_version": "0.1.0", "n_images": 300 + 72 * (k > 1),
             "n_people": 15 + (k > 1), "n_runs": 10 + k, "n_failed": 1, "value": 0.7 + 0.05 * k, "low": 0.65,
             "high": 0.9, "run_id": self.runs()[0][0] if self.runs() else None}
            for k in range(3)
        ]  # fmt: skip
        return pl.DataFrame(rows[::-1], infer_schema_length=None)

    def scalar_features(self) -> pl.DataFrame:
        """Build Frames.scalar_features: the head pose, whose yaw follows the camera."""
        means = {"yaw_deg": (-43.0, 0.5, 44.0), "pitch_deg": (3.0, 2.5, 3.5), "roll_deg": (-0.4, 0.1, 0.6)}
        return pl.DataFrame([
            {"view": "head_pose", "column_name": column, "camera_angle_deg": angle, "n_images": 96,
             "mean": mean, "sd": 2.0, "least": mean - 6, "greatest": mean + 7, "unit": None, "meaning": None}
            for column, values in means.items() for angle, mean in zip(USED_ANGLES_DEG, values, strict=True)
        ], schema_overrides={"unit": pl.String, "meaning": pl.String})  # fmt: skip

    def person_measures(self) -> pl.DataFrame:
        """Build Frames.person_measures: everybody's mouth is a tenth wider when happy, that of the first twice that."""
        columns = ("mouth_width_change_iod", "eye_opening_right_change_iod", "eye_opening_left_change_iod",
                   "brow_slope_right_change_deg")  # fmt: skip
        return pl.DataFrame([
            {"subject_id": subject, "emotion": emotion, "column_name": column, "n_images": 3,
             "mean": 0.1 * (emotion == "happy" and column.startswith("mouth")) * (1 + (k == 0)) + 0.01 * k}
            for k, subject in enumerate(self.subjects) for emotion in self.emotions for column in columns
        ])  # fmt: skip

    def unit_means(self) -> pl.DataFrame:
        """Build Frames.unit_means: the proxy of AU12 is half of what was intended, that of AU7 nothing."""
        return pl.DataFrame([
            {"subject_id": subject, "emotion": emotion, "unit": unit, "intended": 0.1 * k,
             "proxy": 0.05 * k * (unit == "au12")}
            for subject in self.subjects for k, emotion in enumerate(self.emotions) for unit in ("au07", "au12")
        ])  # fmt: skip

    def unit_agreement(self) -> pl.DataFrame:
        """Build Frames.unit_agreement: AU12 agrees, AU7 is always 0."""
        return pl.DataFrame([
            {"subject_id": subject, "unit": unit, "camera_angle_deg": angle, "n_images": 8, "error": 0.2,
             "correlation": 0.9 - 0.01 * k if unit == "au12" else None}
            for k, subject in enumerate(self.subjects) for unit in ("au07", "au12") for angle in USED_ANGLES_DEG
        ], infer_schema_length=None)  # fmt: skip

    def landmark_errors(self) -> pl.DataFrame:
        """Build Frames.landmark_errors: larger from the sides."""
        return pl.DataFrame([
            {"view": "landmark_errors", "column_name": "mean_error", "camera_angle_deg": angle, "n_images": 96,
             "mean": 0.004 + 0.00002 * abs(angle - 90), "sd": 0.001, "least": 0.002, "greatest": 0.009}
            for angle in USED_ANGLES_DEG
        ])  # fmt: skip

    def frames(self, **changed: object) -> Frames:
        """Build all frames; `changed` replaces some."""
        built: dict[str, object] = {
            "leaderboard": self.leaderboard(), "metrics": self.metrics(), "epochs": self.epochs(),
            "comparisons": self.comparisons(), "declarations": self.declarations(),
            "effects": self.effects(), "ranks": self.ranks(), "reliability": self.reliability(),
            "roc": self.roc(), "confusion": self.confusion(), "coverage": self.coverage(),
            "subject_parts": self.subject_parts(), "untested": self.untested(),
            "unlabelled": self.unlabelled(), "cross_corpus": self.cross_corpus(), "overlap": self.overlap(),
            "views": pl.DataFrame([VIEW]), "sizes": pl.DataFrame([SIZE]), "quality": pl.DataFrame([AUDIT]),
            "hardest": self.hardest(), "attributions": self.attributions(),
            "group_attributions": self.group_attributions(), "importances": self.importances(),
            "layers": self.layers(), "example_faces": self.example_faces(),
            "checks": self.checks(), "audits": self.audits(), "quarantine": self.quarantine(),
            "mean_deltas": self.mean_deltas(), "photographs": self.photographs(), "predictions": self.predictions(),
            "prediction_runs": self.prediction_runs(), "runs": self.history(), "promotions": self.promotions(),
            "publications": self.publications(), "scalar_features": self.scalar_features(),
            "person_measures": self.person_measures(), "unit_means": self.unit_means(),
            "unit_agreement": self.unit_agreement(),
            "landmark_errors": self.landmark_errors(), "repeatability": self.repeatability(),
            "emotions": pl.DataFrame({"label": range(len(EMOTIONS)), "emotion": EMOTIONS}),
            "titles": {name: title for name, (title, _) in SYSTEMS.items()},
            "rejects": self.rejects(), "parts": self.parts(), "faces": self.faces(), "neutral": ellipsoid(),
            "about": {"corpus": "demo", "published": "2026-11-22 21:40 UTC", "version": "0.1.0",
                      "audit": "passed, 41 checks"},
            "queries": {name: f"-- {name} {HOSTILE}\nFROM {name}" for name in COLUMNS},
        }  # fmt: skip
        return Frames(**{**built, **changed})  # type: ignore[arg-type]


def rated(metrics: pl.DataFrame) -> pl.DataFrame:
    """Add agreement and normalised accuracy to the slices of all photographs and of the frontal camera, and thirds."""
    accuracy = metrics.filter(pl.col("metric") == "accuracy")
    own = accuracy.filter(pl.col("slice").is_in(["all", "camera_angle_deg=90"]))
    whole = accuracy.filter(pl.col("slice") == "all")
    added = [
        own.with_columns(metric=pl.lit("agreement"), value=pl.lit(0.75)),
        own.with_columns(metric=pl.lit("accuracy_human_normalised"), value=pl.lit(1.04), low=0.9, high=1.2),
        *(whole.with_columns(slice=pl.lit(f"intensity={level}")) for level in INTENSITY_THIRDS),
    ]
    return pl.concat([metrics, *(frame.cast(dict(metrics.schema)).select(metrics.columns) for frame in added)])
