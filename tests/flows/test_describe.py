"""`affect views`, `services`, `describe` and `export` on the small published store."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from flows import services
from flows.commands_read import add_to
from flows.describe import describe, services_of, views_of
from flows.landmarks import store_misses
from store.errors import NotPublishedError, UnknownNameError
from store.features.views import chosen
from store.tables import forget, publish, read, reference
from store.tables.catalog import BY_NAME
from store.tables.connection import Connection, open_work
from store.tables.home import STORE_FILE, Home
from store.tables.published import open_published
from store.tables.query import Answer
from tests.store.tables import small_runs, small_store
from tests.store.tables.small_store import cells, image_id, small_home

SERVICE = "vector_mlp.corrected"


def dicts(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def affect(*arguments: str) -> Result:
    app = typer.Typer()
    add_to(app)
    return CliRunner().invoke(app, [*arguments, "--home", str(small_home().root)])


def test_views_are_the_versions_of_each_feature_with_how_many_photographs_have_it() -> None:
    found = {row["feature"]: row for row in dicts(views_of(small_home()))}
    assert {name: row["version"] for name, row in found.items()} == {one.feature: one.version for one in chosen()}
    assert all(row["is_current"] and row["since"] and row["owner"] and row["description"] for row in found.values())
    assert found["landmarks"]["photographs"] == len(cells()) - 1  # all but the one without a face
    assert found["pixels"]["photographs"] == 0  # thumbnails stay behind when a store is published without faces


@pytest.fixture
def own_home(tmp_path: Path) -> Home:
    """A copy of the small home, to be written to and published anew."""
    shutil.copytree(small_home().root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def published(home: Home) -> Home:
    publish.publish(home, "2", lambda folder: publish.write_store(home.work, folder / STORE_FILE, with_faces=True))
    return home


def use(connection: Connection, rounding: str) -> str:
    """Let `aligned` be computed with another parameter from now on; returns its version."""
    views = [replace(one, parameters={**one.parameters, "tried": rounding}) if one.feature == "aligned" else one
             for one in chosen()]  # fmt: skip
    return services.make_current(connection, views if rounding else chosen())["aligned"]


def test_a_version_that_came_back_is_one_row_since_it_first_counted(own_home: Home) -> None:
    with open_work(own_home) as connection:
        tried, back = use(connection, "more"), use(connection, "")
        rows = connection.execute(
            "SELECT version, created_at FROM features.services WHERE service = 'aligned' ORDER BY created_at"
        ).fetchall()
    assert [version for version, _ in rows] == [back, tried, back]
    first, second, third = (moment for _, moment in rows)
    found = [row for row in dicts(services_of(published(own_home))) if row["service"] == "aligned"]
    assert [(row["is_current"], row["since"]) for row in found] == [(True, first), (False, second)]
    assert all(row["features"] == "aligned" for row in found)
    views = {row["version"]: row for row in dicts(views_of(own_home)) if row["feature"] == "aligned"}
    assert (views[back]["since"], views[back]["is_current"]) == (third, True)
    assert (views[tried]["since"], views[tried]["is_current"]) == (second, False)


def test_photographs_of_a_version_that_is_not_used_any_more_are_counted_from_what_is_stored(own_home: Home) -> None:
    with open_work(own_home) as connection:
        use(connection, "more")
    found = [row for row in dicts(views_of(published(own_home))) if row["feature"] == "aligned"]
    now, before = (row["photographs"] for row in found)
    assert found[0]["is_current"] and now == 0 and before > 0


def test_rows_that_are_hidden_are_not_counted(own_home: Home) -> None:
    def counts() -> dict[str, int]:
        return {row["feature"]: row["photographs"] for row in dicts(views_of(own_home))}

    published(own_home)
    before = counts()
    shown = image_id(next(cell for cell in cells() if cell[0] in small_store.PICTURED))
    with open_work(own_home) as connection:
        versions = services.current(connection)
        store_misses(connection, [(shown, "pixels", versions["pixels"], "quarantined: finite")])
    publish.publish(own_home, "3", lambda to: publish.write_store(own_home.work, to / STORE_FILE, with_faces=True))
    pictured = [cell for cell in cells() if cell[0] in small_store.PICTURED]
    assert before["pixels"] == len(pictured) and counts() == {**before, "pixels": before["pixels"] - 1}


def test_a_split_says_that_a_person_left_it(own_home: Home) -> None:
    with open_work(own_home) as connection:
        split = read.frame(connection, "select_split_ids")["split_id"][0]
        forget.mark_losses(connection, [], [split])
    told = describe(small_home(), split).facts, describe(published(own_home), split).facts
    assert "not_whole" not in told[0] and "lost a person who withdrew consent on 20" in told[1]["not_whole"]


def test_services_name_their_features_and_the_runs_that_used_them() -> None:
    found = {row["service"]: row for row in dicts(services_of(small_home()))}
    used = {run.run_id for run in small_runs.RUNS if f"{run.model}.{run.recipe}" == SERVICE} | {small_runs.EARLY_ID}
    assert set(found[SERVICE]["runs"].split()) == used and found[SERVICE]["n_runs"] == len(used)
    assert found["mm2.corrected"]["features"].split() == ["aligned", "landmarks", "pixels"]
    assert found["mm2.corrected"]["n_runs"] == 0 and found["mm2.corrected"]["is_current"]


@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_table_is_described_by_the_catalogue(name: str) -> None:
    found = describe(small_home(), name)
    assert [row["column"] for row in dicts(found.tables["columns"])] == list(BY_NAME[name].columns)
    assert found.facts["key"] == ", ".join(BY_NAME[name].key)


def test_a_table_needs_no_schema_where_only_one_has_it() -> None:
    found = describe(small_home(), "images")
    assert found.title == "table catalogue.images" and found.facts["rows"] == len(cells())


@pytest.mark.parametrize("name", list(reference.views()))
def test_a_view_is_described_with_its_columns(name: str) -> None:
    connection = open_published(small_home())
    expected = [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
    connection.close()
    assert [row["column"] for row in dicts(describe(small_home(), name).tables["columns"])] == expected


def test_a_macro_a_feature_view_and_a_version_are_described() -> None:
    assert describe(small_home(), "features.deltas_at").facts["parameters"] == "wanted, moment"
    assert describe(small_home(), "deltas").facts["features"] == "aligned, frontal_unit"
    aligned = next(one for one in chosen() if one.feature == "aligned")
    found = describe(small_home(), aligned.version)
    assert (found.facts["feature"], found.facts["description"]) == ("aligned", aligned.description)


def test_a_feature_tells_parameters_services_and_why_values_are_missing() -> None:
    found = describe(small_home(), "aligned")
    assert found.facts["transform"] == "aligned-1" and "rigid_landmarks" in found.facts["parameters"]
    assert SERVICE in [row["service"] for row in dicts(found.tables["services that hold it today"])]
    states = {row["state"]: row["photographs"] for row in dicts(found.tables["photographs"])}
    assert states["no face"] == 1 and states["no reference"] == 1 and sum(states.values()) == len(cells())


def test_a_service_tells_its_members_and_runs() -> None:
    found = describe(small_home(), SERVICE)
    assert found.facts["features"] == ["aligned"]
    assert small_runs.EARLY_ID in [row["run_id"] for row in dicts(found.tables["runs"])]


def test_a_run_tells_its_lineage_and_a_split_its_parts_and_runs() -> None:
    run = small_runs.RUNS[0]
    found = describe(small_home(), run.run_id)
    assert (found.facts["service"], found.facts["code_version"]) == (SERVICE, small_runs.CODE_VERSION)
    split = describe(small_home(), found.facts["split_id"])
    assert split.facts["fingerprint"] == found.facts["split_fingerprint"]
    parts = {row["part"]: row for row in dicts(split.tables["parts"])}
    assert sum(row["photographs"] for row in parts.values()) == len(cells()) and parts["test"]["people"] == 2
    assert run.run_id in [row["run_id"] for row in dicts(split.tables["runs"])]


def test_a_photograph_tells_its_labels_features_and_predictions() -> None:
    key = image_id(small_store.MISLABELLED)
    found = describe(small_home(), key[:12])
    assert found.title == f"photograph {key}" and found.facts["emotion"] == small_store.CORRECTED_TO
    labels = [row["emotion"] for row in dicts(found.tables["labels"])]
    assert labels == [small_store.SAD, small_store.CORRECTED_TO]
    assert {row["truth"] for row in dicts(found.tables["predictions"])} == {small_store.CORRECTED_TO}
    faceless = describe(small_home(), image_id(small_store.FACELESS))
    states = {row["feature"]: row["state"] for row in dicts(faceless.tables["features"])}
    assert states == dict.fromkeys(("aligned", "frontal_unit", "landmarks"), "no face") | {"pixels": "not computed"}


def test_an_unknown_name_is_told_with_the_near_ones() -> None:
    with pytest.raises(UnknownNameError, match="near it: aligned"):
        describe(small_home(), "alligned")
    with pytest.raises(UnknownNameError, match=r"vector_mlp\.corrected"):
        describe(small_home(), "vector_mlp")
    with pytest.raises(UnknownNameError, match="there is no .*'0123456789abcdef'"):
        describe(small_home(), "0123456789abcdef")


def test_a_beginning_that_several_photographs_share_is_told() -> None:
    ids = sorted(image_id(cell) for cell in cells())  # more of them than hexadecimal digits
    beginning = next(one[0] for one, other in zip(ids, ids[1:], strict=False) if one[0] == other[0])
    with pytest.raises(UnknownNameError, match=f"several photographs begin with '{beginning}'"):
        describe(small_home(), beginning)


def test_the_commands_print_and_fail_with_one_line(tmp_path: Path) -> None:
    assert SERVICE in affect("services").stdout and "inter-ocular" in affect("describe", "aligned").stdout
    assert "landmarks" in affect("views").stdout
    refused = affect("describe", "nothing like it")
    assert refused.exit_code == 1 and refused.stderr.count("\n") == 1


def test_export_writes_a_file_and_replaces_one_only_with_force(tmp_path: Path) -> None:
    target = tmp_path / "board.csv"
    assert affect("export", "leaderboard", str(target)).exit_code == 0
    assert target.read_text().startswith("model,recipe,split,")
    assert "--force" in affect("export", "leaderboard", str(target)).stderr
    assert affect("export", "leaderboard", str(target), "--force").exit_code == 0


def test_without_a_publication_each_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotPublishedError):
        views_of(Home(tmp_path))
    with pytest.raises(NotPublishedError):
        describe(Home(tmp_path), "leaderboard")


def test_a_photograph_with_a_wrong_character_is_named_with_the_near_one() -> None:
    key = image_id(cells()[0])
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    with pytest.raises(UnknownNameError, match=f"no photograph '{wrong}' .*near it: {key}"):
        describe(small_home(), wrong)
