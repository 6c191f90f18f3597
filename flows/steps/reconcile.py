"""Reconcile a scanned folder with the catalogue: new, moved, corrected, unchanged, missing or rejected. Writes nothing.

A photograph is identified by its bytes. The same bytes under another path are a move, unless the photograph's own file
is in the folder, too, or belongs to another corpus and is still there: then they are a duplicate. The same bytes with
other labels are a correction. A photograph of the corpus that no file of the folder holds is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

from affect_store.store.types import NO_RATINGS, Candidate, Labels, Photo, Ratings, Reject

DUPLICATE = "duplicate bytes"
"""Reason of a file that holds the bytes of another photograph."""

Reading = Photo | Reject | str
"""A new photograph, a rejected file, or the image_id of a photograph that is already catalogued."""

Readings = Sequence[tuple[Candidate | Reject, Reading]]


@dataclass(frozen=True)
class KnownPhoto:
    """A catalogued photograph: path and size of its file, its corpus, latest labels and ratings, whether it is used."""

    path: str
    corpus: str
    labels: Labels
    size_bytes: int = 0
    is_missing: bool = False
    is_removed: bool = False
    ratings: Ratings = NO_RATINGS


@dataclass
class Reconciliation:
    """The changes to write.

    New photographs, (image_id, path) of moves, (image_id, labels) of corrections, rejects; the ids of photographs that
    are missing from now on, that have returned, and that were moved here from the folder of another corpus; the
    number of photographs that were known and are in the folder; (image_id, ratings) of new or corrected ratings.
    """

    photos: list[Photo] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    corrected: list[tuple[str, Labels]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    adopted: list[str] = field(default_factory=list)
    known: int = 0
    rated: list[tuple[str, Ratings]] = field(default_factory=list)


@dataclass(frozen=True)
class _LabelUpdate:
    """Labels that a file gives to a photograph; `photo` if the photograph is new."""

    image_id: str
    path: str
    labels: Labels
    photo: Photo | None = None


def reconcile(
    readings: Readings, known: dict[str, KnownPhoto], corpus: str, is_kept_elsewhere: Callable[[str], bool]
) -> Reconciliation:
    """Sort the files of a folder, in the folder's order, into new, moved, corrected, unchanged and rejected ones.

    `is_kept_elsewhere` returns whether the file of a catalogued photograph still holds its bytes.
    """
    changes = Reconciliation()
    paths = {image_id: photo.path for image_id, photo in known.items()}
    in_place = {read for source, read in readings if isinstance(read, str) and str(source.path) == known[read].path}
    updates: list[_LabelUpdate] = []
    matched: set[str] = set()

    def is_copy(image_id: str, path: str) -> bool:
        photo = known[image_id]
        if image_id in in_place:
            return path != photo.path
        return photo.corpus != corpus and not is_same_file(photo.path, path) and is_kept_elsewhere(image_id)

    for source, reading in readings:
        path = str(source.path)
        if isinstance(reading, Reject):
            changes.rejects.append(reading)
        elif isinstance(reading, Photo):
            if reading.image_id in paths:
                changes.rejects.append(_duplicate(path, paths[reading.image_id]))
            else:
                paths[reading.image_id] = path
                updates.append(_LabelUpdate(reading.image_id, path, reading.labels, reading))
        elif reading in matched or is_copy(reading, path):
            changes.rejects.append(_duplicate(path, paths[reading]))
        else:
            assert isinstance(source, Candidate)
            matched.add(reading)
            if not is_same_file(paths[reading], path):
                changes.moved.append((reading, path))
                paths[reading] = path
            updates.append(_LabelUpdate(reading, path, source.labels))
    changes.known = len(matched)
    changes.missing = [
        image_id
        for image_id, photo in known.items()
        if photo.corpus == corpus and not photo.is_missing and image_id not in matched
    ]
    _apply_updates(updates, known, corpus, changes)
    changes.rated = _new_ratings(readings, known, {reject.path for reject in changes.rejects})
    return changes


def _new_ratings(readings: Readings, known: dict[str, KnownPhoto], rejected: set[str]) -> list[tuple[str, Ratings]]:
    """Return the ratings of accepted files that are not those in the catalogue."""
    rated = []
    for source, reading in readings:
        if isinstance(source, Candidate) and not isinstance(reading, Reject) and str(source.path) not in rejected:
            image_id = reading.image_id if isinstance(reading, Photo) else reading
            before = known[image_id].ratings if image_id in known else NO_RATINGS
            if source.ratings != before:
                rated.append((image_id, source.ratings))
    return rated


def is_same_file(path: str, other: str) -> bool:
    """Return whether two paths lead to the same existing file, or are equal."""
    try:
        return path == other or Path(path).samefile(other)
    except OSError:
        return False


def _apply_updates(
    updates: list[_LabelUpdate], known: dict[str, KnownPhoto], corpus: str, changes: Reconciliation
) -> None:
    """Accept new photographs, returning ones and corrections that agree with the person's other photographs.

    A person's sex and population can be corrected only in all photographs at once. Only photographs that are there and
    were not removed are compared.
    """
    changed = [update for update in updates if update.photo or _is_changed(update, known[update.image_id], corpus)]
    there = {update.image_id for update in updates} - {update.image_id for update in changed}
    people: dict[str, tuple[tuple[str, str], str]] = {}
    for image_id, photo in known.items():
        is_there = image_id in there if photo.corpus == corpus else not photo.is_missing
        if is_there and not photo.is_removed:
            people.setdefault(photo.labels.subject_id, ((photo.labels.sex, photo.labels.population), photo.path))
    for update in changed:
        person, subject_id = (update.labels.sex, update.labels.population), update.labels.subject_id
        is_removed = not update.photo and known[update.image_id].is_removed
        own = (person, update.path)
        before, path = people.get(subject_id, own) if is_removed else people.setdefault(subject_id, own)
        if before != person:
            detail = _contradiction(subject_id, person, before, path)
            changes.rejects.append(Reject(update.path, "contradicts the person", detail))
        elif update.photo:
            changes.photos.append(update.photo)
        else:
            _accept(update, known[update.image_id], corpus, changes)


def _contradiction(subject_id: str, person: tuple[str, str], before: tuple[str, str], path: str) -> str:
    """Return which of a person's sex and population are different in the photograph at `path`."""
    differences = " and ".join(
        f"{name} is {here}, but {there}"
        for name, here, there in zip(("sex", "population"), person, before, strict=True)
        if here != there
    )
    return f"{subject_id}: {differences} in '{path}'; expected the same in all photographs of a person"


def _is_changed(update: _LabelUpdate, photo: KnownPhoto, corpus: str) -> bool:
    return photo.is_missing or photo.corpus != corpus or not labels_agree(update.labels, photo.labels)


def _accept(update: _LabelUpdate, photo: KnownPhoto, corpus: str, changes: Reconciliation) -> None:
    """Record what changes in a photograph that was catalogued before."""
    if photo.is_missing:
        changes.returned.append(update.image_id)
    if photo.corpus != corpus:
        changes.adopted.append(update.image_id)
    if not labels_agree(update.labels, photo.labels):
        changes.corrected.append((update.image_id, update.labels))


def labels_agree(labels: Labels, other: Labels) -> bool:
    """Whether two labels are equal; ages are compared with the precision of float32, in which they are stored."""
    if labels == other:
        return True
    if (labels.age is None) != (other.age is None):
        return False
    ages_agree = labels.age is None or math.isclose(labels.age, other.age or 0.0, rel_tol=1e-6)
    return ages_agree and astuple(replace(labels, age=None)) == astuple(replace(other, age=None))


def _duplicate(path: str, first: str) -> Reject:
    return Reject(path, DUPLICATE, f"'{path}' holds the same bytes as '{first}'")
