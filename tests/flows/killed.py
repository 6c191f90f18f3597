"""A process that runs the pipeline without the workflow engine and kills itself, with SIGKILL, in a named situation.

`python -m tests.flows.killed FOLDER HOME [SITUATION]`. Photographs are stored and deltas computed a few at once, so
that there is a middle of the way.
"""

import sys
from types import ModuleType
from typing import Any

from store.tables import lock

MODELS = ["vector_mlp"]
AT_ONCE = 8


def without_engine() -> ModuleType:
    """In place of `flows.engine`: flows and tasks are plain functions, and nothing heavy is imported."""
    plain = ModuleType("flows.engine")
    made: dict[str, Any] = {
        "flow": lambda name: lambda function: function,
        "task": lambda name, run_name=None: lambda function: function,
        "hold": lock.hold,
        "keep_caches_in": lambda folder: None,
    }
    plain.__dict__.update(made)
    return plain


def main(folder: str, home: str, name: str | None = None) -> None:
    """Run everything on the folder; kill in the situation of this name."""
    sys.modules["flows.engine"] = without_engine()  # before any flow is imported
    from flows import deltas, landmarks
    from flows.pipeline import pipeline
    from store.features import extract
    from tests.flows.situations import PREPARED, SITUATIONS, Killer

    landmarks.STORED_AT_ONCE = deltas.COMPUTED_AT_ONCE = AT_ONCE
    extract.CHUNK = 8 * AT_ONCE  # all photographs for one worker: another takes longer to start than to work
    if name is not None:
        Killer(next(one for one in (PREPARED, *SITUATIONS) if one.name == name)).watch()
    pipeline(images=folder, home=home, models=MODELS, epochs=1, is_demo=True, keep=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
