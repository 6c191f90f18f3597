"""Check a folder before a run: what is understood of it, what is missing, and what can be trained.

Needs no home and no Prefect, and stores nothing. Photographs are not decoded; files are only compared by their bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from affect_store.flows.steps.folder_design import Design, References, active, design_of, references_of
from affect_store.flows.steps.folder_training import Training, training_on
from affect_store.flows.steps.identity import attributes_of
from affect_store.flows.steps.reconcile import Reading, reconcile
from affect_store.flows.steps.unreadable_files import reject_of
from affect_store.store.errors import UnreadablePhotoError
from affect_store.store.features.photo_files import require_photo_file
from affect_store.store.sources.duplicate_files import duplicate_files
from affect_store.store.sources.layouts import LAYOUTS, MANIFEST, detect_layout, remarks
from affect_store.store.sources.similar_ids import IdInUse, similar_groups
from affect_store.store.sources.unused_files import unused_files
from affect_store.store.types import Candidate, Photo, Reject


@dataclass(frozen=True)
class FolderCheck:
    """What a run would make of a folder: photographs that it would use, rejected and skipped files, and findings.

    `similar_ids` are groups of ids that may belong to one person, about which a run stops and asks. Subjects are
    written as in the folder, without the name of the corpus.
    """

    folder: Path
    layout: str
    photos: tuple[Photo, ...]
    rejects: tuple[Reject, ...]
    skipped: tuple[Reject, ...]
    remarks: tuple[str, ...]
    design: Design
    references: References
    similar_ids: tuple[tuple[IdInUse, ...], ...]
    training: Training

    @property
    def is_usable(self) -> bool:
        """Whether a run can use any photograph of the folder."""
        return bool(self.photos)


def check_folder(folder: Path, layout: str | None = None) -> FolderCheck:
    """Read a folder by its layout, detected by default, and return what a run would make of it.

    Raises `CorpusError` if the folder does not exist, or its manifest or pattern cannot be read.
    """
    folder = folder.absolute()
    layout = detect_layout(folder, layout)
    corpus = folder.name
    entries = list(LAYOUTS[layout](folder, corpus))
    readings = list(zip(entries, _readings(entries, corpus), strict=True))
    changes = reconcile(readings, {}, corpus, lambda _: False)
    photos = changes.photos
    used = active(photos)
    return FolderCheck(
        folder,
        layout,
        tuple(photos),
        tuple(changes.rejects),
        tuple(unused_files(folder, (Path(entry.path) for entry in entries), has_manifest=layout == MANIFEST)),
        tuple(remarks(folder, layout)) if entries else (),
        design_of(photos),
        references_of(used),
        tuple(map(tuple, similar_groups(_ids(photos, corpus)))),
        training_on(used),
    )


def _readings(entries: Sequence[Candidate | Reject], corpus: str) -> list[Reading]:
    """Return each file as if it had been read: a path stands for the id of the photograph, of equal files the first.

    Files that a run would not read are rejects, and are not compared.
    """
    readings = [entry if isinstance(entry, Reject) else _reading(entry, corpus) for entry in entries]
    copies = duplicate_files(dict.fromkeys(reading.path for reading in readings if isinstance(reading, Photo)))
    return [
        replace(reading, image_id=str(copies.get(reading.path, reading.path)))
        if isinstance(reading, Photo)
        else reading
        for reading in readings
    ]


def _reading(candidate: Candidate, corpus: str) -> Photo | Reject:
    """Return a photograph if it is a regular file of a size that a run reads, else a reject; it is not opened."""
    path = candidate.path
    try:
        status = path.stat()
        require_photo_file(status)
    except (OSError, ValueError, UnreadablePhotoError) as error:
        return reject_of(candidate, error)
    return Photo(str(path), corpus, path, candidate.labels, 0, 0, status.st_size)


def _ids(photos: Sequence[Photo], corpus: str) -> list[IdInUse]:
    counts = Counter(photo.labels.subject_id for photo in photos)
    first = {photo.labels.subject_id: photo for photo in reversed(photos)}
    return [
        IdInUse(subject_id.removeprefix(f"{corpus}-"), count, str(first[subject_id].path),
                attributes_of(first[subject_id].labels))
        for subject_id, count in counts.items()
    ]  # fmt: skip
