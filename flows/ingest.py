"""Flow `ingest`: a folder of photographs into the catalogue. Nothing is moved, changed or deleted in the folder.

A file is identified by the sha256 of its bytes. What cannot be used becomes a row in `catalogue.rejects`.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from flows import terminal
from flows.arrivals import Arrivals, Found, KnownPhoto, sort_out
from flows.engine import flow, hold, task
from flows.parameters import LayoutName, home_at, images_at
from store.errors import CorpusError, UnreadablePhotoError
from store.features import decode
from store.sources.layouts import LAYOUTS, ORIGIN, layout_of, origin_of
from store.sources.text import is_storable, storable
from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.forget import is_forgotten
from store.tables.home import Home
from store.types import Candidate, Labels, Photo, Reject
from store.vocabulary import PROFILE_ANGLES_DEG, PROFILE_REASON

LARGEST_BYTES = 64 * 2**20


def look(candidate: Candidate, corpus: str, known: Collection[str]) -> Found:
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
        if image_id in known:
            return image_id
        width, height = decode.inspect(data)
    except FileNotFoundError:
        return Reject(str(path), "missing file", f"'{path}' does not exist")
    except (OSError, UnreadablePhotoError) as error:
        return Reject(str(path), "unreadable", f"'{path}' cannot be read as a photograph: {error}")
    return Photo(image_id, corpus, path, candidate.labels, width, height, about.st_size)


def store_arrivals(connection: Connection, corpus: str, arrivals: Arrivals) -> tuple[int, int]:
    """Rows of the catalogue, in one transaction; returns how many photographs and how many rejects are new."""
    moment = write.now()
    with write.transaction(connection):
        for image_id, path in arrivals.moved:
            write.move_photo(connection, image_id, path)
        if arrivals.corrected:
            _store_corrections(connection, arrivals.corrected, moment)
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


def _store_photos(connection: Connection, photos: list[Photo], moment: datetime) -> int:
    labels = _columns([one.labels for one in photos])
    ids = [one.image_id for one in photos]
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
            "excluded_reason": [excluded_reason(one.labels) for one in photos],
        },
    )
    known = write.batch("catalogue.labels", {**labels, "image_id": ids, "known_at": [moment] * len(photos)})
    write.append(connection, "catalogue.labels", known)
    return write.append(connection, "catalogue.images", images)


def _store_corrections(connection: Connection, corrected: list[tuple[str, Labels]], moment: datetime) -> None:
    """What was known before stays: a correction is a new row of `catalogue.labels`, and `images` shows the latest."""
    columns = _columns([labels for _, labels in corrected])
    columns |= {"image_id": [image_id for image_id, _ in corrected], "known_at": [moment] * len(corrected)}
    write.append(connection, "catalogue.labels", write.batch("catalogue.labels", columns))
    for image_id, labels in corrected:
        write.correct_labels(connection, image_id, {**asdict(labels), "excluded_reason": excluded_reason(labels)})


def _columns(labels: list[Labels]) -> dict[str, list[Any]]:
    return {one.name: [getattr(each, one.name) for each in labels] for one in fields(Labels)}


def excluded_reason(labels: Labels) -> str | None:
    """Why a photograph with these labels is kept but not used, if so."""
    return PROFILE_REASON if labels.camera_angle_deg in PROFILE_ANGLES_DEG else None


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


def known_of(connection: Connection) -> dict[str, KnownPhoto]:
    """Every photograph of the catalogue."""
    names = [one.name for one in fields(Labels)]
    return {
        row["image_id"]: KnownPhoto(row["path"], row["corpus"], Labels(**{name: row[name] for name in names}))
        for row in read.frame(connection, "select_known_photos").iter_rows(named=True)
    }


def _without_forgotten(sources: list[Candidate | Reject], is_gone: Callable[[str], bool]) -> list[Candidate | Reject]:
    """The sources without the people who withdrew their consent; nothing of these is kept, not even a reject."""
    return [one for one in sources if isinstance(one, Reject) or not is_gone(one.labels.subject_id)]


def ingest_folder(folder: Path, layout: str, corpus: str, home: Home) -> int:
    """Ingest one folder; returns how many photographs are new, moved, corrected or newly set aside."""
    found = list(LAYOUTS[layout](folder, corpus))
    with terminal.step("catalogue photographs", len(found)) as (step, advance):
        with open_work(home) as connection:
            require_same_root(connection, corpus, folder)
            known = known_of(connection)
            sources = _without_forgotten(found, is_forgotten(connection))
        advance(len(found) - len(sources))
        looked = _look_at_all(sources, corpus, known, advance)
        arrivals = sort_out(zip(sources, looked, strict=True), known, corpus)
        with open_work(home) as connection:
            photos, rejects = store_arrivals(connection, corpus, arrivals)
            write.put_setting(connection, f"{ORIGIN}: {corpus}", origin_of(folder, layout))
        in_use = sum(one.labels.camera_angle_deg not in PROFILE_ANGLES_DEG for one in arrivals.photos)
        step.remark = (
            f"{photos:,} new ({in_use:,} in use), {arrivals.unchanged:,} known, {len(arrivals.rejects)} set aside"
        )
        if arrivals.corrected:
            step.remark += f", {len(arrivals.corrected):,} with corrected labels"
        if len(sources) < len(found):
            step.remark += f", {len(found) - len(sources):,} of people who withdrew their consent left out"
    for one in arrivals.rejects[:10]:
        terminal.say(f"      {one.reason}: {one.detail}", style="yellow")
    if len(arrivals.rejects) > 10:
        terminal.say(f"      ... and {len(arrivals.rejects) - 10} more in catalogue.rejects", style="yellow")
    if not found:
        raise CorpusError(f"expected photographs in '{folder}' (layout {layout}), found none")
    return photos + rejects + len(arrivals.moved) + len(arrivals.corrected)


def _look_at_all(
    sources: list[Candidate | Reject], corpus: str, known: Collection[str], advance: terminal.Advance
) -> Iterator[Found]:
    with ThreadPoolExecutor() as pool:
        for found in pool.map(lambda one: one if isinstance(one, Reject) else look(one, corpus, known), sources):
            advance(1)
            yield found


catalogue_folder = task("read the folder")(ingest_folder)


@flow("ingest")
def ingest(
    images: str | None = None, home: str | None = None, layout: LayoutName | None = None, corpus: str | None = None
) -> int:
    """Catalogue the photographs below a folder; returns the number of new rows.

    Args:
        images: Folder of photographs; only read, never changed. The worker's AFFECT_IMAGES by default.
        home: Directory of everything that is produced; the worker's AFFECT_HOME by default.
        layout: 'rafd' (labels in the file names) or 'manifest' (a manifest.csv); found out by default.
        corpus: Name of the corpus, the folder's by default.

    Raises `CorpusError`.
    """
    images = images_at(images)
    if images is None:
        raise CorpusError("expected a folder of photographs: `images`, or AFFECT_IMAGES in the worker's environment")
    folder = Path(images).resolve()
    found_layout = layout_of(folder, layout)
    if not is_storable(str(folder)):
        raise CorpusError(f"the folder's path is not valid UTF-8: {storable(str(folder))!r}")
    name, place = corpus or corpus_of(images), home_at(home)
    with hold(place):
        found: int = catalogue_folder(folder, found_layout, name, place)
    return found


def corpus_of(images: str) -> str:
    """The name of the corpus in a folder, unless the user gives one: the folder's own."""
    return Path(images).resolve().name
