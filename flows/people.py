"""Flow `people`: the embedded corpus of rendered people, for trying the product without a licensed database."""

from __future__ import annotations

from pathlib import Path

from flows import terminal
from flows.engine import flow, task
from store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES

PEOPLE = 24  # a quarter for the test is 6 people: enough for intervals, which need 5
SEED = 7
PICTURES_A_PERSON = len(EMOTIONS) * len(GAZES) * len(ANGLES_DEG)


def write_people(folder: Path, people: int, seed: int) -> int:
    """Render what is missing of the corpus; returns the number of new pictures."""
    from store.sources.synthetic import corpus

    with terminal.step(f"render {people} people", people * PICTURES_A_PERSON) as (step, advance):
        done = 0

        def on_progress(finished: int, total: int) -> None:
            nonlocal done
            advance(finished - done)
            done = finished

        written = corpus.write_people(folder, people=people, seed=seed, on_progress=on_progress)
        step.remark = f"{written.written:,} new, {written.kept:,} there already"
    return written.written


@task("render people")
def render(folder: Path, people: int, seed: int) -> int:
    """Render what is missing; returns the number of new pictures."""
    return write_people(folder, people, seed)


@flow("people")
def render_people(folder: str, people: int = PEOPLE, seed: int = SEED) -> int:
    """Render a corpus of synthetic people; returns the number of new pictures."""
    written: int = render(Path(folder).absolute(), people, seed)
    return written
