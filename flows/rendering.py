"""Rendering the embedded people with a progress bar; knows nothing of Prefect, so `affect people` starts at once."""

from __future__ import annotations

from pathlib import Path

from flows import terminal
from store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES

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
