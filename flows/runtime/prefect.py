"""Flows, tasks and states of Prefect. Importing it turns off all telemetry, and needs no server and no network.

Environment variables that the user has set are not changed. A flow that a deployment started behaves differently from
one that was called: its messages go to Prefect's log, transient errors are retried, and it leaves artifacts and events.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from affect_store.flows.runtime import environment

environment.apply()

from prefect import flow as _flow  # noqa: E402
from prefect import get_run_logger, runtime  # noqa: E402
from prefect import task as _task  # noqa: E402
from prefect.artifacts import create_markdown_artifact, create_table_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.events import emit_event  # noqa: E402
from prefect.exceptions import MissingContextError  # noqa: E402
from prefect.states import Completed  # noqa: E402

from affect_store.flows.runtime import bound_process, console  # noqa: E402
from affect_store.flows.runtime.parameters import home_at, images_at  # noqa: E402
from affect_store.store.engine import locks  # noqa: E402
from affect_store.store.errors import StoreLockedError, WorkerDiedError  # noqa: E402
from affect_store.store.home import Home  # noqa: E402

bound_process.follow_parent()  # a run of `affect schedule`

P = ParamSpec("P")
R = TypeVar("R")

TRANSIENT = (StoreLockedError, WorkerDiedError, BlockingIOError, InterruptedError, TimeoutError, ConnectionError)
"""Transient errors; only these are retried."""

RETRY_DELAYS_S = (5, 30, 120)
TIMEOUT_S = 24 * 3600
"""A deployed run that takes longer is stopped."""

WAIT_S = 12 * 3600
"""How long a deployed run waits for another run in its home."""


def parameters() -> dict[str, Any]:
    """Return the parameters of the flow run that is in progress, defaults included; none outside a flow."""
    return dict(runtime.flow_run.parameters or {})


def is_deployed() -> bool:
    """Whether a deployment started this process: Prefect's worker and `serve` name the run in its environment."""
    return bool(os.environ.get("PREFECT__FLOW_RUN_ID"))


def flow(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a Prefect flow, which validates its parameters and keeps no result."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        named = partial(run_name_of, name, reads_photographs="images" in signature(function).parameters)
        return _flow(
            name=name, flow_run_name=named, persist_result=False,
            timeout_seconds=TIMEOUT_S if is_deployed() else None,
        )(function)  # fmt: skip

    return decorate


def task(name: str, run_name: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a Prefect task without a cache, since the store's keys make it idempotent; deployed, it retries.

    `run_name` is the name of its runs, with parameters in braces.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        return _task(
            name=name, task_run_name=run_name or name, persist_result=False, cache_policy=NO_CACHE,
            retries=len(RETRY_DELAYS_S) if is_deployed() else 0, retry_delay_seconds=list(RETRY_DELAYS_S),
            retry_condition_fn=_is_transient,
        )(function)  # fmt: skip

    return decorate


def _is_transient(task: Any, run: Any, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), TRANSIENT)


def run_name_of(flow_name: str, *, reads_photographs: bool = False) -> str:
    """'retrain-2026-11-22-rafd': the flow, the scheduled day, and what the run works on."""
    scheduled = runtime.flow_run.scheduled_start_time or datetime.now(UTC)
    subject = subject_of(runtime.flow_run.parameters or {}, reads_photographs=reads_photographs)
    return f"{flow_name}-{scheduled:%Y-%m-%d}-{subject}"


def subject_of(parameters: Mapping[str, Any], *, reads_photographs: bool) -> str:
    """Return the corpus or folder of a run that reads photographs, else its home; parameters before the environment.

    A run that renders its photographs works on 'people'.
    """
    if corpus := parameters.get("corpus") or "+".join(parameters.get("corpora") or ()):
        return str(corpus)
    given = parameters.get("images") or parameters.get("folder")
    images = given if parameters.get("is_demo") else images_at(given)
    if not reads_photographs and not given:
        return home_at(parameters.get("home")).root.name.strip(".") or "home"
    return (Path(str(images)).resolve().name if images else "people") or "photographs"


@contextmanager
def hold(home: Home, *, may_create: bool = False) -> Iterator[None]:
    """Hold the home's lock: a deployed run waits for it, any other run fails with the PID of the holder.

    Only flows that bring photographs may create the home: for others, a mistyped path is an error.

    Raises `StoreError` if there is no store and `may_create` is false, and `StoreLockedError`.
    """
    if not may_create and not home.lock.exists():
        home.require()  # before a lock file is written where no home is
    with locks.hold(home, wait_s=WAIT_S if is_deployed() else 0.0, say=console.say):
        if not may_create:
            home.require()
        yield


def unchanged(message: str) -> Any:
    """Return the state of a run that had nothing to do."""
    return Completed(name="Unchanged", message=message)


def skipped(message: str) -> Any:
    """Return the state of a run that a later run makes unnecessary."""
    return Completed(name="Skipped", message=message)


def is_overtaken() -> bool:
    """Whether a later run of this deployment with the same parameters is due or done, for instance after an outage."""
    deployment_id, scheduled = runtime.deployment.id, runtime.flow_run.scheduled_start_time
    if not deployment_id or scheduled is None:
        return False
    from prefect.client.schemas.filters import (
        DeploymentFilter,
        DeploymentFilterId,
        FlowRunFilter,
        FlowRunFilterExpectedStartTime,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType

    due = FlowRunFilterExpectedStartTime.model_validate(
        {"after_": scheduled + timedelta(seconds=1), "before_": datetime.now(UTC)}
    )
    alive = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.COMPLETED]
    with get_client(sync_client=True) as client:
        later_runs = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                expected_start_time=due, state=FlowRunFilterState(type=FlowRunFilterStateType(any_=alive))
            ),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        )
        parameters = client.read_flow_run(runtime.flow_run.id).parameters
    return any(run.parameters == parameters for run in later_runs)


def show_table(key: str, rows: list[dict[str, Any]], description: str) -> None:
    """Create a table artifact of a deployed run."""
    if is_deployed():
        create_table_artifact(rows, key=key, description=description)


def show_text(key: str, text: str) -> None:
    """Create a Markdown artifact of a deployed run."""
    if is_deployed():
        create_markdown_artifact(text, key=key)


def announce(event: str, home: Home, payload: dict[str, Any]) -> None:
    """Emit an event of the home from a deployed run, for Prefect's automations."""
    if is_deployed():
        resource = {
            "prefect.resource.id": f"affect-store.home.{home.root.name}",
            "prefect.resource.name": str(home.root),
        }
        emit_event(event, resource=resource, payload=payload)


def keep_caches_in(folder: Path) -> None:
    """Let Keras, and Matplotlib, which MediaPipe imports, keep their files in `folder` instead of the user's home."""
    os.environ.setdefault("KERAS_HOME", str(folder / "keras"))
    os.environ.setdefault("MPLCONFIGDIR", str(folder / "matplotlib"))


def _log(text: str) -> None:
    with suppress(MissingContextError):  # before or after the flow run
        get_run_logger().info(text)


if is_deployed():
    console.add_listener(_log)
