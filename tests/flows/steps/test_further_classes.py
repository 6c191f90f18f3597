"""Further classes in the store: labels of the home, classes of a split, and the stored form of probabilities."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.final_execution import _of_basis
from affect_store.flows.steps.prediction_frame import prediction_frame, schema_of
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.flows.steps.split_drawing import Members, SplitDefinition
from affect_store.flows.steps.splits import store_split
from affect_store.flows.steps.stored_chances import with_further_chances
from affect_store.models.training.calibration import fit_temperature
from affect_store.store.emotion_classes import EIGHT, classes_with
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.reader import FrozenSplit
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError, ShapeError
from affect_store.store.home import Home
from affect_store.store.offline.splits import FINGERPRINTED_COLUMNS
from affect_store.store.sources.declared_emotions import FILE_NAME
from affect_store.store.vocabulary import EMOTIONS, MAX_FURTHER_EMOTIONS

CLASSES = classes_with({"pained": 8, "bored": 9})
FIELDS_OF_A_RUN = (
    "configuration", "model", "recipe", "split_id", "service", "service_version", "code_version",
)  # fmt: skip
"""Columns of a run that hold a text."""


def ingest(home: Home, corpus: str, words: list[str], folder: Path) -> None:
    """Catalogue one photograph per word; the words are declared."""
    folder = folder / corpus
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, word in enumerate(words):
        shade = (number * 9, sum(corpus.encode()) % 250, 30)
        Image.new("RGB", (40, 60), shade).save(folder / f"{number}.png")
        rows.append(f"{number}.png,p,{word}")
    (folder / "manifest.csv").write_text("\n".join(["path,subject,emotion", *rows]) + "\n", encoding="utf-8")
    declared = ", ".join(f'"{word}"' for word in sorted(set(words).difference(EMOTIONS)))
    (folder / FILE_NAME).write_text(f"further_emotions = [{declared}]", encoding="utf-8")
    ingest_folder(folder, "manifest", corpus, home)


def labels(home: Home) -> dict[str, int]:
    with open_work(home) as connection:
        return dict(connection.execute("FROM catalogue.emotions SELECT emotion, label WHERE label > 7").fetchall())


def test_a_class_gets_the_next_label_of_the_home_and_keeps_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    ingest(home, "a", ["happy", "pained", "bored"], tmp_path)
    assert labels(home) == {"bored": 8, "pained": 9}
    ingest(home, "b", ["pained", "amused", "sad"], tmp_path)
    assert labels(home) == {"bored": 8, "pained": 9, "amused": 10}
    ingest(home, "a", ["happy", "confused", "bored"], tmp_path)  # a corrected label
    assert labels(home) == {"bored": 8, "pained": 9, "amused": 10, "confused": 11}


def test_a_home_has_no_more_classes_than_colours(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    names = [f"class_{chr(97 + number)}" for number in range(MAX_FURTHER_EMOTIONS)]
    ingest(home, "a", names, tmp_path)
    with pytest.raises(CorpusError, match="the home would have 25 classes besides.*expected at most 24; nothing was"):
        ingest(home, "b", ["happy", "pained"], tmp_path)
    assert len(labels(home)) == MAX_FURTHER_EMOTIONS
    with open_work(home) as connection:
        assert write.count(connection, "catalogue.images") == MAX_FURTHER_EMOTIONS


def test_a_split_records_the_classes_that_its_photographs_show(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    ingest(home, "a", ["pained", "amused"], tmp_path)
    ingest(home, "b", ["happy", "bored", "pained", "sad"], tmp_path)
    with open_work(home) as connection:
        for corpus, expected in (("b", ("bored", "pained")), ("c", ())):
            emotions = ["happy", "sad", *expected]
            rows = {name: [f"{corpus}{row}" for row in range(len(emotions))] for name in FINGERPRINTED_COLUMNS}
            assigned = pl.DataFrame({**rows, "emotion": emotions, "part": ["train"] * len(emotions)})
            members = Members(assigned.drop("part"), [], {}, clock.now())
            split_id, _ = store_split(connection, members, assigned, SplitDefinition("by_person", 1, {}))
            classes = reader.frozen_split(connection, split_id).classes
            assert classes == (classes_with({name: labels_of(connection)[name] for name in expected}))
            assert (classes == EIGHT) == (not expected)


def labels_of(connection: object) -> dict[str, int]:
    rows = connection.execute("FROM catalogue.emotions SELECT emotion, label").fetchall()  # type: ignore[attr-defined]
    return dict(rows)


def test_probabilities_come_back_as_they_were_stored(tmp_path: Path) -> None:
    columns = {name: [0.05 + number / 100] for number, name in enumerate(CLASSES.probabilities)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float32)).with_columns(
        run_id=pl.lit("r"), image_id=pl.lit("a"), part=pl.lit("test"), truth=pl.lit(9, pl.UInt8),
        predicted=pl.lit(8, pl.UInt8), temperature=pl.lit(1, pl.Float32),
    )  # fmt: skip
    stored = with_further_chances(frame)
    assert not {"bored_prob", "pained_prob"} & set(stored.columns)
    assert with_further_chances(stored.drop("further_chances")).columns == stored.drop("further_chances").columns
    with open_work(Home(tmp_path)) as connection:
        batch = write.batch("registry.predictions", {name: stored[name].to_list() for name in stored.columns})
        write.append(connection, "registry.predictions", batch)
        by_name = "SELECT further_chances['bored'], further_chances['pained'] FROM registry.predictions"
        assert connection.execute(by_name).fetchone() == tuple(frame.select("bored_prob", "pained_prob").row(0))
        read = reader.predictions_of(connection, "r", CLASSES)
        assert read.select(CLASSES.probabilities).equals(frame.select(CLASSES.probabilities))


def test_predicted_photographs_have_a_column_per_class_of_the_model() -> None:
    frame = prediction_frame([], [], [], None, None, "lda.corrected", CLASSES)
    assert frame.columns == list(schema_of(CLASSES)) and {"bored_prob", "pained_prob"} < set(frame.columns)


def test_predictions_of_other_classes_are_not_read_by_position() -> None:
    of_bored = pl.DataFrame({"further_chances": [[0.25]]}, schema={"further_chances": pl.List(pl.Float32)})
    none = pl.DataFrame({"further_chances": [None]}, schema={"further_chances": pl.List(pl.Float32)})
    assert reader.by_class(of_bored, classes_with({"bored": 9}))["bored_prob"].to_list() == [0.25]
    assert reader.by_class(none, EIGHT).columns == []
    for predictions in (of_bored, none):
        with pytest.raises(ShapeError, match="expected probabilities of 2 further classes"):
            reader.by_class(predictions, CLASSES)


def test_a_final_model_is_calibrated_on_the_classes_of_the_folds(tmp_path: Path) -> None:
    """The folds know pained only; the final split has bored, too, which one person shows."""
    folds, home = classes_with({"pained": 8}), Home(tmp_path)
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(len(folds)), 60).astype(np.float32)
    truth = np.array([rng.choice(len(folds), p=row / row.sum()) for row in probabilities.astype(float)])
    columns = {name: probabilities[:, k].tolist() for k, name in enumerate(folds.probabilities)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float32)).with_columns(
        run_id=pl.lit("pooled"), image_id=pl.Series([f"i{k:02}" for k in range(60)]), part=pl.lit("test"),
        truth=pl.Series(folds.labels_at(truth)), predicted=pl.Series(folds.labels_at(probabilities.argmax(1))),
        temperature=pl.lit(1, pl.Float32),
    )  # fmt: skip
    stored = with_further_chances(frame)
    texts = dict.fromkeys(FIELDS_OF_A_RUN, "x") | {"run_id": "pooled", "status": "completed"}
    parameters = {"parameters": '{"further_labels": {"pained": 8}}', "feature_versions": "{}", "library_versions": "{}"}
    numbers = {"seed": 7, "duration_s": 1.0, "started_at": clock.now(), "requested_at": clock.now()}
    run = {name: [value] for name, value in {**texts, **parameters, **numbers}.items()}
    with open_work(home) as connection:
        write.append(connection, "registry.runs", write.batch("registry.runs", run))
        rows = {name: stored[name].to_list() for name in stored.columns}
        write.append(connection, "registry.predictions", write.batch("registry.predictions", rows))
    split = FrozenSplit("final-1", "final", "f", {}, clock.now(), classes=CLASSES)
    spec = RunSpec("lda", "corrected", split, 7, basis="basis", calibration="pooled")
    assert _of_basis(home, spec, {})["temperature"] == pytest.approx(fit_temperature(probabilities, truth), abs=1e-6)
