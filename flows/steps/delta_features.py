"""Delta features: choose each face's reference, compute both kinds of delta, record why a face has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps import feature_services
from affect_store.flows.steps.missing_features import (
    UNREADABLE,
    because_of_landmarks,
    record_missing_features,
)
from affect_store.flows.steps.stored_landmarks import landmarks_of
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.work_store import open_work
from affect_store.store.features import deltas as transforms
from affect_store.store.features.deltas import DeltaBatch
from affect_store.store.features.references import REFERENCE_RULES, SAME_PICTURE, PhotoLabels, Reference
from affect_store.store.home import Home
from affect_store.store.types import checksum_of

BATCH_SIZE = 512


def choose(shots: pl.DataFrame, rule: Callable[[Iterable[PhotoLabels]], dict[str, Reference]]) -> pl.DataFrame:
    """Choose the reference of each photograph: adds `reference_id` and `rule`, or an empty id and the reason.

    Only photographs with a face can be references. Rows that are stored already or quarantined are left out.
    """
    columns = ["image_id", "subject_id", "emotion", "camera_angle_deg", "gaze", "path"]
    chosen = rule(PhotoLabels(**row) for row in shots.filter("has_face").select(columns).iter_rows(named=True))
    faces = shots.select("image_id", "face_reason", "is_face_quarantined").rows()
    references = [
        chosen.get(image_id) or Reference("", because_of_landmarks(reason, is_quarantined=is_quarantined))
        for image_id, reason, is_quarantined in faces
    ]
    return shots.with_columns(
        pl.Series("reference_id", [reference.image_id for reference in references], dtype=pl.String),
        pl.Series("rule", [reference.rule for reference in references], dtype=pl.String),
    ).filter(
        ~pl.col("is_quarantined"),
        pl.when(pl.col("reference_id") == "")
        .then(pl.col("stored_reason").ne_missing(pl.col("rule")))
        .otherwise(
            pl.col("stored_reference").ne_missing(pl.col("reference_id"))
            | pl.col("stored_rule").ne_missing(pl.col("rule"))
        ),
    )


def compute(
    connection: Connection, kind: str, pairs: pl.DataFrame, landmarks: str
) -> tuple[pl.DataFrame, DeltaBatch, list[str]]:
    """Compute one kind of delta for the rows of `choose` that have a reference.

    `landmarks` is the version of that view. Returns the pairs whose faces differ, their deltas, and the ids of
    photographs whose file shows the same image as their reference.
    """
    faces = landmarks_of(connection, pairs["image_id"].to_list(), landmarks)
    reference_faces = landmarks_of(connection, pairs["reference_id"].to_list(), landmarks)
    is_copy = (faces == reference_faces).all(axis=(1, 2))
    copies = pairs.filter(pl.Series(is_copy))["image_id"].to_list()
    pairs, faces, reference_faces = pairs.filter(pl.Series(~is_copy)), faces[~is_copy], reference_faces[~is_copy]
    if kind == "frontal_unit":
        return pairs, transforms.frontal_unit(faces, reference_faces), copies
    batch = transforms.aligned(
        faces,
        reference_faces,
        faces_size_px=pairs.select("width_px", "height_px").to_numpy(),
        references_size_px=pairs.select("reference_width_px", "reference_height_px").to_numpy(),
    )
    return pairs, batch, copies


def store_deltas(connection: Connection, version: str, pairs: pl.DataFrame, batch: DeltaBatch) -> int:
    """Append rows to `features.deltas`; returns the number of new rows."""
    image_ids = pairs["image_id"].to_list()
    columns = {
        "image_id": image_ids,
        "version": [version] * len(pairs),
        "reference_image_id": pairs["reference_id"].to_list(),
        "reference_rule": pairs["rule"].to_list(),
        "xyz": batch.xyz.reshape(len(pairs), -1),
        "magnitude": batch.magnitude,
        "zero_norm_count": batch.zero_norm_count,
        "seal": [checksum_of(image_id, xyz.tobytes()) for image_id, xyz in zip(image_ids, batch.xyz, strict=True)],
        "created_at": [clock.now()] * len(pairs),
    }
    return write.append(connection, "features.deltas", write.batch("features.deltas", columns))


def materialize_deltas(home: Home) -> int:
    """Compute both kinds of delta where they are missing or the reference has changed.

    Returns the number of new rows, rows of missing features included.
    """
    computed = missing = 0
    with console.step("compute delta features") as (step, _), open_work(home) as connection:
        versions = feature_services.current_versions(connection)
        for kind in REFERENCE_RULES:
            new, without = _materialize_kind(connection, kind, versions)
            computed, missing = computed + new, missing + without
        step.remark = f"{computed:,} rows, {missing} without reference or face" if computed + missing else "nothing new"
    return computed + missing


def _materialize_kind(connection: Connection, kind: str, versions: Mapping[str, str]) -> tuple[int, int]:
    """Return the number of new deltas of one kind, and of photographs without one."""
    version, landmarks = versions[kind], feature_services.landmarks_of_delta(kind, versions)
    parameters = {"deltas": version, "landmarks": landmarks, "retried": UNREADABLE, "moment": clock.now()}
    shots = reader.query_frame(connection, "features/select_shots", parameters)
    chosen = choose(shots, REFERENCE_RULES[kind])
    unpaired = chosen.filter(pl.col("reference_id") == "").select("image_id", "rule").rows()
    missing = record_missing_features(
        connection, [(image_id, "deltas", version, reason) for image_id, reason in unpaired]
    )
    sizes = shots.select("image_id", "width_px", "height_px").rename(
        {"image_id": "reference_id", "width_px": "reference_width_px", "height_px": "reference_height_px"}
    )
    computed = 0
    paired = chosen.filter(pl.col("reference_id") != "").join(sizes, on="reference_id").sort("image_id")
    for chunk in paired.iter_slices(BATCH_SIZE):
        pairs, batch, copies = compute(connection, kind, chunk, landmarks)
        missing += record_missing_features(
            connection, [(image_id, "deltas", version, SAME_PICTURE) for image_id in copies]
        )
        if len(pairs):
            computed += store_deltas(connection, version, pairs, batch)
    return computed, missing
