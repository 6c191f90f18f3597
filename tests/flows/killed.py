"""A process that runs the pipeline without the workflow engine and kills itself, with SIGKILL, at a chosen moment.

`python -m tests.flows.killed FOLDER HOME MOMENT`: the moment is the number of calls of the product's own functions in
this process, counted over everything below `flows` and `store/tables`; 0 is never. The last line of its output tells
how many there were.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from flows import engine

ROOT = Path(__file__).parents[2]
WATCHED = (f"{ROOT / 'flows'}{os.sep}", f"{ROOT / 'store' / 'tables'}{os.sep}")
MODELS = ["vector_mlp"]


def without_engine(name: str) -> Callable[[Any], Any]:
    """In place of the decorators of `flows.engine`: the plain function."""
    return lambda function: function


class Clock:
    """Counts calls and returns of the product's functions and kills the process at one of them."""

    def __init__(self, moment: int) -> None:
        self.moment, self.count = moment, 0

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "return") and frame.f_code.co_filename.startswith(WATCHED):
            self.count += 1
            if self.count == self.moment:
                os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, home: str, moment: int) -> None:
    """Run everything on the folder; kill at the moment."""
    engine.flow = engine.task = without_engine  # before any flow is imported
    from flows.pipeline import pipeline

    clock = Clock(moment)
    sys.setprofile(clock)
    pipeline(images=folder, home=home, models=MODELS, epochs=1)
    sys.setprofile(None)
    print(clock.count)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
