"""The run that a name means: an id, its beginning, or a system; anything else lists what there is."""

from collections.abc import Iterator
from datetime import UTC, datetime

import polars as pl
import pytest

from affect_store.store.engine import reader
from affect_store.store.engine.duckdb import Connection
from affect_store.store.engine.published_store import open_published
from affect_store.store.errors import StoreError, UnknownNameError
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.offline.run_names import NamedRun, find_run
from tests.stores.known import RUNS, small_home

DAY = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def connection() -> Iterator[Connection]:
    opened = open_published(small_home())
    yield opened
    opened.close()


def frame(*rows: tuple[str, str, str, str, str]) -> pl.DataFrame:
    names = ("run_id", "model", "recipe", "split", "status")
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(date=pl.lit(DAY))


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs with the newest first."""
    runs = frame(
        ("aa01", "lda", "corrected", "folds", "completed"),
        ("aa02", "lda", "corrected", "by_person", "failed"),
        ("bb03", "lda", "published", "by_person", "completed"),
        ("bb04", "lda", "corrected", "by_person", "completed"),
        ("bb05", "lda", "corrected", "by_person", "completed"),
        ("cc06", "cnn", "corrected", "by_image", "completed"),
        ("cc07", "cnn", "corrected", "by_person", "untrainable"),
        ("dd08", "bb", "corrected", "by_person", "completed"),
    )
    monkeypatch.setattr(reader, "query_frame", lambda *_: runs)


def found(name: str) -> NamedRun:
    return find_run(None, name)  # type: ignore[arg-type]


@pytest.mark.usefixtures("planned")
def test_a_system_means_its_latest_completed_run_by_person_in_the_corrected_recipe() -> None:
    remark = "'lda' is run bb04 (corrected, split by person, 2026-11-27 12:00 UTC)"
    assert found("lda") == NamedRun("bb04", remark)
    assert found("lda.published").run_id == "bb03"


@pytest.mark.usefixtures("planned")
def test_ids_and_their_beginnings_mean_themselves_and_a_system_comes_before_a_beginning() -> None:
    assert found("aa01") == NamedRun("aa01") and found("cc06"[:4]) == NamedRun("cc06")
    assert found("dd").run_id == "dd08" and found("bb").run_id == "dd08"


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("aa", StoreError, r"2 runs begin with 'aa', for example aa01 \(lda, corrected, folds, completed\), aa02"),
        ("cnn", StoreError, r"'cnn' has no completed run .* by person. Its runs: cc06 .*, cc07 .* by its id"),
        ("ldaa", UnknownNameError, "no run or trained system 'ldaa'; did you mean .*lda.*affect runs"),
        ("lda.publishd", UnknownNameError, "no run or trained system 'lda.publishd'; did you mean lda.published"),
        (
            "qqqq",
            UnknownNameError,
            "no run or trained system 'qqqq'; available: aa01, .*; `affect runs` lists all",
        ),
    ],
)
def test_what_means_no_single_run_lists_those_that_there_are(name: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        found(name)


def test_every_run_of_a_store_is_found_by_its_id(connection: Connection) -> None:
    for run in RUNS:
        assert find_run(connection, run.run_id) == NamedRun(run.run_id)
    with FeatureStore.open(small_home()) as store:
        row = store.run("vector_mlp")
        assert (row["model"], row["recipe"], row["status"]) == ("vector_mlp", "corrected", "completed")
        assert row == store.run(row["run_id"]) and find_run(connection, "vector_mlp").run_id == row["run_id"]
        with pytest.raises(UnknownNameError, match="vector_mlp"):
            store.run("vector_mpl")
