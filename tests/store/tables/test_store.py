"""Reading from Python: the rows of a split, block by block; values without a copy; and names that are not there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from store.errors import StoreError, UnknownNameError
from store.tables import matrix, publish, read, training
from store.tables.duck import sql
from store.tables.home import STORE_FILE, Home
from store.tables.source import Source
from store.tables.store import Store
from store.vocabulary import PARTS
from tests.store.tables.small_store import FACELESS, PICTURED, cells, image_id, small_home

FEATURES = ("landmarks", "frontal_unit", "aligned", "pixels")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small store, published with faces."""
    made = Home(tmp_path_factory.mktemp("homes") / "home")
    shutil.copytree(small_home().root, made.root, symlinks=True)
    publish.publish(made, "2", lambda to: publish.write_store(made.work, to / STORE_FILE, with_faces=True))
    return made


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def split_id(home: Home) -> str:
    with Source(home.published_store.resolve()) as source:
        return str(read.frame(source.connection, "select_newest_splits")["split_id"][0])


def rows_of(batches: Iterator[pa.RecordBatch]) -> pa.Table:
    return pa.Table.from_batches(list(batches))


@pytest.mark.parametrize("block_bytes", [1, 2**18, training.BLOCK_BYTES])
def test_rows_of_a_split_are_those_of_sql_in_the_order_of_their_ids(
    store: Store, home: Home, split_id: str, block_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "BLOCK_BYTES", block_bytes)
    with Source(home.published_store.resolve()) as source:
        split = read.frozen_split(source.connection, split_id)
        for part in PARTS:
            parameters = {**split.parameters, "part": part}
            expected = source.connection.execute(sql("select_training_rows"), parameters).to_arrow_table()
            found = rows_of(store.training(split_id, part))
            assert set(found.schema.names) == set(expected.schema.names) and found.num_rows > 0
            assert found.select(expected.schema.names).to_pylist() == expected.to_pylist()
            assert found["image_id"].to_pylist() == sorted(found["image_id"].to_pylist())


def test_only_what_is_asked_for_is_read(store: Store, split_id: str) -> None:
    labels = ["image_id", "subject_id", "sex", "population", "emotion", "label", "camera_angle_deg", "gaze"]
    for asked, columns in (
        (["aligned"], ["aligned"]),
        (["pixels", "landmarks"], ["rgb", "landmarks"]),
        ("mm1.published", ["frontal_unit", "rgb"]),
        ("aligned", ["aligned"]),
        ([], []),
    ):
        assert rows_of(store.training(split_id, "train", asked)).schema.names == [*labels, *columns]


