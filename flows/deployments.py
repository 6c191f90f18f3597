"""The six deployments, declared once: `affect deploy` registers them, `affect schedule` serves them.

`prefect.yaml` repeats them for `prefect deploy` in a checkout; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from affect_store.store.errors import StoreError, UnknownNameError

NAME = "affect"
SCHEDULED = "retrain"
DESCRIPTIONS = {
    "pipeline": "Run the whole pipeline, from a folder of photographs or the demo corpus to published dashboards",
    "ingest": "Catalogue a folder: new, moved, relabelled and missing photographs",
    "features": "Compute missing landmarks, thumbnails and deltas",
    "train": "Train the models that are missing on the current splits",
    "publish": "Audit the store, and publish it with its dashboards",
    "retrain": "Process new data, train challengers, and promote one that is better than the champion",
}
"""Flows with a deployment, and its description; `retrain`, which runs on the schedule, is last."""

_CRON_FIELDS = 5


@dataclass(frozen=True)
class Schedule:
    """When `retrain` runs. Raises `StoreError` for a bad cron expression, `UnknownNameError` for a bad time zone."""

    cron: str
    timezone: str

    def __post_init__(self) -> None:
        if len(self.cron.split()) != _CRON_FIELDS:  # Prefect checks what the fields hold
            raise StoreError(
                f"cron {self.cron!r}: expected five fields (minute, hour, day of month, month, day of week), "
                "as in '0 3 * * *'"
            )
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise UnknownNameError(
                f"there is no time zone {self.timezone!r}; expected one such as Europe/Berlin or UTC"
            ) from error


def entrypoint(flow: str) -> str:
    """Return the module path by which Prefect imports a flow."""
    return f"affect_store.flows.{flow}.{flow}"


def load(flow: str) -> Any:
    """Import a flow by its entrypoint."""
    module, _, name = entrypoint(flow).rpartition(".")
    return getattr(import_module(module), name)


def deploy(pool: str, schedule: Schedule | None) -> list[str]:
    """Register the deployments with the Prefect server at PREFECT_API_URL; returns their names.

    The work pool is created, with type `process`, where it does not exist. Runs start in the current directory.
    Raises `StoreError` where PREFECT_API_URL is not set, and where no server answers or it refuses a deployment.
    """
    from affect_store.flows.runtime import prefect_api, prefect_deployments

    prefect_api.require_server()
    work_pool = prefect_deployments.create_pool(pool)
    for flow, description in DESCRIPTIONS.items():
        cron = (schedule.cron, schedule.timezone) if schedule and flow == SCHEDULED else None
        prefect_deployments.deploy(load(flow), description, work_pool, cron=cron, is_limited=flow == SCHEDULED)
    return [f"{flow}/{NAME}" for flow in DESCRIPTIONS]


def serve(schedule: Schedule, parameters: dict[str, Any]) -> None:
    """Serve every flow until SIGTERM or Ctrl-C; `retrain` also runs on the schedule, with these parameters.

    The other flows get the parameters that they accept: home, images and corpus. Raises `StoreError` for a cron
    expression that Prefect refuses.
    """
    from affect_store.flows.runtime import prefect_deployments

    source = {name: parameters[name] for name in ("home", "images", "corpus")}
    home = {"home": parameters["home"]}
    defaults = {"pipeline": source, "ingest": source, SCHEDULED: parameters}
    flows = [(load(flow), defaults.get(flow, home)) for flow in DESCRIPTIONS]
    prefect_deployments.serve(flows, schedule.cron, schedule.timezone)
