"""Training by the plan of another run: its epochs, rates and penalty, and no use of a validation part."""

import numpy as np
import pytest

from affect_store.models.settings import settings
from affect_store.models.training.fit import FitOptions, fit
from affect_store.models.training.plan import Plan, plan_of
from tests.models.corpus import frame

TRAIN, VALIDATE, NOBODY = frame(12), frame(4, seed=5), frame(1).slice(0, 0)


def rows(*losses: float | None) -> list[dict[str, float | None]]:
    return [{"val_loss": loss, "learning_rate": 10.0**-number} for number, loss in enumerate(losses)]


@pytest.mark.parametrize(
    ("losses", "count"), [((3.0, 1.0, 1.0, 2.0), 2), ((None, 2.0, None), 2), ((None, None), 2), ((1.0,), 1)]
)
def test_early_stopping_gives_the_first_epoch_with_the_lowest_loss(losses: tuple[float | None], count: int) -> None:
    assert plan_of("vector_mlp", "corrected", {}, rows(*losses)) == Plan(count)


def test_a_recipe_without_early_stopping_trains_all_epochs_at_the_recorded_rates() -> None:
    rate = settings("vector_mlp", "published").learning_rate
    assert plan_of("vector_mlp", "published", {}, rows(3, 1, 2)) == Plan(3, (rate, 1.0, 0.1))
    assert plan_of("cnn", "published", {}, rows(3, 1, 2)) == Plan(3)


@pytest.mark.long
def test_a_plan_needs_no_validation_part_and_decides_the_number_of_epochs() -> None:
    fitted = fit("vector_mlp", "corrected", TRAIN, NOBODY, FitOptions(seed=1, plan=Plan(3)))
    assert len(fitted.epochs) == 3 and {row["val_loss"] for row in fitted.epochs} == {None}
    assert fitted.parameters["n_validate"] == 0 and fitted.parameters["n_train"] == TRAIN.num_rows


def test_the_rates_of_the_plan_are_used() -> None:
    rates = (0.01, 0.002)
    fitted = fit("vector_mlp", "published", TRAIN, NOBODY, FitOptions(seed=1, plan=Plan(2, rates)))
    assert [row["learning_rate"] for row in fitted.epochs] == pytest.approx(rates)


def test_a_logistic_regression_takes_the_penalty_that_its_run_selected() -> None:
    selected = fit("logistic", "corrected", TRAIN, VALIDATE, FitOptions(seed=1))
    plan = plan_of("logistic", "corrected", selected.parameters, [])
    again = fit("logistic", "corrected", TRAIN, NOBODY, FitOptions(seed=1, plan=plan))
    assert plan.inverse_penalty == selected.parameters["C"] == again.parameters["C"]
    np.testing.assert_array_equal(again.model.weights, selected.model.weights)
