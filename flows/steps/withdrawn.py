"""Photographs of people who withdrew consent: left out when a folder is read, whatever their id, name or folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from affect_store.flows.runtime import console
from affect_store.flows.steps.reconcile import KnownPhoto, Reading
from affect_store.store.consent import tombstones
from affect_store.store.consent.rejected_files import people_by_file
from affect_store.store.consent.tombstones import ErasedPeople
from affect_store.store.engine.duckdb import Connection
from affect_store.store.features.photo_files import image_ids_of
from affect_store.store.sources.named_files import is_picture
from affect_store.store.types import Candidate, Photo, Reject

Source = Candidate | Reject


@dataclass
class WithdrawnFiles:
    """The files of one folder that are left out, by how they were recognized. Nothing else is kept about them.

    `known` are the photographs of the catalogue, which holds no erased person.
    """

    erased: ErasedPeople
    corpus: str
    known: Mapping[str, KnownPhoto]
    by_id: int = 0
    by_spelling: int = 0
    by_bytes: int = 0
    image_ids: set[str] = field(default_factory=set)
    """Photographs that are labelled with the id of an erased person."""

    @property
    def count(self) -> int:
        """Number of files that were left out."""
        return self.by_id + self.by_spelling + self.by_bytes

    def without_ids(self, sources: Iterable[Source], others: Iterable[str] = ()) -> list[Source]:
        """Return the sources without those that have the id of an erased person, or one that only differs in spelling.

        The ids of people who are in the catalogue and of `others` stay, whatever their spelling.
        """
        others = {*others, *(photo.labels.subject_id for photo in self.known.values())}
        has_id = cache(self.erased.has_id)
        has_form = cache(lambda name: name not in others and self.erased.has_form(self.corpus, name))
        kept: list[Source] = []
        erased_files: list[Path] = []
        for source in sources:
            name = _subject_of(source)
            if name is not None and has_id(name):
                self.by_id += 1
                erased_files += [Path(source.path)] if is_picture(source.path) else []
            elif name is not None and has_form(name):
                self.by_spelling += 1
            else:
                kept.append(source)
        self.image_ids |= set(filter(None, image_ids_of(erased_files))) - self.known.keys()
        return kept

    def without_skipped(self, skipped: Iterable[Reject]) -> list[Reject]:
        """Return the files that no layout reads, without those of an erased person, by their path or bytes."""
        rejects = list(skipped)
        people = people_by_file((self.corpus, reject.path) for reject in rejects)
        others = [reject for reject in rejects if not any(map(self.erased.has_id, people[self.corpus, reject.path]))]
        return [reject for reject, is_erased in zip(others, self._are_erased(others), strict=True) if not is_erased]

    def without_photographs(self, readings: Iterable[tuple[Source, Reading]]) -> list[tuple[Source, Reading]]:
        """Return what was read without the photographs of erased people, which are recognized by their bytes."""
        pairs = list(readings)
        are_erased = self._are_erased([reading for _, reading in pairs])
        self.by_bytes += sum(are_erased)
        return [pair for pair, is_erased in zip(pairs, are_erased, strict=True) if not is_erased]

    def _are_erased(self, readings: Sequence[Reading]) -> list[bool]:
        """Return of each file whether it has the bytes of an erased person's photograph; False for catalogued ones."""
        if not (self.erased.other_hashes or self.image_ids):
            return [False] * len(readings)
        rejected = [Path(reading.path) for reading in readings if isinstance(reading, Reject)]
        image_ids = dict(zip(rejected, image_ids_of(rejected), strict=True))

        def is_erased(reading: Reading) -> bool:
            if isinstance(reading, str):
                return False
            image_id = reading.image_id if isinstance(reading, Photo) else image_ids[Path(reading.path)]
            return image_id is not None and (image_id in self.image_ids or self.erased.has_photograph(image_id))

        return list(map(is_erased, readings))

    def store(self, connection: Connection) -> None:
        """Store the hashes of photographs that are labelled with an erased id, so that they stay out under another."""
        tombstones.add_photographs(
            connection, (name for name in self.image_ids if not self.erased.has_photograph(name))
        )

    def report(self) -> None:
        """Print how many files were left out for other reasons than their id."""
        if self.by_bytes:
            reason = "the same bytes as photographs of a person who withdrew consent"
            console.say(f"      {_files(self.by_bytes)} skipped: {reason}", style="yellow")
        if self.by_spelling:
            reason = (
                "except for case, spaces, leading zeros or a prefix, the id is that of a person who withdrew consent. "
                "If it is someone else, run once with --same ID=ID, or use another id"
            )
            console.say(f"      {_files(self.by_spelling)} skipped: {reason}", style="yellow")


def _subject_of(source: Source) -> str | None:
    """Return the subject of a file; None for a reject without one."""
    return source.labels.subject_id if isinstance(source, Candidate) else source.subject_id


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
