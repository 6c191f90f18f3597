"""Flow `people`: the embedded corpus of rendered people, for trying the product without a licensed database."""

from __future__ import annotations

from pathlib import Path

from flows.engine import flow, task
from flows.rendering import write_people

PEOPLE = 24  # a quarter for the test is 6 people: enough for intervals, which need 5
SEED = 7


@task("render people")
def render(folder: Path, people: int, seed: int) -> int:
    """Render what is missing; returns the number of new pictures."""
    return write_people(folder, people, seed)


@flow("people")
def render_people(folder: str, people: int = PEOPLE, seed: int = SEED) -> int:
    """Render a corpus of synthetic people; returns the number of new pictures."""
    written: int = render(Path(folder).absolute(), people, seed)
    return written
