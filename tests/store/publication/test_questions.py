"""The ten SQL queries of the documentation against NumPy, Polars, or values planted in the small store."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from docs.scripts import store_reference as reference_page

from affect_store.store.engine.published_store import open_published
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.vocabulary import AXES, EMOTIONS, FRONTAL_DEG, LANDMARK_COUNT, LANDMARK_GROUPS, NEUTRAL, PARTS
from tests.stores import faces, known
from tests.stores.design import image_id
from tests.stores.known import PEOPLE, RUNS, SIDE_DEG, small_home
from tests.stores.runs import CODE_VERSION

TRAIN, _, TEST = PARTS
BY_PERSON = [run for run in RUNS if run.strategy == "by_person"]


@cache
def rows(table: str) -> pl.DataFrame:
    """A table or view of the small store."""
    connection = open_published(small_home())
    try:
        return connection.execute(f"FROM {table}").pl()
    finally:
        connection.close()


@cache
def result_of(number: int) -> pl.DataFrame:
    """The result of the query with this number."""
    connection = open_published(small_home())
    try:
        return connection.execute(reference_page.questions()[number - 1].statement).pl()
    finally:
        connection.close()


@cache
def vectors(feature: str) -> tuple[pl.DataFrame, np.ndarray]:
    """Labels of the frontal photographs that have a feature, and its values (n, 468, 3), from `FeatureStore`."""
    with FeatureStore.open(small_home()) as store:
        ids, matrix = store.get_features(feature).matrix()
    labels = pl.DataFrame({"image_id": ids}).join(
        rows("catalogue.images"), on="image_id", how="left", maintain_order="left"
    )
    is_frontal = (labels["camera_angle_deg"] == FRONTAL_DEG).to_numpy()
    return labels.filter(is_frontal), matrix.reshape(-1, LANDMARK_COUNT, AXES)[is_frontal].astype(float)


def mean_over_people(labels: pl.DataFrame, **values: np.ndarray) -> dict[str, dict[str, float]]:
    """Mean of each value by emotion, first over the photographs of a person, then over people."""
    frame = labels.select("subject_id", "emotion").with_columns(
        **{name: pl.Series(array) for name, array in values.items()}
    )
    means = frame.group_by("subject_id", "emotion").mean().group_by("emotion").agg(pl.col(*values).mean())
    return {row["emotion"]: row for row in means.to_dicts()}


def test_1_mouth_width() -> None:
    labels, xyz = vectors("landmarks")
    size = np.stack([labels["width_px"], labels["height_px"], labels["width_px"]], axis=1)
    px = xyz * size[:, None, :]
    width = np.linalg.norm(px[:, 61] - px[:, 291], axis=1) / np.linalg.norm(px[:, 33] - px[:, 263], axis=1)
    people, emotion = labels["subject_id"].to_numpy(), labels["emotion"].to_numpy()
    expected = {
        person: [width[(people == person) & (emotion == name)].mean() for name in (NEUTRAL, faces.HAPPY)]
        for person in PEOPLE
    }
    result = result_of(1)
    assert sorted(result["subject_id"]) == list(PEOPLE) and result["ratio"].is_sorted(descending=True)
    for row in result.to_dicts():
        neutral, happy = expected[row["subject_id"]]
        assert row["neutral_width"] == pytest.approx(neutral, rel=1e-5)
        assert row["happy_width"] == pytest.approx(happy, rel=1e-5)
        assert row["ratio"] == pytest.approx(1.3, abs=0.1)  # as `faces.movement` widens it


def test_2_brow_movement() -> None:
    labels, xyz = vectors("aligned")
    brows = xyz[:, [*LANDMARK_GROUPS["left eyebrow"], *LANDMARK_GROUPS["right eyebrow"]]]
    movement, rise = np.linalg.norm(brows, axis=2).mean(axis=1), -brows[:, :, 1].mean(axis=1)
    expected = mean_over_people(labels, movement=movement, rise=rise)
    result = result_of(2)
    assert result["emotion"].to_list()[:2] == [faces.SURPRISED, faces.ANGRY]
    assert result["rise"][0] > 0.1 > 0 > result["rise"][1]
    for row in result.to_dicts():
        assert row["movement"] == pytest.approx(expected[row["emotion"]]["movement"], rel=1e-5)
        assert row["rise"] == pytest.approx(expected[row["emotion"]]["rise"], abs=1e-6)
    assert set(result["emotion"]) == set(expected)


def test_3_unusable_cells() -> None:
    result = result_of(3)
    by_reason = {key[0]: group for key, group in result.group_by("reason")}
    missing = by_reason["missing photograph"].explode("people").select("people", "emotion", "camera_angle_deg", "gaze")
    assert set(missing.rows()) == {*known.NOT_TAKEN, known.MISLABELLED}  # its photograph shows another cell
    assert by_reason["no face"].explode("people")["people"].to_list() == [known.FACELESS[0]]
    without_reference = next(cell for cell in known.NOT_TAKEN if cell[1] == NEUTRAL)[0]
    own, of_another_gaze = by_reason["own reference"].to_dicts()
    assert own["n_cells"] == own["n_with_aligned"] == len(PEOPLE) - 1
    assert (of_another_gaze["people"], of_another_gaze["n_with_aligned"]) == ([without_reference], 0)
    assert result["n_cells"].sum() == rows("coverage").filter(pl.col("status") != "ok").height
    with FeatureStore.open(small_home()) as store:
        aligned, frontal = ({*store.get_features(name).matrix()[0]} for name in ("aligned", "frontal_unit"))
    assert result["n_with_aligned"].sum() == len(aligned - frontal) > 0


def test_4_wrong_for_every_model() -> None:
    predictions = rows("registry.predictions").filter(
        pl.col("run_id").is_in([run.run_id for run in BY_PERSON]), part=TEST
    )
    wrong = predictions.group_by("image_id").agg(pl.len(), (pl.col("truth") != pl.col("predicted")).all().alias("all"))
    expected = wrong.filter("all", len=len(BY_PERSON))["image_id"]
    result = result_of(4)
    assert sorted(result["image_id"]) == sorted(expected) and result.height >= known.HARD
    for row in result.to_dicts():
        mistaken_for = EMOTIONS[(EMOTIONS.index(row["emotion"]) + 1) % len(EMOTIONS)]
        assert row["n_runs"] == len(BY_PERSON) and row["taken_for"] == [f"{mistaken_for} {len(BY_PERSON)}"]


def best_run() -> str:
    board = rows("leaderboard").filter(split="by_person")
    return str(board.sort("accuracy", descending=True)["run_id"][0])


def test_5_recall_by_emotion_and_camera() -> None:
    scored = rows("registry.predictions").filter(run_id=best_run(), part=TEST)
    scored = scored.join(rows("catalogue.images"), on="image_id")
    result = result_of(5)
    assert result["emotion"].to_list() == list(EMOTIONS) and result["n_images"].sum() == len(scored)
    for row in result.to_dicts():
        of_emotion = scored.filter(truth=EMOTIONS.index(row["emotion"]))
        for angle in (SIDE_DEG, FRONTAL_DEG):
            right = of_emotion.filter(camera_angle_deg=angle)
            expected = (right["truth"] == right["predicted"]).mean()  # type: ignore[union-attr]
            assert row[f"recall_{angle:03d}"] == pytest.approx(expected)
        assert row["recall_135"] is None and row["n_people"] == of_emotion["subject_id"].n_unique()


def test_6_leak() -> None:
    people = rows("catalogue.images").select("image_id", "subject_id")
    scored = rows("registry.predictions").filter(part=TEST).join(people, on="image_id")
    scored = scored.with_columns(is_right=(pl.col("truth") == pl.col("predicted")).cast(pl.Float64))
    result = result_of(6)
    assert sorted(zip(result["model"], result["recipe"], strict=True)) == [
        ("point_mlp", "corrected"), ("vector_mlp", "corrected")
    ]  # fmt: skip
    for row in result.to_dicts():
        person, image = (
            scored.filter(run_id=f"{row['model']}-{row['recipe']}-{split}") for split in ("by_person", "by_image")
        )
        pairs = image.join(person, on="image_id", suffix="_person")
        gains = pairs.group_by("subject_id").agg(gain=(pl.col("is_right") - pl.col("is_right_person")).mean())
        assert row["compared_with"] == "by_person" and row["n_people"] == len(gains) > 0
        assert row["inflation"] == pytest.approx(gains["gain"].mean())


def test_7_asymmetry() -> None:
    labels, xyz = vectors("aligned")
    difference = xyz[:, 61, 1] - xyz[:, faces.LEFT_MOUTH_CORNER, 1]  # y points down: left rise - right rise
    expected = mean_over_people(labels, asymmetry=abs(difference), left_minus_right=difference)
    result = result_of(7)
    assert result["emotion"][0] == faces.CONTEMPTUOUS and result["left_minus_right"][0] > 0.1
    for row in result.to_dicts():
        for name in ("asymmetry", "left_minus_right"):
            assert row[name] == pytest.approx(expected[row["emotion"]][name], rel=1e-4, abs=1e-7)


def test_8_what_a_run_was_trained_on() -> None:
    result = result_of(8)
    run = rows("registry.runs").filter(run_id=best_run()).to_dicts()[0]
    members = rows("splits.assignments").filter(split_id=run["split_id"], part=TRAIN)["image_id"]
    deltas = rows("features.deltas SELECT image_id, version, reference_image_id")
    version = rows("features.current").filter(feature="aligned")["version"][0]
    reference_of = dict(
        deltas.filter(pl.col("image_id").is_in(members.to_list()), version=version)
        .select("image_id", "reference_image_id")
        .iter_rows()
    )
    assert dict(result.select("photograph_sha256", "reference_sha256").iter_rows()) == reference_of
    labels = dict(result.select("photograph_sha256", "label").iter_rows())
    today = dict(rows("catalogue.images").select("image_id", "emotion").iter_rows())  # the split is younger than both
    assert labels == {name: today[name] for name in labels}
    assert labels[image_id(known.MISLABELLED)] == known.CORRECTED_TO
    single = result.select("run_id", "split_id", "service", "code_version", "feature_versions").unique()
    assert single.rows() == [
        (run["run_id"], run["split_id"], run["service"], CODE_VERSION, f'{{"aligned": "{version}"}}')
    ]


def test_9_corrected_labels() -> None:
    (row,) = result_of(9).to_dicts()
    assert row["image_id"] == image_id(known.MISLABELLED)
    assert (row["was_labelled"], row["now_labelled"]) == (faces.SAD, known.CORRECTED_TO)
    assert row["runs_with_the_old_label"] == [known.EARLY_ID]
    moments = rows("splits.sets")["as_of"]
    assert moments.min() < row["corrected_at"] < moments.max()  # type: ignore[operator]


def test_10_pairs_that_differ() -> None:
    first, second, third = (f"{run.model} {run.recipe}" for run in BY_PERSON)
    result = result_of(10).select("model", "other_model", "p_adjusted", "differs").rows()
    (a, c, b) = known.PLANNED_P  # of the pairs 1-2, 1-3, 2-3: Holm multiplies the sorted ones by 3, 2 and 1
    assert result == [
        (first, second, pytest.approx(3 * a), True),
        (second, third, pytest.approx(2 * b), False),
        (first, third, pytest.approx(c), False),
    ]
