"""Flow `ingest`: a folder of photographs into the catalogue. Nothing is moved, changed or deleted in the folder.

A file is identified by the sha256 of its bytes. What cannot be used becomes a row in `catalogue.rejects`.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from flows import terminal
from flows.engine import flow, task
from store.errors import CorpusError, UnreadablePhotoError
from store.features import decode
from store.sources.layouts import LAYOUTS, layout_of
from store.sources.text import is_storable, storable
from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.types import Candidate, Photo, Reject
from store.vocabulary import PROFILE_ANGLES_DEG

LARGEST_BYTES = 64 * 2**20
PROFILE_REASON = "profile camera"


@dataclass
class Known:
    """What the catalogue holds already: path of each photograph, and the fixed labels of each person."""

    paths: dict[str, str] = field(default_factory=dict)
    people: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Arrivals:
    """What a look at the folder gave."""

    photos: list[Photo] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unchanged: int = 0


def look(candidate: Candidate, corpus: str, known: Known) -> Photo | Reject | str:
    """Read one file: a photograph, a reject, or the image_id of a photograph whose bytes are in the catalogue."""
    path = candidate.path
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            return Reject(str(path), "unreadable", f"'{path}' is no regular file")
        if about.st_size > LARGEST_BYTES:
            return Reject(str(path), "too large", f"{about.st_size:,} bytes are more than {LARGEST_BYTES:,}")
        data = path.read_bytes()
        image_id = hashlib.sha256(data).hexdigest()
        if image_id in known.paths:
            return image_id
        width, height = decode.inspect(data)
    except FileNotFoundError:
        return Reject(str(path), "missing file", f"'{path}' does not exist")
    except (OSError, UnreadablePhotoError) as error:
        return Reject(str(path), "unreadable", f"'{path}' cannot be read as a photograph: {error}")
    return Photo(image_id, corpus, path, candidate.labels, width, height, about.st_size)


def sort_out(looked: Iterable[tuple[Candidate | Reject, Photo | Reject | str]], known: Known) -> Arrivals:
    """Tell new photographs from moved, unchanged, duplicate and contradictory ones, in the order of the folder."""
    arrivals = Arrivals()
    seen = dict(known.paths)
    people = dict(known.people)
    for source, found in looked:
        if isinstance(found, Reject):
            arrivals.rejects.append(found)
        elif isinstance(found, str):
            assert isinstance(source, Candidate)
            _sort_known(found, str(source.path), seen, arrivals)
        else:
            _sort_new(found, seen, people, arrivals)
    return arrivals


def _sort_known(image_id: str, path: str, seen: dict[str, str], arrivals: Arrivals) -> None:
    if seen[image_id] == path or _is_same_file(seen[image_id], path):
        arrivals.unchanged += 1
    elif Path(seen[image_id]).exists():
        arrivals.rejects.append(_duplicate(path, seen[image_id]))
    else:
        arrivals.moved.append((image_id, path))
        seen[image_id] = path


def _is_same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def _sort_new(photo: Photo, seen: dict[str, str], people: dict[str, tuple[str, str]], arrivals: Arrivals) -> None:
    labels = photo.labels
    if photo.image_id in seen:
        arrivals.rejects.append(_duplicate(str(photo.path), seen[photo.image_id]))
        return
    told = (labels.sex, labels.population)
    before = people.setdefault(labels.subject_id, told)
    if before != told:
        detail = f"{labels.subject_id} is {' '.join(told)} here, but {' '.join(before)} in an earlier photograph"
        arrivals.rejects.append(Reject(str(photo.path), "contradicts the person", detail))
        return
    seen[photo.image_id] = str(photo.path)
    arrivals.photos.append(photo)


def _duplicate(path: str, first: str) -> Reject:
    return Reject(path, "duplicate bytes", f"'{path}' holds the same bytes as '{first}'")


def store_arrivals(connection: Connection, corpus: str, arrivals: Arrivals) -> tuple[int, int]:
    """Rows of the catalogue, in one transaction; returns how many photographs and how many rejects are new."""
    moment = write.now()
    with write.transaction(connection):
        for image_id, path in arrivals.moved:
            write.move_photo(connection, image_id, path)
        photos = _store_photos(connection, arrivals.photos, moment) if arrivals.photos else 0
        write.drop_healed_rejects(connection, corpus, [one.path for one in arrivals.rejects])
        rejects = 0
        if arrivals.rejects:
            columns = {
                "corpus": [corpus] * len(arrivals.rejects),
                "path": [one.path for one in arrivals.rejects],
                "reason": [one.reason for one in arrivals.rejects],
                "detail": [one.detail for one in arrivals.rejects],
                "seen_at": [moment] * len(arrivals.rejects),
            }
            rejects = write.append(connection, "catalogue.rejects", write.batch("catalogue.rejects", columns))
    return photos, rejects


def _store_photos(connection: Connection, photos: list[Photo], moment: object) -> int:
    labels = {name: [asdict(one.labels)[name] for one in photos] for name in asdict(photos[0].labels)}
    ids = [one.image_id for one in photos]
    excluded = [PROFILE_REASON if one.labels.camera_angle_deg in PROFILE_ANGLES_DEG else None for one in photos]
    images = write.batch(
        "catalogue.images",
        {
            **labels,
            "image_id": ids,
            "corpus": [one.corpus for one in photos],
            "path": [str(one.path) for one in photos],
            "width_px": [one.width_px for one in photos],
            "height_px": [one.height_px for one in photos],
            "size_bytes": [one.size_bytes for one in photos],
            "ingested_at": [moment] * len(photos),
            "excluded_reason": excluded,
        },
    )
    known = write.batch("catalogue.labels", {**labels, "image_id": ids, "known_at": [moment] * len(photos)})
    write.append(connection, "catalogue.labels", known)
    return write.append(connection, "catalogue.images", images)


def require_same_root(connection: Connection, corpus: str, folder: Path) -> None:
    """Raise `CorpusError` where the corpus's name already stands for another folder that is still there.

    A person is known by the corpus's name and a number, so two corpora of one name would make strangers one person.
    """
    for (path,) in read.frame(connection, "select_corpus_paths", {"corpus": corpus}).iter_rows():
        if not Path(path).is_relative_to(folder) and Path(path).exists():
            raise CorpusError(
                f"the corpus {corpus!r} of this home has photographs elsewhere, e.g. '{path}': give '{folder}' a name "
                "of its own with --corpus, or the same people would get mixed up"
            )


def known_of(connection: Connection) -> Known:
    """What the catalogue holds."""
    photos = read.frame(connection, "select_known_photos")
    paths = dict(zip(photos["image_id"], photos["path"], strict=True))
    people = {row["subject_id"]: (row["sex"], row["population"]) for row in photos.iter_rows(named=True)}
    return Known(paths, people)


def ingest_folder(folder: Path, layout: str, corpus: str, home: Home) -> int:
    """Ingest one folder; returns how many photographs are new."""
    sources = list(LAYOUTS[layout](folder, corpus))
    with terminal.step("catalogue photographs", len(sources)) as (step, advance):
        with open_work(home) as connection:
            require_same_root(connection, corpus, folder)
            known = known_of(connection)
        looked = _look_at_all(sources, corpus, known, advance)
        arrivals = sort_out(zip(sources, looked, strict=True), known)
        with open_work(home) as connection:
            photos, rejects = store_arrivals(connection, corpus, arrivals)
        in_use = sum(one.labels.camera_angle_deg not in PROFILE_ANGLES_DEG for one in arrivals.photos)
        step.remark = (
            f"{photos:,} new ({in_use:,} in use), {arrivals.unchanged:,} known, {len(arrivals.rejects)} set aside"
        )
    for one in arrivals.rejects[:10]:
        terminal.say(f"      {one.reason}: {one.detail}", style="yellow")
    if len(arrivals.rejects) > 10:
        terminal.say(f"      ... and {len(arrivals.rejects) - 10} more in catalogue.rejects", style="yellow")
    if not sources:
        raise CorpusError(f"expected photographs in '{folder}' (layout {layout}), found none")
    return photos + rejects + len(arrivals.moved)


def _look_at_all(
    sources: list[Candidate | Reject], corpus: str, known: Known, advance: terminal.Advance
) -> Iterator[Photo | Reject | str]:
    with ThreadPoolExecutor() as pool:
        for found in pool.map(lambda one: one if isinstance(one, Reject) else look(one, corpus, known), sources):
            advance(1)
            yield found


catalogue_folder = task("read the folder")(ingest_folder)


@flow("ingest")
def ingest(images: str, home: str = ".affect", layout: str | None = None, corpus: str | None = None) -> int:
    """Catalogue the photographs below `images`; returns the number of new rows. Raises `CorpusError`."""
    folder = Path(images).resolve()
    layout = layout_of(folder, layout)
    if not is_storable(str(folder)):
        raise CorpusError(f"the folder's path is not valid UTF-8: {storable(str(folder))!r}")
    name = corpus or corpus_of(images)
    found: int = catalogue_folder(folder, layout, name, Home(Path(home).absolute()))
    return found


def corpus_of(images: str) -> str:
    """The name of the corpus in a folder, unless the user gives one: the folder's own."""
    return Path(images).resolve().name
