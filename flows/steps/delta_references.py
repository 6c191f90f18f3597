"""References of deltas: choose those of each photograph, find those that have changed, and store several of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import polars as pl

from affect_store.flows.steps.missing_features import because_of_landmarks
from affect_store.store.engine import write
from affect_store.store.engine.duckdb import Connection
from affect_store.store.features.deltas import DeltaBatch
from affect_store.store.features.feature_options import MEAN_OF_REFERENCES, SINGLE_REFERENCE
from affect_store.store.features.references import PhotoLabels, Reference, same_camera_neutrals


def choose(
    shots: pl.DataFrame,
    rule: Callable[[Iterable[PhotoLabels]], dict[str, Reference]],
    references: str = SINGLE_REFERENCE,
) -> pl.DataFrame:
    """Choose the reference of each photograph: adds `reference_id` and `rule`, or an empty id and the reason.

    `reference_ids` are those over which deltas are averaged, only the reference itself unless `references` is `mean`.
    Only photographs with a face can be references. Rows that are stored already or quarantined are left out.
    """
    columns = ["image_id", "subject_id", "emotion", "camera_angle_deg", "gaze", "path"]
    photos = [PhotoLabels(**row) for row in shots.filter("has_face").select(columns).iter_rows(named=True)]
    chosen = rule(photos)
    several = same_camera_neutrals(photos) if references == MEAN_OF_REFERENCES else {}
    faces = shots.select("image_id", "face_reason", "is_face_quarantined").rows()
    decided = [
        chosen.get(image_id) or Reference("", because_of_landmarks(reason, is_quarantined=is_quarantined))
        for image_id, reason, is_quarantined in faces
    ]
    averaged = [
        several.get(image_id, [reference.image_id]) if reference.image_id else []
        for (image_id, *_), reference in zip(faces, decided, strict=True)
    ]
    return shots.with_columns(
        pl.Series("reference_id", [reference.image_id for reference in decided], dtype=pl.String),
        pl.Series("rule", [reference.rule for reference in decided], dtype=pl.String),
        pl.Series("reference_ids", averaged, dtype=pl.List(pl.String)),
    ).filter(
        ~pl.col("is_quarantined"),
        pl.when(pl.col("reference_id") == "")
        .then(pl.col("stored_reason").ne_missing(pl.col("rule")))
        .otherwise(_is_changed()),
    )


def slices(chosen: pl.DataFrame, pairs: int) -> list[pl.DataFrame]:
    """Divide the rows of `choose` into slices of about `pairs` references together, at most one row's more."""
    counts = chosen["reference_ids"].list.len().cast(pl.Int64)
    numbered = chosen.with_columns(slice=(counts.cum_sum() - counts) // pairs)
    return numbered.partition_by("slice", maintain_order=True, include_key=False)


def changed_only(pairs: pl.DataFrame, batch: DeltaBatch) -> tuple[pl.DataFrame, DeltaBatch]:
    """Leave out the deltas whose references are those stored, once those that show the same image are left out."""
    is_new = pairs.select(_is_changed()).to_series()
    if is_new.all():
        return pairs, batch
    rows = is_new.to_numpy()
    return pairs.filter(is_new), DeltaBatch(batch.xyz[rows], batch.magnitude[rows], batch.zero_norm_count[rows])


def _is_changed() -> pl.Expr:
    """Whether the stored delta has another reference, rule or set of references than those chosen."""
    pairs = {"stored_reference": "reference_id", "stored_rule": "rule", "stored_references": "reference_ids"}
    return pl.any_horizontal(pl.col(stored).ne_missing(pl.col(chosen)) for stored, chosen in pairs.items())


def store_references(connection: Connection, version: str, pairs: pl.DataFrame, moment: datetime) -> None:
    """Append the rows of `features.delta_references` of these deltas, stored at `moment`."""
    each = pairs.select("image_id", "reference_ids").explode("reference_ids")
    columns = {
        "image_id": each["image_id"].to_list(),
        "version": [version] * len(each),
        "reference_image_id": each["reference_ids"].to_list(),
        "created_at": [moment] * len(each),
    }
    write.append(connection, "features.delta_references", write.batch("features.delta_references", columns))
