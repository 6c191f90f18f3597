"""Prefect's API: the server that the user's settings name, or one on loopback that ends with this process."""

from __future__ import annotations

import os
from typing import Any

from affect_store.flows.runtime import environment

environment.apply()

from prefect.client.orchestration import get_client  # noqa: E402
from prefect.settings import get_current_settings  # noqa: E402

from affect_store.flows.runtime import bound_process  # noqa: E402
from affect_store.store.errors import StoreError  # noqa: E402

SERVER_COMMAND = "nohup prefect server start > prefect-server.log 2>&1 &"
"""A start that survives its terminal; with `--background` the server ends at its first line of output without one."""


def start() -> None:
    """Connect to the Prefect server of the user's settings, or start one on loopback that ends with this process.

    Raises `StoreError` where the server of the settings does not answer.
    """
    if get_current_settings().api.url:
        require_server("or unset PREFECT_API_URL to run without a server of your own")
        return
    _bind_ephemeral_server()
    with get_client(sync_client=True) as client:
        client.hello()


def _bind_ephemeral_server() -> None:
    """Let the server that Prefect starts for this process end with it, even if this process is killed."""
    from prefect import __module_path__
    from prefect.server.api.server import SubprocessASGIServer

    class BoundServer(SubprocessASGIServer):
        """Prefect's own class with its own command, started as a bound process."""

        def _run_uvicorn_command(self) -> Any:
            settings = get_current_settings().to_environment_variables(exclude_unset=True)
            ephemeral = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
            return bound_process.start_module(
                "uvicorn", "--app-dir", str(__module_path__.parent), "--factory",
                "prefect.server.api.server:create_app", "--host", "127.0.0.1", "--port", str(self.port),
                "--log-level", "error", "--lifespan", "on", env={**os.environ, **ephemeral, **settings},
            )  # fmt: skip

    BoundServer()  # Prefect keeps one instance per port, and returns this one wherever it needs the server


def require_server(alternative: str = "") -> None:
    """Raise `StoreError` where no Prefect server is configured, or the configured one does not answer.

    The message ends with the `alternative` to starting that server.
    """
    url = get_current_settings().api.url
    if not url:
        raise StoreError(
            f"PREFECT_API_URL is not set: run `{SERVER_COMMAND}`, then "
            "`export PREFECT_API_URL=http://127.0.0.1:4200/api` in this shell"
        )
    if (failure := _failure_to_answer()) is not None:
        raise StoreError(
            f"no Prefect server answers at {url}, the address in PREFECT_API_URL or in Prefect's profile ({failure}): "
            f"start it (`{SERVER_COMMAND}`) or correct the address{alternative and f', {alternative}'}"
        )


def _failure_to_answer() -> Exception | None:
    """Return why the server of the settings does not answer; None if it does."""
    try:
        with get_client(sync_client=True) as client:
            return client.api_healthcheck()
    except Exception as error:  # of any library below the client, for instance for an address without a scheme
        return error
