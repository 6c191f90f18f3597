"""Deployments of Prefect: register flows for workers, or serve them from this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from affect_store.flows.runtime import environment

environment.apply()

from prefect import serve as _serve  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: E402
from prefect.deployments.runner import DeploymentApplyError  # noqa: E402
from prefect.exceptions import ObjectAlreadyExists, PrefectHTTPStatusError  # noqa: E402
from prefect.schedules import Cron  # noqa: E402
from prefect.types.entrypoint import EntrypointType  # noqa: E402

from affect_store.flows.runtime import bound_process  # noqa: E402
from affect_store.store.errors import StoreError  # noqa: E402

DEPLOYMENT = TAG = "affect"
SCHEDULE_SLUG = "nightly"


def create_pool(name: str) -> Any:
    """Create a work pool whose workers run flows as processes, or return the existing one of that name."""
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client:
        try:
            return client.create_work_pool(
                WorkPoolCreate(name=name, type=ProcessWorker.type, base_job_template=template)
            )
        except ObjectAlreadyExists:
            return client.read_work_pool(name)


def deploy(flow: Any, description: str, pool: Any, *, cron: tuple[str, str] | None, is_limited: bool) -> None:
    """Register or update the deployment of a flow, with its module path as entrypoint, so that it needs no checkout.

    Args:
        flow: The flow.
        description: Description of the deployment in Prefect's UI.
        pool: The work pool, from `create_pool`; its processes start in the current directory.
        cron: Cron expression and time zone of its only schedule; None for no schedule.
        is_limited: Whether a run waits until the previous one has ended.

    Raises `StoreError` for a bad cron expression, and where the server refuses the deployment.
    """
    limit = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    try:
        schedules = [Cron(cron[0], timezone=cron[1], slug=SCHEDULE_SLUG)] if cron else None
        deployment = flow.to_deployment(
            DEPLOYMENT, description=description, tags=[TAG], work_pool_name=pool.name, schedules=schedules,
            concurrency_limit=limit if is_limited else None, entrypoint_type=EntrypointType.MODULE_PATH,
            # otherwise a process starts in a temporary directory, in which a relative home would be lost
            job_variables={"working_dir": str(Path.cwd())} if pool.type == "process" else None,
        )  # fmt: skip
        deployment_id = deployment.apply()
    except (ValueError, DeploymentApplyError, PrefectHTTPStatusError) as error:
        raise StoreError(f"the deployment {flow.name}/{DEPLOYMENT} could not be registered: {error}") from error
    with get_client(sync_client=True) as client:
        for schedule in client.read_deployment_schedules(deployment_id):
            if cron is None or schedule.slug != SCHEDULE_SLUG:  # of an earlier registration
                client.delete_deployment_schedule(deployment_id, schedule.id)


def serve(flows: Sequence[tuple[Any, dict[str, Any]]], cron: str, timezone: str) -> None:
    """Serve flows with their parameters until SIGTERM or Ctrl-C, one run at a time; the last flow also by schedule.

    Raises `StoreError` for an invalid cron schedule.
    """
    *others, (scheduled, parameters) = flows
    try:
        schedule = Cron(cron, timezone=timezone)
        last = scheduled.to_deployment(DEPLOYMENT, schedule=schedule, parameters=parameters, tags=[TAG])
    except ValueError as error:
        raise StoreError(f"cron {cron!r} is invalid: expected five fields, as in '0 3 * * *' ({error})") from error
    deployments = [flow.to_deployment(DEPLOYMENT, parameters=defaults, tags=[TAG]) for flow, defaults in others]
    bound_process.bind_children_of_libraries()  # runs that are in progress end with this process, even if it is killed
    _serve(*deployments, last, limit=1, print_starting_message=True)
