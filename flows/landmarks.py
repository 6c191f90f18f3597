"""Flow `landmarks`: faces and thumbnails of the catalogued photographs that do not have them yet, on all cores.

A photograph without a face is a row in `features.misses`. Each chunk is stored as it comes, so a killed run loses at
most one chunk of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

import numpy as np

from flows import terminal
from flows.engine import flow, task
from store.errors import WorkerDiedError
from store.features import views
from store.features.extract import Extracted, extract
from store.features.references import NO_FACE
from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.types import Face, NoFace

STORED_AT_ONCE = 256
UNREADABLE = "cannot be read"
"""Begins the reason of a photograph that could not be read this time; it is tried again at every run."""


def register_views(connection: Connection) -> None:
    """Describe every current view version in `features.views`, where it is not described yet."""
    current = views.current()
    columns = {
        "view": [one.view for one in current],
        "version": [one.version for one in current],
        "kind": [one.kind for one in current],
        "entity": [one.entity for one in current],
        "dtype": [one.dtype for one in current],
        "shape": [one.shape for one in current],
        "transform": [one.transform for one in current],
        "parameters": [write.as_json(one.parameters) for one in current],
        "code_version": [write.code_version()] * len(current),
        "library_versions": [write.as_json(one.library_versions) for one in current],
        "description": [one.description for one in current],
        "created_at": [write.now()] * len(current),
    }
    write.append(connection, "features.views", write.batch("features.views", columns))
    for one in current:
        write.make_view_current(connection, one.version)


def store_extracted(connection: Connection, found: list[Extracted]) -> None:
    """Landmarks, thumbnails and misses of one chunk, in one transaction."""
    moment = write.now()
    faces = [one.face for one in found if isinstance(one.face, Face)]
    thumbnails = [one.thumbnail for one in found if one.thumbnail is not None]
    misses = [(one.image_id, "landmarks", NO_FACE) for one in found if isinstance(one.face, NoFace)]
    for one in found:
        if one.unreadable:
            reason = f"{UNREADABLE}: {one.unreadable}"
            misses += [(one.image_id, "landmarks", reason), (one.image_id, "pixels", reason)]
    with write.transaction(connection):
        write.drop_unreadable(connection, [one.image_id for one in found], UNREADABLE)
        if faces:
            xyz = np.stack([one.xyz for one in faces]).reshape(len(faces), -1)
            _append(connection, "landmarks", [one.image_id for one in faces], {"xyz": xyz}, moment)
        if thumbnails:
            rgb = [one.rgb.tobytes() for one in thumbnails]
            _append(connection, "pixels", [one.image_id for one in thumbnails], {"rgb": rgb}, moment)
        store_misses(connection, misses)


def _append(connection: Connection, view: str, ids: list[str], values: dict[str, object], moment: object) -> None:
    version = {"landmarks": views.landmarks, "pixels": views.pixels}[view]().version
    columns = {"image_id": ids, "version": [version] * len(ids), "created_at": [moment] * len(ids), **values}
    write.append(connection, f"features.{view}", write.batch(f"features.{view}", columns))


def store_misses(connection: Connection, misses: list[tuple[str, str, str]], version: str = "") -> int:
    """Rows of `features.misses` from (image_id, view, reason); `version` is the current one of the view by default."""
    if not misses:
        return 0
    current = {"landmarks": views.landmarks().version, "pixels": views.pixels().version}
    columns = {
        "image_id": [image_id for image_id, _, _ in misses],
        "view": [view for _, view, _ in misses],
        "version": [version or current[view] for _, view, _ in misses],
        "reason": [reason for _, _, reason in misses],
        "created_at": [write.now()] * len(misses),
    }
    return write.append(connection, "features.misses", write.batch("features.misses", columns))


def extract_missing(home: Home) -> int:
    """Extract what is missing; returns how many photographs were looked at."""
    with open_work(home) as connection:
        register_views(connection)
        versions = {"landmarks": views.landmarks().version, "pixels": views.pixels().version}
        wanted = read.frame(connection, "select_images_to_extract", {**versions, "retried": UNREADABLE}).rows()
    faces = misses = 0
    unreadable: list[str] = []
    with terminal.step("find faces, shrink pictures", len(wanted)) as (step, advance):
        for chunk in _chunks(_whole(extract(wanted)), STORED_AT_ONCE, advance):
            with open_work(home) as connection:
                store_extracted(connection, chunk)
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
def landmarks(home: str = ".affect") -> int:
    """FaceMesh landmarks and thumbnails of every photograph in use that lacks them; returns how many were done."""
    done: int = find_faces(Home(Path(home).absolute()))
    return done
