"""The only door to Prefect. Importing it switches off every telemetry and needs no server and no network.

Variables that the user has set are left alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

ENVIRONMENT = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "GX_ANALYTICS_ENABLED": "false",
    # Without a server a process starts one of its own, which takes longer than the default limit of 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "240",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "GLOG_minloglevel": "3",
}

for _name, _value in ENVIRONMENT.items():
    os.environ.setdefault(_name, _value)

from prefect import flow as _flow  # noqa: E402
from prefect import task as _task  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402


def flow(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A Prefect flow that validates its parameters and keeps no result."""
    return _flow(name=name, persist_result=False)


def task(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A Prefect task without a cache: idempotence lies in the store's keys."""
    return _task(name=name, persist_result=False, cache_policy=NO_CACHE)


def keep_caches_in(folder: Path) -> None:
    """Let Keras and Matplotlib, which MediaPipe brings, keep their files in `folder` rather than in the user's home."""
    os.environ.setdefault("KERAS_HOME", str(folder / "keras"))
    os.environ.setdefault("MPLCONFIGDIR", str(folder / "matplotlib"))


def start() -> None:
    """Reach the Prefect server that the user's settings name, or start one for this process, on loopback."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        client.hello()
