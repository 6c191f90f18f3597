"""Further classes in the store: labels of the home, classes of a split, and the stored form of probabilities."""

from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.prediction_frame import prediction_frame, schema_of
from affect_store.flows.steps.split_drawing import Members, SplitDefinition
from affect_store.flows.steps.splits import store_split
from affect_store.flows.steps.stored_chances import with_further_chances
from affect_store.store.emotion_classes import EIGHT, classes_with
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import CorpusError
from affect_store.store.home import Home
from affect_store.store.offline.splits import FINGERPRINTED_COLUMNS
from affect_store.store.sources.declared_emotions import FILE_NAME
from affect_store.store.vocabulary import EMOTIONS, MAX_FURTHER_EMOTIONS, PROBABILITIES

CLASSES = classes_with({"pained": 8, "bored": 9})


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
        assert reader.predictions_of(connection, "r").select(PROBABILITIES).row(0) == frame.select(PROBABILITIES).row(0)


def test_predicted_photographs_have_a_column_per_class_of_the_model() -> None:
    frame = prediction_frame([], [], [], None, None, "lda.corrected", CLASSES)
    assert frame.columns == list(schema_of(CLASSES)) and {"bored_prob", "pained_prob"} < set(frame.columns)
