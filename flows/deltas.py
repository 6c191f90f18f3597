"""Flow `deltas`: both kinds of delta features for every face that lacks them, and the reasons where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from flows import terminal
from flows.engine import flow, task
from flows.landmarks import register_views, store_misses
from store.features import deltas as transforms
from store.features import references, views
from store.features.references import NO_FACE, NO_REFERENCE, SAME_PICTURE, Reference, Shot
from store.features.views import ViewVersion
from store.tables import read, write
from store.tables.connection import Connection, open_work
from store.tables.home import Home
from store.vocabulary import AXES, LANDMARK_COUNT

COMPUTED_AT_ONCE = 512


def kinds() -> tuple[tuple[ViewVersion, Callable[[Iterable[Shot]], dict[str, Reference]]], ...]:
    """The two kinds of delta with the rule that chooses their references."""
    return (views.frontal_unit(), references.frontal), (views.aligned(), references.same_camera)


def choose(shots: pl.DataFrame, rule: Callable[[Iterable[Shot]], dict[str, Reference]]) -> pl.DataFrame:
    """Reference of each photograph that is not done: `reference_id` and `rule`, or an empty id and the reason.

    Only photographs with a face can be references.
    """
    columns = ["image_id", "subject_id", "emotion", "camera_angle_deg", "gaze", "path"]
    chosen = rule(Shot(**row) for row in shots.filter("has_face").select(columns).iter_rows(named=True))
    no_face = Reference("", NO_FACE)
    found = [chosen.get(image_id, no_face) for image_id in shots["image_id"]]
    return shots.with_columns(
        pl.Series("reference_id", [one.image_id for one in found], dtype=pl.String),
        pl.Series("rule", [one.rule for one in found], dtype=pl.String),
    ).filter(~pl.col("is_done"))


def set_copies_aside(connection: Connection, pairs: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The pairs whose faces differ, and the ids of photographs that are their reference's picture in another file."""
    faces = _faces(connection, pairs["image_id"].to_list())
    references_ = _faces(connection, pairs["reference_id"].to_list())
    is_copy = (faces == references_).all(axis=(1, 2))
    return pairs.filter(~pl.Series(is_copy)), pairs.filter(pl.Series(is_copy))["image_id"].to_list()


def compute(connection: Connection, kind: str, pairs: pl.DataFrame, sizes: dict[str, tuple[int, int]]) -> Any:
    """The batch of one kind for rows of `choose` that have a reference."""
    faces = _faces(connection, pairs["image_id"].to_list())
    reference_faces = _faces(connection, pairs["reference_id"].to_list())
    if kind == views.frontal_unit().kind:
        return transforms.frontal_unit(faces, reference_faces)
    return transforms.aligned(
        faces,
        reference_faces,
        faces_size_px=np.array([sizes[one] for one in pairs["image_id"]]),
        references_size_px=np.array([sizes[one] for one in pairs["reference_id"]]),
    )


def _faces(connection: Connection, image_ids: list[str]) -> np.ndarray:
    parameters = {"image_ids": image_ids, "landmarks": views.landmarks().version}
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
        "created_at": [write.now()] * len(pairs),
    }
    return write.append(connection, "features.deltas", write.batch("features.deltas", columns))


def compute_missing(home: Home) -> int:
    """What is missing of both kinds; returns the number of new rows, misses included."""
    done = missed = 0
    with terminal.step("compute delta features") as (step, _), open_work(home) as connection:
        register_views(connection)
        for view, rule in kinds():
            parameters = {
                "deltas": view.version,
                "landmarks": views.landmarks().version,
                "retried": NO_REFERENCE,
                "no_face": NO_FACE,
            }
            shots = read.frame(connection, "select_shots", parameters)
            sizes = {row[0]: (row[1], row[2]) for row in shots.select("image_id", "width_px", "height_px").iter_rows()}
            chosen = choose(shots, rule)
            without = chosen.filter(pl.col("reference_id") == "")
            reasons = [(image_id, "deltas", reason) for image_id, reason in without.select("image_id", "rule").rows()]
            missed += store_misses(connection, reasons, view.version)
            for slice_ in chosen.filter(pl.col("reference_id") != "").iter_slices(COMPUTED_AT_ONCE):
                pairs, same = set_copies_aside(connection, slice_)
                missed += store_misses(connection, [(one, "deltas", SAME_PICTURE) for one in same], view.version)
                if len(pairs):
                    done += store_deltas(connection, view.version, pairs, compute(connection, view.kind, pairs, sizes))
            write.drop_resolved_misses(connection, view.version)
        step.remark = f"{done:,} rows, {missed} without a reference or face" if done + missed else "nothing new"
    return done + missed


compute_deltas = task("compute deltas")(compute_missing)


@flow("deltas")
def deltas(home: str = ".affect") -> int:
    """Delta features of every face that lacks them; returns the number of new rows."""
    new: int = compute_deltas(Home(Path(home).absolute()))
    return new
