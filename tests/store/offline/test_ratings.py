"""Ratings are retrieved in the wanted order, as of a time, and from publications that have none."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from affect_store.store.engine.duckdb import open_file
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import UnknownNameError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.offline import ratings
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.publication import publish
from affect_store.store.vocabulary import AGREEMENTS, RATINGS
from tests.stores.clean import DESIGN, rated_home
from tests.stores.design import image_id

FIRST, *_, LAST = DESIGN.cells()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The clean store with ratings, one of which was corrected, published."""
    copy = Home(tmp_path_factory.mktemp("homes") / "home")
    shutil.copytree(rated_home().root, copy.root, symlinks=True)
    with open_work(copy) as connection:
        connection.execute(
            "INSERT INTO catalogue.ratings BY NAME SELECT $id AS image_id, now() AS known_at, 0.25 AS agreement",
            {"id": image_id(FIRST)},
        )
    publish.publish(copy, "1", lambda folder: publish.write_store(copy.work, folder / STORE_FILE))
    return copy


@pytest.fixture
def store(home: Home) -> Iterator[FeatureStore]:
    with FeatureStore.open(home) as opened:
        yield opened


def test_all_ratings_have_one_row_per_photograph(store: FeatureStore) -> None:
    ratings = store.get_ratings()
    assert ratings.columns == ["image_id", *RATINGS, *AGREEMENTS]
    assert sorted(ratings["image_id"]) == sorted(map(image_id, DESIGN.cells()))


def test_photographs_come_in_the_wanted_order_with_the_latest_ratings(store: FeatureStore) -> None:
    ratings = store.get_ratings([image_id(LAST), image_id(FIRST)])
    assert ratings["image_id"].to_list() == [image_id(LAST), image_id(FIRST)]
    assert ratings["agreement"][1] == 0.25 and ratings["intensity"][1] is None
    with pytest.raises(UnknownNameError, match="no photograph"):
        store.get_ratings(["f" * 64])


def test_distributions_are_added_to_rows_as_of_a_time(home: Home, store: FeatureStore) -> None:
    moment = store.run(DESIGN.runs[0].run_id)["started_at"]
    rows = pa.table({"image_id": [image_id(LAST), image_id(FIRST)]})
    with open_work(home) as connection:
        before, now = (ratings.add_distributions(connection, rows, at) for at in (moment, datetime.now(UTC)))
    assert before.column_names == now.column_names == ["image_id", *AGREEMENTS]
    assert before.column(AGREEMENTS[0]).null_count == 0
    assert [now.column(name)[1].as_py() for name in AGREEMENTS] == [None] * len(AGREEMENTS)
    assert now.column(AGREEMENTS[0])[0] == before.column(AGREEMENTS[0])[0]


def test_ratings_are_those_known_at_a_time(store: FeatureStore) -> None:
    moment = store.run(DESIGN.runs[0].run_id)["started_at"]
    before = store.get_ratings([image_id(FIRST)], as_of=moment)
    assert before["agreement"].to_list() == [0.5] and before["intensity"].to_list() == [1.0]
    assert before.equals(store.get_ratings([image_id(FIRST)], as_of=DESIGN.runs[0].run_id))
    assert store.get_ratings(as_of="2020-01-01").is_empty()


def test_a_publication_from_before_ratings_has_none(home: Home, tmp_path: Path) -> None:
    copy = Home(tmp_path / "home")
    shutil.copytree(home.root, copy.root, symlinks=True)
    connection = open_file(copy.published_store)
    connection.execute("DROP TABLE catalogue.ratings")
    connection.close()
    with FeatureStore.open(copy) as opened:
        ratings = opened.get_ratings([image_id(FIRST)])
        assert ratings.columns == ["image_id", *RATINGS, *AGREEMENTS]
        assert ratings["agreement"].to_list() == [None]
        assert isinstance(opened.get_ratings(), pl.DataFrame) and opened.get_ratings().is_empty()
