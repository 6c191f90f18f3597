"""Frames made up from a seed, for tests of the pages: numbers that look like a real run, no photograph behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboards.frames import COLUMNS, Frames
from store.vocabulary import (
    AXES,
    EMOTIONS,
    FRONTAL_DEG,
    FRONTAL_GAZE,
    GAZES,
    LANDMARK_COUNT,
    LANDMARK_GROUPS,
    NEUTRAL,
    PARTS,
    PIXEL_BYTES,
    RAFD_POPULATIONS,
    SEXES,
    STRATEGIES,
    USED_ANGLES_DEG,
    VECTOR_LENGTH,
)

SYSTEMS = {
    "general_mlp": ("General MLP", (0.13, 0.71)),
    "cnn": ("CNN", (0.41, 0.62)),
    "vector_mlp": ("Vector MLP", (0.29, 0.84)),
    "mm1": ("MM1", (0.38, 0.86)),
    "point_mlp": ("Point MLP", (0.125, 0.66)),
    "mm2": ("MM2", (0.36, 0.83)),
}
"""Name -> title, test accuracy by person as published and corrected: invented, of a plausible size."""

RECIPES = ("published", "corrected")
HOSTILE = "<script>alert(1)</script>"
SENTENCE = (
    "needs delta features: the 26 training photographs that have them all show one emotion, which cannot be learnt"
)


MOMENT = datetime(2026, 11, 22, 21, 40, tzinfo=UTC)
SIZE = {"corpus": "demo", "width_px": 681, "height_px": 1024, "n_images": 384, "n_people": 16,
        "least_bytes": 81_200, "median_bytes": 95_000, "greatest_bytes": 120_400}  # fmt: skip
AUDIT = {"audit_id": "20261122T214000000000-rows", "stage": "rows", "n_checks": 41, "n_failed": 1,
         "failed": f"catalogue.images: the design has no gaps {HOSTILE}"}  # fmt: skip


def ellipsoid() -> NDArray[np.float64]:
    """A face-like half ellipsoid, (468, 3), in the head frame."""
    k = np.arange(LANDMARK_COUNT)
    radius, turn = np.sqrt((k + 0.5) / LANDMARK_COUNT), k * np.pi * (3 - np.sqrt(5))
    x, y = 1.1 * radius * np.cos(turn), 1.5 * radius * np.sin(turn)
    return np.stack([x, y, -0.9 * np.sqrt(np.clip(1 - radius**2, 0, 1))], axis=1)


def photographed(seed: int) -> NDArray[np.float32]:
    """The half ellipsoid somewhere in a photograph of 681 x 1024, flat, image-normalised."""
    face = ellipsoid() * [0.25, 0.17, 0.25] + [0.5 + 0.01 * seed, 0.5, 0]
    return face.astype(np.float32).ravel()


def moved(emotion: str, rng: np.random.Generator) -> list[float]:
    """A mean delta that moves two landmark groups, flat, 1404 long; nothing for the neutral face."""
    delta = rng.normal(0, 0.004, (LANDMARK_COUNT, AXES))
    if emotion != NEUTRAL:
        for group in rng.choice(list(LANDMARK_GROUPS), 2, replace=False):
            delta[list(LANDMARK_GROUPS[group])] += rng.normal(0, 0.06, AXES)
    return [float(value) for value in delta.ravel()]


class Builder:
    """Builds every frame from a few choices; each method gives one frame."""

    def __init__(self, *, people: int = 16, emotions: Sequence[str] = EMOTIONS, seed: int = 7, test_people: int = 4,
                 untrainable: Sequence[str] = (), names: Sequence[str] = ()) -> None:  # fmt: skip
        self.rng = np.random.default_rng(seed)
        self.emotions, self.test_people, self.untrainable = tuple(emotions), test_people, tuple(untrainable)
        self.subjects = [*names, *(f"{k + 1:03d}" for k in range(len(names), people))]
        self.per_person = len(emotions) * len(GAZES) * len(USED_ANGLES_DEG)

    def run_ids(self) -> list[tuple[str, str, str]]:
        """The demo's runs: both recipes by person, the corrected one by image too."""
        plans = [(recipe, STRATEGIES[0]) for recipe in RECIPES] + [(RECIPES[1], STRATEGIES[1])]
        return [(model, recipe, strategy) for model in SYSTEMS for recipe, strategy in plans]

    def is_scored(self, model: str) -> bool:
        """Whether the runs of a system have scores."""
        return model not in self.untrainable

    def accuracy(self, model: str, recipe: str, strategy: str) -> float:
        """Invented test accuracy: by image it is higher."""
        value = SYSTEMS[model][1][RECIPES.index(recipe)]
        return value if strategy == STRATEGIES[0] else value + 0.6 * (1 - value) * min(value, 0.6)

    def interval(self, value: float) -> tuple[float | None, float | None]:
        """Around `value`, none below five test people."""
        return (None, None) if self.test_people < 5 else (max(0.0, value - 0.07), min(1.0, value + 0.06))

    def leaderboard(self) -> pl.DataFrame:
        """Frames.leaderboard."""
        return pl.DataFrame([self._line(*run) for run in self.run_ids()], infer_schema_length=None)

    def _line(self, model: str, recipe: str, strategy: str) -> dict[str, object]:
        value = self.accuracy(model, recipe, strategy)
        low, high = self.interval(value)
        scored = {
            "accuracy": value, "accuracy_low": low, "accuracy_high": high, "accuracy_all": value * 0.98,
            "macro_f1": value * 0.97, "roc_auc": 0.5 + value / 2, "log_loss": 2.1 - 2 * value,
            "calibration_error": 0.08,
            "least_accuracy": value - 0.01, "greatest_accuracy": value + 0.02, "n_runs": 2,
            "chance": 1 / len(self.emotions), "n_images": self.test_people * self.per_person,
            "n_people": self.test_people, "epochs": 24, "duration_s": 31.4,
        }  # fmt: skip
        line = {"run_id": f"{model}-{recipe}-{strategy}", "model": model, "title": SYSTEMS[model][0], "recipe": recipe,
                "strategy": strategy, "n_train": len(self.subjects) // 2 * self.per_person}  # fmt: skip
        if self.is_scored(model):
            return {**line, "status": "completed", "status_detail": None, **scored}
        return {**line, "status": "untrainable", "status_detail": f"{model} {SENTENCE}", **dict.fromkeys(scored)}

    def runs(self) -> list[tuple[str, float]]:
        """Run id and test accuracy of every scored run."""
        return [("-".join(run), self.accuracy(*run)) for run in self.run_ids() if self.is_scored(run[0])]

    def metrics(self) -> pl.DataFrame:
        """Frames.metrics."""
        factors = [f"camera_angle_deg={angle}" for angle in USED_ANGLES_DEG] + [f"gaze={gaze}" for gaze in GAZES]
        factors += [f"sex={sex}" for sex in SEXES] + [f"population={name}" for name in RAFD_POPULATIONS]
        rows = []
        for run_id, value in self.runs():
            for part, gain in zip(PARTS, (0.1, 0.02, 0.0), strict=True):
                rows += [
                    self._metric(run_id, part, "all", name, min(1, own + gain))
                    for name, own in (
                        ("accuracy", value),
                        ("roc_auc", 0.5 + value / 2),
                        ("calibration_error_scaled", 0.1),
                    )
                ]
            for slice_ in factors:
                shifted = min(1.0, max(0.0, value + self.rng.normal(0, 0.05)))
                rows.append(self._metric(run_id, PARTS[-1], slice_, "accuracy", shifted))
        return pl.DataFrame(rows, infer_schema_length=None)

    def _metric(self, run_id: str, part: str, slice_: str, metric: str, value: float) -> dict[str, object]:
        low, high = self.interval(value)
        return {"run_id": run_id, "part": part, "slice": slice_, "metric": metric, "value": value, "low": low,
                "high": high, "n_images": self.test_people * self.per_person, "n_people": self.test_people,
                "method": "bootstrap over people, 2000 draws"}  # fmt: skip

    def epochs(self) -> pl.DataFrame:
        """Frames.epochs."""
        rows = []
        for run_id, value in self.runs():
            for k in range(1, 25):
                share = 1 - np.exp(-k / 6)
                rows.append({"run_id": run_id, "epoch": k, "loss": 2.1 - 1.9 * value * share, "accuracy": value * share,
                             "val_loss": 2.1 - 1.6 * value * share + 0.02 * (k > 18) * (k - 18),
                             "val_accuracy": 0.9 * value * share, "learning_rate": 1e-3, "duration_s": 1})  # fmt: skip
        return pl.DataFrame(rows)

    def confusion(self) -> pl.DataFrame:
        """Frames.confusion."""
        rows = []
        for run_id, value in self.runs():
            for part, gain in zip(PARTS, (0.1, 0.02, 0.0), strict=True):
                right = min(1.0, value + gain)
                for truth in self.emotions:
                    odds = np.full(len(self.emotions), (1 - right) / max(len(self.emotions) - 1, 1))
                    odds[self.emotions.index(truth)] = right
                    counts = self.rng.multinomial(self.test_people * 9, odds / odds.sum())
                    rows += [{"run_id": run_id, "part": part, "truth": truth, "predicted": other, "n": int(n)}
                             for other, n in zip(self.emotions, counts, strict=True) if n]  # fmt: skip
        return pl.DataFrame(rows)

    def comparisons(self) -> pl.DataFrame:
        """Frames.comparisons: every pair of the scored corrected runs by person."""
        rows = [(run_id, value) for run_id, value in self.runs() if f"{RECIPES[1]}-{STRATEGIES[0]}" in run_id]
        few = self.test_people < 5
        return pl.DataFrame(
            [{"run_id": one, "other_run_id": other, "part": PARTS[-1], "slice": "all", "metric": "accuracy",
              "value": value - against, "p": None if few else 0.01, "p_adjusted": None if few else 0.04,
              "n_people": self.test_people, "method": "Wilcoxon signed-rank over people"}
             for k, (one, value) in enumerate(rows) for other, against in rows[k + 1 :]],
            schema=dict.fromkeys(COLUMNS["comparisons"], pl.String)
            | dict.fromkeys(("value", "p", "p_adjusted"), pl.Float64) | {"n_people": pl.UInt32},
        )  # fmt: skip

    def ranks(self) -> pl.DataFrame:
        """Frames.ranks: of the scored corrected runs, without letters below five test people."""
        runs = [(run_id, value) for run_id, value in self.runs() if f"-{RECIPES[1]}-" in run_id]
        few = self.test_people < 5
        rows = [
            {"run_id": run_id, "strategy": run_id.rpartition("-")[2], "mean_rank": 4 - 3 * value,
             "letters": None if few else "a" if value > 0.8 else "ab", "statistic": 12.5, "p": None if few else 0.0021,
             "n_people": self.test_people, "method": "Friedman's test"}
            for run_id, value in runs
        ]  # fmt: skip
        schema = dict.fromkeys(COLUMNS["ranks"], pl.String) | dict.fromkeys(("mean_rank", "statistic", "p"), pl.Float64)
        return pl.DataFrame(rows, schema={**schema, "n_people": pl.UInt32})

    def reliability(self) -> pl.DataFrame:
        """Frames.reliability."""
        rows = [
            {"run_id": run_id, "bin": k, "n_images": 10 + k, "confidence": (k + 0.5) / 15, "accuracy": value * k / 15}
            for run_id, value in self.runs()
            for k in range(3, 15)
        ]
        return pl.DataFrame(rows)

    def roc(self) -> pl.DataFrame:
        """Frames.roc."""
        rows = [
            {"run_id": run_id, "threshold": 1 - k / 20, "tpr": (k / 20) ** (1 - value), "fpr": k / 20}
            for run_id, value in self.runs()
            for k in range(1, 21)
        ]
        return pl.DataFrame(rows)

    def coverage(self) -> pl.DataFrame:
        """Frames.coverage: each person's reference lacks a delta; a few cells lack more."""
        rows = []
        for k, subject in enumerate(self.subjects):
            fixed = {"subject_id": subject, "sex": SEXES[k % 2], "population": RAFD_POPULATIONS[k % 3]}
            for emotion in self.emotions:
                for angle in USED_ANGLES_DEG:
                    for gaze in GAZES:
                        cell = {"emotion": emotion, "camera_angle_deg": angle, "gaze": gaze}
                        rows.append({**fixed, **cell, "status": self._status(emotion, angle, gaze)})
        return pl.DataFrame(rows, schema_overrides={"camera_angle_deg": pl.UInt16})

    def _status(self, emotion: str, angle: int, gaze: str) -> str:
        if (emotion, angle, gaze) == (NEUTRAL, FRONTAL_DEG, FRONTAL_GAZE):
            return "own reference"
        return str(self.rng.choice(["ok", "no face", "missing photograph"], p=[0.985, 0.005, 0.01]))

    def rejects(self, path: str = "Rafd45_x.jpg") -> pl.DataFrame:
        """Frames.rejects."""
        rows = [(path, "bad name", "angle is '45', expected one of 000 045 090 135 180"),
                ("notes.jpg", "unreadable", "the bytes do not decode to a picture"),
                ("copy of 003.jpg", "duplicate bytes", "same bytes as 003.jpg")]  # fmt: skip
        return pl.DataFrame(
            [{"corpus": "demo", "path": one, "reason": reason, "detail": detail} for one, reason, detail in rows]
        )

    def parts(self) -> pl.DataFrame:
        """Frames.parts."""
        n = len(self.subjects)
        half = n // 2
        sizes = {PARTS[0]: half, PARTS[1]: max(n - half - self.test_people, 1), PARTS[2]: self.test_people}
        rows = [{"strategy": strategy, "part": part, "n_images": sizes[part] * self.per_person,
                 "n_people": sizes[part] if strategy == STRATEGIES[0] else n}
                for strategy in STRATEGIES[:2] for part in PARTS]  # fmt: skip
        return pl.DataFrame(rows)

    def placement(self) -> pl.DataFrame:
        """Frames.placement: by person everybody is in one part, by image in all."""
        n = len(self.subjects)
        rows = []
        for k, subject in enumerate(self.subjects):
            own = PARTS[0] if k < n // 2 else PARTS[2] if k >= n - self.test_people else PARTS[1]
            rows.append({"strategy": STRATEGIES[0], "subject_id": subject, "part": own, "n_images": self.per_person})
            rows += [{"strategy": STRATEGIES[1], "subject_id": subject, "part": part, "n_images": self.per_person // 3}
                     for part in PARTS]  # fmt: skip
        return pl.DataFrame(rows)

    def overlap(self) -> pl.DataFrame:
        """Frames.overlap."""
        n, images = len(self.subjects), len(self.subjects) * self.per_person
        rows = [
            {"strategy": strategy, "people": n, "people_in_several": several, "photographs": images,
             "photographs_in_several": 0, "instants": images // 3, "instants_in_several": several * 20}
            for strategy, several in zip(STRATEGIES[:2], (0, n), strict=True)
        ]  # fmt: skip
        return pl.DataFrame(rows)

    def faces(self) -> pl.DataFrame:
        """Frames.faces."""
        return pl.DataFrame(
            [{"emotion": emotion, "camera_angle_deg": FRONTAL_DEG, "mean_delta": moved(emotion, self.rng), "n": 48}
             for emotion in self.emotions]
        )  # fmt: skip

    def hardest(self) -> pl.DataFrame:
        """Frames.hardest: three photographs of every run with a score; of the first run one shows its thumbnail."""
        rows = []
        for place, (run_id, _) in enumerate(self.runs()):
            for k in range(3):
                rows.append({"run_id": run_id, "image_id": f"{k:064x}", "subject_id": self.subjects[k],
                             "path": f"{HOSTILE}.jpg", "camera_angle_deg": USED_ANGLES_DEG[k],
                             "gaze": FRONTAL_GAZE, "truth": self.emotions[0],
                             "predicted": self.emotions[-1], "truth_prob": 0.02 * (k + 1), "predicted_prob": 0.9,
                             "width_px": 681, "height_px": 1024, "xyz": None if k == 2 else photographed(k),
                             "rgb": bytes(PIXEL_BYTES) if (place, k) == (0, 1) else None})  # fmt: skip
        schema = dict.fromkeys(COLUMNS["hardest"], pl.String)
        schema |= dict.fromkeys(("camera_angle_deg", "width_px", "height_px"), pl.UInt32)
        schema |= dict.fromkeys(("truth_prob", "predicted_prob"), pl.Float32)
        return pl.DataFrame(rows, schema={**schema, "xyz": pl.Array(pl.Float32, VECTOR_LENGTH), "rgb": pl.Binary})

    def attributions(self) -> pl.DataFrame:
        """Frames.attributions: of the scored corrected runs, the mouth adds most."""
        rows = []
        for run_id, _ in self.runs():
            for emotion in self.emotions if f"-{RECIPES[1]}-" in run_id else ():
                added = self.rng.normal(0, 0.02, LANDMARK_COUNT)
                added[list(LANDMARK_GROUPS["mouth"])] += 0.2
                rows.append({"run_id": run_id, "emotion": emotion, "added": added.tolist(), "n_images": 8})
        schema = {"run_id": pl.String, "emotion": pl.String, "added": pl.List(pl.Float64), "n_images": pl.UInt32}
        return pl.DataFrame(rows, schema=schema)

    def importances(self) -> pl.DataFrame:
        """Frames.importances: of the same runs, the whole input and two groups."""
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
        """Frames.checks: one of each outcome but a stop, which would not be published."""
        outcomes = ((True, "stop"), (False, "warn"), (False, "quarantine"))
        return pl.DataFrame([
            {"stage": "rows", "suite": suite, "check_name": f"check {k} {HOSTILE}", "column_name": "",
             "success": success, "severity": severity, "observed": "3 rows", "unexpected_count": 0 if success else 3}
            for suite in ("catalogue.images", "features.deltas") for k, (success, severity) in enumerate(outcomes)
        ])  # fmt: skip

    def audits(self) -> pl.DataFrame:
        """Frames.audits: the newest passed, the one before stopped its publication."""
        rows = [(AUDIT["audit_id"], 0, 1, 1, True), ("20261121T214000000000-rows", 2, 0, 0, False)]
        names = ("audit_id", "n_stop", "n_quarantine", "n_warn", "is_current")
        return pl.DataFrame([dict(zip(names, row, strict=True)) | {"stage": "rows", "n_checks": 41} for row in rows])

    def quarantine(self) -> pl.DataFrame:
        """Frames.quarantine: one set aside, one let back in."""
        rows = [{"image_id": f"{k:064x}", "subject_id": self.subjects[k], "path": f"{HOSTILE}.jpg",
                 "emotion": self.emotions[0], "view": "images",
                 "reason": "quarantined: nearly the same picture twice", "created_at": MOMENT,
                 "released_at": MOMENT if k else None} for k in range(2)]  # fmt: skip
        return pl.DataFrame(rows, schema_overrides={"released_at": pl.Datetime("us", "UTC")}, infer_schema_length=None)

    def movements(self) -> pl.DataFrame:
        """Frames.movements: everybody's mean deltas of both kinds; the unit ones have length 1."""
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
        """Frames.photographs: two a person; the second has no face."""
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
        """The photograph `k` of a person."""
        return f"{person:060x}{k:04x}"

    def predictions(self) -> pl.DataFrame:
        """Frames.predictions: both photographs of the test people, by every run with a score; the second one wrong."""
        people = range(len(self.subjects) - self.test_people, len(self.subjects))
        rows = [
            {"run_id": run_id, "image_id": self.image_id(person, k), "made_by": run_id,
             "reference_image_id": self.image_id(person, 1 - k), "truth": 0, "predicted": k,
             "truth_prob": 0.8 - 0.6 * k, "predicted_prob": 0.8}
            for run_id, _ in self.runs() for person in people for k in range(2)
        ]  # fmt: skip
        schema = dict.fromkeys(COLUMNS["predictions"], pl.String) | dict.fromkeys(("truth", "predicted"), pl.UInt8)
        return pl.DataFrame(rows, schema=schema | dict.fromkeys(("truth_prob", "predicted_prob"), pl.Float32))

    def makers(self) -> pl.DataFrame:
        """Frames.makers: every run with a score made its own predictions."""
        rows = [
            {"run_id": run_id, "model": run_id.split("-")[0], "recipe": RECIPES[1], "seed": 7, "started_at": MOMENT,
             "service": f"cnn.corrected {HOSTILE}", "service_version": "s1", "feature_versions": '{"deltas": "v1"}',
             "code_version": "0.1.0", "library_versions": '{"keras": "3.15.1"}', "artifact_path": "models/x",
             "artifact_sha256": "0" * 64, "strategy": run_id.rpartition("-")[2], "fold": None, "split_id": "split",
             "fingerprint": "f" * 64, "as_of": MOMENT}
            for run_id, _ in self.runs()
        ]  # fmt: skip
        schema = dict.fromkeys(COLUMNS["makers"], pl.String) | dict.fromkeys(("seed", "fold"), pl.UInt32)
        return pl.DataFrame(rows, schema=schema | dict.fromkeys(("started_at", "as_of"), pl.Datetime("us", "UTC")))

    def history(self) -> pl.DataFrame:
        """Frames.runs: every run of the leaderboard, half an hour apart, the newest first; one pools two folds."""
        scores = dict(self.runs())
        rows = [
            {"run_id": "-".join(run), "model": run[0], "recipe": run[1], "strategy": run[2], "fold": None, "seed": 7,
             "status": "completed" if "-".join(run) in scores else "untrainable",
             "status_detail": None if "-".join(run) in scores else SENTENCE,
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
        """Frames.promotions: the first run with a score was crowned over nobody."""
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
        """Frames.publications: three; the last has one person and a run more than the one before."""
        rows = [
            {"published_at": MOMENT + timedelta(days=k), "code_version": "0.1.0", "n_images": 300 + 72 * (k > 1),
             "n_people": 15 + (k > 1), "n_runs": 10 + k, "n_failed": 1, "value": 0.7 + 0.05 * k, "low": 0.65,
             "high": 0.9, "run_id": self.runs()[0][0] if self.runs() else None}
            for k in range(3)
        ]  # fmt: skip
        return pl.DataFrame(rows[::-1], infer_schema_length=None)

    def frames(self, **changed: object) -> Frames:
        """All of them; `changed` replaces some."""
        built: dict[str, object] = {
            "leaderboard": self.leaderboard(), "metrics": self.metrics(), "epochs": self.epochs(),
            "comparisons": self.comparisons(), "ranks": self.ranks(), "reliability": self.reliability(),
            "roc": self.roc(), "confusion": self.confusion(), "coverage": self.coverage(),
            "placement": self.placement(), "overlap": self.overlap(),
            "sizes": pl.DataFrame([SIZE]), "quality": pl.DataFrame([AUDIT]),
            "hardest": self.hardest(), "attributions": self.attributions(), "importances": self.importances(),
            "checks": self.checks(), "audits": self.audits(), "quarantine": self.quarantine(),
            "movements": self.movements(), "photographs": self.photographs(), "predictions": self.predictions(),
            "makers": self.makers(), "runs": self.history(), "promotions": self.promotions(),
            "publications": self.publications(), "titles": {name: title for name, (title, _) in SYSTEMS.items()},
            "rejects": self.rejects(), "parts": self.parts(), "faces": self.faces(), "neutral": ellipsoid(),
            "about": {"corpus": "demo", "published": "2026-11-22 21:40 UTC", "version": "0.1.0",
                      "audit": "passed, 41 checks"},
            "queries": {name: f"-- {name} {HOSTILE}\nFROM {name}" for name in COLUMNS},
        }  # fmt: skip
        return Frames(**{**built, **changed})  # type: ignore[arg-type]
