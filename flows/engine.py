"""The only door to Prefect. Importing it switches off every telemetry and needs no server and no network.

Variables that the user has set are left alone. A flow that a deployment started is told apart from one that was called:
its lines go to Prefect's log, what may pass is tried again, and it leaves artifacts and events.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flows import quiet_settings

quiet_settings.apply()

from prefect import flow as _flow  # noqa: E402
from prefect import get_run_logger, runtime  # noqa: E402
from prefect import serve as _serve  # noqa: E402
from prefect import task as _task  # noqa: E402
from prefect.artifacts import create_markdown_artifact, create_table_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.events import emit_event  # noqa: E402
from prefect.exceptions import MissingContextError  # noqa: E402
from prefect.schedules import Cron  # noqa: E402
from prefect.states import Completed  # noqa: E402

from flows import terminal  # noqa: E402
from store.errors import StoreError, StoreLockedError, WorkerDiedError  # noqa: E402
from store.tables import lock  # noqa: E402
from store.tables.home import Home  # noqa: E402

PASSING = (StoreLockedError, WorkerDiedError, BlockingIOError, InterruptedError, TimeoutError, ConnectionError)
"""Faults that may be gone a little later; nothing else is tried again."""

DEPLOYMENT = TAG = "affect"
RETRY_DELAYS_S = (5, 30, 120)
LONGEST_S = 24 * 3600
"""A deployed run that takes longer is stopped: it hangs."""

WAIT_S = 12 * 3600
"""So long a deployed run waits for another one in its home."""


def is_deployed() -> bool:
    """Whether a deployment started this process: Prefect's worker and `serve` name the run in its environment."""
    return bool(os.environ.get("PREFECT__FLOW_RUN_ID"))


def flow(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A Prefect flow that validates its parameters and keeps no result."""
    timeout = LONGEST_S if is_deployed() else None
    named = partial(run_name_of, name)
    return _flow(name=name, flow_run_name=named, persist_result=False, timeout_seconds=timeout)


def task(name: str, run_name: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A Prefect task without a cache: idempotence lies in the store's keys. Deployed, it tries passing faults again.

    `run_name` calls its runs, with parameters in braces.
    """
    return _task(
        name=name, task_run_name=run_name or name, persist_result=False, cache_policy=NO_CACHE,
        retries=len(RETRY_DELAYS_S) if is_deployed() else 0, retry_delay_seconds=list(RETRY_DELAYS_S),
        retry_condition_fn=_may_pass,
    )  # fmt: skip


def _may_pass(task: Any, run: Any, state: Any) -> bool:
    error = state.result(raise_on_failure=False)
    return isinstance(error, PASSING)


def run_name_of(flow_name: str) -> str:
    """'retrain-2026-11-22-rafd': the flow, the day for which it was scheduled, and what it reads or where."""
    given = runtime.flow_run.parameters or {}
    when = runtime.flow_run.scheduled_start_time or datetime.now(UTC)
    what = given.get("corpus") or Path(str(given.get("images") or given.get("home") or "people")).name
    return f"{flow_name}-{when:%Y-%m-%d}-{str(what).strip('.') or 'people'}"


@contextmanager
def hold(home: Home) -> Iterator[None]:
    """Keep other runs out of the home; a deployed run waits for its turn, another one is told who is in.

    Raises `StoreLockedError`.
    """
    with lock.hold(home, wait_s=WAIT_S if is_deployed() else 0.0, say=terminal.say):
        yield


def unchanged(message: str) -> Any:
    """The state of a run that found nothing to do."""
    return Completed(name="Unchanged", message=message)


def skipped(message: str) -> Any:
    """The state of a run that a later one makes needless."""
    return Completed(name="Skipped", message=message)


def is_overtaken() -> bool:
    """Whether a later run of this deployment with the same parameters is due already, or was, as after the worker was
    down: it does all there is."""
    deployment, own = runtime.deployment.id, runtime.flow_run.scheduled_start_time
    if not deployment or own is None:
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

    due = FlowRunFilterExpectedStartTime(after_=own + timedelta(seconds=1), before_=datetime.now(UTC))
    alive = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.COMPLETED]
    waiting = FlowRunFilterState(type=FlowRunFilterStateType(any_=alive))
    with get_client(sync_client=True) as client:
        later = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(expected_start_time=due, state=waiting),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
        )
        told = client.read_flow_run(runtime.flow_run.id).parameters
    return any(one.parameters == told for one in later)


def show_table(key: str, rows: list[dict[str, Any]], description: str) -> None:
    """A table in Prefect's page of the run, where a deployment started it."""
    if is_deployed():
        create_table_artifact(rows, key=key, description=description)


def show_text(key: str, text: str) -> None:
    """Markdown in Prefect's page of the run, where a deployment started it."""
    if is_deployed():
        create_markdown_artifact(text, key=key)


def announce(event: str, home: Home, told: dict[str, Any]) -> None:
    """An event of the home for Prefect's automations, where a deployment started the run."""
    if is_deployed():
        resource = {
            "prefect.resource.id": f"affect-store.home.{home.root.name}",
            "prefect.resource.name": str(home.root),
        }
        emit_event(event, resource=resource, payload=told)


def serve(flows: Sequence[tuple[Any, dict[str, Any]]], cron: str, timezone: str) -> None:
    """Serve flows with their parameters, the last of them also at the times of `cron`, until SIGTERM or Ctrl-C; one run
    at a time. Raises `StoreError` for a cron that is none."""
    *others, (timed, parameters) = flows
    try:
        schedule = Cron(cron, timezone=timezone)
        last = timed.to_deployment(DEPLOYMENT, schedule=schedule, parameters=parameters, tags=[TAG])
    except ValueError as error:
        raise StoreError(f"cron {cron!r} is no schedule: expected five fields, as in '0 3 * * *' ({error})") from error
    every = [one.to_deployment(DEPLOYMENT, parameters=told, tags=[TAG]) for one, told in others]
    _serve(*every, last, limit=1, print_starting_message=True)


def keep_caches_in(folder: Path) -> None:
    """Let Keras and Matplotlib, which MediaPipe brings, keep their files in `folder` rather than in the user's home."""
    os.environ.setdefault("KERAS_HOME", str(folder / "keras"))
    os.environ.setdefault("MPLCONFIGDIR", str(folder / "matplotlib"))


def start() -> None:
    """Reach the Prefect server that the user's settings name, or start one for this process, on loopback."""
    with get_client(sync_client=True) as client:
        client.hello()


def _log(text: str) -> None:
    with suppress(MissingContextError):  # said before or after the run
        get_run_logger().info(text)


if is_deployed():
    terminal.tell_also(_log)
