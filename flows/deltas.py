"""Flow `deltas`: both kinds of delta features for every face that lacks them, and the reasons where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from flows import services, terminal
from flows.engine import flow, hold, task
from flows.landmarks import UNREADABLE, store_misses
from store.features import deltas as transforms
from store.features.references import RULES, SAME_PICTURE, Reference, Shot
from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.types import seal_of
from store.vocabulary import AXES, LANDMARK_COUNT

COMPUTED_AT_ONCE = 512
QUARANTINED = "quarantined"
"""Begins the reason of a row that an audit has set aside; it stays so until a person releases it."""


def choose(shots: pl.DataFrame, rule: Callable[[Iterable[Shot]], dict[str, Reference]]) -> pl.DataFrame:
    """Reference of each photograph: `reference_id` and `rule`, or an empty id and the reason. Only photographs with a
    face can be references. What is stored already, and what an audit has set aside, is left out."""
    columns = ["image_id", "subject_id", "emotion", "camera_angle_deg", "gaze", "path"]
    chosen = rule(Shot(**row) for row in shots.filter("has_face").select(columns).iter_rows(named=True))
    reasons = zip(shots["image_id"], shots["face_reason"], strict=True)
    found = [chosen.get(image_id) or Reference("", _of_face(reason)) for image_id, reason in reasons]
    return shots.with_columns(
        pl.Series("reference_id", [one.image_id for one in found], dtype=pl.String),
        pl.Series("rule", [one.rule for one in found], dtype=pl.String),
    ).filter(
        ~pl.col("stored_reason").fill_null("").str.starts_with(QUARANTINED),
        pl.when(pl.col("reference_id") == "")
        .then(pl.col("stored_reason").ne_missing(pl.col("rule")))
        .otherwise(pl.col("stored_reference").ne_missing(pl.col("reference_id"))),
    )


def _of_face(reason: str) -> str:
    """Why a photograph without usable landmarks has no delta."""
    return f"landmarks {reason}" if reason.startswith(QUARANTINED) else reason


def compute(
    connection: Connection, kind: str, pairs: pl.DataFrame, landmarks: str
) -> tuple[pl.DataFrame, Any, list[str]]:
    """One kind of delta for rows of `choose` that have a reference.

    Returns the pairs whose faces differ, their deltas, and the ids of photographs that are their reference's picture in
    another file.
    """
    faces = _faces(connection, pairs["image_id"].to_list(), landmarks)
    reference_faces = _faces(connection, pairs["reference_id"].to_list(), landmarks)
    is_copy = (faces == reference_faces).all(axis=(1, 2))
    copies = pairs.filter(pl.Series(is_copy))["image_id"].to_list()
    pairs, faces, reference_faces = pairs.filter(pl.Series(~is_copy)), faces[~is_copy], reference_faces[~is_copy]
    if kind == "frontal_unit":
        return pairs, transforms.frontal_unit(faces, reference_faces), copies
    sizes = (pairs.select("width_px", "height_px"), pairs.select("reference_width_px", "reference_height_px"))
    batch = transforms.aligned(
        faces, reference_faces, faces_size_px=sizes[0].to_numpy(), references_size_px=sizes[1].to_numpy()
    )
    return pairs, batch, copies


def _faces(connection: Connection, image_ids: list[str], landmarks: str) -> np.ndarray:
    parameters = {"image_ids": image_ids, "landmarks": landmarks}
    found = read.arrow(connection, "select_landmarks_of", parameters).column("xyz").combine_chunks()
    return found.flatten().to_numpy().reshape(-1, LANDMARK_COUNT, AXES)


def store_deltas(connection: Connection, version: str, pairs: pl.DataFrame, batch: Any) -> int:
    """Rows of `features.deltas`; returns how many are new."""
    columns = {
        "image_id": pairs["image_id"].to_list(),
        "version": [version] * len(pairs),
        "reference_image_id": pairs["reference_id"].to_list(),
        "reference_rule": pairs["rule"].to_list(),
        "xyz": batch.xyz.reshape(len(pairs), -1),
        "magnitude": batch.magnitude,
        "zero_norm_count": batch.zero_norm_count,
        "seal": [seal_of(one, row.tobytes()) for one, row in zip(pairs["image_id"], batch.xyz, strict=True)],
        "created_at": [write.now()] * len(pairs),
    }
    return write.append(connection, "features.deltas", write.batch("features.deltas", columns))


def compute_missing(home: Home) -> int:
    """What is missing of both kinds, or has another reference now; returns the number of new rows, misses included."""
    done = missed = 0
    with terminal.step("compute delta features") as (step, _), open_work(home) as connection:
        versions = services.current(connection)
        for kind in RULES:
            new, without = _compute_kind(connection, kind, versions)
            done, missed = done + new, missed + without
        step.remark = f"{done:,} rows, {missed} without a reference or face" if done + missed else "nothing new"
    return done + missed


def _compute_kind(connection: Connection, kind: str, versions: Mapping[str, str]) -> tuple[int, int]:
    version, landmarks = versions[kind], versions["landmarks"]
    parameters = {"deltas": version, "landmarks": landmarks, "retried": UNREADABLE, "moment": write.now()}
    shots = read.frame(connection, "select_shots", parameters)
    chosen = choose(shots, RULES[kind])
    without = chosen.filter(pl.col("reference_id") == "").select("image_id", "rule").rows()
    missed = store_misses(connection, [(image_id, "deltas", version, reason) for image_id, reason in without])
    sizes = shots.select("image_id", "width_px", "height_px").rename(
        {"image_id": "reference_id", "width_px": "reference_width_px", "height_px": "reference_height_px"}
    )
    done = 0
    paired = chosen.filter(pl.col("reference_id") != "").join(sizes, on="reference_id").sort("image_id")
    for slice_ in paired.iter_slices(COMPUTED_AT_ONCE):
        pairs, batch, copies = compute(connection, kind, slice_, landmarks)
        missed += store_misses(connection, [(one, "deltas", version, SAME_PICTURE) for one in copies])
        if len(pairs):
            done += store_deltas(connection, version, pairs, batch)
    return done, missed


compute_deltas = task("compute deltas")(compute_missing)


@flow("deltas")
def deltas(home: str = ".affect") -> int:
    """Delta features of every face that lacks them; returns the number of new rows."""
    place = Home(Path(home).absolute())
    with hold(place):
        new: int = compute_deltas(place)
    return new
