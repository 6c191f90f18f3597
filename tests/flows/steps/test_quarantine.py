"""Rows that an audit sets aside are hidden, not deleted, and come back when a person releases them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from affect_store.flows import deltas
from affect_store.flows.cli.app import app
from affect_store.flows.steps import feature_services, quarantine
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import UnknownNameError
from affect_store.store.home import Home
from affect_store.store.vocabulary import NEUTRAL
from affect_store.validation.verdict import QuarantinedRow
from tests.flows.steps.test_features import HAPPY, add, extracted, keep, state, wanted

FEATURES = ("landmarks", "pixels", "frontal_unit", "aligned")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Three photographs of one person with landmarks and deltas."""
    place = Home(tmp_path / "home")
    for image_id, emotion, gaze in (("n", NEUTRAL, "frontal"), ("l", NEUTRAL, "left"), ("h", HAPPY, "frontal")):
        add(place, image_id, emotion, gaze)
    keep(place, extracted("n", 1), extracted("l", 2), extracted("h", 3))
    deltas.materialize_deltas(place)
    return place


def set_aside(home: Home, image_id: str, view: str, feature: str = "") -> int:
    with open_work(home) as connection:
        version = (
            feature_services.current_versions(connection)[feature or view]
            if view != quarantine.WHOLE_PHOTOGRAPH
            else ""
        )
        return quarantine.quarantine_rows(connection, [QuarantinedRow(image_id, view, version, ("finite",))])


def test_landmarks_that_are_set_aside_are_no_reference_and_have_no_delta(home: Home) -> None:
    assert state(home, "aligned") == {"n": "l", "l": "n", "h": "n"}
    assert set_aside(home, "n", "landmarks") == 1
    deltas.materialize_deltas(home)
    assert state(home, "landmarks") == {"n": "quarantined: finite", "l": "there", "h": "there"}
    assert state(home, "aligned") == {"n": "landmarks quarantined: finite", "l": "own reference", "h": "l"}
    assert wanted(home) == []


def test_what_is_released_counts_again(home: Home) -> None:
    before = state(home, "aligned")
    set_aside(home, "n", "landmarks")
    deltas.materialize_deltas(home)
    assert quarantine.release_photographs(home, ["n"]) == 1
    deltas.materialize_deltas(home)
    assert state(home, "aligned") == before and state(home, "landmarks")["n"] == "there"
    assert quarantine.list_quarantine(home).is_empty()


def test_a_delta_that_is_set_aside_stays_so_until_it_is_released(home: Home) -> None:
    set_aside(home, "h", "deltas", "aligned")
    assert set_aside(home, "h", "deltas", "aligned") == 0
    deltas.materialize_deltas(home)
    assert state(home, "aligned")["h"] == "quarantined: finite"
    assert state(home, "frontal_unit")["h"] == "n"
    quarantine.release_photographs(home, ["h"])
    assert state(home, "aligned")["h"] == "n"


def test_a_whole_photograph_goes_out_of_use_and_comes_back(home: Home) -> None:
    set_aside(home, "h", quarantine.WHOLE_PHOTOGRAPH)
    reason = "SELECT excluded_reason FROM catalogue.images WHERE image_id = 'h'"
    with open_work(home) as connection:
        assert connection.execute(reason).fetchone() == ("quarantined: finite",)
    assert set(quarantine.list_quarantine(home)["view"]) == {"images", "landmarks", "pixels", "deltas"}
    assert {name: state(home, name)["h"] for name in FEATURES} == dict.fromkeys(FEATURES, "quarantined: finite")
    quarantine.release_photographs(home, ["h"])
    assert all(not state(home, name)["h"].startswith("quarantined") for name in FEATURES)
    with open_work(home) as connection:
        assert connection.execute(reason).fetchone() == (None,)


@pytest.mark.parametrize("arguments", [("quarantine",), ("release", "n"), ("predict", "run1")])
def test_a_mistyped_home_is_not_made(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*arguments, "--home", str(tmp_path / "nowhere")])
    assert done.exit_code == 1 and "there is no store in" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_only_what_is_set_aside_can_be_released(home: Home) -> None:
    set_aside(home, "h", "landmarks")
    with pytest.raises(UnknownNameError, match="no quarantined photograph 'n'"):
        quarantine.release_photographs(home, ["n"])
