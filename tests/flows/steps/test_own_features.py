"""Feature views of a user's own in a store: computed where inputs are, explained where not, published and read."""

from pathlib import Path

import numpy as np
import pytest

from affect_store.flows.steps.missing_features import record_missing_features
from affect_store.flows.steps.own_features import materialize_own_views
from affect_store.store.engine import clock
from affect_store.store.engine.published_store import open_published
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import ExtensionError
from affect_store.store.offline.feature_store import FeatureStore
from tests.flows.steps.own import FACELESS, MOUTH, SHOWN, extension, home_with, published, rows
from tests.stores.design import image_id

RAISING = """
calls = 0

@feature_view(columns=["position"], inputs=("landmarks",))
def position(landmarks):
    global calls
    calls += 1
    if calls % 10 == 0:
        raise ValueError("the tenth\\nphotograph")
    return landmarks.mean()
"""
ONE = """
@feature_view(columns=["first"])
def first(landmarks):
    return landmarks[0, 0]
"""
TWO = """
SCALE = 1

@feature_view(columns=["first"])
def first(landmarks):
    return SCALE * landmarks[0, 0]

@feature_view(columns=["second"])
def second(landmarks):
    return landmarks[0, 1]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return published(home_with(tmp_path_factory.mktemp("own"), MOUTH))


def test_a_feature_has_the_values_of_its_function(home) -> None:
    with FeatureStore.open(home) as store:
        ids, values = store.get_features("mouth").matrix()
        faces = dict(zip(*store.get_features("landmarks").matrix(), strict=True))
        assert sorted(ids) == sorted(SHOWN) and values.shape == (len(SHOWN), 2) and values.dtype == np.float32
        size = store.sql("SELECT DISTINCT width_px, height_px FROM catalogue.images").row(0)
        points = faces[ids[7]].reshape(468, 3)[:, :2] * np.array(size)
        eyes = np.linalg.norm(points[33] - points[263])
        assert values[7, 0] == pytest.approx(np.linalg.norm(points[61] - points[291]) / eyes)
        assert np.array_equal(store.latest(ids[7], "mouth")["mouth"], values[7])
        assert store.get_features("mouth", [image_id(FACELESS), ids[7]]).polars()["mouth"].to_list() == [
            None, values[7].tolist(),
        ]  # fmt: skip


def test_a_feature_of_features_is_missing_where_one_of_them_is(home) -> None:
    deltas = "SELECT image_id, reason FROM features.absent WHERE feature = "
    with open_published(home) as store:
        reasons = dict(store.execute(f"{deltas} 'smile'").fetchall())
        expected = dict(store.execute(f"{deltas} 'aligned'").fetchall())
        assert reasons == expected and set(expected.values()) == {"no face"}
        n = store.execute("SELECT count(*) FROM features.present WHERE feature = 'smile'").fetchone()
    assert n == (len(SHOWN) + 1 - len(expected),)


def test_columns_have_names_in_sql_as_of_macros_and_statistics(home) -> None:
    with FeatureStore.open(home) as store:
        ids, values = store.get_features("mouth").matrix()
        frame = store.sql("SELECT image_id, width, opening FROM own.mouth")
        named = {row[0]: row[1:] for row in frame.rows()}
        assert named == {key: tuple(row) for key, row in zip(ids, values.tolist(), strict=True)}
        version = store.service("mouth").version
        now = store.sql(
            "FROM own.mouth_at((SELECT version FROM features.current WHERE feature = 'mouth'), now()::TIMESTAMPTZ "
            "+ INTERVAL 1 DAY) SELECT count(width) AS n"
        )
        assert now["n"].item() == len(SHOWN) and version
        before = store.sql("FROM own.mouth_at((SELECT version FROM own.mouth LIMIT 1), '2020-01-01'::TIMESTAMPTZ)")
        assert before.is_empty()
        means = store.sql(
            "FROM features.scalar_statistics SELECT sum(mean * n_images) / sum(n_images) AS mean "
            "WHERE view = 'mouth' AND column_name = 'opening'"
        )
        assert means["mean"].item() == pytest.approx(values[:, 1].mean(), rel=1e-5)


def test_nothing_is_computed_twice(home) -> None:
    assert materialize_own_views(home) == 0


def test_an_exception_is_the_reason_of_that_photograph(tmp_path: Path, capsys) -> None:
    home = home_with(tmp_path, extension(tmp_path, RAISING))
    assert materialize_own_views(home) == len(SHOWN) + 1
    absent = dict(rows(home, "SELECT reason, count(*) FROM features.absent WHERE feature = 'position' GROUP BY ALL"))
    failed = len(SHOWN) // 10
    assert absent == {"no face": 1, "its function raised ValueError: the tenth photograph": failed}
    assert rows(home, "SELECT count(*) FROM features.own_values") == [(len(SHOWN) - failed,)]
    assert f"{failed} photographs have no position: its function raised ValueError" in capsys.readouterr().out
    assert materialize_own_views(home) == 0


def test_a_function_that_fails_again_with_a_new_input_is_called_once(tmp_path: Path) -> None:
    text = """
