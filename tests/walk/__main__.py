"""A random walk of runs over one home: `python -m tests.walk PLACE PHOTOGRAPHS --seed 1 --steps 15`.

Every step changes a folder of photographs, the options or the home itself, and runs the pipeline, without Prefect.
After it the home must be published, and its catalogue must be the one that a fresh home makes of the same folders.
PLACE holds the state, the folders and the home; the same command continues a walk that was killed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from tests.flows.corpus import SHOTS
from tests.flows.killed import without_engine

sys.modules["affect_store.flows.runtime.prefect"] = without_engine()  # before any flow is imported

from affect_store.flows.experiment import experiment  # noqa: E402
from affect_store.flows.pipeline import Source, ingest_and_extract, pipeline  # noqa: E402
from affect_store.flows.steps.corpus_options import CorpusOptions  # noqa: E402
from affect_store.flows.steps.erasure import erase_person, erased_at  # noqa: E402
from affect_store.store.errors import CorpusError  # noqa: E402
from affect_store.store.home import Home  # noqa: E402
from affect_store.store.sources.layouts import MANIFEST  # noqa: E402
from tests.walk import changes, checks, extraction, home_commands, manifests  # noqa: E402
from tests.walk.folders import folder_of, label, sha256  # noqa: E402
from tests.walk.operations import carry_out  # noqa: E402
from tests.walk.state import CORPORA, LAB, STUDIO, Change, State, load  # noqa: E402

EPOCHS = 2
WITHOUT_FOLDS = "Run again without `--folds`"
PEOPLE_FROM_THE_START = {LAB: 6, STUDIO: 5}


def lay_out(place: Path, photographs: Path) -> None:
    """Fill the folders of a new walk: the photographs are one corpus, their mirror images another."""
    if (place / "corpora").exists():
        return
    unfinished = place / ".corpora"
    for parent in (unfinished, place / "unused"):
        shutil.rmtree(parent, ignore_errors=True)
    for corpus in CORPORA:
        (unfinished / corpus).mkdir(parents=True)
        (place / "unused" / corpus).mkdir(parents=True)
        for path in sorted(photographs.glob("Rafd*.jpg")):
            if (label(path, "emotion"), label(path, "gaze")) not in SHOTS:  # a file that was spoiled on purpose
                continue
            is_first = int(label(path, "model")) <= PEOPLE_FROM_THE_START[corpus]
            target = (unfinished if is_first else place / "unused") / corpus / path.name
            if corpus == LAB:
                shutil.copyfile(path, target)
            else:
                ImageOps.mirror(Image.open(path)).save(target, quality=92)
    unfinished.rename(place / "corpora")


def prepare(place: Path, change: Change, state: State) -> None:
    """Change the folders and the home; what a killed walk has done already is not done again."""
    home = Home(place / "home")
    if not change.is_refused:
        carry_out(place, change.operations)
        state.folders |= {change.corpus: change.folder} if change.folder else {}
    if change.asks and not change.is_refused:
        list_files(place, change.corpus, state)
        require_refused(place, change, state)
        change.is_refused = True
        state.save(place)
    carry_out(place, change.afterwards)
    list_files(place, change.corpus, state)
    state.options |= change.options
    if change.erased and not erased_at(home, change.erased):
        erase_person(home, change.erased)
    home_commands.carry_out(home, change, state)


def list_files(place: Path, corpus: str, state: State) -> None:
    """Update the manifest of a corpus that has one."""
    if (folder := folder_of(place, corpus, state)).layout == MANIFEST:
        manifests.update(folder.root)


def require_refused(place: Path, change: Change, state: State) -> None:
    """Raise `AssertionError` unless a run stops, says what the change expects, and leaves the home as it is."""
    home = Home(place / "home")
    before = checks.contents(home)
    try:
        run(place, change, state, publishes=True, accept_missing=False)
    except CorpusError as error:
        assert change.asks in str(error), str(error)
    else:
        raise AssertionError(f"the run did not stop: {change.action}")
    assert checks.contents(home) == before, "a run that stopped has changed the home"


def run(place: Path, change: Change, state: State, *, publishes: bool, accept_missing: bool) -> None:
    """Run the pipeline on the corpus; without publishing, only up to the features."""
    folder, home = str(folder_of(place, change.corpus, state).root), place / "home"
    if not publishes:
        source = Source(folder, change.name or change.corpus, accept_missing=accept_missing)
        ingest_and_extract(Home(home), source, CorpusOptions())
        return
    options = {**state.options, "models": state.models}
    state.keep = state.options.pop("keep", state.keep)  # given once: the home remembers it
    try:
        _publish(folder, home, change, accept_missing, options)
    except CorpusError as error:
        if WITHOUT_FOLDS not in str(error):
            raise
        _publish(folder, home, change, accept_missing, {**options, "folds": 0})  # the advice of the message
    if change.command == "train":
        experiment(home=str(home), models=["logistic"], recipe="corrected", epochs=EPOCHS)


def _publish(folder: str, home: Path, change: Change, accept_missing: bool, options: Mapping[str, Any]) -> None:
    pipeline(images=folder, home=str(home), corpus=change.name, epochs=EPOCHS, accept_missing=accept_missing, **options)


def take_step(place: Path, state: State, *, every: int) -> None:
    """Plan, carry out and check one step; the state is saved in between."""
    started = time.monotonic()
    if state.planned is None:
        state.planned = changes.choose([folder_of(place, corpus, state) for corpus in CORPORA], state)
        state.save(place)
    change = state.planned
    details = change.options or change.erased or change.folder or change.images or ""
    print(f"step {state.step + 1}: {change.action} in {change.corpus} {details}", flush=True)
    prepare(place, change, state)
    publishes = (state.step + 1) % every == 0
    run(place, change, state, publishes=publishes, accept_missing=change.accept_missing)
    if change.corpus not in state.ingested:
        state.ingested.append(change.corpus)
    if change.erased:
        state.erased.append(change.erased)
    if change.command == "remove":
        state.removed += change.images
    if change.command == "bring_back":
        state.removed = [image for image in state.removed if image not in change.images]
    if publishes:
        checks.require_published(place, state)
        checks.require_artifacts(Home(place / "home"), state)
    checks.require_same_catalogue(place, state)
    state.actions.append(change.action)
    state.step, state.planned = state.step + 1, None
    state.save(place)
    print(f"  {time.monotonic() - started:.1f} s", flush=True)


def walk(place: Path, photographs: Path, *, seed: int, steps: int, every: int) -> State:
    """Walk until `steps` steps are done; a step publishes if its number is a multiple of `every`."""
    place.mkdir(parents=True, exist_ok=True)
    lay_out(place, photographs)
    extraction.remember()
    state = load(place, seed)
    roots = [root for corpus in CORPORA for root in (folder_of(place, corpus, state).root, place / "unused" / corpus)]
    known = [path for root in roots for path in root.rglob("Rafd*.jpg")]
    list(extraction.remembered([(sha256(path), str(path)) for path in known]))
    while state.step < steps:
        take_step(place, state, every=every)
    return state


def main() -> None:
    """Parse the command line and walk."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("place", type=Path)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=15)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    state = walk(
        options.place.absolute(), options.photographs, seed=options.seed, steps=options.steps, every=options.every
    )
    print(f"{state.step} steps with seed {state.seed}: {', '.join(sorted(set(state.actions)))}")


if __name__ == "__main__":
    main()
