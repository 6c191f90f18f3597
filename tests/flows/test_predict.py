"""Prediction reads the published store, which no run waits for; what that does not hold, the work store tells."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows import predict
from models import artifact
from models.fit import Options, fit
from models.predict import predict as say
from store.errors import StoreError, UnknownNameError
from store.tables import publish, read, training, write
from store.tables.connection import open_work
from store.tables.home import STORE_FILE, Home
from store.tables.source import Source
from store.vocabulary import PARTS
from tests.store.tables import small_runs
from tests.store.tables.holder import held
from tests.store.tables.small_store import small_home

RUN = small_runs.RUNS[0]
"""vector_mlp in the corrected recipe, by person."""


def publish_home(home: Home, name: str) -> None:
    publish.publish(home, name, lambda folder: publish.write_store(home.work, folder / STORE_FILE))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    """The small home with a real model in the place of a run's made-up one, and what that says of each part."""
    home = Home(tmp_path_factory.mktemp("homes") / "home")
    shutil.copytree(small_home().root, home.root, symlinks=True)
    with Source(home.work) as source:
        split_id = read.frame(source.connection, "select_run", {"run_id": RUN.run_id})["split_id"][0]
        split = read.frozen_split(source.connection, split_id)
        rows = {part: training.table(source, training.look(source, split, part, RUN.features)) for part in PARTS}
    fitted = fit(RUN.model, RUN.recipe, rows[PARTS[0]], rows[PARTS[1]], Options(7, 1))
    digest = artifact.save(fitted, home.artifacts / RUN.run_id)
    with open_work(home) as work:
        work.execute("UPDATE registry.runs SET artifact_sha256 = $digest WHERE run_id = $run_id",
                     {"digest": digest, "run_id": RUN.run_id})  # fmt: skip
        write.note_change(work)
    publish_home(home, "2")
    return home.root, pl.concat([say(fitted, rows[part]) for part in PARTS]).sort("image_id")


@pytest.fixture
def home(trained: tuple[Path, pl.DataFrame], tmp_path: Path) -> Home:
    shutil.copytree(trained[0], tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def test_a_run_that_holds_the_work_store_blocks_no_prediction(home: Home, trained: tuple[Path, pl.DataFrame]) -> None:
    with held(home.work):
        found = predict.predict_with(home, RUN.run_id).sort("image_id")
    assert_frame_equal(found, trained[1], abs_tol=1e-5)  # the batches are others, and so are the last digits


def test_a_run_that_is_not_published_yet_is_found_in_the_work_store(home: Home) -> None:
    with open_work(home) as work:
        work.execute("UPDATE registry.runs SET run_id = 'new' WHERE run_id = $run_id", {"run_id": RUN.run_id})
    assert predict.predict_with(home, "new").height
    with pytest.raises(UnknownNameError, match="no run 'newer'; near it: new"):
        predict.predict_with(home, "newer")


def test_weights_that_were_trained_again_since_are_those_of_the_work_store(home: Home) -> None:
    record = home.artifacts / RUN.run_id / artifact.RECORD
    record.write_text(record.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(StoreError, match="is not the model of run"):
        predict.predict_with(home, RUN.run_id)
    with open_work(home) as work:
        work.execute("UPDATE registry.runs SET artifact_sha256 = $digest WHERE run_id = $run_id",
                     {"digest": artifact.fingerprint(record.parent), "run_id": RUN.run_id})  # fmt: skip
    assert predict.predict_with(home, RUN.run_id).height


def test_weights_that_are_gone_are_said_to_be(home: Home) -> None:
    shutil.rmtree(home.artifacts / RUN.run_id)
    with pytest.raises(StoreError, match="is gone: expected its files in the folder"):
        predict.predict_with(home, RUN.run_id)
    with pytest.raises(StoreError, match="is gone"):
        predict.predict_with(home, small_runs.RUNS[1].run_id)
    home.work.unlink()
    with pytest.raises(StoreError, match="is gone"):
        predict.predict_with(home, RUN.run_id)
