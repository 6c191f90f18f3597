"""Descriptions of what the small published store holds."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from docs.scripts import store_reference as reference_page

from affect_store.flows.steps import feature_services
from affect_store.flows.steps.descriptions import describe, feature_versions, service_versions
from affect_store.flows.steps.missing_features import record_missing_features
from affect_store.store.consent import erasure
from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection, open_file
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.query import QueryResult
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import NotPublishedError, StoreError, UnknownNameError
from affect_store.store.features.feature_views import chosen
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.publication import publish
from affect_store.store.schema.tables import BY_NAME
from tests.stores import clean, known
from tests.stores.design import image_id
from tests.stores.faces import SAD
from tests.stores.known import DESIGN, small_home
from tests.stores.runs import CODE_VERSION

SERVICE = "vector_mlp.corrected"


def dicts(answer: QueryResult) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


@pytest.mark.long
def test_feature_versions_have_the_number_of_photographs() -> None:
    rows = {row["feature"]: row for row in dicts(feature_versions(small_home()))}
    assert {name: row["version"] for name, row in rows.items()} == {view.feature: view.version for view in chosen()}
    assert all(row["is_current"] and row["since"] and row["owner"] and row["description"] for row in rows.values())
    assert rows["landmarks"]["photographs"] == len(DESIGN.cells()) - 1  # all but the one without a face
    assert rows["pixels"]["photographs"] == 0  # thumbnails stay behind when a store is published without faces


@pytest.fixture
def own_home(tmp_path: Path) -> Home:
    """A copy of the small home, to write to and publish again."""
    shutil.copytree(small_home().root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def published(home: Home) -> Home:
    publish.publish(home, "2", lambda folder: publish.write_store(home.work, folder / STORE_FILE, with_faces=True))
    return home


def use(connection: Connection, rounding: str) -> str:
    """Let `aligned` be computed with another parameter from now on; returns its version."""
    views = [replace(view, parameters={**view.parameters, "tried": rounding}) if view.feature == "aligned" else view
             for view in chosen()]  # fmt: skip
    return feature_services.register(connection, views if rounding else chosen())["aligned"]


def test_a_version_that_became_current_again_is_one_row(own_home: Home) -> None:
    with open_work(own_home) as connection:
        tried, back = use(connection, "more"), use(connection, "")
        rows = connection.execute(
            "SELECT version, created_at FROM features.services WHERE service = 'aligned' ORDER BY created_at"
        ).fetchall()
    assert [version for version, _ in rows] == [back, tried, back]
    first, second, third = (moment for _, moment in rows)
    versions = [row for row in dicts(service_versions(published(own_home))) if row["service"] == "aligned"]
    assert [(row["is_current"], row["since"]) for row in versions] == [(True, first), (False, second)]
    assert all(row["features"] == "aligned" for row in versions)
    views = {row["version"]: row for row in dicts(feature_versions(own_home)) if row["feature"] == "aligned"}
    assert (views[back]["since"], views[back]["is_current"]) == (third, True)
    assert (views[tried]["since"], views[tried]["is_current"]) == (second, False)


def test_photographs_of_a_superseded_version_are_counted_from_stored_rows(own_home: Home) -> None:
    with open_work(own_home) as connection:
        use(connection, "more")
    rows = [row for row in dicts(feature_versions(published(own_home))) if row["feature"] == "aligned"]
    now, before = (row["photographs"] for row in rows)
    assert rows[0]["is_current"] and now == 0 and before > 0


def test_quarantined_rows_are_not_counted(own_home: Home) -> None:
    def counts() -> dict[str, int]:
        return {row["feature"]: row["photographs"] for row in dicts(feature_versions(own_home))}

    published(own_home)
    before = counts()
    shown = image_id(next(cell for cell in DESIGN.cells() if cell[0] in known.PICTURED))
    with open_work(own_home) as connection:
        versions = feature_services.current_versions(connection)
        record_missing_features(connection, [(shown, "pixels", versions["pixels"], "quarantined: finite")])
    publish.publish(own_home, "3", lambda to: publish.write_store(own_home.work, to / STORE_FILE, with_faces=True))
    pictured = [cell for cell in DESIGN.cells() if cell[0] in known.PICTURED]
    assert before["pixels"] == len(pictured) and counts() == {**before, "pixels": before["pixels"] - 1}


def test_a_split_reports_the_erasure_of_a_person(own_home: Home) -> None:
    with open_work(own_home) as connection:
        split = reader.query_frame(connection, "splits/select_split_ids")["split_id"][0]
        erasure.record_losses(connection, [], [split])
    before, after = describe(small_home(), split).facts, describe(published(own_home), split).facts
    assert "not_whole" not in before and "a person was erased from it on 20" in after["not_whole"]


def test_services_name_their_features_and_the_runs_that_used_them() -> None:
    rows = {row["service"]: row for row in dicts(service_versions(small_home()))}
    used = {run.run_id for run in known.RUNS if f"{run.model}.{run.recipe}" == SERVICE} | {known.EARLY_ID}
    assert set(rows[SERVICE]["runs"].split()) == used and rows[SERVICE]["n_runs"] == len(used)
    assert rows["mm2.corrected"]["features"].split() == ["aligned", "landmarks", "pixels"]
    assert rows["mm2.corrected"]["n_runs"] == 0 and rows["mm2.corrected"]["is_current"]


@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_table_is_described_by_the_catalogue(name: str) -> None:
    description = describe(small_home(), name)
    assert [row["column"] for row in dicts(description.tables["columns"])] == list(BY_NAME[name].columns)
    assert description.facts["key"] == ", ".join(BY_NAME[name].key)


def test_the_schema_may_be_left_out_where_the_name_is_unique() -> None:
    description = describe(small_home(), "images")
    assert description.title == "table catalogue.images" and description.facts["rows"] == len(DESIGN.cells())


@pytest.mark.parametrize("name", list(reference_page.views()))
def test_a_view_is_described_with_its_columns(name: str) -> None:
    connection = open_published(small_home())
    expected = [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
    connection.close()
    assert [row["column"] for row in dicts(describe(small_home(), name).tables["columns"])] == expected


def test_a_macro_a_feature_view_and_a_version_are_described() -> None:
    assert describe(small_home(), "features.deltas_at").facts["parameters"] == "wanted, moment"
    assert describe(small_home(), "deltas").facts["features"] == "aligned, frontal_unit"
    aligned = next(view for view in chosen() if view.feature == "aligned")
    description = describe(small_home(), aligned.version)
    assert (description.facts["feature"], description.facts["description"]) == ("aligned", aligned.description)


def test_a_feature_has_parameters_services_and_reasons_of_missing_values() -> None:
    description = describe(small_home(), "aligned")
    assert description.facts["transform"] == "aligned-1" and "rigid_landmarks" in description.facts["parameters"]
    assert SERVICE in [row["service"] for row in dicts(description.tables["current services that hold it"])]
    states = {row["state"]: row["photographs"] for row in dicts(description.tables["photographs"])}
    assert states["no face"] == 1 and states["own reference"] == 1 and sum(states.values()) == len(DESIGN.cells())


def test_a_service_has_members_and_runs() -> None:
    description = describe(small_home(), SERVICE)
    assert description.facts["features"] == ["aligned"]
    assert known.EARLY_ID in [row["run_id"] for row in dicts(description.tables["runs"])]


def test_a_run_has_its_lineage_and_a_split_its_parts_and_runs() -> None:
    run = known.RUNS[0]
    description = describe(small_home(), run.run_id)
    assert (description.facts["service"], description.facts["code_version"]) == (SERVICE, CODE_VERSION)
    split = describe(small_home(), description.facts["split_id"])
    assert split.facts["fingerprint"] == description.facts["split_fingerprint"]
    parts = {row["part"]: row for row in dicts(split.tables["parts"])}
    assert sum(row["photographs"] for row in parts.values()) == len(DESIGN.cells()) and parts["test"]["people"] == 2
    assert run.run_id in [row["run_id"] for row in dicts(split.tables["runs"])]


def test_a_run_is_described_by_the_name_of_its_system_or_the_beginning_of_its_id(own_home: Home) -> None:
    best, published_run = known.RUNS[:2]
    description = describe(small_home(), "vector_mlp")
    assert description.title == f"run {best.run_id}"
    assert description.remark.startswith(f"'vector_mlp' is run {best.run_id} (corrected, split by person, ")
    assert describe(small_home(), best.run_id).remark == ""
    assert describe(small_home(), best.run_id[:-1]).title == f"run {best.run_id}"
    with pytest.raises(StoreError, match="runs begin with"):
        describe(small_home(), "vector_mlp-")
    with open_work(own_home) as connection:
        connection.execute("UPDATE features.services SET service = 'renamed' WHERE service = 'vector_mlp.published'")
    description = describe(published(own_home), "vector_mlp.published")
    assert description.title == f"run {published_run.run_id}" and "(published, " in description.remark


def test_a_beginning_of_a_photograph_and_of_a_run_is_reported(own_home: Home) -> None:
    key = image_id(known.MISLABELLED)
    with open_work(own_home) as connection:
        connection.execute(
            "INSERT INTO registry.runs FROM registry.runs SELECT * REPLACE ($id AS run_id) WHERE run_id = $old",
            {"id": key[:12], "old": known.EARLY_ID},
        )
    with pytest.raises(UnknownNameError, match=f"a photograph and a run begin with '{key[:8]}': give more characters"):
        describe(published(own_home), key[:8])
    assert describe(own_home, key).title == f"photograph {key}"


def test_a_photograph_has_labels_features_and_predictions() -> None:
    key = image_id(known.MISLABELLED)
    description = describe(small_home(), key[:12])
    assert description.title == f"photograph {key}" and description.facts["emotion"] == known.CORRECTED_TO
    labels = [row["emotion"] for row in dicts(description.tables["labels"])]
    assert labels == [SAD, known.CORRECTED_TO]
    assert {row["truth"] for row in dicts(description.tables["predictions"])} == {known.CORRECTED_TO}
    faceless = describe(small_home(), image_id(known.FACELESS))
    states = {row["feature"]: row["state"] for row in dicts(faceless.tables["features"])}
    faces = {view.feature for view in chosen()} - {"pixels"}
    assert states == dict.fromkeys(faces, "no face") | {"pixels": "not computed"}


@pytest.mark.long
def test_a_photograph_with_ratings_by_people_has_them(tmp_path: Path) -> None:
    key = image_id(clean.DESIGN.cells()[0])
    home = published(clean.rated_copy(tmp_path))
    (row,) = dicts(describe(home, key).tables["ratings"])
    assert (row["agreement"], row["intensity"]) == (0.5, 1.0) and "image_id" not in row
    assert "ratings" not in describe(small_home(), image_id(known.MISLABELLED)).tables


def test_a_publication_from_before_ratings_is_described(own_home: Home) -> None:
    connection = open_file(published(own_home).published_store)
    connection.execute("DROP TABLE catalogue.ratings")
    connection.close()
    assert describe(own_home, "catalogue.ratings").facts["rows"] == 0
    assert "ratings" not in describe(own_home, image_id(known.MISLABELLED)).tables


def test_an_unknown_name_is_reported_with_similar_ones() -> None:
    with pytest.raises(UnknownNameError, match="did you mean aligned"):
        describe(small_home(), "alligned")
    with pytest.raises(UnknownNameError, match=r"vector_mlp\.corrected"):
        describe(small_home(), "vector_mlp.corect")
    with pytest.raises(UnknownNameError, match="there is no .*'0123456789abcdef'"):
        describe(small_home(), "0123456789abcdef")


def test_an_ambiguous_prefix_is_reported() -> None:
    ids = sorted(image_id(cell) for cell in DESIGN.cells())  # more of them than hexadecimal digits
    prefix = next(first[0] for first, second in pairwise(ids) if first[0] == second[0])
    with pytest.raises(UnknownNameError, match=f"several photographs begin with '{prefix}'"):
        describe(small_home(), prefix)


def test_without_a_publication_an_error_is_raised(tmp_path: Path) -> None:
    with pytest.raises(NotPublishedError):
        feature_versions(Home(tmp_path))
    with pytest.raises(NotPublishedError):
        describe(Home(tmp_path), "leaderboard")


def test_a_mistyped_photograph_is_reported_with_the_similar_one() -> None:
    key = image_id(DESIGN.cells()[0])
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    with pytest.raises(UnknownNameError, match=f"no photograph '{wrong}' .*did you mean {key}"):
        describe(small_home(), wrong)
