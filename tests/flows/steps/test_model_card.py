"""The card of a model says what must be known before its scores are read."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from affect_store.flows.steps.model_card import card
from affect_store.flows.steps.run_execution import Outcome
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.models.systems import SYSTEMS
from affect_store.store.engine import reader
from affect_store.store.engine.work_store import open_work
from affect_store.store.sources.layouts import MANIFEST, RENDERED
from affect_store.store.sources.named_layouts import RAFD
from affect_store.store.vocabulary import HUMAN_AGREEMENT
from tests.stores import clean

MOMENT = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, reader.FrozenSplit]:
    home = clean.copy(tmp_path_factory.mktemp("clean"))
    with open_work(home) as connection:
        ids = reader.query_frame(connection, "splits/select_newest_splits")["split_id"]
        frozen = [reader.frozen_split(connection, split_id) for split_id in ids]
    return {split.strategy: split for split in frozen}


def text(split: reader.FrozenSplit, *origins: str, model: str = "lda", **parameters: object) -> str:
    outcome = Outcome("completed", MOMENT, 1.0, parameters=parameters)
    return card(RunSpec(model, "corrected", split, 7), outcome, None, pl.DataFrame(), origins)


def test_the_card_of_a_split_by_image_warns_of_the_leak(splits: dict[str, reader.FrozenSplit]) -> None:
    assert "**Split by image: the people of the test part are in the training part" in text(splits["by_image"])
    assert "Split by image" not in text(splits["by_person"])


def test_the_card_of_a_model_tested_on_rated_photographs_has_their_metrics(
    splits: dict[str, reader.FrozenSplit],
) -> None:
    row = {"part": "test", "slice": "all", "low": None, "high": None, "n_images": 9, "n_people": 3}
    values = {"accuracy": 0.8, "agreement": 0.75, "accuracy_human_normalised": 1.067, "soft_log_loss": 0.9}
    schema = {"low": pl.Float64, "high": pl.Float64}
    metrics = pl.DataFrame(
        [{**row, "metric": name, "value": value} for name, value in values.items()], schema_overrides=schema
    )
    outcome = Outcome("completed", MOMENT, 1.0)
    rated = card(RunSpec("lda", "corrected", splits["by_person"], 7), outcome, metrics, pl.DataFrame(), [RAFD])
    assert "## Human raters" in rated and "Human raters" not in text(splits["by_person"])
    assert "| accuracy_human_normalised | 1.067 |" in rated and "| agreement | 0.750 |" in rated
    assert f"{HUMAN_AGREEMENT:.0%}" not in rated


def test_the_card_of_rendered_people_says_so(splits: dict[str, reader.FrozenSplit]) -> None:
    rendered = text(splits["by_person"], RENDERED)
    assert "**Rendered people: this model was trained and tested on" in rendered
    assert "nothing about the faces of real people" in rendered
    for origin in (RAFD, MANIFEST):
        assert "endered" not in text(splits["by_person"], origin)


def test_human_agreement_is_on_the_cards_of_rafd_only(splits: dict[str, reader.FrozenSplit]) -> None:
    agreement = f"{HUMAN_AGREEMENT:.0%}"
    rated = text(splits["by_person"], RAFD)
    assert f"frontal photographs of the Radboud Faces Database in {agreement} of cases" in rated
    for origins in ((RENDERED,), (MANIFEST,), (RAFD, MANIFEST), ()):
        assert agreement not in text(splits["by_person"], *origins)


def test_the_card_shows_perfect_calibration_below_the_calibration_error(splits: dict[str, reader.FrozenSplit]) -> None:
    shown = {"calibration_error_scaled": (0.08, 0.05, 0.12), "calibration_error_if_perfect_scaled": (0.03, None, None)}
    metrics = pl.DataFrame(
        [
            {"part": "test", "slice": "all", "metric": name, "value": value, "low": low, "high": high, "n_images": 90,
             "n_people": 6}
            for name, (value, low, high) in shown.items()
        ]
    )  # fmt: skip
    run = RunSpec("lda", "corrected", splits["by_person"], 7)
    lines = card(run, Outcome("completed", MOMENT, 1.0), metrics, pl.DataFrame()).splitlines()
    first = lines.index("| calibration_error_scaled | 0.080 | 0.050 to 0.120 | 90 | 6 |")
    assert lines[first + 1].startswith("| calibration_error_if_perfect_scaled | 0.030 |  | 90 | 6 |")
    assert lines[first + 3].startswith(
        "`calibration_error_if_perfect_scaled` is the calibration error that a perfectly"
    )


def test_the_card_of_an_ensemble_names_the_averaged_members(splits: dict[str, reader.FrozenSplit]) -> None:
    members = [{"model": name} for name in SYSTEMS["ensemble"].members[:2]]
    card_of = text(splits["by_person"], model="ensemble", members=members)
    assert "| members | vector_mlp, appearance_lda |" in card_of and "face_cnn" not in card_of


def test_the_card_lists_the_coefficients_of_a_system_that_records_them(splits: dict[str, reader.FrozenSplit]) -> None:
    coefficients = {"happy": {"mouth_width_change_iod": 1.25}, "sad": {"mouth_width_change_iod": -0.5}}
    shown = text(splits["by_person"], model="measures_lda", coefficients=coefficients)
    assert "| feature | happy | sad |" in shown and "| `mouth_width_change_iod` | +1.25 | -0.50 |" in shown
    assert "## Coefficients" not in text(splits["by_person"])


def test_the_card_says_that_relative_deltas_depend_on_the_other_photographs(
    splits: dict[str, reader.FrozenSplit],
) -> None:
    sentence = "A prediction depends on which photographs of the person are predicted with it"
    assert sentence in text(splits["by_person"], model="relative_lda")
    assert sentence not in text(splits["by_person"])