def test_memory_does_not_grow_with_the_part(store: Store, split_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No matrix is larger than a block, and DuckDB is held to little memory."""
    asked: list[tuple[int, bool | None]] = []
    fill = matrix.fill
    monkeypatch.setattr(
        training, "fill", lambda *given, narrow: (asked.append((given[3], narrow)), fill(*given, narrow=narrow))[1]
    )
    monkeypatch.setattr(training, "BLOCK_BYTES", 10 * matrix.bytes_of("landmarks"))
    batches = store.training(split_id, "train", ["aligned"])
    assert asked == [], "nothing is read before it is asked for"
    found = rows_of(batches)
    assert {narrow for _, narrow in asked} == {True} and max(n for n, _ in asked) == 10 < found.num_rows
    assert max(batch.num_rows for batch in store.training(split_id, "train", ["aligned"])) == 10


def test_features_are_read_while_rows_of_a_split_are(
    store: Store, split_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both in little memory: neither keeps anything of what the other needs."""
    monkeypatch.setattr(matrix, "NARROW_FROM_BYTES", 0)
    monkeypatch.setattr(training, "BLOCK_BYTES", 2**18)
    expected = store.features("aligned").matrix()[1]
    batches = store.training(split_id, "train")
    others = store.training(split_id, "test")
    first = next(batches)
    assert np.array_equal(store.features("aligned").matrix()[1], expected)
    assert next(others).num_rows and first.num_rows
    assert rows_of(batches).num_rows + first.num_rows == rows_of(store.training(split_id, "train")).num_rows


def test_models_read_the_work_store_in_the_same_way_and_in_place(home: Home, store: Store, split_id: str) -> None:
    from models.rows import select

    with Source(home.work) as source:
        split = read.frozen_split(source.connection, split_id)
        found = training.table(source, training.look(source, split, "train", ["aligned", "pixels"]))
    assert found.equals(rows_of(store.training(split_id, "train", ["aligned", "pixels"])))
    rows = select(found, {"delta": "aligned"})
    assert len(rows.inputs["delta"].blocks) == 1
    assert np.shares_memory(rows.inputs["delta"].blocks[0], found["aligned"].chunk(0).values.to_numpy())


def test_a_matrix_is_not_copied_where_photographs_lack_the_feature(store: Store) -> None:
    found = store.features("mm2.corrected")
    for name in ("aligned", "landmarks", "pixels"):
        ids, values = found.matrix(name)
        assert values is found.filled[name].values and len(ids) == len(values)
    column = found.arrow["aligned"]
    assert column.null_count
    whole = [one for one in column.chunks if not one.null_count]
    assert whole and all(np.shares_memory(one.flatten().to_numpy(), found.matrix("aligned")[1]) for one in whole)
    ids, values = found.matrix("aligned")
    assert column.drop_null().combine_chunks().flatten().to_numpy().tolist() == values.ravel().tolist()
    assert [one for one, is_in in zip(found.image_ids, column.is_valid().to_pylist(), strict=True) if is_in] == ids
    pictured = {image_id(cell) for cell in cells() if cell[0] in PICTURED}
    assert set(found.matrix("pixels")[0]) == pictured


def test_named_photographs_come_in_their_order_however_many_there_are(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, values = store.features("landmarks").matrix()
    chosen = [ids[5], ids[0], ids[5], image_id(FACELESS)]
    for few in (matrix.FEW, 0):
        monkeypatch.setattr(matrix, "FEW", few)
        some = store.features("landmarks", chosen)
        assert some.image_ids == chosen and some.matrix()[0] == chosen[:3]
        assert np.array_equal(some.matrix()[1], values[[5, 0, 5]])
        assert some.arrow["landmarks"].is_valid().to_pylist() == [True, True, True, False]


def test_a_photograph_that_is_not_there_is_named_with_the_near_ones(store: Store) -> None:
    known = store.features("landmarks").image_ids[3]
    last = "0" if known[-1] != "0" else "1"
    for wrong in (known[:-1] + last, last + known[1:], known[:12], known[1:]):
        with pytest.raises(UnknownNameError, match=f"no photograph '{wrong}' among the .*; near it: .*{known}"):
            store.latest(wrong)
    with pytest.raises(UnknownNameError, match=r"no photograph 'zz' among the \d+ of the store; nor are 1 more"):
        store.features("landmarks", ["zz", known, "yy"])


def test_a_view_is_told_apart_from_its_features(store: Store) -> None:
    with pytest.raises(UnknownNameError, match="^'deltas' is a view; its features are aligned, frontal_unit$"):
        store.features("deltas")
    with pytest.raises(UnknownNameError, match="^'aligned' has no version 'zz'; "):
        store.features("aligned", version="zz")
    with pytest.raises(UnknownNameError, match="^'mm2.corrected' has no feature 'rgb'; "):
        store.features("mm2.corrected").matrix("rgb")


def test_what_a_split_does_not_have_is_named(store: Store, split_id: str) -> None:
    with pytest.raises(UnknownNameError, match=f"'{split_id}' has no feature 'aligne'; near it: aligned"):
        store.training(split_id, "train", ["aligne"])
    with pytest.raises(UnknownNameError, match="no service 'mm3.corrected'; near it: mm2.corrected"):
        store.training(split_id, "train", "mm3.corrected")


def test_thumbnails_that_were_not_published_are_no_column_of_a_split(split_id: str) -> None:
    with Store.open(small_home()) as store:
        assert "rgb" not in next(store.training(split_id, "train")).schema.names
        with pytest.raises(StoreError, match="--with-faces"):
            store.training(split_id, "train", "cnn.corrected")


def test_what_a_query_puts_aside_lies_in_no_folder_of_the_users_and_goes(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "aside"))
    (tmp_path / "aside").mkdir()
    with Source(home.work) as source:
        source.connection.execute("SET memory_limit = '60MB'")
        source.connection.execute(
            "CREATE TEMP TABLE large AS SELECT md5(i::VARCHAR) AS m FROM range(2000000) AS t(i) ORDER BY m"
        )
        assert list((tmp_path / "aside").iterdir()), "the query does not put anything aside: the test shows nothing"
    assert [path.name for path in tmp_path.iterdir()] == ["aside"] and list((tmp_path / "aside").iterdir()) == []


def test_a_publication_that_goes_while_it_is_opened_is_made_up_for_by_the_next(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Home(tmp_path / "home")
    shutil.copytree(home.root, own.root, symlinks=True)
    resolve = Path.resolve

    def replaced(path: Path, strict: bool = False) -> Path:
        """Where the link leads; a run then publishes and removes what it led to."""
        found = resolve(path, strict)
        if path == own.published_store and found.exists() and not (own.publications / "3").exists():
            publish.publish(own, "3", lambda to: publish.write_store(own.work, to / STORE_FILE), keep=1)
        return found

    monkeypatch.setattr(Path, "resolve", replaced)
    with Store.open(own) as store:
        assert store.features("aligned").image_ids
    assert [folder.name for folder in own.publications.iterdir()] == ["3"]
