"""How long networks will take, from the epochs that were measured."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from affect_store.flows.steps import training_forecast
from affect_store.flows.steps.training_forecast import TrainingForecast, duration
from affect_store.models.settings import epoch_cost, epochs_of
from affect_store.models.systems import CORRECTED, NETWORK, PUBLISHED, SYSTEMS


@dataclass(frozen=True)
class Spec:
    model: str
    recipe: str = PUBLISHED
    epochs: int | None = 10

    @property
    def run_id(self) -> str:
        return self.model

    @property
    def split(self) -> SimpleNamespace:
        return SimpleNamespace(split_id="split")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(training_forecast.time, "monotonic", lambda: clock.now)
    return clock


def forecast_of(*models: str, at_once: int = 1) -> TrainingForecast:
    return TrainingForecast([Spec(model) for model in models], {"split": 100}, at_once)  # type: ignore[misc]


def test_the_second_epoch_is_the_first_that_counts(clock: SimpleNamespace) -> None:
    forecast = forecast_of("cnn")
    clock.now = 100.0
    assert not forecast.report("cnn", 1) and forecast.seconds_left() is None and str(forecast) == ""
    clock.now = 112.0
    assert forecast.report("cnn", 2), "the first measurement"
    assert forecast.seconds_left() == 8 * 12 and str(forecast) == "about 2 min left"
    clock.now = 126.0
    assert not forecast.report("cnn", 3) and forecast.seconds_left() == pytest.approx(7 * 13)


def test_a_network_that_has_not_begun_takes_its_usual_share(clock: SimpleNamespace) -> None:
    forecast = forecast_of("cnn", "mm1")
    forecast.report("cnn", 1)
    clock.now = 4.0
    forecast.report("cnn", 2)
    ratio = epoch_cost("mm1", PUBLISHED) / epoch_cost("cnn", PUBLISHED)
    assert forecast.seconds_left() == pytest.approx(8 * 4 + 10 * 4 * ratio)
    forecast.end("cnn")  # it stopped early
    assert forecast.seconds_left() == pytest.approx(10 * 4 * ratio)


def test_networks_are_trained_at_once_but_none_ends_before_its_last_epoch(clock: SimpleNamespace) -> None:
    forecast = forecast_of("cnn", "vector_mlp", at_once=2)
    for epoch in (1, 2):
        clock.now = 4.0 * epoch
        forecast.report("cnn", epoch)
    assert forecast.seconds_left() == 8 * 4
    assert forecast_of("cnn", at_once=2).seconds_left() is None


def test_reports_that_arrive_late_and_together_are_averaged(clock: SimpleNamespace) -> None:
    forecast = forecast_of("cnn")
    forecast.report("cnn", 1)
    clock.now = 8.0
    for epoch in (2, 3, 4, 5):
        forecast.report("cnn", epoch)
    assert forecast.seconds_left() == 5 * 2


@pytest.mark.parametrize(
    ("seconds", "text"), [(42, "40 s"), (89, "90 s"), (91, "2 min"), (5_000, "83 min"), (12_000, "3 h 20 min")]
)
def test_a_duration_is_read_at_a_glance(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_every_network_has_a_cost_and_a_number_of_epochs() -> None:
    for name, system in SYSTEMS.items():
        if system.family == NETWORK:
            for recipe in {PUBLISHED, CORRECTED} & set(system.all_recipes):
                assert epoch_cost(name, recipe) > 0 and epochs_of(name, recipe) >= epochs_of(name, recipe, 3) == 3
