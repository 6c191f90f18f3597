"""The marker file `people.json` of a rendered corpus: its seed and version, so that no folder mixes two corpora."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from affect_store.store.errors import CorpusError

MARKER_NAME = "people.json"
PART_SUFFIX = ".part"
"""Suffix of a file that is being written; no layout takes it for a photograph."""

UNIFORM, VARIED = VERSIONS = (1, 2)
"""Versions of the corpus. People of a seed look the same in both; `UNIFORM` ones show one prototype of each emotion at
full strength, `VARIED` ones several, from faint to strong. A version is added whenever a seed gives other pictures."""


@dataclass(frozen=True)
class Marker:
    """Contents of the marker file: what determines every byte of the photographs, and the number of people."""

    seed: int
    people: int
    renderer: int = VARIED


def claim_folder(folder: Path, requested: Marker) -> Marker:
    """Create the folder and its marker, or check that it holds the same corpus, before anything is rendered.

    Returns the folder's marker. The number of people may grow; a smaller one leaves the marker as it is.
    Raises `CorpusError` if the folder holds people of another seed or version, or photographs without a marker.
    """
    folder.mkdir(parents=True, exist_ok=True)
    existing = read_marker(folder)
    if existing is None and any(folder.glob("*.jpg")):
        raise CorpusError(
            f"'{folder}' holds photographs but no {MARKER_NAME}; expected an empty folder or one with rendered people: "
            "choose another folder"
        )
    if existing is not None and (existing.seed, existing.renderer) != (requested.seed, requested.renderer):
        raise CorpusError(
            f"'{folder}' holds people of seed {existing.seed}, version {existing.renderer} of the corpus; requested: "
            f"seed {requested.seed}, version {requested.renderer}. Choose another folder, or empty this one"
        )
    people = max(requested.people, existing.people if existing else 0)
    marker = Marker(requested.seed, people, requested.renderer)
    write_atomically(folder / MARKER_NAME, (json.dumps(asdict(marker), indent=2) + "\n").encode())
    return marker


def read_marker(folder: Path) -> Marker | None:
    """Return the folder's marker, or None without one. Raises `CorpusError` if it cannot be read."""
    path = folder / MARKER_NAME
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_text())
        return Marker(seed=int(values["seed"]), people=int(values["people"]), renderer=int(values["renderer"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"'{path}' cannot be read ({error!r}); expected JSON with the numbers seed, people and renderer"
        ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write to a temporary file beside `path` and rename it, so that a file of this name is always complete."""
    part = path.with_name(f".{path.name}{PART_SUFFIX}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def remove_parts(folder: Path) -> None:
    """Remove the incomplete files of a killed run."""
    for part in folder.glob(f".*{PART_SUFFIX}"):
        part.unlink(missing_ok=True)
