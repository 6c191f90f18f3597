"""Flow `landmarks`: faces and thumbnails of the catalogued photographs that do not have them yet, on all cores.

A photograph without a face is a row in `features.misses`. Each chunk is stored as it comes, so a killed run loses at
most one chunk of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

import numpy as np

from flows import services, terminal
from flows.engine import flow, hold, task
from store.errors import CorpusError, WorkerDiedError
from store.features import views
from store.features.decode import SCALES
from store.features.extract import Extracted, extract
from store.features.perceptual import perceptual_hash
from store.features.references import NO_FACE
from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.types import Face, NoFace, Thumbnail
from store.vocabulary import PIXEL_CHANNELS, PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX

STORED_AT_ONCE = 256
UNREADABLE = "cannot be read"
"""Begins the reason of a photograph that could not be read this time; it is tried again at every run."""

Miss = tuple[str, str, str, str]
"""image_id, view, version, reason."""


def store_extracted(connection: Connection, found: list[Extracted], versions: Mapping[str, str]) -> None:
    """Landmarks, thumbnails and misses of one chunk, in one transaction; `versions` are those of the two features."""
    faces = [one.face for one in found if isinstance(one.face, Face)]
    thumbnails = [one.thumbnail for one in found if one.thumbnail is not None]
    misses: list[Miss] = [
        (one.image_id, "landmarks", versions["landmarks"], NO_FACE) for one in found if isinstance(one.face, NoFace)
    ]
    stored = set(
        read.frame(connection, "select_stored_features", {"image_ids": [one.image_id for one in found]}).rows()
    )
    for one in found:
        reason = f"{UNREADABLE}: {one.unreadable}"
        asked = [(one.image_id, view, version) for view, version in versions.items()] if one.unreadable else []
        misses += [(*row, reason) for row in asked if row not in stored]  # a miss would hide what is there
    with write.transaction(connection):
        if faces:
            xyz = np.stack([one.xyz for one in faces]).reshape(len(faces), -1)
            _append(connection, "landmarks", versions, faces, {"xyz": xyz})
        if thumbnails:
            pictures = {
                "rgb": [one.rgb.tobytes() for one in thumbnails],
                "perceptual_hash": [perceptual_hash(one.rgb) for one in thumbnails],
            }
            _append(connection, "pixels", versions, thumbnails, pictures)
        store_misses(connection, misses)


def _append(
    connection: Connection,
    view: str,
    versions: Mapping[str, str],
    found: list[Face] | list[Thumbnail],
    values: dict[str, object],
) -> None:
    columns = {
        "image_id": [one.image_id for one in found],
        "version": [versions[view]] * len(found),
        "seal": [one.seal for one in found],
        "created_at": [write.now()] * len(found),
        **values,
    }
    write.append(connection, f"features.{view}", write.batch(f"features.{view}", columns))


def store_misses(connection: Connection, misses: list[Miss]) -> int:
    """Rows of `features.misses`, where the reason that counts now is not this one already; returns how many are new."""
    if not misses:
        return 0
    open_now = set(read.frame(connection, "select_open_misses", {"moment": write.now()}).rows())
    new = [one for one in misses if one not in open_now]
    if not new:
        return 0
    ids, names, versions, reasons = (list(values) for values in zip(*new, strict=True))
    columns = {"image_id": ids, "view": names, "version": versions, "reason": reasons}
    columns["created_at"] = [write.now()] * len(new)
    return write.append(connection, "features.misses", write.batch("features.misses", columns))


def _hash_of_bytes(rgb: bytes) -> str:
    return perceptual_hash(np.frombuffer(rgb, np.uint8).reshape(PIXEL_HEIGHT_PX, PIXEL_WIDTH_PX, PIXEL_CHANNELS))


def extract_missing(home: Home, decode_scale: float = 1.0) -> int:
    """Extract what is missing at this scale; returns how many photographs were looked at."""
    if decode_scale not in SCALES:
        raise CorpusError(f"the scale of decoding is {decode_scale}, expected one of {' '.join(map(str, SCALES))}")
    with open_work(home) as connection:
        current = services.make_current(connection, views.chosen(decode_scale))
        write.fill_perceptual_hashes(connection, _hash_of_bytes)
        versions = {name: current[name] for name in ("landmarks", "pixels")}
        parameters = {**versions, "retried": UNREADABLE, "moment": write.now()}
        wanted = read.frame(connection, "select_images_to_extract", parameters).rows()
    faces = misses = 0
    unreadable: list[str] = []
    with terminal.step("find faces, shrink pictures", len(wanted)) as (step, advance):
        for chunk in _chunks(_whole(extract(wanted, decode_scale=decode_scale)), STORED_AT_ONCE, advance):
            with open_work(home) as connection:
                store_extracted(connection, chunk, versions)
            faces += sum(isinstance(one.face, Face) for one in chunk)
            misses += sum(isinstance(one.face, NoFace) for one in chunk)
            unreadable += [one.unreadable for one in chunk if one.unreadable]
        step.remark = f"{faces:,} faces, {misses} without" if wanted else "nothing new"
    if unreadable:
        terminal.say(
            f"      {len(unreadable)} could not be read and are tried again next time: {unreadable[0]}", style="yellow"
        )
    return len(wanted)


def _whole(found: Iterable[Extracted]) -> Iterator[Extracted]:
    try:
        yield from found
    except BrokenProcessPool as error:
        raise WorkerDiedError(
            "a process that looks for faces was killed (short of memory?); what is stored stays, run again to go on"
        ) from error


def _chunks(found: Iterable[Extracted], size: int, advance: terminal.Advance) -> Iterator[list[Extracted]]:
    iterator = iter(found)
    while True:
        chunk = []
        for one in islice(iterator, size):
            chunk.append(one)
            advance(1)
        if not chunk:
            return
        yield chunk


find_faces = task("find faces")(extract_missing)


@flow("landmarks")
def landmarks(home: str = ".affect", decode_scale: float = 1.0) -> int:
    """FaceMesh landmarks and thumbnails of every photograph in use that lacks them; returns how many were done.

    `decode_scale` 0.5 or 0.25 is faster, moves landmarks a little, and so makes versions of its own.
    """
    place = Home(Path(home).absolute())
    with hold(place):
        done: int = find_faces(place, decode_scale)
    return done
