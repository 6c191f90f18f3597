"""The table of pairs with the primary comparison, and the forest plot of effects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from affect_store.dashboards import build
from affect_store.dashboards.figures import effects, pair_table, pairwise
from affect_store.dashboards.frames import Frames
from affect_store.dashboards.pages import compare
from affect_store.store.vocabulary import EQUIVALENCE, SMALLEST_DETECTABLE, STRATEGIES
from tests.dashboards.builder import Builder

BY_PERSON = STRATEGIES[0]
FIRST = ("mm1-corrected-by_person", "vector_mlp-corrected-by_person")


def rows_of(frames: Frames, declarations: pl.DataFrame | None = None) -> list[tuple[str, ...]]:
    known = frames.declarations if declarations is None else declarations
    primary = pair_table.primary_pair(known, frames.leaderboard, strategy=BY_PERSON)
    return pair_table.rows(frames.comparisons, frames.leaderboard, strategy=BY_PERSON, primary=primary)


def test_the_primary_pair_comes_first_in_the_declared_order(frames: Frames) -> None:
    rows = rows_of(frames)
    assert len(rows) == 6 and {len(row) for row in rows} == {len(pair_table.HEAD)}
    assert rows[0][:2] == ("MM1, corrected (primary)", "Vector MLP, corrected")
    swapped = frames.declarations.rename({"model": "other_model", "other_model": "model"})
    turned = rows_of(frames, swapped)[0]
    assert turned[:2] == ("Vector MLP, corrected (primary)", "MM1, corrected")
    assert (rows[0][2], turned[2]) == ("+0.020", "−0.020")
    assert (rows[0][3], turned[3]) == ("−0.03 to +0.06", "−0.06 to +0.03")
    assert (rows[0][5:7], turned[5:7]) == (("+0.90", "0.90"), ("−0.90", "0.10"))
    assert not any("primary" in row[0] for row in rows[1:])


def test_other_pairs_are_in_the_order_of_their_p_and_the_better_system_is_first(frames: Frames) -> None:
    numbers = pl.Series(np.linspace(0.5, 0.001, frames.comparisons.height))
    rows = rows_of(replace(frames, comparisons=frames.comparisons.with_columns(p_adjusted=numbers)))[1:]
    assert [row[4] for row in rows] == sorted(row[4] for row in rows)
    assert all(row[2].startswith("+") for row in rows)


def test_equivalence_and_the_smallest_detectable_difference_are_shown(frames: Frames) -> None:
    comparisons = frames.comparisons.with_columns(
        p=pl.when(pl.col("metric") == EQUIVALENCE).then(pl.lit(0.049)).otherwise("p")
    )
    assert {row[8] for row in rows_of(replace(frames, comparisons=comparisons))} == {"yes, within 0.05"}
    shown = {row[8] for row in rows_of(frames)}
    assert shown == {"yes, within 0.05", "not shown, within 0.05"} and {row[7] for row in rows_of(frames)} == {"0.080"}
    older = frames.comparisons.filter(~pl.col("metric").is_in([EQUIVALENCE, SMALLEST_DETECTABLE]))
    assert {row[7:] for row in rows_of(replace(frames, comparisons=older))} == {("–", "–")}


def test_a_declaration_after_training_is_called_so(frames: Frames) -> None:
    late = frames.declarations.with_columns(is_before_training=False)
    primary = pair_table.primary_pair(late, frames.leaderboard, strategy=BY_PERSON)
    assert primary is not None and not primary.is_before_training
    assert "declared 2026-11-22 21:40 UTC (hash 0123456789ab), after training: its p value is adjusted" in (
        primary.sentence
    )
    assert rows_of(frames, late)[0][0] == "MM1, corrected (declared after training)"


def test_only_the_latest_declaration_of_the_split_names_a_pair(frames: Frames) -> None:
    board = frames.leaderboard
    assert pair_table.primary_pair(frames.declarations, board, strategy="folds") is None
    assert pair_table.primary_pair(frames.declarations.clear(), board, strategy=BY_PERSON) is None
    unknown = frames.declarations.with_columns(model=pl.lit("lda"))
    assert pair_table.primary_pair(unknown, board, strategy=BY_PERSON) is None


def test_the_note_of_the_heat_map_names_the_family(frames: Frames) -> None:
    notes = [
        pairwise.heat_map(frames.comparisons, frames.leaderboard, strategy=BY_PERSON, has_primary=has_primary).note
        for has_primary in (False, True)
    ]
    assert "over all pairs of the split. " in notes[0] and "all pairs of the split but the primary" in notes[1]


def test_the_forest_plot_has_an_interval_per_level_around_its_odds_ratio(frames: Frames) -> None:
    picture = effects.forest(frames.effects, frames.titles, strategy=BY_PERSON)
    system, camera, gaze = picture.figure.data
    assert [trace.name for trace in picture.figure.data] == ["system", "camera", "gaze"]
    assert list(system.x) == sorted(system.x, reverse=True) and len(camera.x) == 2 and len(gaze.x) == 1
    rows = {row["level"]: row for row in frames.effects.to_dicts()}
    assert camera.x[0] + camera.error_x.array[0] == pytest.approx(rows["45"]["high"], abs=1e-4)
    assert camera.x[0] - camera.error_x.arrayminus[0] == pytest.approx(rows["45"]["low"], abs=1e-4)
    low, high = picture.figure.layout.xaxis.range
    values = [row[name] for row in rows.values() if row["value"] is not None for name in ("low", "high")]
    assert 10**low < min(values) and 10**high > max(values)
    assert "relative to MM1 · corrected, camera 90° and gaze frontal" in picture.note
    assert "Not estimated: gaze right (no odds ratio: all are right" in picture.note


def test_the_page_shows_pairs_and_effects(frames: Frames) -> None:
    text = compare.page(frames, build.site(frames))
    assert "Primary comparison: MM1, corrected against Vector MLP, corrected" in text and "tall marked" in text
    assert f'id="effects-{BY_PERSON}"' in text and "Smallest detectable difference" in text
    plain = compare.page(replace(frames, declarations=frames.declarations.clear()), build.site(frames))
    assert "Primary comparison" not in plain and "tall marked" not in plain


def test_without_odds_ratios_the_page_says_why(frames: Frames, minimal: Frames) -> None:
    few = Builder(test_people=2).frames()
    assert effects.has_any(frames.effects, strategy=BY_PERSON)
    assert not effects.has_any(few.effects, strategy=BY_PERSON)
    text = compare.page(few, build.site(few))
    assert "Effects of system, camera and gaze: no odds ratio" in text and f'id="effects-{BY_PERSON}"' not in text
    assert effects.reason(minimal.effects, strategy="folds") == ""
    assert "No effects" in effects.forest(frames.effects, frames.titles, strategy="folds").note
