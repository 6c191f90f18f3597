"""Deltas over several references, with fabricated faces: which they are, their mean, and when it is computed again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from affect_store.flows.steps import feature_services
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.delta_references import slices
from affect_store.flows.steps.extracted_rows import store_extracted
from affect_store.store.engine.work_store import open_work
from affect_store.store.features import deltas, feature_views
from affect_store.store.features.extract import ExtractionResult
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.features.references import OWN_REFERENCE, SAME_PICTURE
from affect_store.store.home import Home
from affect_store.store.types import Face
from affect_store.store.vocabulary import EMOTIONS, NEUTRAL
from tests.faces import SIZE_PX, face_px, normalised

HAPPY = EMOTIONS[4]
SEVERAL = FeatureOptions(references="mean")
FACES = {name: normalised(face_px(seed=seed, noise=0.01)) for seed, name in enumerate("nlrhx")}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    with open_work(home) as connection:
        feature_services.register(connection, feature_views.chosen(SEVERAL))
    return home


def add(home: Home, name: str, emotion: str, gaze: str, face: np.ndarray | None = None) -> None:
    xyz = FACES[name] if face is None else face
    with open_work(home) as connection:
        connection.execute(
            "INSERT INTO catalogue.images "
            "VALUES (?, 'lab', ?, 'lab-1', 'male', 'Kid', NULL, ?, 90, ?, ?, ?, 1, now(), NULL, NULL, NULL)",
            [name, f"/{name}.jpg", emotion, gaze, *SIZE_PX],
        )
        versions = feature_services.current_versions(connection)
        store_extracted(connection, [ExtractionResult(name, Face(name, xyz))], versions)


def references(home: Home) -> dict[str, str]:
    """The current references of each aligned delta, e.g. 'lnr', with their number; or the reason for having none."""
    query = (
        "FROM features.delta_references JOIN features.present USING (image_id, version, created_at) "
        "JOIN features.reference_counts USING (image_id, version) "
        "SELECT image_id, string_agg(reference_image_id, '' ORDER BY reference_image_id) || n_references "
        "WHERE feature = 'aligned' GROUP BY image_id, n_references "
        "UNION ALL FROM features.absent SELECT image_id, reason WHERE feature = 'aligned'"
    )
    with open_work(home) as connection:
        return dict(connection.execute(query).fetchall())


def aligned_of(home: Home, name: str) -> np.ndarray:
    query = (
        "FROM features.deltas JOIN features.present USING (image_id, version, created_at) "
        "SELECT xyz WHERE feature = 'aligned' AND image_id = ?"
    )
    with open_work(home) as connection:
        (xyz,) = connection.execute(query, [name]).fetchone() or ()
    return np.array(xyz, np.float32).reshape(-1, 3)


def expected(name: str, *others: str) -> np.ndarray:
    sizes = np.array([SIZE_PX])
    single = [
        deltas.aligned(FACES[name][None], FACES[other][None], faces_size_px=sizes, references_size_px=sizes).xyz[0]
        for other in others
    ]
    return np.asarray(np.mean(single, axis=0))


def fill(home: Home) -> None:
    for name, gaze in zip("nlr", ("frontal", "left", "right"), strict=True):
        add(home, name, NEUTRAL, gaze)
    add(home, "h", HAPPY, "frontal")


def test_a_delta_is_the_mean_over_the_neutral_photographs_of_the_camera_but_itself(home: Home) -> None:
    fill(home)
    materialize_deltas(home)
    assert references(home) == {"n": "lr2", "l": "nr2", "r": "ln2", "h": "lnr3"}
    assert np.allclose(aligned_of(home, "h"), expected("h", *"lnr"), atol=1e-6)
    assert np.allclose(aligned_of(home, "n"), expected("n", *"lr"), atol=1e-6)
    assert materialize_deltas(home) == 0


def test_deltas_are_computed_again_when_a_reference_comes_or_goes(home: Home) -> None:
    fill(home)
    materialize_deltas(home)
    add(home, "x", NEUTRAL, "left")
    materialize_deltas(home)
    assert references(home) == {"n": "lrx3", "l": "nrx3", "r": "lnx3", "x": "lnr3", "h": "lnrx4"}
    assert np.allclose(aligned_of(home, "h"), expected("h", *"lnrx"), atol=1e-6)
    with open_work(home) as connection:
        connection.execute("UPDATE catalogue.images SET excluded_reason = 'missing' WHERE image_id IN ('x', 'l')")
    materialize_deltas(home)
    assert {name: ids for name, ids in references(home).items() if name in "nrh"} == {"n": "r1", "r": "n1", "h": "nr2"}
    assert materialize_deltas(home) == 0


def test_a_photograph_without_another_neutral_one_has_no_delta(home: Home) -> None:
    add(home, "n", NEUTRAL, "frontal")
    add(home, "h", HAPPY, "frontal")
    materialize_deltas(home)
    assert references(home) == {"n": OWN_REFERENCE, "h": "n1"}
    assert np.allclose(aligned_of(home, "h"), expected("h", "n"), atol=1e-6)


def test_a_copy_is_no_reference_and_is_looked_at_only(home: Home) -> None:
    fill(home)
    add(home, "x", HAPPY, "left", FACES["l"])  # shows the same image as one of the neutral photographs
    materialize_deltas(home)
    assert references(home)["x"] == "nr2" and materialize_deltas(home) == 0
    add(home, "z", HAPPY, "right", FACES["n"])  # shows the same image as the reference of the rule
    materialize_deltas(home)
    assert references(home)["z"] == SAME_PICTURE and materialize_deltas(home) == 0


def test_slices_are_bounded_by_their_references_and_keep_the_order() -> None:
    counts = [16] * 40 + [1] * 100
    ids = [f"{row:03}" for row in range(len(counts))]
    chosen = pl.DataFrame({"image_id": ids, "reference_ids": [["n"] * count for count in counts]})
    parts = slices(chosen, 64)
    assert [image_id for part in parts for image_id in part["image_id"]] == ids
    assert all(part.columns == chosen.columns for part in parts)
    assert 64 <= max(len(part.explode("reference_ids")) for part in parts) < 64 + 16
    assert slices(chosen.clear(), 64) == []


def test_a_home_changes_between_one_reference_and_several(home: Home) -> None:
    fill(home)
    materialize_deltas(home)
    before = aligned_of(home, "h")
    with open_work(home) as connection:
        feature_services.register(connection, feature_views.chosen())
    assert materialize_deltas(home) > 0 and references(home) == {}
    assert np.allclose(aligned_of(home, "h"), expected("h", "n"), atol=1e-6)
    with open_work(home) as connection:
        feature_services.register(connection, feature_views.chosen(SEVERAL))
    assert materialize_deltas(home) == 0 and np.array_equal(aligned_of(home, "h"), before)
