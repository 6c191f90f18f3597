"""Runs of relative_lda: rows by part, the model by hand, the audit, and predictions of files as of the store."""

from __future__ import annotations

import hashlib
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from sklearn.covariance import ledoit_wolf
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.preprocessing import StandardScaler

from affect_store.flows.steps import prediction
from affect_store.flows.steps.audit_state import TRAINED_ON, record_audited
from affect_store.flows.steps.batch_predict import predict_uncalibrated, predict_with
from affect_store.flows.steps.prediction import Predictor
from affect_store.flows.steps.run_execution import Outcome, execute, rows_of
from affect_store.flows.steps.run_records import record_run, request_runs
from affect_store.flows.steps.run_specs import RunSpec, TrainingRequest, run_specs_for
from affect_store.flows.steps.splits import store_splits
from affect_store.models.settings import TOWARDS_IDENTITY
from affect_store.models.systems import CORRECTED
from affect_store.store.engine import reader
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.relative import CENTRE_WEIGHT, SCALE_WEIGHT, TYPICAL
from affect_store.store.home import Home
from affect_store.store.offline import relative_rows
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, GAZES, NEUTRAL, PARTS, PROBABILITIES
from affect_store.validation.gx.dialect import open_reader, sql
from affect_store.validation.recompute import predictions
from affect_store.validation.recompute.predictions import PREDICTIONS_CHECK, check_models
from tests.flows.predicting import CORPUS, ENOUGH, extracted_home, photographs_of
from tests.stores import build
from tests.stores.design import Design, numbered

MODEL = "relative_lda"
DESIGN = Design("lab", numbered("lab", 6), (NEUTRAL, *EMOTIONS[:3]), (FRONTAL_DEG,), GAZES[:2])


def specs_of(home: Home) -> dict[str, RunSpec]:
    """Return the run on the newest split of each strategy."""
    with open_work(home) as connection:
        newest = reader.query_frame(connection, "splits/select_newest_splits")["split_id"]
        splits = [reader.frozen_split(connection, split_id) for split_id in newest]
    return {spec.split.strategy: spec for spec in run_specs_for(splits, {}, TrainingRequest([MODEL]))}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, RunSpec, Outcome]:
    """Return a home of drawn faces with a run by person, the run and its outcome; read-only."""
    home = build.build(Home(tmp_path_factory.mktemp("relative") / "home"), DESIGN)
    store_splits(home, seed=DESIGN.seed, corpora=[DESIGN.corpus])
    spec = specs_of(home)["by_person"]
    outcome = execute(home, spec)
    record_run(home, spec, outcome)
    return home, spec, outcome


def matrix(column: pa.ChunkedArray) -> np.ndarray:
    """Return vectors (n, 1404) float64, NaN where the column is NULL."""
    missing = [np.nan] * 1404
    return np.array([missing if value is None else value for value in column.to_pylist()])


def by_hand(rows: pa.Table) -> np.ndarray:
    """Return the relative deltas of the rows of one part, person by person, NaN without a delta."""
    deltas, people = matrix(rows.column("aligned")), np.array(rows.column("subject_id").to_pylist())
    values = np.full_like(deltas, np.nan)
    for person in set(people):
        own = (people == person) & ~np.isnan(deltas[:, 0])
        n = own.sum()
        if n:
            centred = deltas[own] - n / (n + CENTRE_WEIGHT) * deltas[own].mean(axis=0)
            square = (n * (centred**2).mean() + SCALE_WEIGHT * TYPICAL) / (n + SCALE_WEIGHT)
            values[own] = centred / np.sqrt(square)
    return values


class Shrunk:
    """The covariance of one emotion after Ledoit and Wolf, shrunk further towards a multiple of the identity."""

    def fit(self, features: np.ndarray) -> None:
        scaler = StandardScaler()
        covariance = ledoit_wolf(scaler.fit_transform(features))[0] * np.outer(scaler.scale_, scaler.scale_)
        share = TOWARDS_IDENTITY[MODEL]
        self.covariance_ = (1 - share) * covariance + share * np.diag(covariance).mean() * np.eye(len(covariance))


@pytest.mark.parametrize("strategy", ["by_person", "by_image"])
def test_rows_are_relative_to_the_photographs_of_the_person_in_their_part(
    trained: tuple[Home, RunSpec, Outcome], strategy: str
) -> None:
    rows = rows_of(trained[0], specs_of(trained[0])[strategy])
    for part in PARTS:
        received, expected = matrix(rows[part].column("relative")), by_hand(rows[part])
        np.testing.assert_allclose(received, expected, rtol=1e-4, atol=1e-5)
        assert np.isfinite(expected).all(axis=1).any()
    if strategy == "by_image":
        people = [set(rows[part].column("subject_id").to_pylist()) for part in PARTS]
        assert people[0] & people[1] & people[2], "a person is in several parts, whose values differ from all together"
        together = pa.concat_tables([rows[part].select(["aligned", "subject_id"]) for part in PARTS])
        separate = np.concatenate([matrix(rows[part].column("relative")) for part in PARTS])
        assert not np.allclose(by_hand(together), separate, atol=1e-2, equal_nan=True)


