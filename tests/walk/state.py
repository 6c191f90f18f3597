"""The state of a random walk, a JSON file that is replaced after every phase, so that a killed walk continues."""

from __future__ import annotations

import json
import os
import random
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LAB, STUDIO = "lab", "studio"
CORPORA = (LAB, STUDIO)
Rng = random.Random

Operation = list[str]
"""Name of a function of `folders.OPERATIONS`, and paths relative to the place of the walk."""


@dataclass
class Change:
    """One step: what happens to the folders and the home before the run, and the run's own options."""

    action: str
    corpus: str
    operations: list[Operation] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    erased: str | None = None
    """Id of the person who withdraws consent."""

    command: str | None = None
    """'rollback', 'prune', 'remove', 'bring_back' or 'damage' before the run, 'train' after it."""

    images: list[str] = field(default_factory=list)
    """Ids of the photographs that the command removes from use or brings back."""

    folder: str | None = None
    """Where the folder is from now on, relative to the place of the walk."""

    name: str | None = None
    """Name of the corpus that the run is given; by default none, so that it is the folder's."""

    asks: str = ""
    """Text of the error with which a run without `--accept-missing` must stop first."""

    is_refused: bool = False
    """Whether that has happened."""

    accept_missing: bool = False
    afterwards: list[Operation] = field(default_factory=list)
    """Operations after that error: the files return."""


@dataclass
class State:
    """How far a walk is. `planned` is the change of the step in progress; `options` hold from one run to the next."""

    seed: int
    step: int = 0
    planned: Change | None = None
    options: dict[str, Any] = field(default_factory=dict)
    keep: int = 3
    ingested: list[str] = field(default_factory=list)
    folders: dict[str, str] = field(default_factory=dict)
    """Folders of the corpora that were moved or renamed, relative to the place of the walk."""

    erased: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """Ids of photographs that `affect remove` took out of use."""

    actions: list[str] = field(default_factory=list)

    @property
    def models(self) -> list[str]:
        """The models that runs request."""
        return list(self.options.get("models", ["lda"]))

    def random(self, purpose: str) -> Rng:
        """Return the random numbers of this step: the same after a kill."""
        return Rng(f"{self.seed}-{self.step}-{purpose}")

    def save(self, place: Path) -> None:
        """Replace the file atomically."""
        target = place / "state.json"
        unfinished = target.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        os.replace(unfinished, target)


def load(place: Path, seed: int) -> State:
    """Return the state of the walk in a folder; a new one if there is none yet."""
    path = place / "state.json"
    if not path.exists():
        return State(seed)
    values = json.loads(path.read_text(encoding="utf-8"))
    assert values["seed"] == seed, f"'{path}' belongs to a walk with seed {values['seed']}, not {seed}"
    planned = values.pop("planned")
    return State(**values, planned=Change(**planned) if planned else None)
