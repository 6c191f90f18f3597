"""Delta features: choose each face's reference, compute both kinds of delta, record why a face has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from affect_store.flows.runtime import console
from affect_store.flows.steps import feature_services
from affect_store.flows.steps.delta_references import changed_only, choose, slices, store_references
from affect_store.flows.steps.missing_features import UNREADABLE, record_missing_features
from affect_store.flows.steps.stored_landmarks import landmarks_of
from affect_store.store.engine import clock, reader, write
from affect_store.store.engine.duckdb import Connection, transaction
from affect_store.store.engine.work_store import ROW_GROUP_ROWS, open_work
from affect_store.store.features import deltas as transforms
from affect_store.store.features.deltas import DeltaBatch
from affect_store.store.features.feature_options import MEAN_OF_REFERENCES, SINGLE_REFERENCE
from affect_store.store.features.references import REFERENCE_RULES, SAME_PICTURE
from affect_store.store.home import Home
from affect_store.store.types import FloatArray, checksum_of

BATCH_SIZE = 512
"""Number of pairs of a face and a reference whose landmarks are held at once, about 6 MB."""

STORED_AT_ONCE = ROW_GROUP_ROWS
"""Number of deltas from which they are stored, about 15 MB: as many are written to their place at once."""


def compute(
    connection: Connection, kind: str, chosen: pl.DataFrame, sizes: pl.DataFrame, landmarks: str
) -> tuple[pl.DataFrame, DeltaBatch, list[str]]:
    """Compute one kind of delta for the rows of `choose` that have a reference.

    `sizes` has the width and height of each photograph, `landmarks` is the version of that view. Returns the rows whose
    faces differ, their deltas, and the ids of photographs whose file shows the same image as their reference. Of
    several references, those that show the same image are left out of `reference_ids`.
    """
    pairs = chosen.explode("reference_ids").join(
        sizes, left_on="reference_ids", right_on="reference_id", how="left", maintain_order="left"
    )
    faces = landmarks_of(connection, pairs["image_id"].to_list(), landmarks)
    references = landmarks_of(connection, pairs["reference_ids"].to_list(), landmarks)
    pairs = pairs.with_columns(is_copy=pl.Series((faces == references).all(axis=(1, 2))))
    is_own_copy = pl.col("is_copy") & (pl.col("reference_ids") == pl.col("reference_id"))
    copies = pairs.filter(is_own_copy)["image_id"].to_list()
    is_used = ~pl.col("is_copy") & ~pl.col("image_id").is_in(copies)
    used = pairs.select(is_used).to_series().to_numpy()
    pairs = pairs.filter(is_used)
    counts = pairs.group_by("image_id", maintain_order=True).agg(pl.col("reference_ids"), n=pl.len())
    batch = _transformed(kind, pairs, faces[used], references[used])
    rows = chosen.drop("reference_ids").join(counts.drop("n"), on="image_id", how="inner", maintain_order="left")
    return rows, transforms.mean_over(batch, counts["n"].to_numpy()), copies


def _transformed(kind: str, pairs: pl.DataFrame, faces: FloatArray, references: FloatArray) -> DeltaBatch:
    """Return the delta of each pair of a face and a reference."""
    if kind == "frontal_unit":
        return transforms.frontal_unit(faces, references)
    return transforms.aligned(
        faces,
        references,
        faces_size_px=pairs.select("width_px", "height_px").to_numpy(),
        references_size_px=pairs.select("reference_width_px", "reference_height_px").to_numpy(),
    )


def store_deltas(
    connection: Connection, version: str, pairs: pl.DataFrame, batch: DeltaBatch, *, references: str = SINGLE_REFERENCE
) -> int:
    """Append rows to `features.deltas`, and to `features.delta_references` where deltas are means over several.

    Returns the number of new deltas.
    """
    image_ids, moment = pairs["image_id"].to_list(), clock.now()
    columns = {
        "image_id": image_ids,
        "version": [version] * len(pairs),
        "reference_image_id": pairs["reference_id"].to_list(),
        "reference_rule": pairs["rule"].to_list(),
        "xyz": batch.xyz.reshape(len(pairs), -1),
        "magnitude": batch.magnitude,
        "zero_norm_count": batch.zero_norm_count,
        "seal": [checksum_of(image_id, xyz.tobytes()) for image_id, xyz in zip(image_ids, batch.xyz, strict=True)],
        "created_at": [moment] * len(pairs),
    }
    with transaction(connection):
        if references == MEAN_OF_REFERENCES:
            store_references(connection, version, pairs, moment)
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
    references = reader.query_frame(connection, "features/select_references_of_version", {"version": version}).item()
    chosen = choose(shots, REFERENCE_RULES[kind], references)
    unpaired = chosen.filter(pl.col("reference_id") == "").select("image_id", "rule").rows()
    missing = record_missing_features(
        connection, [(image_id, "deltas", version, reason) for image_id, reason in unpaired]
    )
    sizes = shots.select("image_id", "width_px", "height_px").rename(
        {"image_id": "reference_id", "width_px": "reference_width_px", "height_px": "reference_height_px"}
    )
    computed = 0
    waiting: list[tuple[pl.DataFrame, DeltaBatch]] = []
    for chunk in slices(chosen.filter(pl.col("reference_id") != "").sort("image_id"), BATCH_SIZE):
        pairs, batch, copies = compute(connection, kind, chunk, sizes, landmarks)
        missing += record_missing_features(
            connection, [(image_id, "deltas", version, SAME_PICTURE) for image_id in copies]
        )
        waiting.append(changed_only(pairs, batch))
        if sum(len(pairs) for pairs, _ in waiting) >= STORED_AT_ONCE:
            computed += _store_joined(connection, version, waiting, references)
            waiting.clear()
    return computed + _store_joined(connection, version, waiting, references), missing


def _store_joined(
    connection: Connection, version: str, computed: Sequence[tuple[pl.DataFrame, DeltaBatch]], references: str
) -> int:
    """Store the deltas of several slices in one transaction; returns their number."""
    if not any(len(pairs) for pairs, _ in computed):
        return 0
    pairs, batch = pl.concat(pairs for pairs, _ in computed), transforms.joined([batch for _, batch in computed])
    return store_deltas(connection, version, pairs, batch, references=references)