def test_a_run_is_linear_discriminant_analysis_of_these_rows(trained: tuple[Home, RunSpec, Outcome]) -> None:
    home, spec, outcome = trained
    rows = rows_of(home, spec)
    values, labels = by_hand(rows["train"]), rows["train"].column("label").to_numpy()
    is_present = np.isfinite(values[:, 0])
    values, labels = values[is_present], labels[is_present]
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    lda = LinearDiscriminantAnalysis(solver="lsqr", covariance_estimator=Shrunk())
    lda.fit((values - mean) / deviation, labels)
    assert outcome.predictions is not None and outcome.fitted is not None
    received = outcome.fitted.model.weights[:, lda.classes_].T  # probabilities of so few photographs are all 0 or 1
    assert np.abs(received - lda.coef_).max() < 1e-3 * np.abs(lda.coef_).max()
    np.testing.assert_allclose(outcome.fitted.model.bias[lda.classes_], lda.intercept_, rtol=1e-3)
    for part in PARTS:
        own = outcome.predictions.filter(part=part)
        position = {image_id: row for row, image_id in enumerate(rows[part].column("image_id").to_pylist())}
        read = by_hand(rows[part])[[position[image_id] for image_id in own["image_id"]]]
        expected = lda.predict_proba((read - mean) / deviation)
        names = [PROBABILITIES[label] for label in lda.classes_]
        np.testing.assert_allclose(own.select(names).to_numpy(), expected, atol=1e-3)
    assert outcome.parameters["relative"] == relative_rows.version_of(spec.versions["aligned"])


def test_explanations_are_of_the_relative_deltas(trained: tuple[Home, RunSpec, Outcome]) -> None:
    explained = trained[2].explained
    assert explained["registry.attributions"].height and explained["registry.group_attributions"].height
    assert set(explained["registry.importances"]["input"]) == {"relative_delta"}
    assert explained["registry.importances"].height > 1, "by landmark group, too"


def reproducible(home: Home, seed: str = "seed") -> bool:
    with open_reader(home.work) as store:
        (finding,) = (each for each in check_models(store, home.root, seed) if each.check == PREDICTIONS_CHECK)
    assert "of 1 runs differ" in finding.observed and "not checked" not in finding.observed
    return finding.success


def test_the_audit_recomputes_predictions_and_finds_a_wrong_one(
    trained: tuple[Home, RunSpec, Outcome], tmp_path: Path
) -> None:
    home = Home(Path(shutil.copytree(trained[0].root, tmp_path / "home", symlinks=True)))
    assert all(reproducible(home, seed) for seed in ("seed", "another", "third"))
    with open_work(home) as connection:
        connection.execute(f"UPDATE registry.predictions SET {PROBABILITIES[0]} = 1 - {PROBABILITIES[0]}")
    assert not reproducible(home)


def test_the_audit_reads_all_photographs_of_a_person_in_the_part(trained: tuple[Home, RunSpec, Outcome]) -> None:
    home, spec = trained[0], specs_of(trained[0])["by_image"]
    rows = rows_of(home, spec)
    for part in PARTS:
        expected = by_hand(rows[part])
        row = int(np.flatnonzero(np.isfinite(expected[:, 0]))[0])
        image_id = rows[part].column("image_id")[row].as_py()
        sample = {"split_id": spec.split.split_id, "as_of": spec.split.as_of, "image_ids": [image_id, "unknown"]}
        with open_reader(home.work) as store:
            of_person = store.arrow(sql("select/deltas_of_people"), {**sample, "aligned": spec.versions["aligned"]})
        assert set(of_person.column("part").to_pylist()) == {part} and of_person.num_rows > 1
        inputs = predictions._with_relative(pa.table({"image_id": ["unknown", image_id]}), of_person)
        unknown, received = inputs.column("relative").to_pylist()
        assert unknown is None
        np.testing.assert_allclose(received, expected[row], rtol=1e-4, atol=1e-5)


@cache
def home_with_files() -> tuple[Home, Path, str]:
    """Return a home of rendered people with a run by person, the folder of their photographs, and the run's id."""
    extracted, folder = extracted_home(ENOUGH)
    home = Home(folder.with_name("home-with-relative-model"))
    shutil.copytree(extracted.root, home.root, symlinks=True)
    store_splits(home, corpora=[CORPUS])
    with open_work(home) as connection:
        record_audited(connection, hash_tables(connection, TRAINED_ON))
    (spec,), _ = request_runs(home, TrainingRequest([MODEL], CORRECTED), "by_person")
    record_run(home, spec, execute(home, spec))
    return home, folder, spec.run_id


def chances(frame: pl.DataFrame) -> np.ndarray:
    return frame.select(PROBABILITIES).to_numpy()


@pytest.mark.long
def test_files_are_predicted_as_the_photographs_of_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    home, folder, run_id = home_with_files()
    monkeypatch.setattr(prediction, "BATCH_SIZE", 1)
    with open_work(home) as connection:
        stored = reader.predictions_of(connection, run_id)
    again = predict_uncalibrated(home, run_id).join(stored, on="image_id", suffix="_stored")
    assert again.height == stored.height > 3 * ENOUGH
    np.testing.assert_allclose(chances(again), again.select(f"{n}_stored" for n in PROBABILITIES).to_numpy(), atol=1e-5)
    expected = {row["image_id"]: row for row in predict_with(home, run_id).iter_rows(named=True)}
    with Predictor.load(home, MODEL) as predictor:
        for person in (f"{CORPUS}-02", f"{CORPUS}-05"):
            files = photographs_of(folder, person)
            (batch,) = predictor.batches(files[::-1], subject=person)  # whatever its size, as the person's photographs
            frame = batch.frame.filter(pl.col("reason").is_null())
            assert frame.height >= 3
            for row in frame.iter_rows(named=True):
                image_id = hashlib.sha256(Path(row["path"]).read_bytes()).hexdigest()
                assert [row[n] for n in PROBABILITIES] == pytest.approx([expected[image_id][n] for n in PROBABILITIES])
            alone = predictor.predict(frame["path"][0], subject=person)
            image_id = hashlib.sha256(Path(frame["path"][0]).read_bytes()).hexdigest()
            assert np.allclose(chances(alone), chances(predict_with(home, run_id, [image_id])), atol=1e-6)
