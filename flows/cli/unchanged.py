"""Report that a command has nothing to do, without a workflow engine and without opening a store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from affect_store.flows.runtime import console
from affect_store.flows.steps import unchanged
from affect_store.store.home import Home


def is_unchanged(home: Home, flow: str, options: Mapping[str, Any], images: Path) -> bool:
    """Return whether a run with these options has nothing to do; if so, say it, and where the results are."""
    record = unchanged.unchanged_since(home, flow, options, str(images))
    if record is None:
        return False
    console.say(unchanged.sentence(record, str(images)))
    console.say(f"\nstore       {home.published_store}\ndashboards  {home.dashboards}")
    return True
