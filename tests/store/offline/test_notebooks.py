"""FeatureStore in a notebook: what it shows, frames with labels, SQL, and errors after closing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from affect_store.store.engine.query import run_query
from affect_store.store.errors import QueryError, StoreError
from affect_store.store.home import Home
from affect_store.store.offline import notebook
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.vocabulary import VECTOR_LENGTH
from tests.stores.design import image_id
from tests.stores.known import CORRECTED_TO, EARLY_ID, FACELESS, MISLABELLED, PEOPLE, small_home

LABELS = ["subject_id", "emotion", "camera_angle_deg", "gaze", "path"]
CALLS: dict[str, Callable[[FeatureStore], object]] = {
    "get_features": lambda store: store.get_features("aligned"),
    "polars": lambda store: store.polars("aligned"),
    "sql": lambda store: store.sql("FROM leaderboard"),
    "get_ratings": lambda store: store.get_ratings(),
    "latest": lambda store: store.latest("a" * 64),
    "training_batches": lambda store: store.training_batches("by_person-1", "train"),
    "fingerprint": lambda store: store.fingerprint("by_person-1"),
    "service": lambda store: store.service("aligned"),
    "run": lambda store: store.run("0" * 16),
}


def test_the_text_is_one_line_with_the_place_and_the_contents() -> None:
    with FeatureStore.open(small_home()) as store:
        text = repr(store)
        features = repr(store.get_features("aligned"))
    assert "\n" not in text and str(small_home().root) in text and f"of {len(PEOPLE)} people" in text
    assert len(features) < 120 and f"{VECTOR_LENGTH})" in features
    assert repr(store) == f"<FeatureStore '{small_home().root}': closed>"


def test_the_table_lists_the_features_and_escapes_everything(tmp_path: Path) -> None:
    home = Home(tmp_path / "<b>&home")
    shutil.copytree(small_home().root, home.root, symlinks=True)
    with FeatureStore.open(home) as store:
        html = store._repr_html_()
        assert "&lt;b&gt;&amp;home" in html and "<b>" not in html
        for feature in ("landmarks", "aligned", "head_pose"):
            assert f">{feature}</td>" in html
    assert "&lt;b&gt;" in store._repr_html_() and "closed" in store._repr_html_() and "<b>" not in store._repr_html_()


def test_names_in_the_table_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pl.DataFrame(
        {"feature": "<i>", "version": "v", "photographs": 1000, "description": '"&', "is_current": True}
    )
    summary = {"n_images": [1], "n_people": [1], "n_runs": [0], "published_at": [None]}
    frames = {"features/list_views": rows, "describe/store": pl.DataFrame(summary)}
    monkeypatch.setattr("affect_store.store.engine.reader.query_frame", lambda connection, name: frames[name])
    html = notebook.html("home", None)  # type: ignore[arg-type]
    assert ">&lt;i&gt;<" in html and ">&quot;&amp;<" in html and ">1,000<" in html and "work store" in html


def test_a_frame_has_labels_in_the_order_of_the_photographs() -> None:
    with FeatureStore.open(small_home()) as store:
        ids = [*reversed(store.get_features("aligned").image_ids[:20]), image_id(FACELESS)]
        frame = store.polars("aligned", ids, labels=True)
        plain = store.polars("aligned", ids)
        matrix = store.get_features("aligned", ids).matrix()[1]
    assert frame.columns == ["image_id", *LABELS, "aligned"] and plain.columns == ["image_id", "aligned"]
    assert frame["image_id"].to_list() == ids and frame["aligned"].null_count() == 1
    assert np.array_equal(np.array(frame["aligned"].drop_nulls().to_list(), np.float32), matrix)
    known = {
        row[0]: row
        for row in run_query(small_home(), f"SELECT image_id, {', '.join(LABELS)} FROM catalogue.images").rows
    }
    assert frame.select("image_id", *LABELS).rows() == [known[name] for name in ids]


def test_labels_are_those_known_at_the_time() -> None:
    name = image_id(MISLABELLED)
    with FeatureStore.open(small_home()) as store:
        now = store.polars("landmarks", [name], labels=True)["emotion"].to_list()
        before = store.polars("landmarks", [name], labels=True, as_of=EARLY_ID)["emotion"].to_list()
    assert (before, now) == ([MISLABELLED[1]], [CORRECTED_TO])


def test_sql_returns_a_frame_and_writes_nothing() -> None:
    with FeatureStore.open(small_home()) as store:
        frame = store.sql("SELECT model, recipe FROM leaderboard")
        assert frame.rows() == run_query(small_home(), "SELECT model, recipe FROM leaderboard").rows
        assert store.sql("SET VARIABLE n = 2; SELECT getvariable('n') AS n").rows() == [(2,)]
        for query in ("DROP TABLE catalogue.images", "FROM read_text('/etc/passwd')", "SELECT nothing", ""):
            with pytest.raises(QueryError):
                store.sql(query)
        assert store.sql("SELECT 1 AS a").rows() == [(1,)], "an error does not end the connection"


def test_sql_names_repeated_columns_as_duckdb_does() -> None:
    with FeatureStore.open(small_home()) as store:
        frame = store.sql("SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS A, 5 AS a")
    assert frame.rows(named=True) == [{"a": 1, "a_1": 2, "a_1_1": 3, "A_2": 4, "a_3": 5}]


@pytest.mark.parametrize(
    "value", ["INTERVAL 1 DAY", "[INTERVAL 1 DAY]", "{'a': INTERVAL 1 DAY}", "union_value(k := 1)"]
)
def test_sql_refuses_types_that_polars_lacks(value: str) -> None:
    with (
        FeatureStore.open(small_home()) as store,
        pytest.raises(
            QueryError, match="the result has no Polars form: the column 'x'.*; cast the column in the SELECT"
        ),
    ):
        store.sql(f"SELECT {value} AS x")


def test_sql_reads_the_publication_that_was_opened_and_names_a_removed_one(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(small_home().root, home.root, symlinks=True)
    with FeatureStore.open(home) as store, FeatureStore.open_work(home) as work:
        assert work.sql("SELECT count(*) AS n FROM catalogue.images").equals(
            store.sql("SELECT count(*) AS n FROM catalogue.images")
        )
        with FeatureStore.open(home) as other:
            shutil.rmtree(home.publications)
            with pytest.raises(StoreError, match="was removed; open the current one with `FeatureStore.open"):
                other.sql("SELECT 1")


@pytest.mark.parametrize("method", CALLS)
def test_a_closed_store_names_the_method_and_how_to_open_it_again(method: str) -> None:
    with FeatureStore.open(small_home()) as store:
        store.sql("SELECT 1")
    store.close()
    root = small_home().root
    message = (
        rf"^FeatureStore\.{method}: the store '{root}' is closed; open it again with `FeatureStore.open\('{root}'\)`"
    )
    with pytest.raises(StoreError, match=message):
        CALLS[method](store)


def test_batches_that_are_read_after_closing_say_so() -> None:
    with FeatureStore.open(small_home()) as store:
        features = store.get_features("aligned", store.get_features("aligned").image_ids[:1])
        split_id = store.sql("SELECT split_id FROM splits.current WHERE strategy = 'by_person'")["split_id"][0]
        batches = store.training_batches(split_id, "train", "aligned")
    with pytest.raises(StoreError, match=r"^FeatureStore\.training_batches: .* inside the `with` block"):
        next(batches)
    with pytest.raises(StoreError, match=r"^FeatureStore\.rows: "):
        store.rows(features, ["aligned"])


def test_the_call_that_a_message_names_opens_the_store_again(tmp_path: Path) -> None:
    store = FeatureStore.open_work(small_home())
    store.close()
    with pytest.raises(StoreError, match="open_work") as error:
        store.sql("SELECT 1")
    call = str(error.value).split("`")[1]
    with eval(call, {"FeatureStore": FeatureStore, "Home": Home}) as again:
        assert again.get_features("aligned").image_ids
