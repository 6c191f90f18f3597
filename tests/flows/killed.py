"""A process that runs the pipeline without the workflow engine and kills itself, with SIGKILL, in a named situation.

`python -m tests.flows.killed FOLDER HOME [SITUATION]`. Photographs are stored and deltas computed a few at once, so
that there is a middle of the way.
"""

import sys
from collections.abc import Callable
from typing import Any

from flows import engine

MODELS = ["vector_mlp"]
AT_ONCE = 8


def without_engine(name: str) -> Callable[[Any], Any]:
    """In place of the decorators of `flows.engine`: the plain function."""
    return lambda function: function


def main(folder: str, home: str, name: str | None = None) -> None:
    """Run everything on the folder; kill in the situation of this name."""
    engine.flow = engine.task = without_engine  # before any flow is imported
    from flows import deltas, landmarks
    from flows.pipeline import pipeline
    from tests.flows.situations import PREPARED, SITUATIONS, Killer

    landmarks.STORED_AT_ONCE = deltas.COMPUTED_AT_ONCE = AT_ONCE
    if name is not None:
        sys.setprofile(Killer(next(one for one in (PREPARED, *SITUATIONS) if one.name == name)))
    pipeline(images=folder, home=home, models=MODELS, epochs=1, is_demo=True, keep=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
