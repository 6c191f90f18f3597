"""The folders of a walk: two corpora with RaFD's file names, and what was put aside; one of them has a manifest.

`PLACE/corpora/NAME` is what a run reads, until the folder is moved. Beside it are `unused/NAME` (photographs to be
added), `removed/NAME`, `whole/NAME` (the bytes of files that are broken now) and `erased/NAME` (copies of the
photographs of erased people).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from affect_store.store.sources import rafd
from affect_store.store.sources.layouts import MANIFEST
from affect_store.store.sources.named_layouts import RAFD
from tests.walk.state import STUDIO, State

COPIES = "copies"
RETURNED = "returned"
"""Folder of photographs of erased people, under other ids."""

JUNK = "holiday.jpg"
FIELDS = ("angle", "model", "population", "sex", "emotion", "gaze")


def named(name: str, **labels: str) -> str:
    """Return a file name with other labels."""
    stem, _, suffix = name.rpartition(".")
    fields = dict(zip(FIELDS, stem.split("_"), strict=True)) | labels
    return f"{'_'.join(fields[field] for field in FIELDS)}.{suffix}"


def label(path: Path, field: str) -> str:
    """Return a label from a file's name."""
    return path.stem.split("_")[FIELDS.index(field)]


def sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes, the id of its photograph."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Folder:
    """One corpus of a walk and what was put aside from it; every path is below `place`.

    `moved_to` is the folder that runs read, relative to `place`, if it was moved.
    """

    place: Path
    corpus: str
    moved_to: str | None = None

    @property
    def root(self) -> Path:
        """The folder that runs read."""
        return self.place / (self.moved_to or f"corpora/{self.corpus}")

    @property
    def layout(self) -> str:
        """The layout of the folder."""
        return MANIFEST if self.corpus == STUDIO else RAFD

    def aside(self, kind: str) -> Path:
        """Return the folder 'unused', 'removed', 'whole' or 'erased' of this corpus."""
        return self.place / kind / self.corpus

    def kept(self, kind: str) -> list[Path]:
        """Return the files put aside, sorted."""
        return sorted(path for path in self.aside(kind).rglob("*.jpg"))

    def everything(self) -> list[Path]:
        """Return all files of people in the corpus, broken ones included, sorted."""
        return sorted(path for path in self.root.rglob("Rafd*.jpg") if path.parent.name != RETURNED)

    def photographs(self) -> list[Path]:
        """Return the files that are whole and no copies."""
        return [path for path in self.everything() if not self.is_broken(path) and path.parent.name != COPIES]

    def copies(self) -> list[Path]:
        """Return the second files of photographs."""
        return [path for path in self.everything() if path.parent.name == COPIES]

    def whole(self, path: Path) -> Path:
        """Return where the bytes of a broken file are kept."""
        return self.aside("whole") / path.relative_to(self.root)

    def is_broken(self, path: Path) -> bool:
        """Whether the file was cut or overwritten."""
        return self.whole(path).exists()

    def people(self) -> dict[str, list[Path]]:
        """Return the whole photographs of each person, by the number in their names."""
        people: dict[str, list[Path]] = {}
        for path in self.photographs():
            people.setdefault(label(path, "model"), []).append(path)
        return people

    def subject(self, path: Path) -> str:
        """Return the id of the person in a file's name."""
        return rafd.parse(path.name, self.corpus).subject_id

    def relative(self, path: Path) -> str:
        """Return a path as operations hold it."""
        return str(path.relative_to(self.place))


def folder_of(place: Path, corpus: str, state: State) -> Folder:
    """Return the folder of a corpus where it is now."""
    return Folder(place, corpus, state.folders.get(corpus))
