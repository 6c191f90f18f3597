"""The sample of photographs to copy: even, repeatable, and of everything if there is little."""

from __future__ import annotations

from itertools import product

import polars as pl

from affect_store.flows.steps.copied_photographs import draw_photographs
from affect_store.store.vocabulary import EMOTIONS, USED_ANGLES_DEG


def photographs(people: int = 12, takes: int = 3) -> pl.DataFrame:
    cells = product(range(people), EMOTIONS, USED_ANGLES_DEG, range(takes))
    return pl.DataFrame([
        {"image_id": f"{person:02}-{emotion}-{camera}-{take}", "subject_id": f"demo-{person:02}", "emotion": emotion,
         "camera_angle_deg": camera}
        for person, emotion, camera, take in cells
    ])  # fmt: skip


def spread(drawn: pl.DataFrame, *columns: str) -> tuple[int, int]:
    counts = drawn.group_by(columns).len()["len"].to_list()
    return min(counts), max(counts)


def test_people_emotions_and_cameras_are_about_equally_frequent() -> None:
    drawn = draw_photographs(photographs(), 144, 7)
    assert len(drawn) == 144 and drawn["image_id"].n_unique() == 144
    assert spread(drawn, "subject_id") == (12, 12)
    assert spread(drawn, "subject_id", "emotion") == (1, 2)
    least, most = spread(drawn, "emotion", "camera_angle_deg")
    assert least >= 5 and most <= 7, "144 photographs of 24 cells"
    uneven = pl.concat([photographs(3), photographs(12, takes=1)]).unique("image_id", maintain_order=True)
    assert spread(draw_photographs(uneven, 50, 7), "subject_id") == (4, 5)


def test_a_seed_draws_the_same_photographs_in_any_order_of_the_rows() -> None:
    rows = photographs()
    drawn = draw_photographs(rows, 50, 7)["image_id"].to_list()
    assert drawn == sorted(drawn) == draw_photographs(rows.reverse(), 50, 7)["image_id"].to_list()
    assert drawn != draw_photographs(rows, 50, 8)["image_id"].to_list()
    assert set(drawn) < set(draw_photographs(rows, 90, 7)["image_id"]), "more of a seed contain the fewer"


def test_all_photographs_are_drawn_if_there_are_no_more() -> None:
    rows = photographs(people=1, takes=1)
    assert len(draw_photographs(rows, 200, 7)) == len(rows)
    assert len(draw_photographs(rows, 5, 7)) == 5
