"""What a look at a folder means for the catalogue: new, moved, corrected, unchanged, or set aside. No file, no store.

A photograph is its bytes. The same bytes under another path are a move where the old file is gone, else a duplicate;
the same bytes with other labels, in the same corpus, are a correction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

from store.types import Candidate, Labels, Photo, Reject

Found = Photo | Reject | str
"""A new photograph, a file set aside, or the image_id of a photograph whose bytes are in the catalogue."""


@dataclass(frozen=True)
class KnownPhoto:
    """A photograph of the catalogue: where its file was, its corpus, and its latest labels."""

    path: str
    corpus: str
    labels: Labels


@dataclass
class Arrivals:
    """What a look at the folder gave."""

    photos: list[Photo] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    corrected: list[tuple[str, Labels]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True)
class _Told:
    """New labels of a photograph, and the file that tells them."""

    image_id: str
    path: str
    labels: Labels
    photo: Photo | None = None


def sort_out(looked: Iterable[tuple[Candidate | Reject, Found]], known: dict[str, KnownPhoto], corpus: str) -> Arrivals:
    """Tell new photographs from moved, corrected, unchanged, duplicate and contradictory ones, in folder order."""
    arrivals = Arrivals()
    paths = {image_id: one.path for image_id, one in known.items()}
    told: list[_Told] = []
    settled: set[str] = set()
    for source, found in looked:
        if isinstance(found, Reject):
            arrivals.rejects.append(found)
        elif isinstance(found, Photo):
            if found.image_id in paths:
                arrivals.rejects.append(_duplicate(str(found.path), paths[found.image_id]))
            else:
                paths[found.image_id] = str(found.path)
                told.append(_Told(found.image_id, str(found.path), found.labels, found))
        else:
            assert isinstance(source, Candidate)
            path = str(source.path)
            if found in settled:
                arrivals.rejects.append(_duplicate(path, paths[found]))
            elif _sort_known(found, path, paths, arrivals):
                settled.add(found)
                if known[found].corpus == corpus:
                    told.append(_Told(found, path, source.labels))
    _settle(told, known, arrivals)
    return arrivals


def _sort_known(image_id: str, path: str, paths: dict[str, str], arrivals: Arrivals) -> bool:
    """Whether this file now stands for the photograph; it does not where another file holds the same bytes."""
    if paths[image_id] == path or _is_same_file(paths[image_id], path):
        arrivals.unchanged += 1
    elif Path(paths[image_id]).exists():
        arrivals.rejects.append(_duplicate(path, paths[image_id]))
        return False
    else:
        arrivals.moved.append((image_id, path))
        paths[image_id] = path
    return True


def _is_same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def _settle(told: list[_Told], known: dict[str, KnownPhoto], arrivals: Arrivals) -> None:
    """Take new photographs and corrections over, where they do not contradict what is said of the person elsewhere.

    A person's sex and population can be corrected only in all photographs at once.
    """
    changed = [one for one in told if one.photo or not same(one.labels, known[one.image_id].labels)]
    touched = {one.image_id for one in changed}
    people: dict[str, tuple[str, str]] = {}
    for image_id, one in known.items():
        if image_id not in touched:
            people.setdefault(one.labels.subject_id, (one.labels.sex, one.labels.population))
    for new in changed:
        said = (new.labels.sex, new.labels.population)
        before = people.setdefault(new.labels.subject_id, said)
        if before != said:
            detail = f"{new.labels.subject_id} is {' '.join(said)} here, but {' '.join(before)} in another photograph"
            arrivals.rejects.append(Reject(new.path, "contradicts the person", detail))
        elif new.photo:
            arrivals.photos.append(new.photo)
        else:
            arrivals.corrected.append((new.image_id, new.labels))
            arrivals.unchanged -= 1


def same(one: Labels, other: Labels) -> bool:
    """Whether two labels say the same; ages are kept as float32."""
    if (one.age is None) != (other.age is None):
        return False
    ages_agree = one.age is None or math.isclose(one.age, other.age or 0.0, rel_tol=1e-6)
    return ages_agree and astuple(replace(one, age=None)) == astuple(replace(other, age=None))


def _duplicate(path: str, first: str) -> Reject:
    return Reject(path, "duplicate bytes", f"'{path}' holds the same bytes as '{first}'")
