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
from affect_store.store.features.scalar_values import NOT_COMPUTABLE
from affect_store.store.home import Home
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.vocabulary import FRONTAL_DEG, VECTOR_LENGTH
from tests.stores import known
from tests.stores.build import copy
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
    assert materialize_scalar_views(home) == 2  # the reasons, in the two views that are computed from landmarks alone
    at = "SELECT count(*) FROM features.head_pose_at(?, now()::TIMESTAMPTZ + INTERVAL 1 DAY) WHERE image_id = ?"
    with open_work(home) as connection:
        assert connection.execute(at, [versions["head_pose"], key]).fetchall() == [(0,)]
        connection.execute(
            "UPDATE features.misses SET released_at = ? WHERE image_id = ? AND view = 'landmarks'", [clock.now(), key]
        )
    assert materialize_scalar_views(home) == 2  # the values, stored again
    with open_work(home) as connection:
        assert connection.execute(at, [versions["head_pose"], key]).fetchall() == [(1,)]


def test_changes_are_against_the_reference_of_the_aligned_delta() -> None:
    with FeatureStore.open(small_home()) as store:
        ids, changes = store.get_features("measure_changes").matrix()
        own = dict(zip(*store.get_features("measures").matrix(), strict=True))
    with open_published(small_home()) as store:
        references = dict(
            store.execute(
                "SELECT image_id, reference_image_id FROM features.deltas JOIN features.current USING (version) "
                "WHERE kind = 'aligned'"
            ).fetchall()
        )
        reasons = store.execute(
            "SELECT feature, reason, count(*) FROM features.absent "
            "WHERE feature IN ('aligned', 'measure_changes', 'action_unit_proxies') GROUP BY ALL"
        ).fetchall()
    assert set(ids) == set(references)
    expected = [own[key] - own[references[key]] for key in ids]
    assert changes == pytest.approx(np.array(expected), abs=1e-4)
    by_feature = {feature: {row[1:] for row in reasons if row[0] == feature} for feature, *_ in reasons}
    assert by_feature["measure_changes"] == by_feature["action_unit_proxies"] == by_feature["aligned"]


def test_changes_follow_a_new_reference(tmp_path: Path) -> None:
    """A delta that is stored again, since its reference changed, has later changes; without one there is the reason."""
    home = copy(small_home(), tmp_path)
    with open_work(home) as connection:
        versions = feature_services.current_versions(connection)
        key, other = connection.execute(
            "SELECT image_id, (SELECT image_id FROM features.landmarks WHERE image_id NOT IN "
            "(d.image_id, d.reference_image_id) ORDER BY image_id LIMIT 1) "
            "FROM features.deltas AS d WHERE version = ? ORDER BY image_id LIMIT 1", [versions["aligned"]],
        ).fetchall()[0]  # fmt: skip
        connection.execute(
            "INSERT INTO features.deltas SELECT * REPLACE (? AS reference_image_id, ?::TIMESTAMPTZ AS created_at) "
            "FROM features.deltas WHERE image_id = ? AND version = ?", [other, clock.now(), key, versions["aligned"]],
        )  # fmt: skip
    assert materialize_scalar_views(home) == 2
    assert materialize_scalar_views(home) == 0
    with open_work(home) as connection:
        stored = "SELECT mouth_width_change_iod FROM features.measure_changes WHERE image_id = ? ORDER BY created_at"
        width = "SELECT mouth_width_iod FROM features.measures WHERE image_id = ?"
        (before,), (after,) = connection.execute(stored, [key]).fetchall()
        (own,), (reference,) = (connection.execute(width, [photograph]).fetchone() for photograph in (key, other))
        record_missing_features(connection, [(key, "deltas", versions["aligned"], "no reference")])
    assert after == pytest.approx(own - reference, abs=1e-5) and after != before
    assert materialize_scalar_views(home) == 2
    with open_work(home) as connection:
        reasons = connection.execute(
            "SELECT DISTINCT reason FROM features.misses WHERE image_id = ? AND view IN "
            "('measure_changes', 'action_unit_proxies')", [key],
        ).fetchall()  # fmt: skip
    assert reasons == [("no reference",)]


def test_landmarks_that_give_no_value_are_a_reason_and_never_nan(tmp_path: Path) -> None:
    home = copy(small_home(), tmp_path)
    with open_work(home) as connection:
        connection.execute("DELETE FROM features.measures WHERE image_id IN (?, ?)", SHOWN[:2])
        connection.execute(
            f"UPDATE features.landmarks SET xyz = list_transform(xyz, lambda x: 0.5)::FLOAT[{VECTOR_LENGTH}] "
            "WHERE image_id = ?", [SHOWN[0]],
        )  # fmt: skip
    assert materialize_scalar_views(home) == 2
    assert materialize_scalar_views(home) == 0
    with open_work(home) as connection:
        missing = "SELECT image_id, reason FROM features.misses WHERE view = 'measures' AND image_id IN (?, ?)"
        assert connection.execute(missing, SHOWN[:2]).fetchall() == [(SHOWN[0], NOT_COMPUTABLE)]
        assert connection.execute(
            "SELECT count(*) FROM features.measures WHERE image_id = ?", [SHOWN[1]]
        ).fetchone() == (1,)
