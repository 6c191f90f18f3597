"""FeatureStore: streamed training sets, retrieval without copies, and messages for unknown names."""

import shutil
from collections.abc import Iterator
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from affect_store.store.engine import reader
from affect_store.store.engine.sql_files import sql
from affect_store.store.engine.store_file import StoreFile
from affect_store.store.errors import StoreError, UnknownNameError
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.offline import matrix, training_sets
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.publication import publish
from affect_store.store.vocabulary import PARTS
from tests.stores.design import image_id
from tests.stores.known import DESIGN, FACELESS, PICTURED, small_home

FEATURES = ("landmarks", "frontal_unit", "aligned", "pixels")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small store, published with faces."""
    copy = Home(tmp_path_factory.mktemp("homes") / "home")
    shutil.copytree(small_home().root, copy.root, symlinks=True)
    publish.publish(copy, "2", lambda folder: publish.write_store(copy.work, folder / STORE_FILE, with_faces=True))
    return copy


@pytest.fixture
def store(home: Home) -> Iterator[FeatureStore]:
    with FeatureStore.open(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def split_id(home: Home) -> str:
    with StoreFile(home.published_store.resolve()) as source:
        return str(reader.query_frame(source.connection, "splits/select_newest_splits")["split_id"][0])


def rows_of(batches: Iterator[pa.RecordBatch]) -> pa.Table:
    return pa.Table.from_batches(list(batches))


@pytest.mark.parametrize("block_bytes", [1, 2**18, training_sets.BLOCK_BYTES])
def test_training_rows_equal_those_of_sql_ordered_by_id(
    store: FeatureStore, home: Home, split_id: str, block_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_sets, "BLOCK_BYTES", block_bytes)
    with StoreFile(home.published_store.resolve()) as source:
        split = reader.frozen_split(source.connection, split_id)
        for part in PARTS:
            parameters = {**split.parameters, "part": part, "image_ids": None}
            expected = source.connection.execute(sql("splits/select_training_rows"), parameters).to_arrow_table()
            table = rows_of(store.training_batches(split_id, part))
            assert set(table.schema.names) == set(expected.schema.names) and table.num_rows > 0
            assert table.select(expected.schema.names).to_pylist() == expected.to_pylist()
            assert table["image_id"].to_pylist() == sorted(table["image_id"].to_pylist())


def test_only_requested_features_are_read(store: FeatureStore, split_id: str) -> None:
    labels = ["image_id", "subject_id", "sex", "population", "emotion", "label", "camera_angle_deg", "gaze"]
    for features, columns in (
        (["aligned"], ["aligned"]),
        (["pixels", "landmarks"], ["rgb", "landmarks"]),
        ("mm1.corrected", ["aligned", "rgb"]),
        ("aligned", ["aligned"]),
        ([], []),
    ):
        assert rows_of(store.training_batches(split_id, "train", features)).schema.names == [*labels, *columns]


def test_memory_use_does_not_grow_with_the_part(
    store: FeatureStore, split_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No matrix is larger than a block, and DuckDB reads with its small memory limit."""
    calls: list[tuple[int, bool | None]] = []

    def recorded(*arguments: Any, narrow: bool | None) -> np.ndarray:
        calls.append((arguments[3], narrow))
        return matrix.read_matrix(*arguments, narrow=narrow)

    monkeypatch.setattr(training_sets, "read_matrix", recorded)
    monkeypatch.setattr(training_sets, "BLOCK_BYTES", 10 * matrix.bytes_of("landmarks"))
    batches = store.training_batches(split_id, "train", ["aligned"])
    assert calls == [], "nothing is read before the first batch is requested"
    table = rows_of(batches)
    assert {narrow for _, narrow in calls} == {True} and max(n for n, _ in calls) == 10 < table.num_rows
    assert max(batch.num_rows for batch in store.training_batches(split_id, "train", ["aligned"])) == 10


