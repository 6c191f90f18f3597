"""The replication of the notebook: its split, its zeros, its epochs, and that an interrupted command resumes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from affect_store.flows.steps.run_execution import Outcome, execute, rows_of
from affect_store.flows.steps.run_records import record_run, request_runs
from affect_store.flows.steps.run_specs import RunSpec, TrainingRequest, run_specs_for
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine import reader
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.references import OWN_REFERENCE
from affect_store.store.home import Home
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, GAZES, NEUTRAL
from affect_store.validation.gx.dialect import open_reader
from affect_store.validation.recompute.predictions import check_models
from tests.finished import affect
from tests.flows import corpus
from tests.stores import build
from tests.stores.design import Design, numbered

PEOPLE = 6
DESIGN = Design("lab", numbered("lab", PEOPLE), (NEUTRAL, *EMOTIONS[:3]), (FRONTAL_DEG,), GAZES[:2])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = build.build(Home(tmp_path_factory.mktemp("replicate") / "home"), DESIGN)
    store_splits(home, seed=DESIGN.seed, corpora=[DESIGN.corpus], with_notebook=True)
    return home


def spec_of(home: Home, strategy: str, recipe: str) -> RunSpec:
    with open_work(home) as connection:
        newest = reader.query_frame(connection, "splits/select_newest_splits").filter(strategy=strategy)["split_id"]
        splits = [reader.frozen_split(connection, split_id) for split_id in newest]
    (spec,) = run_specs_for(splits, {}, TrainingRequest(("vector_mlp",), recipe, epochs=1))
    return spec


def own_references(home: Home) -> set[str]:
    with open_work(home) as connection:
        query = (
            "FROM features.absent SELECT DISTINCT image_id, feature WHERE reason = $reason AND feature = 'frontal_unit'"
        )
        return {image_id for image_id, _ in connection.execute(query, {"reason": OWN_REFERENCE}).fetchall()}


def test_only_the_published_recipe_reads_zeros_and_none_are_stored(home: Home) -> None:
    own = own_references(home)
    assert len(own) == PEOPLE
    for recipe, is_read in (("published", True), ("corrected", False)):
        rows = pl.concat(
            pl.DataFrame(pl.from_arrow(table)) for table in rows_of(home, spec_of(home, "notebook", recipe)).values()
        )
        column = "frontal_unit" if is_read else "aligned"
        read = rows.filter(pl.col("image_id").is_in(own))[column]
        assert len(read) == PEOPLE
        if is_read:
            assert read.null_count() == 0 and not np.any(read.to_numpy())
        assert rows.filter(~pl.col("image_id").is_in(own))[column].null_count() == 0
    with open_work(home) as connection:
        zeros = "SELECT count(*) FROM features.deltas WHERE list_max(xyz) = 0 AND list_min(xyz) = 0"
        assert connection.execute(zeros).fetchone() == (0,)


@pytest.fixture(scope="module")
def outcome(home: Home) -> Outcome:
    """Return the result of one epoch of the published vector MLP on the notebook's split, which the registry has."""
    spec = spec_of(home, "notebook", "published")
    outcome = execute(home, spec)
    record_run(home, spec, outcome)
    return outcome


def test_runs_on_the_notebooks_split_predict_every_photograph_and_pass_the_audit(home: Home, outcome: Outcome) -> None:
    assert outcome.predictions is not None and own_references(home) <= set(outcome.predictions["image_id"])
    assert outcome.predictions.height == len(DESIGN.cells())
    with open_reader(home.work) as store:
        assert [finding.success for finding in check_models(store, home.root, "seed")] == [True] * 3


def test_other_commands_do_not_train_on_the_notebooks_split(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affect_store.flows.steps.audit_state.require_audited", lambda home: None)
    missing, _ = request_runs(home, TrainingRequest(("lda",)))
    assert {spec.split.strategy for spec in missing} == {"by_person", "by_image"}
    missing, _ = request_runs(home, TrainingRequest(("lda",)), "notebook")
    assert {spec.split.strategy for spec in missing} == {"notebook"}


def test_systems_without_their_pixels_are_named_and_left_out(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    missing, _ = request_runs(home, TrainingRequest(("cnn",), "published"))
    assert missing == [] and "affect run --images FOLDER --models cnn` extracts them" in capsys.readouterr().out


@pytest.mark.long
def test_the_command_trains_all_epochs_resumes_and_publishes(tmp_path: Path) -> None:
    corpus.render(tmp_path / "images")
    arguments = ("replicate", "--images", str(tmp_path / "images"), "--models", "vector_mlp", "--with-slips")
    first = affect(*arguments, home=tmp_path / "home", timeout_s=3600)
    assert first.returncode == 0, first.stderr
    query = "select model, recipe, split, epochs from leaderboard where recipe <> 'corrected' order by all"
    result = affect("sql", query, "--csv", home=tmp_path / "home")
    rows = [line.split(",") for line in result.stdout.splitlines()[1:]]
    assert {row[2] for row in rows} == {"notebook", "by_person"} and len(rows) == 2 * (1 + 1)
    assert {row[0]: int(row[3]) for row in rows if row[3]} == {"vector_mlp": 100}
    page = (tmp_path / "home" / "published" / "dashboards" / "replication.html").read_text(encoding="utf-8")
    assert "With its slips, split of the notebook" in page and "0.7402 (45)" in page
    again = affect(*arguments, home=tmp_path / "home")
    assert again.returncode == 0 and "Nothing new" in again.stdout, again.stderr
