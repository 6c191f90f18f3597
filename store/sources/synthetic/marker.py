"""The note `people.json` in a rendered corpus: which people it holds, so that two corpora never mix in one folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from store.errors import CorpusError

MARKER_NAME = "people.json"
PART_SUFFIX = ".part"
"""End of the name of a file that is being written; it must not look like a photograph to anyone."""

RENDERER_VERSION = 1
"""Raised whenever the same seed would give other pictures."""


@dataclass(frozen=True)
class Marker:
    """What determines every byte of the folder's photographs, and how many people were asked for so far."""

    seed: int
    people: int
    renderer: int = RENDERER_VERSION


def claim_folder(folder: Path, wanted: Marker) -> None:
    """Make the folder this corpus's own, and note it there before the first photograph.

    More people of the same seed are fine, fewer leave the others in place.
    Raises `CorpusError` if the folder holds people of another seed or renderer, or photographs without a note.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = read_marker(folder)
    if found is None and any(folder.glob("*.jpg")):
        raise CorpusError(
            f"{folder} holds photographs but no {MARKER_NAME}: expected an empty folder or one that rendered people "
            "were written to before; choose another folder"
        )
    if found is not None and (found.seed, found.renderer) != (wanted.seed, wanted.renderer):
        raise CorpusError(
            f"{folder} holds people of seed {found.seed} by renderer version {found.renderer}, asked for seed "
            f"{wanted.seed} by renderer version {wanted.renderer}: choose another folder, or empty this one"
        )
    people = max(wanted.people, found.people if found else 0)
    text = json.dumps(asdict(Marker(wanted.seed, people, wanted.renderer)), indent=2) + "\n"
    write_atomically(folder / MARKER_NAME, text.encode())


def read_marker(folder: Path) -> Marker | None:
    """The folder's note, or None where there is none. Raises `CorpusError` if it cannot be read."""
    path = folder / MARKER_NAME
    if not path.exists():
        return None
    try:
        note = json.loads(path.read_text())
        return Marker(seed=int(note["seed"]), people=int(note["people"]), renderer=int(note["renderer"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{path} cannot be read ({error!r}): expected the numbers seed, people and renderer"
        ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a file of this name is always whole."""
    part = path.with_name(f".{path.name}{PART_SUFFIX}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def remove_parts(folder: Path) -> None:
    """Remove what a killed run was writing."""
    for part in folder.glob(f".*{PART_SUFFIX}"):
        part.unlink(missing_ok=True)