def test_features_can_be_read_while_a_split_is_streamed(
    store: FeatureStore, split_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both with the small memory limit: neither holds a connection that the other needs."""
    monkeypatch.setattr(matrix, "NARROW_FROM_BYTES", 0)
    monkeypatch.setattr(training_sets, "BLOCK_BYTES", 2**18)
    expected = store.get_features("aligned").matrix()[1]
    batches = store.training_batches(split_id, "train")
    others = store.training_batches(split_id, "test")
    first = next(batches)
    assert np.array_equal(store.get_features("aligned").matrix()[1], expected)
    assert next(others).num_rows and first.num_rows
    assert rows_of(batches).num_rows + first.num_rows == rows_of(store.training_batches(split_id, "train")).num_rows


def test_the_work_store_gives_the_same_rows_and_models_use_them_without_a_copy(
    home: Home, store: FeatureStore, split_id: str
) -> None:
    from affect_store.models.rows import select_rows

    with StoreFile(home.work) as source:
        split = reader.frozen_split(source.connection, split_id)
        table = training_sets.read_table(
            source, training_sets.locate_part(source, split, "train", ["aligned", "pixels"])
        )
    assert table.equals(rows_of(store.training_batches(split_id, "train", ["aligned", "pixels"])))
    rows = select_rows(table, {"delta": "aligned"})
    assert len(rows.inputs["delta"].blocks) == 1
    assert np.shares_memory(rows.inputs["delta"].blocks[0], table["aligned"].chunk(0).values.to_numpy())


def test_a_matrix_is_not_copied_if_photographs_lack_the_feature(store: FeatureStore) -> None:
    features = store.get_features("mm2.corrected")
    for name in ("aligned", "landmarks", "pixels"):
        ids, values = features.matrix(name)
        assert values is features.values[name].values and len(ids) == len(values)
    column = features.arrow["aligned"]
    assert column.null_count
    ids, values = features.matrix("aligned")
    valid_chunks = [chunk for chunk in column.chunks if not chunk.null_count]
    assert valid_chunks and all(np.shares_memory(chunk.flatten().to_numpy(), values) for chunk in valid_chunks)
    assert column.drop_null().combine_chunks().flatten().to_numpy().tolist() == values.ravel().tolist()
    assert list(compress(features.image_ids, column.is_valid().to_pylist())) == ids
    pictured = {image_id(cell) for cell in DESIGN.cells() if cell[0] in PICTURED}
    assert set(features.matrix("pixels")[0]) == pictured


def test_requested_photographs_keep_their_order_whatever_their_number(
    store: FeatureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, values = store.get_features("landmarks").matrix()
    chosen = [ids[5], ids[0], ids[5], image_id(FACELESS)]
    for limit in (matrix.MAX_FILTERED_IDS, 0):
        monkeypatch.setattr(matrix, "MAX_FILTERED_IDS", limit)
        some = store.get_features("landmarks", chosen)
        assert some.image_ids == chosen and some.matrix()[0] == chosen[:3]
        assert np.array_equal(some.matrix()[1], values[[5, 0, 5]])
        assert some.arrow["landmarks"].is_valid().to_pylist() == [True, True, True, False]


def test_similar_ids_are_suggested_for_an_unknown_photograph(store: FeatureStore) -> None:
    known = store.get_features("landmarks").image_ids[3]
    last = "0" if known[-1] != "0" else "1"
    for wrong in (known[:-1] + last, last + known[1:], known[:12], known[1:]):
        with pytest.raises(UnknownNameError, match=f"no photograph '{wrong}' among the .*; did you mean .*{known}"):
            store.latest(wrong)
    with pytest.raises(UnknownNameError, match=r"no photograph 'zz' among the \d+ in the store \(1 more are missing\)"):
        store.get_features("landmarks", ["zz", known, "yy"])


def test_the_name_of_a_view_is_answered_with_its_features(store: FeatureStore) -> None:
    with pytest.raises(UnknownNameError, match="^'deltas' is a feature view; its features are aligned, frontal_unit$"):
        store.get_features("deltas")
    with pytest.raises(UnknownNameError, match="^'aligned' has no version 'zz'; "):
        store.get_features("aligned", version="zz")
    with pytest.raises(UnknownNameError, match="^'mm2.corrected' has no feature 'rgb'; "):
        store.get_features("mm2.corrected").matrix("rgb")


def test_unknown_features_and_services_of_a_split_are_named(store: FeatureStore, split_id: str) -> None:
    with pytest.raises(UnknownNameError, match=f"'{split_id}' has no feature 'aligne'; did you mean aligned"):
        store.training_batches(split_id, "train", ["aligne"])
    with pytest.raises(UnknownNameError, match="no service 'mm3.corrected'; did you mean mm2.corrected"):
        store.training_batches(split_id, "train", "mm3.corrected")


def test_thumbnails_that_were_not_published_are_not_a_column_of_a_split(split_id: str) -> None:
    with FeatureStore.open(small_home()) as store:
        assert "rgb" not in next(store.training_batches(split_id, "train")).schema.names
        with pytest.raises(StoreError, match="--with-faces"):
            store.training_batches(split_id, "train", "cnn.corrected")


def test_temporary_files_of_queries_are_in_the_system_folder_and_are_removed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with StoreFile(home.work) as source:
        source.connection.execute("SET memory_limit = '60MB'")
        source.connection.execute(
            "CREATE TEMP TABLE large AS SELECT md5(i::VARCHAR) AS m FROM range(2000000) AS t(i) ORDER BY m"
        )
        assert list((tmp_path / "temporary").iterdir()), "the query spills nothing, so the test shows nothing"
    assert [path.name for path in tmp_path.iterdir()] == ["temporary"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_next_publication_is_opened_if_one_is_removed_meanwhile(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Home(tmp_path / "home")
    shutil.copytree(home.root, copy.root, symlinks=True)
    resolve = Path.resolve

    def replaced(path: Path, strict: bool = False) -> Path:
        """Resolve the link; then publish again, which removes the publication that it led to."""
        target = resolve(path, strict)
        if path == copy.published_store and target.exists() and not (copy.publications / "3").exists():
            publish.publish(copy, "3", lambda folder: publish.write_store(copy.work, folder / STORE_FILE), keep=1)
        return target

    monkeypatch.setattr(Path, "resolve", replaced)
    with FeatureStore.open(copy) as store:
        assert store.get_features("aligned").image_ids
    assert [folder.name for folder in copy.publications.iterdir()] == ["3"]
