"""Prefect's API: the server that the user's settings name, or one on loopback that ends with this process."""

from __future__ import annotations

import os

from affect_store.flows.runtime import environment

environment.apply()

from prefect import __module_path__  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.context import refresh_global_settings_context  # noqa: E402
from prefect.settings import get_current_settings  # noqa: E402

from affect_store.flows.runtime.private_server import PrivateServer  # noqa: E402
from affect_store.store.errors import StoreError  # noqa: E402

SERVER_COMMAND = "nohup prefect server start > prefect-server.log 2>&1 &"
"""A start that survives its terminal; with `--background` the server ends at its first line of output without one."""


def begin() -> PrivateServer | None:
    """Start a server of this process in the background, for `use`; None where the user's settings name a server.

    Raises `StoreError` where the server of the settings does not answer.
    """
    settings = get_current_settings()
    if settings.api.url:
        require_server("or unset PREFECT_API_URL to run without a server of your own")
        return None
    return PrivateServer(__module_path__, settings.to_environment_variables(exclude_unset=True))


def use(server: PrivateServer | None) -> None:
    """Wait until the server answers, and let Prefect use it in this process and its children.

    Raises `StoreError` if it does not start.
    """
    if server is None:
        return
    server.wait(get_current_settings().server.ephemeral.startup_timeout_seconds)
    os.environ["PREFECT_API_URL"] = server.url
    refresh_global_settings_context()


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
