"""Scalar feature views in a store: computed where landmarks count, hidden and restored with them, published, read."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from affect_store.flows.steps import feature_services
from affect_store.flows.steps.missing_features import record_missing_features
from affect_store.flows.steps.scalar_features import materialize_scalar_views
from affect_store.store.engine import clock
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.head_pose import VIEW
from affect_store.store.home import Home
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.vocabulary import FRONTAL_DEG
from tests.stores import known
from tests.stores.design import image_id
from tests.stores.known import DESIGN, FACELESS, small_home

SHOWN = [image_id(cell) for cell in DESIGN.cells() if cell != FACELESS]


def test_every_face_has_a_pose_that_fits_its_camera() -> None:
    with FeatureStore.open(small_home()) as store:
        ids, values = store.get_features("head_pose").matrix()
        assert values.shape == (len(SHOWN), len(VIEW.columns)) and values.dtype == np.float32
        angle_of = dict(zip(SHOWN, (cell[2] for cell in DESIGN.cells() if cell != FACELESS), strict=True))
        yaw = np.array([angle_of[key] - FRONTAL_DEG for key in ids])
        assert values[:, 0] == pytest.approx(yaw, abs=3)
        latest = store.latest(ids[3], "head_pose")["head_pose"]
        assert np.array_equal(latest, values[3])
        assert store.get_features("head_pose", [ids[5], image_id(FACELESS)]).polars()["head_pose"].to_list() == [
            values[5].tolist(), None,
        ]  # fmt: skip


def test_a_photograph_without_a_face_has_the_reason() -> None:
    with open_published(small_home()) as store:
        reason = store.execute(
            "SELECT reason FROM features.absent WHERE image_id = $image_id AND feature = 'head_pose'",
            {"image_id": image_id(FACELESS)},
        ).fetchall()
    assert reason == [("no face",)]


def test_statistics_are_those_of_the_values() -> None:
    query = (
        "FROM features.head_pose JOIN catalogue.images USING (image_id) "
        "SELECT camera_angle_deg, count(*), avg(yaw_deg), stddev_pop(yaw_deg), min(yaw_deg), max(yaw_deg) "
        "GROUP BY ALL ORDER BY ALL"
    )
    published = (
        "FROM features.scalar_statistics SELECT camera_angle_deg, n_images, mean, sd, least, greatest "
        "WHERE column_name = 'yaw_deg' ORDER BY camera_angle_deg"
    )
    with open_published(small_home()) as store:
        expected, stored = store.execute(query).fetchall(), store.execute(published).fetchall()
    assert len(stored) == len(known.ANGLES)
    for row, statistics in zip(expected, stored, strict=True):
        assert statistics == pytest.approx(row)


def test_a_pose_is_hidden_and_restored_with_its_landmarks(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(small_home().root, home.root, symlinks=True)
    assert materialize_scalar_views(home) == 0
    with open_work(home) as connection:
        versions = feature_services.current_versions(connection)
        key = SHOWN[0]
        record_missing_features(connection, [(key, "landmarks", versions["landmarks"], "quarantined: a check")])
    assert materialize_scalar_views(home) == 1  # the reason
    at = "SELECT count(*) FROM features.head_pose_at(?, now()::TIMESTAMPTZ + INTERVAL 1 DAY) WHERE image_id = ?"
    with open_work(home) as connection:
        assert connection.execute(at, [versions["head_pose"], key]).fetchall() == [(0,)]
        connection.execute(
            "UPDATE features.misses SET released_at = ? WHERE image_id = ? AND view = 'landmarks'", [clock.now(), key]
        )
    assert materialize_scalar_views(home) == 1  # the value, stored again
    with open_work(home) as connection:
        assert connection.execute(at, [versions["head_pose"], key]).fetchall() == [(1,)]
