"""Final models: trained on everybody, without scores, named by `champion`, kept while current, gone with a person."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from affect_store.flows.steps import final_choice, final_models, trained_model
from affect_store.flows.steps.audit_state import TRAINED_ON, record_audited
from affect_store.flows.steps.final_execution import execute_final
from affect_store.flows.steps.run_queries import list_runs
from affect_store.flows.steps.run_records import record_run
from affect_store.flows.steps.splits import store_splits
from affect_store.flows.webapp import systems
from affect_store.models.systems import CORRECTED
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.engine.table_hashes import hash_tables
from affect_store.store.engine.work_store import open_work
from affect_store.store.erasure_request import ErasureRequest
from affect_store.store.errors import StoreError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import model_weights, publish, retention
from affect_store.store.vocabulary import FINAL, PROBABILITIES
from tests.flows.predicting import ALONE, COMPARING, CORPUS, MODELS, predicting_home

pytestmark = pytest.mark.long

SYSTEMS = [(model, CORRECTED) for model in MODELS]


def train_final(home: Home) -> list[str]:
    """Train the final models that are missing, as the flow does; returns the ids of the new runs."""
    store_splits(home, corpora=[CORPUS], with_final=True)
    with open_work(home) as connection:
        record_audited(connection, hash_tables(connection, TRAINED_ON))
    specs, _ = final_models.request_final(home, SYSTEMS)
    for spec in specs:
        record_run(home, spec, execute_final(home, spec))
    return [spec.run_id for spec in specs]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, list[str]]:
    """A home with final models, read-only, and the ids of their runs."""
    home = Home(tmp_path_factory.mktemp("final") / "home")
    shutil.copytree(predicting_home()[0].root, home.root, symlinks=True)
    return home, train_final(home)


@pytest.fixture
def home(trained: tuple[Home, list[str]], tmp_path: Path) -> Iterator[Home]:
    yield Home(Path(shutil.copytree(trained[0].root, tmp_path / "home", symlinks=True)))


def rows(home: Home, query: str) -> list[tuple]:
    with open_work(home) as connection:
        return connection.execute(query).fetchall()


def test_everybody_is_in_the_training_part(trained: tuple[Home, list[str]]) -> None:
    home, _ = trained
    counted = "FROM splits.assignments JOIN splits.sets USING (split_id) SELECT part, count(*) WHERE strategy = 'final'"
    images = rows(home, "FROM catalogue.images SELECT count(*)")
    assert rows(home, f"{counted} GROUP BY part") == [("train", *images[0])]
    fitted = rows(
        home, "FROM registry.runs SELECT CAST(parameters->>'$.n_train' AS INTEGER) WHERE split_id LIKE 'final%'"
    )
    assert fitted == [images[0]] * 2


def test_a_final_model_has_no_scores_and_is_compared_with_nothing(trained: tuple[Home, list[str]]) -> None:
    home, run_ids = trained
    for table in (
        "predictions",
        "metrics",
        "attributions",
        "group_attributions",
        "importances",
        "comparisons",
        "ranks",
    ):
        rows_of_table = rows(home, f"FROM registry.{table} SELECT DISTINCT run_id")
        assert not {run_id for (run_id,) in rows_of_table} & set(run_ids), table
    for view in ("registry.current", "registry.systems"):
        assert not {run_id for (run_id,) in rows(home, f"FROM {view} SELECT run_id")} & set(run_ids), view
    assert rows(home, "FROM splits.current SELECT strategy WHERE strategy = 'final'") == []


def test_the_settings_are_those_of_the_run_by_person(trained: tuple[Home, list[str]]) -> None:
    home, _ = trained
    pairs = rows(
        home, "FROM registry.finals AS f JOIN registry.runs AS r USING (run_id) JOIN registry.runs AS b "
        "ON b.run_id = f.basis_run_id JOIN splits.sets AS s ON s.split_id = b.split_id "
        "SELECT r.model = b.model AND r.seed = b.seed, "
        "(r.parameters->'$.temperature') = (b.parameters->'$.temperature'), s.strategy",
    )  # fmt: skip
    assert pairs == [(True, True, "by_person")] * 2


def test_nothing_is_trained_again_until_a_person_is_new_or_gone(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert train_final(home) == []
    with open_work(home) as connection:
        connection.execute(f"UPDATE catalogue.images SET excluded_reason = 'removed' WHERE subject_id = '{CORPUS}-06'")
    store_splits(home, corpora=[CORPUS], with_final=True)
    assert final_models.request_final(home, SYSTEMS) == ([], 0)
    assert f"Left out: {COMPARING}.corrected could not be trained by person" in " ".join(
        capsys.readouterr().out.split()
    )
    assert final_models.systems_without_basis(home, SYSTEMS) == SYSTEMS


def test_a_recipe_alone_chooses_among_trained_systems(home: Home) -> None:
    assert final_models.systems_to_train(home, [CORPUS], [], CORRECTED) == [SYSTEMS[0]]
    with pytest.raises(StoreError, match="no model is trained in the recipe published yet"):
        final_models.systems_to_train(home, [CORPUS], [], "published")


def test_champion_names_the_final_model_and_the_words_say_what_measured_it(trained: tuple[Home, list[str]]) -> None:
    home, run_ids = trained
    with StoreFile(home.work) as source:
        own, choice = trained_model.choose(source, "champion")
        run_id, words = final_choice.final_of(source, own, choice)
    assert run_id in run_ids and own not in run_ids
    assert words == (
        f"{choice}, as a final model trained on all 6 people; the folds or its run by person {own} say how good it is"
    )


def test_people_that_are_new_since_are_counted(home: Home) -> None:
    with open_work(home) as connection:
        own = connection.execute(f"FROM registry.systems SELECT run_id WHERE model = '{ALONE}'").fetchone()
        new = "FROM catalogue.images SELECT * REPLACE (image_id || '{0}' AS image_id, '{1}' AS subject_id) LIMIT {2}"
        connection.execute(f"INSERT INTO catalogue.images BY NAME {new.format('0', CORPUS + '-06', 3)}")
    assert own is not None
    with StoreFile(home.work) as source:
        assert final_choice.final_of(source, own[0], "x")[1].endswith(
            f"{own[0]} say how good it is. 3 photographs are new since: `affect train --final` trains it again"
        )
    with open_work(home) as connection:
        connection.execute(f"INSERT INTO catalogue.images BY NAME {new.format('1', CORPUS + '-07', 2)}")
    with StoreFile(home.work) as source:
        assert ". 1 person is new since: `affect train --final`" in final_choice.final_of(source, own[0], "x")[1]


def test_without_a_final_model_the_own_run_predicts_and_the_words_say_how_to_get_one(home: Home) -> None:
    with open_work(home) as connection:
        connection.execute("UPDATE registry.runs SET artifact_path = NULL WHERE split_id LIKE 'final%'")
        assert connection.execute("FROM registry.finals").fetchall() == []
    with StoreFile(home.work) as source:
        own, choice = trained_model.choose(source, "champion")
        assert final_choice.final_of(source, own, choice) == (
            own, f"{choice}, which was not trained on all people: {final_choice.ADVICE}",
        )  # fmt: skip


def test_weights_are_kept_while_they_are_current_and_go_with_a_person(trained: tuple[Home, list[str]]) -> None:
    home, run_ids = trained
    assert not {path.name for path in retention.plan(home, 3).weights} & set(run_ids)
    (image_id,) = rows(home, f"FROM catalogue.images SELECT min(image_id) WHERE subject_id = '{CORPUS}-01'")[0]
    with open_work(home) as connection:
        request = ErasureRequest(f"{CORPUS}-01", frozenset({image_id}), frozenset(), frozenset())
        assert set(run_ids) <= set(model_weights.trained_on(connection, request))


def test_the_list_of_runs_says_what_measures_a_final_model(home: Home) -> None:
    publish.publish(home, "1", lambda folder: publish.write_store(home.work, folder / STORE_FILE))
    listed = list_runs(home)
    runs = [dict(zip(listed.columns, row, strict=True)) for row in listed.rows]
    finals = [run for run in runs if run["split"] == FINAL]
    assert len(finals) == 2 and all(run["is_current"] and run["accuracy"] is None for run in finals)
    assert all("trained on everybody: run " in run["note"] for run in finals)
    assert not any(run["note"] for run in runs if run["split"] != FINAL)


def test_the_card_shows_the_results_of_the_run_by_person(trained: tuple[Home, list[str]]) -> None:
    home, run_ids = trained
    card = (home.artifacts / run_ids[0] / "README.md").read_text(encoding="utf-8")
    (basis,) = rows(home, f"FROM registry.finals SELECT basis_run_id WHERE run_id = '{run_ids[0]}'")[0]
    assert f"## Metrics on the test part of run {basis}" in card and "has no accuracy of its own" in card
    assert "| accuracy |" in card


def test_folds_calibrate_a_final_model_and_train_it_again(home: Home) -> None:
    with open_work(home) as connection:
        (split,) = connection.execute(
            "FROM registry.finals SELECT basis_run_id WHERE model = ?", [COMPARING]
        ).fetchone() or ("",)
        connection.execute(
            "INSERT INTO splits.sets BY NAME SELECT * REPLACE ('folds' AS strategy, 'folds-x' AS split_id, "
            "'3' AS folds_id, 0 AS repeat) FROM splits.current WHERE strategy = 'by_person'",
        )  # fmt: skip
        connection.execute(
            "INSERT INTO registry.runs BY NAME SELECT * REPLACE ('pooled' AS run_id, 'folds-x' AS split_id, "
            "'{\"epochs\": 1}' AS parameters) FROM registry.runs WHERE run_id = ?", [split],
        )  # fmt: skip
        uniform = ", ".join(f"0.125 AS {name}" for name in PROBABILITIES)
        connection.execute(
            "INSERT INTO registry.predictions BY NAME SELECT * REPLACE ('pooled' AS run_id, 'test' AS part, "
            f"{uniform}) FROM registry.predictions WHERE run_id = ?", [split],
        )  # fmt: skip
        record_audited(connection, hash_tables(connection, TRAINED_ON))
    specs, known = final_models.request_final(home, SYSTEMS)
    assert [(spec.model, spec.calibration) for spec in specs] == [(COMPARING, "pooled")] and known == 1
    outcome = execute_final(home, specs[0])
    assert outcome.parameters["basis"] == {"run_id": split, "calibrated_by": "pooled"}
    basis = rows(home, f"FROM registry.runs SELECT parameters->>'$.temperature' WHERE run_id = '{split}'")
    assert outcome.parameters["temperature"] != pytest.approx(float(basis[0][0]))


def test_the_page_shows_the_final_model_with_the_accuracy_of_its_run_by_person(
    trained: tuple[Home, list[str]],
) -> None:
    home, run_ids = trained
    for chosen in (systems.choose(home)[0][0], systems.choose(home, ["champion"])[0][0]):
        assert chosen.model.run["run_id"] in run_ids and chosen.accuracy is not None
        assert chosen.tested_on == "people its run by person was not trained on"
