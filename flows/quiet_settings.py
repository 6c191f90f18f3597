"""What every process of the product is started with: no telemetry, little noise. Prefect is not imported here.

Variables that the user has set are left alone.
"""

from __future__ import annotations

import os

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


def apply() -> None:
    """Set what is not set. To be called before Prefect is imported, which reads its settings once."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
