"""Render the synthetic people with a progress bar. Does not import Prefect, so that `affect people` starts quickly."""

from __future__ import annotations

from pathlib import Path

from affect_store.flows.runtime import console
from affect_store.store.vocabulary import ANGLES_DEG, EMOTIONS, GAZES

PEOPLE = 24
"""A quarter of them, the test part, is 6 people: enough for intervals, which need 5."""

SEED = 7
PHOTOGRAPHS_PER_PERSON = len(EMOTIONS) * len(GAZES) * len(ANGLES_DEG)


def render_corpus(folder: Path, people: int, seed: int, version: int | None = None) -> int:
    """Render the photographs of the corpus that are missing; returns how many are new.

    `version` is by default that of the folder, or the latest for a new one.
    """
    from affect_store.store.sources.synthetic import corpus

    with console.step(f"render {people} people", people * PHOTOGRAPHS_PER_PERSON) as (step, advance):
        rendered = 0

        def on_progress(finished: int, total: int) -> None:
            nonlocal rendered
            advance(finished - rendered)
            rendered = finished

        written = corpus.render_corpus(folder, people=people, seed=seed, version=version, on_progress=on_progress)
        step.remark = f"{written.written:,} new, {written.kept:,} existing"
    return written.written
