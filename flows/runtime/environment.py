"""Environment variables of every process: no telemetry, no proxy to this machine, quiet libraries.

Must not import Prefect. Variables that the user has set keep their values, with two exceptions: loopback addresses are
added to `no_proxy`, and proxies that httpx cannot use are removed.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

ENVIRONMENT = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "GX_ANALYTICS_ENABLED": "false",
    # Without a server, Prefect starts one in the process, which takes longer than the default limit of 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "240",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "GLOG_minloglevel": "3",
}

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Hosts that no proxy can reach: Prefect's own server listens on one of them."""

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def apply() -> None:
    """Set the variables that are not set. Call this before importing Prefect, which reads its settings once."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    _bypass_proxies_for_loopback()
    _remove_unusable_proxies()


def _bypass_proxies_for_loopback() -> None:
    """Add loopback to `no_proxy` in both spellings; where both are set, libraries read the one in lower case."""
    hosts = [host.strip() for host in os.environ.get("no_proxy", os.environ.get("NO_PROXY", "")).split(",")]
    if "*" not in hosts:
        hosts += LOOPBACK
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(dict.fromkeys(host for host in hosts if host))


def _remove_unusable_proxies() -> None:
    """Remove proxies of a kind that httpx cannot use: with one of them it fails for every address."""
    usable = {"http", "https"} | ({"socks5", "socks5h"} if find_spec("socksio") else set())
    for name in [name for name in os.environ if name.lower() in _PROXIES]:
        scheme, separator, _ = os.environ[name].partition("://")
        if separator and scheme.lower() not in usable:
            del os.environ[name]
