"""Run the pipeline without Prefect in a process that kills itself, with SIGKILL, in a named situation.

`python -m tests.flows.killed FOLDER HOME [SITUATION]`. Photographs and deltas are stored in small batches, so that a
run can be killed between two of them.
"""

import sys
from types import ModuleType
from typing import Any

from affect_store.store.engine import locks

MODELS = ["vector_mlp"]
AT_ONCE = 8


def without_engine() -> ModuleType:
    """Replaces `affect_store.flows.runtime.prefect`: flows and tasks are plain functions, Prefect is not imported."""
    plain = ModuleType("affect_store.flows.runtime.prefect")
    members: dict[str, Any] = {
        "flow": lambda name: lambda function: function,
        "task": lambda name, run_name=None: lambda function: function,
        "hold": lambda home, may_create=False: locks.hold(home),
        "keep_caches_in": lambda folder: None,
        "is_deployed": lambda: False,
        "parameters": dict,
    }
    plain.__dict__.update(members)
    return plain


def main(folder: str, home: str, name: str | None = None) -> None:
    """Run the pipeline on the folder; kill the process in the situation of this name."""
    sys.modules["affect_store.flows.runtime.prefect"] = without_engine()  # before any flow is imported
    from affect_store.flows.pipeline import pipeline
    from affect_store.flows.steps import delta_features, extraction
    from affect_store.store.features import extract
    from tests.flows.situations import PREPARED, SITUATIONS, Killer

    extraction.CHUNK_SIZE = delta_features.BATCH_SIZE = AT_ONCE
    extract.CHUNK_SIZE = 8 * AT_ONCE  # all photographs in one worker: a second one takes longer to start than to work
    if name is not None:
        Killer(next(situation for situation in (PREPARED, *SITUATIONS) if situation.name == name)).watch()
    pipeline(images=folder, home=home, models=MODELS, epochs=1, is_demo=True, keep=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
