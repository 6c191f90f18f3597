"""Rows of the catalogue: write what a reconciliation found, in one transaction. Files are not opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from affect_store.flows.steps.photo_use import mark_missing, mark_present
from affect_store.flows.steps.rating_rows import store_ratings
from affect_store.flows.steps.reconcile import Reconciliation
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.sql_files import sql
from affect_store.store.errors import CorpusError
from affect_store.store.schema.setting_keys import SettingKey
from affect_store.store.types import Labels, Photo, Reject
from affect_store.store.vocabulary import EMOTIONS, MAX_FURTHER_EMOTIONS, PROFILE_ANGLES_DEG, PROFILE_REASON, UNKNOWN

LABELS = tuple(field.name for field in fields(Labels))


def store_changes(
    connection: Connection,
    corpus: str,
    changes: Reconciliation,
    skipped: Sequence[Reject] = (),
    store_decisions: Callable[[Connection], None] = lambda _: None,
) -> tuple[int, int]:
    """Write the changes in one transaction; returns the number of new photographs and of new rejects.

    `skipped` are files that no layout reads; `store_decisions` stores what was decided about people. Raises
    `CorpusError`, and writes nothing, if the corpus then has no photograph that can be used.
    """
    moment, unused = clock.now(), [*changes.rejects, *skipped]
    with transaction(connection):
        _store_classes(connection, changes)
        store_decisions(connection)
        write.move_photos(connection, changes.moved)
        for image_id in changes.adopted:
            write.adopt_photo(connection, image_id, corpus)
        if changes.corrected:
            _store_corrections(connection, changes.corrected, moment)
        photos = _store_photos(connection, changes.photos, moment) if changes.photos else 0
        if changes.rated:
            store_ratings(connection, changes.rated, moment)
        mark_missing(connection, changes.missing)
        mark_present(connection, changes.returned)
        write.renew_exclusions(connection)
        write.delete_obsolete_rejects(connection, corpus, [reject.path for reject in unused])
        rejects = _store_rejects(connection, corpus, unused, moment) if unused else 0
        put_setting(connection, SettingKey.LAST_CORPUS, corpus)
        if not reader.query_number(connection, "catalogue/count_active", {"corpus": corpus}):
            raise CorpusError(_why_unusable(corpus, changes))
    return photos, rejects


def _store_classes(connection: Connection, changes: Reconciliation) -> None:
    """Give the further classes of new and corrected labels a label each. Raises `CorpusError` if they are too many."""
    labels = [*(photo.labels for photo in changes.photos), *(labels for _, labels in changes.corrected)]
    shown = {label.emotion for label in labels}.difference(EMOTIONS, (UNKNOWN,))
    known = reader.query_frame(connection, "catalogue/select_labels_of_emotions", {"emotions": sorted(shown)})
    new = sorted(shown.difference(known["emotion"]))
    further = write.count(connection, "catalogue.emotions") - len(EMOTIONS) + len(new)
    if further > MAX_FURTHER_EMOTIONS:
        raise CorpusError(
            f"the home would have {further} classes besides {' '.join(EMOTIONS)}, expected at most "
            f"{MAX_FURTHER_EMOTIONS}; nothing was stored. Map words to fewer classes, or use another home"
        )
    connection.execute(sql("catalogue/insert_further_emotions"), {"emotions": new})


def _why_unusable(corpus: str, changes: Reconciliation) -> str:
    reasons = Counter(reject.reason for reject in changes.rejects)
    profiles = sum(excluded_reason(photo.labels) is not None for photo in changes.photos)
    counts = [f"{count:,} {reason}" for reason, count in reasons.most_common()]
    counts += [f"{profiles:,} {PROFILE_REASON}"] if profiles else []
    counts += (
        [
            f"{changes.known:,} known, but not in use (`affect release` releases quarantined ones, "
            "`affect remove --undo` brings removed ones back)"
        ]
        if changes.known
        else []
    )
    counts = counts or ["all show people who withdrew consent"]
    first = f". The first: {changes.rejects[0].detail}" if changes.rejects else ""
    return f"the corpus {corpus!r} has no photograph that can be used: {', '.join(counts)}; nothing was stored{first}"


def _store_rejects(connection: Connection, corpus: str, rejects: list[Reject], moment: datetime) -> int:
    columns = {
        "corpus": [corpus] * len(rejects),
        "path": [reject.path for reject in rejects],
        "reason": [reject.reason for reject in rejects],
        "detail": [reject.detail for reject in rejects],
        "seen_at": [moment] * len(rejects),
    }
    return write.append(connection, "catalogue.rejects", write.batch("catalogue.rejects", columns))


def _store_photos(connection: Connection, photos: list[Photo], moment: datetime) -> int:
    labels = _label_columns([photo.labels for photo in photos])
    image_ids = [photo.image_id for photo in photos]
    images = {
        **labels,
        "image_id": image_ids,
        "corpus": [photo.corpus for photo in photos],
        "path": [str(photo.path) for photo in photos],
        "width_px": [photo.width_px for photo in photos],
        "height_px": [photo.height_px for photo in photos],
        "size_bytes": [photo.size_bytes for photo in photos],
        "ingested_at": [moment] * len(photos),
        "excluded_reason": [excluded_reason(photo.labels) for photo in photos],
    }
    history = {**labels, "image_id": image_ids, "known_at": [moment] * len(photos)}
    write.append(connection, "catalogue.labels", write.batch("catalogue.labels", history))
    return write.append(connection, "catalogue.images", write.batch("catalogue.images", images))


def _store_corrections(connection: Connection, corrected: list[tuple[str, Labels]], moment: datetime) -> None:
    """Append the new labels to `catalogue.labels`, which keeps the old ones, and update `catalogue.images`."""
    columns = _label_columns([labels for _, labels in corrected])
    columns |= {"image_id": [image_id for image_id, _ in corrected], "known_at": [moment] * len(corrected)}
    write.append(connection, "catalogue.labels", write.batch("catalogue.labels", columns))
    for image_id, labels in corrected:
        write.correct_labels(connection, image_id, asdict(labels))


def _label_columns(labels: list[Labels]) -> dict[str, list[Any]]:
    return {name: [getattr(row, name) for row in labels] for name in LABELS}


def excluded_reason(labels: Labels) -> str | None:
    """Return why a photograph with these labels is catalogued but not used; None if it is used."""
    return PROFILE_REASON if labels.camera_angle_deg in PROFILE_ANGLES_DEG else None
