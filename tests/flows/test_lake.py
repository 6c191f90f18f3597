"""A home and its lake: the command `publish`, what the home remembers, and erasure from the files of the lake."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.flows.steps.erasure import erase_person
from affect_store.flows.steps.lake_publication import publish_to_lake
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError
from affect_store.store.home import Home
from affect_store.store.lake import erase, remembered, snapshots
from affect_store.store.lake.address import LakeAddress
from affect_store.store.lake.lake_sql import running
from affect_store.store.offline.feature_store import FeatureStore
from tests.store.lake.lakes import OTHER, SECOND, data_files, lake_at, other_home, published
from tests.stores.known import PEOPLE, small_home

pytest.importorskip("duckdb_extension_ducklake")

ERASED = OTHER.people[0]


def affect(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose publication has all that it holds."""
    target = tmp_path / "home"
    shutil.copytree(other_home().root, target, symlinks=True)
    return Home(target)


def test_the_command_publishes_into_a_lake_and_remembers_it(home: Home, tmp_path: Path) -> None:
    address = lake_at(tmp_path)
    at = ("--home", str(home.root))
    first = affect("publish", "--to", address.url, "--data", str(tmp_path / "files"), *at)
    assert first.exit_code == 0, first.output
    assert "Nothing new" in first.output and "snapshot 1" in first.output
    known = remembered.read(home)
    assert known is not None and known.address == address
    assert "nothing has changed" in affect("publish", *at).output
    listed = affect("publications", "--store", address.url).output
    assert known.home_id in listed and "12 photographs of 6 people" in listed and "current" in listed
    rows = affect("sql", "FROM catalogue.images SELECT count(*) AS n", "--store", address.url, "--json", *at)
    assert json.loads(rows.stdout) == [{"n": 12}]
    earlier = affect("sql", "FROM homes", "--store", address.url, "--as-of", "0", *at)
    assert earlier.exit_code == 1 and "nothing has been published" in earlier.stderr
    homes = affect("sql", "FROM homes", "--store", address.url, "--json", *at)
    assert [row["home_id"] for row in json.loads(homes.stdout)] == [known.home_id]
    missing = f"ducklake:sqlite:{tmp_path / 'missing.sqlite'}"
    assert "there is no lake" in affect("rollback", "--store", missing, *at).stderr
    assert not (tmp_path / "missing.sqlite").exists()
    assert "needs an earlier one" in affect("rollback", "--store", address.url, *at).stderr


def test_what_cannot_be_used_is_one_sentence_and_changes_nothing(home: Home) -> None:
    for arguments, words in (
        (("--to", "ducklake:postgres:dbname=x password=hunter2"), "must not have a password"),
        (("--to", "ducklake:/nowhere/lake.ducklake"), "there is no folder"),
        (("--data", "files"), "--data is for a lake"),
    ):
        done = affect("publish", *arguments, "--home", str(home.root))
        assert done.exit_code == 1 and words in done.stderr and "hunter2" not in done.output
    assert remembered.read(home) in (None, remembered.Remembered(remembered.identify(home).home_id))


@pytest.fixture(params=["one home", pytest.param("two homes", marks=pytest.mark.long)])
def erased(home: Home, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[LakeAddress, bytes, str]:
    """A lake from which a home erased a person: bytes of the person's landmarks, and a photograph."""
    with open_work(home) as work:
        row = work.execute(
            "FROM catalogue.images JOIN features.landmarks USING (image_id) SELECT image_id, xyz WHERE subject_id = $1",
            [ERASED],
        ).fetchnumpy()
    image_id, landmarks = str(row["image_id"][0]), row["xyz"][0].astype("float32").tobytes()
    address = lake_at(tmp_path)
    publish_to_lake(home, address)
    if request.param == "two homes":
        published(address, small_home(), SECOND)
    leftover = next(path for path in data_files(address) if landmarks in path.read_bytes())
    shutil.copyfile(leftover, leftover.with_name("ducklake-killed.parquet"))
    assert sum(landmarks in path.read_bytes() for path in data_files(address)) == 2
    report = erase_person(home, ERASED)
    assert report is not None and report.lakes == [address.url] and report.still_named_in == []
    return address, landmarks, image_id


def test_no_byte_of_an_erased_person_is_left_in_a_lake(erased: tuple[LakeAddress, bytes, str]) -> None:
    address, landmarks, image_id = erased
    files = data_files(address)
    assert len(files) > 10 and not any(landmarks in path.read_bytes() for path in files)
    for path in files:
        rows = pl.read_parquet(path, columns=[name for name in pl.read_parquet_schema(path) if name in erase.NAMING])
        for name in rows.columns:
            assert rows[name].cast(pl.String).is_in([image_id, ERASED]).sum() == 0, (path, name)
    catalogue = b"".join(path.read_bytes() for path in Path(address.place).parent.glob("catalogue.sqlite*"))
    assert image_id.encode() not in catalogue and ERASED.encode() not in catalogue
    assert ["erasure" in each.message for each in snapshots.list_snapshots(address)] == [True]
    with FeatureStore.open(address.url) as store:
        people = store.sql("FROM catalogue.images SELECT DISTINCT subject_id ORDER BY ALL")["subject_id"].to_list()
        assert [name for name in people if name.startswith("other")] == list(OTHER.people[1:])
        n_others = len([name for name in people if name.startswith("small")])
        assert len(store.get_features("landmarks").matrix()[0]) == store.sql("FROM features.landmarks").height
    if n_others:
        assert n_others == len(PEOPLE) and published(address, small_home(), SECOND).snapshot is None


@pytest.mark.long
def test_an_erasure_names_files_that_it_cannot_read(home: Home, tmp_path: Path) -> None:
    """A publication that was killed while it wrote a file leaves it without an end."""
    address = lake_at(tmp_path)
    publish_to_lake(home, address)
    whole = next(path for path in data_files(address) if "landmarks" in str(path))
    torn = whole.with_name("ducklake-torn.parquet")
    torn.write_bytes(whole.read_bytes()[:-100])
    report = erase_person(home, ERASED)
    assert report is not None and [Path(name).name for name in report.still_named_in] == [torn.name]


@pytest.mark.long
def test_an_erasure_is_not_complete_while_a_lake_cannot_be_reached(home: Home, tmp_path: Path) -> None:
    address = lake_at(tmp_path)
    publish_to_lake(home, address)
    catalogue = Path(address.place)
    catalogue.rename(tmp_path / "away")
    with pytest.raises(StoreError, match="there is no lake"):
        erase_person(home, "other-01")
    assert home.erasure_marker.exists()
    assert not catalogue.exists(), "no empty lake takes its place"
    (tmp_path / "away").rename(catalogue)
    assert erase_person(home, "other-01") is not None and not home.erasure_marker.exists()
    with running(address, "FROM catalogue.images SELECT count(DISTINCT subject_id)") as result:
        assert next(result.rows) == (5,)
