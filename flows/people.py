"""Flow `people`: render the embedded corpus of synthetic people, to try the product without a licensed database."""

from __future__ import annotations

from pathlib import Path

from affect_store.flows.runtime.prefect import flow, task
from affect_store.flows.steps.synthetic_corpus import PEOPLE, SEED, render_corpus

render = task("render people")(render_corpus)


@flow("people")
def render_people(*, folder: str, people: int = PEOPLE, seed: int = SEED, version: int | None = None) -> int:
    """Render the photographs of synthetic people that are missing in a folder; returns how many are new.

    `version` is that of the corpus (1: uniform expressions, 2: varied ones); by default that of the folder, 2 for a
    new one.
    """
    return render(Path(folder).absolute(), people, seed, version)