@feature_view(columns=["first"])
def first(aligned):
    open({log!r}, "a").write("x")
    raise ValueError("no")
"""
    log = tmp_path / "log"
    home = home_with(tmp_path, extension(tmp_path, text.format(log=str(log))))
    materialize_own_views(home)
    calls = len(log.read_text())
    with open_work(home) as connection:
        connection.execute(
            "INSERT INTO features.deltas BY NAME SELECT * REPLACE (? AS created_at) FROM features.deltas AS d "
            "SEMI JOIN features.current USING (version) WHERE d.version = (SELECT version FROM features.current "
            "WHERE feature = 'aligned') LIMIT 3",
            [clock.now()],
        )
    assert materialize_own_views(home) == 3 and len(log.read_text()) == calls + 3
    assert materialize_own_views(home) == 0 and len(log.read_text()) == calls + 3


def test_changed_code_adds_a_version_of_that_feature_alone(tmp_path: Path) -> None:
    home = home_with(tmp_path, extension(tmp_path, TWO))
    materialize_own_views(home)
    before = dict(rows(home, "SELECT feature, version FROM features.current"))
    moment = clock.now()
    extension(tmp_path, TWO.replace("landmarks[0, 1]", "landmarks[0, 1] + 1"))
    assert materialize_own_views(home) == len(SHOWN) + 1
    after = dict(rows(home, "SELECT feature, version FROM features.current"))
    assert {name for name in after if after[name] != before[name]} == {"second"}
    published(home)
    with FeatureStore.open(home) as store:
        old, new = store.get_features("second", SHOWN, as_of=moment), store.get_features("second", SHOWN)
        assert new.matrix()[1] == pytest.approx(old.matrix()[1] + 1, abs=1e-6)


def test_a_value_is_hidden_and_restored_with_its_input(tmp_path: Path) -> None:
    home = home_with(tmp_path, MOUTH)
    materialize_own_views(home)
    version = dict(rows(home, "SELECT feature, version FROM features.current"))["landmarks"]
    with open_work(home) as connection:
        record_missing_features(connection, [(SHOWN[0], "landmarks", version, "a check")])
    assert materialize_own_views(home) == 2  # of mouth, and of smile, which needs it
    at = f"SELECT count(*) FROM features.present WHERE image_id = '{SHOWN[0]}' AND feature = 'mouth'"
    assert rows(home, at) == [(0,)]
    with open_work(home) as connection:
        connection.execute("UPDATE features.misses SET released_at = ? WHERE reason = 'a check'", [clock.now()])
    materialize_own_views(home)
    assert rows(home, at) == [(1,)]


def test_a_home_whose_file_is_gone_keeps_its_values_and_says_so(tmp_path: Path, capsys) -> None:
    file = extension(tmp_path, ONE)
    home = home_with(tmp_path, file)
    materialize_own_views(home)
    file.unlink()
    assert materialize_own_views(home) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"the file '{file}' is gone" in shown and "no loaded extension declares them: first" in shown
    with open_work(home) as connection:
        key = SHOWN[3]
        connection.execute("DELETE FROM features.own_values WHERE image_id = ?", [key])  # as a photograph added since
    published(home)
    with FeatureStore.open(home) as store:
        assert len(store.get_features("first").matrix()[0]) == len(SHOWN) - 1
        assert store.sql("SELECT count(first) AS n FROM own.first")["n"].item() == len(SHOWN) - 1
    absent = "SELECT count(*) FROM features.absent WHERE feature = 'first' AND reason LIKE 'not computed%'"
    assert rows(home, absent) == [(1,)]
    extension(tmp_path, ONE)
    assert materialize_own_views(home) == 1
    assert rows(home, absent) == [(0,)]


def test_a_file_with_an_error_stops_before_anything_is_stored(tmp_path: Path) -> None:
    home = home_with(tmp_path, extension(tmp_path, "def broken(:\n"))
    with pytest.raises(ExtensionError, match=r"own.py' cannot be loaded: line 2: invalid syntax"):
        materialize_own_views(home)
    assert rows(home, "SELECT count(*) FROM features.views WHERE view = 'own_values'") == [(0,)]
