"""Statistics of vectors: those of NumPy over all current rows, whatever the batches."""

from pathlib import Path

import numpy as np
import pytest

from affect_store.store.home import STORE_FILE
from affect_store.store.publication import publish
from affect_store.store.publication.manifest import read_manifest
from affect_store.store.publication.vector_sums import FILE, VectorSums, added, load
from affect_store.store.vocabulary import LANDMARK_GROUPS, VECTOR_LENGTH
from tests.stores import clean


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    publish.write_store(clean.clean_home().work, folder / STORE_FILE)
    return folder


def test_statistics_are_those_of_numpy(folder: Path) -> None:
    with publish.open_folder(folder) as store:
        vectors = np.stack(store.execute(f"SELECT xyz FROM features.landmarks WHERE version = '{clean.LANDMARKS}'")
                           .fetchnumpy()["xyz"]).reshape(-1, VECTOR_LENGTH // 3, 3).astype(np.float64)  # fmt: skip
        stored = store.execute(
            "SELECT landmark_group, axis, n_images, n_values, mean, sd, least, greatest, share_zero "
            f"FROM features.statistics WHERE version = '{clean.LANDMARKS}'"
        ).fetchall()
    assert len(stored) == 3 * (1 + len(LANDMARK_GROUPS))
    for group, axis, *row in stored:
        members = list(LANDMARK_GROUPS[group]) if group != "all" else slice(None)
        values = vectors[:, members, "xyz".index(axis)]
        expected = [len(vectors), values.size, values.mean(), values.std(), values.min(), values.max()]
        assert row == pytest.approx([*expected, (values == 0).mean()])


def test_expressions_are_means_over_people_of_the_mean_of_each_person(folder: Path) -> None:
    with publish.open_folder(folder) as store:
        rows = store.execute(
            "FROM features.deltas AS d JOIN catalogue.images AS i USING (image_id) "
            "SELECT i.emotion, i.camera_angle_deg, i.subject_id, d.xyz "
            f"WHERE d.version = '{clean.ALIGNED}' AND i.excluded_reason IS NULL"
        ).fetchall()
        stored = store.execute(
            "FROM features.expressions SELECT emotion, camera_angle_deg, n_people, n_images, xyz"
        ).fetchall()
    assert {(emotion, angle) for emotion, angle, *_ in stored} == {(emotion, angle) for emotion, angle, *_ in rows}
    for emotion, angle, n_people, n_images, xyz in stored:
        of_person: dict[str, list[list[float]]] = {}
        for row in rows:
            if row[:2] == (emotion, angle):
                of_person.setdefault(row[2], []).append(row[3])
        assert (n_people, n_images) == (len(of_person), sum(map(len, of_person.values())))
        means = [np.mean(vectors, axis=0) for vectors in of_person.values()]
        assert np.array(xyz) == pytest.approx(np.mean(means, axis=0), abs=1e-6)


@pytest.mark.parametrize("sizes", [(1, 999), (257, 743), (256, 256, 488)])
def test_sums_do_not_depend_on_the_batches(sizes: tuple[int, ...]) -> None:
    vectors = np.random.default_rng(7).normal(size=(1000, VECTOR_LENGTH)).astype(np.float32)
    at_once, in_parts, first = VectorSums(), VectorSums(), 0
    at_once.add(vectors)
    for size in sizes:
        in_parts.add(vectors[first : first + size])
        first += size
    assert at_once.rows() == in_parts.rows()
    assert (
        added(added(np.zeros(VECTOR_LENGTH), vectors[:3]), vectors[3:]) == added(np.zeros(VECTOR_LENGTH), vectors)
    ).all()


def test_a_published_store_has_keys_and_no_checks(folder: Path) -> None:
    with publish.open_folder(folder) as store:
        kinds = store.execute("SELECT constraint_type, count(*) FROM duckdb_constraints() GROUP BY ALL").fetchall()
        tables = store.execute("SELECT count(*) FROM duckdb_tables() WHERE NOT internal").fetchall()[0][0]
    assert dict(kinds)["PRIMARY KEY"] == tables and dict(kinds)["NOT NULL"] > tables and "CHECK" not in dict(kinds)


def test_sums_are_read_as_they_were_written_unless_the_file_changed(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    sums = load(folder, manifest.sums_sha256)
    assert sums is not None and {clean.LANDMARKS, clean.FRONTAL, clean.ALIGNED} <= set(sums.versions)
    (again := folder / "again").mkdir()
    saved = sums.save(again)
    reread = load(again, saved)
    assert reread is not None and {name: each.rows() for name, each in reread.versions.items()} == {
        name: each.rows() for name, each in sums.versions.items()
    }
    assert reread.rows == sums.rows and all((reread.cells[cell] == sums.cells[cell]).all() for cell in sums.cells)
    (again / FILE).write_bytes((again / FILE).read_bytes() + b" ")
    assert load(again, saved) is None and load(folder, None) is None and load(folder / "nowhere", saved) is None
