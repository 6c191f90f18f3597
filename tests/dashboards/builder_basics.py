"""Synthetic frames of scores, the design and the splits from a seed, for tests of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from affect_store.dashboards.frames import COLUMNS
from affect_store.store.features.copies import ALL_COPIES, COPY_NAMES
from affect_store.store.vocabulary import (
    AXES,
    EMOTIONS,
    EQUIVALENCE,
    FRONTAL_DEG,
    FRONTAL_GAZE,
    GAZES,
    LANDMARK_COUNT,
    LANDMARK_GROUPS,
    NEUTRAL,
    PARTS,
    PERSON_LEAKAGE,
    RAFD_POPULATIONS,
    RANK_BISERIAL,
    SEXES,
    SHARE_BETTER,
    SMALLEST_DETECTABLE,
    STRATEGIES,
    USED_ANGLES_DEG,
)

SYSTEMS = {
    "general_mlp": ("General MLP", (0.13, 0.71)),
    "cnn": ("CNN", (0.41, 0.62)),
    "vector_mlp": ("Vector MLP", (0.29, 0.84)),
    "mm1": ("MM1", (0.38, 0.86)),
    "point_mlp": ("Point MLP", (0.125, 0.66)),
    "mm2": ("MM2", (0.36, 0.83)),
}
"""Name -> title and invented test accuracies by person (published, corrected) of plausible size."""

RECIPES = ("published", "corrected")
LAYERS = (("InputLayer", "1404", 0, 0), ("Dense", "8", 11_240, 11_240), ("BatchNormalization", "8", 32, 16))
"""Kind, output shape, weights and trainable weights of the layers of every network."""

HOSTILE = "<script>alert(1)</script>"
UNTRAINABLE_REASON = "needs delta features: the 26 training photographs with deltas all show the same emotion"

MOMENT = datetime(2026, 11, 22, 21, 40, tzinfo=UTC)
SIZE = {"corpus": "demo", "width_px": 681, "height_px": 1024, "n_images": 384, "n_people": 16,
        "least_bytes": 81_200, "median_bytes": 95_000, "greatest_bytes": 120_400}  # fmt: skip
VIEW = {"view": "leaderboard", "grain": f"One row per model, recipe and current split. {HOSTILE}", "sql_type": "DOUBLE",
        "column_name": "accuracy", "meaning": f"share of correct predictions {HOSTILE}"}  # fmt: skip
AUDIT = {"audit_id": "20261122T214000000000-rows", "stage": "rows", "n_checks": 41, "n_failed": 1,
         "failed": f"catalogue.images: the design has no gaps {HOSTILE}"}  # fmt: skip


COPIED = {
    "landmarks": ("all", *LANDMARK_GROUPS), "aligned": ("all", *LANDMARK_GROUPS), "head_pose": ("yaw_deg",),
    "measures": ("mouth_width_iod",), "measure_changes": ("mouth_width_change_iod",), "action_unit_proxies": ("au12",),
}  # fmt: skip
"""Features with some of their components, of which copies are compared."""


def copied(feature: str, component: str, copy: str, **changed: object) -> dict[str, object]:
    """Return a row of Frames.repeatability: the later copies repeat worse; `changed` replaces values."""
    step = (*COPY_NAMES, ALL_COPIES).index(copy)
    icc = 0.95 - 0.05 * step
    return {"corpus": "demo", "feature": feature, "component": component, "copy": copy, "icc": icc,
            "icc_low": icc - 0.1, "icc_high": icc + 0.02, "sem": 0.0123, "unit": "inter-ocular", "n_images": 148,
            "n_people": 12, "n_missing": 2,
            "relative_change": 0.1 * (1 + step) if feature == "aligned" else None} | changed  # fmt: skip


def ellipsoid() -> NDArray[np.float64]:
    """Build a face-like half ellipsoid, (468, 3), in the head frame."""
    k = np.arange(LANDMARK_COUNT)
    radius, turn = np.sqrt((k + 0.5) / LANDMARK_COUNT), k * np.pi * (3 - np.sqrt(5))
    x, y = 1.1 * radius * np.cos(turn), 1.5 * radius * np.sin(turn)
    return np.stack([x, y, -0.9 * np.sqrt(np.clip(1 - radius**2, 0, 1))], axis=1)


def photographed(seed: int) -> NDArray[np.float32]:
    """Place the half ellipsoid in a photograph of 681 x 1024, flat, image-normalised."""
    return photograph_of(ellipsoid() + [0.04 * seed, 0, 0])


def photograph_of(face: NDArray[np.float64]) -> NDArray[np.float32]:
    """Place a frontal face (468, 3) in a photograph of 681 x 1024, flat, image-normalised."""
    return np.asarray(face * [0.25, 0.25 * 681 / 1024, 0.25] + [0.5, 0.5, 0], dtype=np.float32).ravel()


def moved(emotion: str, rng: np.random.Generator) -> list[float]:
    """Build a mean delta that moves two landmark groups, flat, length 1404; only noise for the neutral face."""
    delta = rng.normal(0, 0.004, (LANDMARK_COUNT, AXES))
    if emotion != NEUTRAL:
        for group in rng.choice(list(LANDMARK_GROUPS), 2, replace=False):
            delta[list(LANDMARK_GROUPS[group])] += rng.normal(0, 0.06, AXES)
    return [float(value) for value in delta.ravel()]


class Basics:
    """Build the frames of scores, of the design and of the splits; each method returns one frame."""

    def __init__(self, *, people: int = 16, emotions: Sequence[str] = EMOTIONS, seed: int = 7, test_people: int = 4,
                 untrainable: Sequence[str] = (), names: Sequence[str] = ()) -> None:  # fmt: skip
        self.rng = np.random.default_rng(seed)
        self.emotions, self.test_people, self.untrainable = tuple(emotions), test_people, tuple(untrainable)
        self.subjects = [*names, *(f"{k + 1:03d}" for k in range(len(names), people))]
        self.per_person = len(emotions) * len(GAZES) * len(USED_ANGLES_DEG)

    def run_ids(self) -> list[tuple[str, str, str]]:
        """List the runs of the demo: both recipes by person, the corrected one also by image."""
        splits = [(recipe, STRATEGIES[0]) for recipe in RECIPES] + [(RECIPES[1], STRATEGIES[1])]
        return [(model, recipe, strategy) for model in SYSTEMS for recipe, strategy in splits]

    def is_scored(self, model: str) -> bool:
        """Return whether the runs of a system have scores."""
        return model not in self.untrainable

    def accuracy(self, model: str, recipe: str, strategy: str) -> float:
        """Return an invented test accuracy, higher for a split by image."""
        value = SYSTEMS[model][1][RECIPES.index(recipe)]
        return value if strategy == STRATEGIES[0] else value + 0.6 * (1 - value) * min(value, 0.6)

    def interval(self, value: float) -> tuple[float | None, float | None]:
        """Return an interval around `value`, (None, None) below five test people."""
        return (None, None) if self.test_people < 5 else (max(0.0, value - 0.07), min(1.0, value + 0.06))

    def leaderboard(self) -> pl.DataFrame:
        """Build Frames.leaderboard."""
        return pl.DataFrame([self._line(*run) for run in self.run_ids()], infer_schema_length=None)

    def _line(self, model: str, recipe: str, strategy: str) -> dict[str, object]:
        value = self.accuracy(model, recipe, strategy)
        low, high = self.interval(value)
        scored = {
            "accuracy": value, "accuracy_low": low, "accuracy_high": high, "accuracy_all": value * 0.98,
            "accuracy_without_references": value - 0.01, "accuracy_without_references_low": low,
            "accuracy_without_references_high": high,
            "macro_f1": value * 0.97, "roc_auc": 0.5 + value / 2, "log_loss": 2.1 - 2 * value,
            "calibration_error": 0.08, "calibration_error_if_perfect": 0.03,
            "least_accuracy": value - 0.01, "greatest_accuracy": value + 0.02, "n_runs": 2,
            "chance": 1 / len(self.emotions), "n_images": self.test_people * self.per_person,
            "n_people": self.test_people, "epochs": 24, "duration_s": 31.4,
        }  # fmt: skip
        line = {"run_id": f"{model}-{recipe}-{strategy}", "model": model, "title": SYSTEMS[model][0], "recipe": recipe,
                "strategy": strategy, "n_train": len(self.subjects) // 2 * self.per_person,
                "members": None}  # fmt: skip
        if self.is_scored(model):
            return {**line, "status": "completed", "status_detail": None, **scored}
        return {
            **line,
            "status": "untrainable",
            "status_detail": f"{model} {UNTRAINABLE_REASON}",
            **dict.fromkeys(scored),
        }

    def runs(self) -> list[tuple[str, float]]:
        """List run id and test accuracy of every scored run."""
        return [("-".join(run), self.accuracy(*run)) for run in self.run_ids() if self.is_scored(run[0])]

    def metrics(self) -> pl.DataFrame:
        """Build Frames.metrics."""
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
            spread = None if self.test_people < 5 else (4 * (1 - value), 5.5 * (1 - value))
            rows += [
                self._metric(run_id, PARTS[-1], "all", name, own) | {"low": low, "high": high}
                for name, own, (low, high) in (
                    ("calibration_error_if_perfect_scaled", 0.04, (None, None)),
                    ("confusion_entropy", 5 * (1 - value), spread or (None, None)),
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
                "method": "t interval over people"}  # fmt: skip

    def epochs(self) -> pl.DataFrame:
        """Build Frames.epochs."""
        rows = []
        for run_id, value in self.runs():
            for k in range(1, 25):
                share = 1 - np.exp(-k / 6)
                rows.append({"run_id": run_id, "epoch": k, "loss": 2.1 - 1.9 * value * share, "accuracy": value * share,
                             "val_loss": 2.1 - 1.6 * value * share + 0.02 * (k > 18) * (k - 18),
                             "val_accuracy": 0.9 * value * share, "auc": 0.5 + value * share / 2,
                             "val_auc": 0.5 + 0.45 * value * share, "learning_rate": 1e-3,
                             "duration_s": 1.0})  # fmt: skip
        return pl.DataFrame(rows)

    def confusion(self) -> pl.DataFrame:
        """Build Frames.confusion."""
        rows = []
        for run_id, value in self.runs():
            for part, gain in zip(PARTS, (0.1, 0.02, 0.0), strict=True):
                right = min(1.0, value + gain)
                for truth in self.emotions:
                    shares = np.full(len(self.emotions), (1 - right) / max(len(self.emotions) - 1, 1))
                    shares[self.emotions.index(truth)] = right
                    counts = self.rng.multinomial(self.test_people * 9, shares / shares.sum())
                    rows += [{"run_id": run_id, "part": part, "truth": truth, "predicted": other, "n": int(n)}
                             for other, n in zip(self.emotions, counts, strict=True) if n]  # fmt: skip
        return pl.DataFrame(rows)

    def comparisons(self) -> pl.DataFrame:
        """Build Frames.comparisons: every pair of the scored corrected runs by person."""
        rows = [(run_id, value) for run_id, value in self.runs() if f"{RECIPES[1]}-{STRATEGIES[0]}" in run_id]
        few = self.test_people < 5
        shared = {"part": PARTS[-1], "slice": "all", "n_people": self.test_people}
        pairs = [(run_id, value, *other) for k, (run_id, value) in enumerate(rows) for other in rows[k + 1 :]]
        compared = [
            {**shared, "run_id": run_id, "other_run_id": other, "metric": "accuracy", "value": value - against,
             "low": None if few else value - against - 0.04, "high": None if few else value - against + 0.05,
             "p": None if few else 0.01, "p_adjusted": None if few else 0.04, "method": "Wilcoxon over people"}
            for run_id, value, other, against in pairs
        ]  # fmt: skip
        effects = [
            {**shared, "run_id": run_id, "other_run_id": other, "metric": RANK_BISERIAL,
             "value": 0.9 if value > against else -0.9, "method": "rank-biserial correlation"}
            for run_id, value, other, against in pairs
        ]  # fmt: skip
        further = [
            {**shared, "run_id": run_id, "other_run_id": other, "metric": metric, "value": None if few else number,
             "p": p, "method": "over people"}
            for run_id, value, other, against in pairs
            for metric, number, p in (
                (SHARE_BETTER, 0.5 + 0.4 * np.sign(value - against), None), (SMALLEST_DETECTABLE, 0.08, None),
                (EQUIVALENCE, 0.05, None if few else 0.01 if abs(value - against) < 0.03 else 0.7),
            )
        ]  # fmt: skip
        schema = dict.fromkeys(COLUMNS["comparisons"], pl.String) | {"n_people": pl.UInt32}
        schema |= dict.fromkeys(("value", "low", "high", "p", "p_adjusted"), pl.Float64)
        return pl.DataFrame([*compared, *effects, *further, *self._leaks(shared)], schema=schema)

    def declarations(self, *, before: bool = True) -> pl.DataFrame:
        """Build Frames.declarations: a pair by person, after an earlier one on other splits."""
        shared = {"model": "mm1", "recipe": RECIPES[1], "other_model": "vector_mlp", "other_recipe": RECIPES[1]}
        return pl.DataFrame([
            {**shared, "declared_at": MOMENT, "hash": "0123456789abcdef" * 4, "strategy": STRATEGIES[0], "margin": 0.03,
             "is_latest": True, "is_before_training": before},
            {**shared, "declared_at": MOMENT - timedelta(days=1), "hash": "f" * 64, "strategy": STRATEGIES[2],
             "margin": 0.05, "is_latest": False, "is_before_training": True},
        ])  # fmt: skip

    def effects(self) -> pl.DataFrame:
        """Build Frames.effects: of the scored corrected runs by person; without values below five test people."""
        runs = sorted(
            ((self.accuracy(model, RECIPES[1], STRATEGIES[0]), model) for model in filter(self.is_scored, SYSTEMS)),
            reverse=True,
        )
        names = [f"{model} {RECIPES[1]}" for _, model in runs]
        odds = [value / (1 - value) for value, _ in runs]
        levels = [("system", name, names[0], own / odds[0]) for name, own in zip(names[1:], odds[1:], strict=True)]
        levels += [("camera_angle_deg", "45", "90", 0.62), ("camera_angle_deg", "135", "90", 0.71)]
        levels += [("gaze", "left", GAZES[0], 0.93), ("gaze", "right", GAZES[0], None)]
        shared = {"strategy": STRATEGIES[0], "n_images": self.test_people * self.per_person,
                  "n_people": self.test_people}  # fmt: skip
        rows = []
        for term, level, baseline, value in levels:
            row = {**shared, "term": term, "level": level, "baseline": baseline, "method": "logistic GEE",
                   "value": None, "low": None, "high": None, "p": None}  # fmt: skip
            if self.test_people < 5:
                row["method"] = f"no odds ratio from {self.test_people} people, 12 are needed"
            elif value is None:
                row["method"] = "no odds ratio: all are right (separation)"
            else:
                row |= {"value": value, "low": 0.7 * value, "high": 1.5 * value, "p": 0.03}
            rows.append(row)
        return pl.DataFrame(rows, infer_schema_length=None)

    def _leaks(self, shared: dict[str, object]) -> list[dict[str, object]]:
        """Build a comparison of each scored run by image with the same system by person."""
        values, rows = dict(self.runs()), []
        for model in filter(self.is_scored, SYSTEMS):
            by_person, by_image = (f"{model}-{RECIPES[1]}-{strategy}" for strategy in STRATEGIES[:2])
            gain = values[by_image] - values[by_person]
            low, high = (None, None) if self.test_people < 5 else (gain - 0.05, gain + 0.06)
            rows.append({**shared, "run_id": by_image, "other_run_id": by_person, "metric": PERSON_LEAKAGE,
                         "value": gain, "low": low, "high": high, "method": "t interval over people"})  # fmt: skip
        return rows

    def ranks(self) -> pl.DataFrame:
        """Build Frames.ranks: of the scored corrected runs, without letters below five test people."""
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
        """Build Frames.reliability."""
        rows = [
            {"run_id": run_id, "bin": k, "n_images": 10 + k, "confidence": (k + 0.5) / 15, "accuracy": value * k / 15}
            for run_id, value in self.runs()
            for k in range(3, 15)
        ]
        return pl.DataFrame(rows)

    def roc(self) -> pl.DataFrame:
        """Build Frames.roc."""
        rows = [
            {"run_id": run_id, "threshold": 1 - k / 20, "tpr": (k / 20) ** (1 - value), "fpr": k / 20}
            for run_id, value in self.runs()
            for k in range(1, 21)
        ]
        return pl.DataFrame(rows)

    def coverage(self) -> pl.DataFrame:
        """Build Frames.coverage: the reference of each person has no delta; a few cells are missing more."""
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
        """Build Frames.rejects."""
        rows = [(path, "bad name", "angle is '45', expected one of 000 045 090 135 180"),
                ("notes.jpg", "unreadable", "the bytes do not decode to a picture"),
                ("copy of 003.jpg", "duplicate bytes", "same bytes as 003.jpg")]  # fmt: skip
        return pl.DataFrame(
            [{"corpus": "demo", "path": name, "reason": reason, "detail": detail} for name, reason, detail in rows]
        )

    def parts(self) -> pl.DataFrame:
        """Build Frames.parts."""
        n = len(self.subjects)
        half = n // 2
        sizes = {PARTS[0]: half, PARTS[1]: max(n - half - self.test_people, 1), PARTS[2]: self.test_people}
        rows = [{"strategy": strategy, "part": part, "n_images": sizes[part] * self.per_person,
                 "n_people": sizes[part] if strategy == STRATEGIES[0] else n}
                for strategy in STRATEGIES[:2] for part in PARTS]  # fmt: skip
        return pl.DataFrame(rows)

    def subject_parts(self) -> pl.DataFrame:
        """Build Frames.subject_parts: each person is in one part by person, in all parts by image."""
        n = len(self.subjects)
        rows = []
        for k, subject in enumerate(self.subjects):
            own = PARTS[0] if k < n // 2 else PARTS[2] if k >= n - self.test_people else PARTS[1]
            rows.append({"strategy": STRATEGIES[0], "subject_id": subject, "part": own, "n_images": self.per_person})
            rows += [{"strategy": STRATEGIES[1], "subject_id": subject, "part": part, "n_images": self.per_person // 3}
                     for part in PARTS]  # fmt: skip
        return pl.DataFrame(rows)

    def unlabelled(self, *rows: dict[str, object]) -> pl.DataFrame:
        """Frames.unlabelled: none, or these rows."""
        schema = {"model": pl.String, "recipe": pl.String, "emotion": pl.String, "n_images": pl.Int64,
                  "n_people": pl.Int64}  # fmt: skip
        return pl.DataFrame(list(rows), schema=schema)

    def cross_corpus(self, *rows: dict[str, object]) -> pl.DataFrame:
        """Frames.cross_corpus: none, or these rows."""
        names = ("model", "recipe", "trained_on", "tested_on", "emotion")
        numbers = {"accuracy": pl.Float64, "accuracy_low": pl.Float64, "accuracy_high": pl.Float64}
        counts = dict.fromkeys(("n_images", "n_people", "n_runs"), pl.Int64)
        return pl.DataFrame(list(rows), schema={**dict.fromkeys(names, pl.String), **numbers, **counts})

    def repeatability(self, *rows: dict[str, object]) -> pl.DataFrame:
        """Frames.repeatability: these rows, or those of every feature of the corpus `demo`."""
        rows = rows or tuple(
            copied(feature, component, name)
            for feature, components in COPIED.items() for component in components for name in (*COPY_NAMES, ALL_COPIES)
        )  # fmt: skip
        words, numbers = ("corpus", "feature", "component", "copy", "unit"), ("n_images", "n_people", "n_missing")
        schema = dict.fromkeys(COLUMNS["repeatability"], pl.Float64) | dict.fromkeys(words, pl.String)
        return pl.DataFrame(list(rows), schema=schema | dict.fromkeys(numbers, pl.Int64))

    def untested(self, **row: object) -> pl.DataFrame:
        """Frames.untested: none, or one emotion of few people."""
        schema = {"strategy": pl.String, "emotion": pl.String, "n_images": pl.Int64, "n_people": pl.Int64,
                  "is_left_out": pl.Boolean}  # fmt: skip
        return pl.DataFrame([row] if row else [], schema=schema)

    def overlap(self) -> pl.DataFrame:
        """Build Frames.overlap."""
        n, images = len(self.subjects), len(self.subjects) * self.per_person
        rows = [
            {"strategy": strategy, "people": n, "people_in_several": several, "photographs": images,
             "photographs_in_several": 0, "instants": images // 3, "instants_in_several": several * 20}
            for strategy, several in zip(STRATEGIES[:2], (0, n), strict=True)
        ]  # fmt: skip
        return pl.DataFrame(rows)

    def faces(self) -> pl.DataFrame:
        """Build Frames.faces."""
        return pl.DataFrame(
            [{"emotion": emotion, "camera_angle_deg": FRONTAL_DEG, "mean_delta": moved(emotion, self.rng), "n": 48}
             for emotion in self.emotions]
        )  # fmt: skip
