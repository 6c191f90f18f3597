"""Execute the run of a final model: fit it on everybody by the plan of its basis, a run by person; nothing is stored.

It predicts nothing here: an accuracy on its own training photographs would say nothing about new people.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from affect_store.flows.steps.run_execution import (
    OnEpoch,
    Outcome,
    further_labels,
    rows_of,
    seconds_since,
    untrainable,
)
from affect_store.flows.steps.run_specs import RunSpec
from affect_store.models.systems import ENSEMBLE, SYSTEMS
from affect_store.store.emotion_classes import classes_in
from affect_store.store.engine import clock, reader
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import UntrainableError
from affect_store.store.home import Home


def execute_final(home: Home, spec: RunSpec, on_epoch: OnEpoch | None = None) -> Outcome:
    """Execute the run of a final model whose basis, and whose members if it averages any, are in the registry."""
    started = clock.now()
    try:
        if SYSTEMS[spec.model].family == ENSEMBLE:
            return _average(home, spec, started)
        return _fit(home, spec, started, on_epoch)
    except UntrainableError as error:
        return untrainable(spec, started, error)


def _fit(home: Home, spec: RunSpec, started: datetime, on_epoch: OnEpoch | None) -> Outcome:
    from affect_store.models.training.fit import FitOptions, fit
    from affect_store.models.training.plan import plan_of

    parameters = _parameters(home, spec.basis)
    with open_work(home) as connection:
        epochs = reader.query_frame(connection, "registry/select_epochs_of", {"run_id": spec.basis}).to_dicts()
    rows = rows_of(home, spec)
    plan = plan_of(spec.model, spec.recipe, parameters, epochs)
    options = FitOptions(spec.seed, spec.epochs, spec.is_repeatable, plan=plan, classes=spec.split.classes)
    fitted = fit(spec.model, spec.recipe, rows["train"], rows["validate"], options, on_epoch)
    fitted.parameters.update(_of_basis(home, spec, parameters) | spec.computed_versions)
    duration_s = seconds_since(started)
    return Outcome("completed", started, duration_s, None, fitted, fitted.parameters, fitted.epochs)


def _average(home: Home, spec: RunSpec, started: datetime) -> Outcome:
    """Return the record of the final members that could be trained; there is nothing else to store."""
    parameters = _parameters(home, spec.basis)
    with open_work(home) as connection:
        status = dict(reader.query_frame(connection, "registry/select_statuses").iter_rows())
    members = [
        {"model": part.model, "recipe": part.recipe, "run_id": part.run_id}
        for part in spec.parts
        if status.get(part.run_id) == "completed"
    ]
    if not members:
        raise UntrainableError(f"{spec.model} averages {', '.join(part.model for part in spec.parts)}: none is trained")
    return Outcome(
        "completed",
        started,
        seconds_since(started),
        parameters={"members": members, **_of_basis(home, spec, parameters), **further_labels(spec.split.classes)},
    )


def _parameters(home: Home, run_id: str | None) -> dict[str, Any]:
    with open_work(home) as connection:
        run = reader.query_frame(connection, "registry/select_run", {"run_id": run_id}).row(0, named=True)
    parameters: dict[str, Any] = json.loads(run["parameters"])
    return parameters


def _of_basis(home: Home, spec: RunSpec, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the temperature, and the runs that it and the plan come from.

    It is fitted to the pooled folds, which predict everybody by models that were trained on others, or is that of the
    run by person if there are no folds.
    """
    basis = {"run_id": spec.basis, "calibrated_by": spec.calibration or spec.basis}
    if spec.calibration is None:
        return {"temperature": parameters.get("temperature", 1.0), "basis": basis}
    from affect_store.models.training.calibration import fit_temperature

    # folds leave out other emotions than the final split, so their classes may be others
    classes = classes_in(_parameters(home, spec.calibration))
    with open_work(home) as connection:
        pooled = reader.predictions_of(connection, spec.calibration, classes)
    truth = classes.positions(pooled["truth"].to_numpy())
    temperature = fit_temperature(pooled.select(classes.probabilities).to_numpy(), truth)
    return {"temperature": temperature, "basis": basis}
