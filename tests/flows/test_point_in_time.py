"""Old splits stay bit-equal after corrected labels and features of other parameters."""

import csv
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.delta_features import materialize_deltas
from affect_store.flows.steps.extraction import materialize_landmarks
from affect_store.flows.steps.splits import store_splits
from affect_store.store.engine import clock, write
from affect_store.store.engine.query import run_query
from affect_store.store.engine.work_store import open_work
from affect_store.store.errors import StoreError, StoreLockedError, UnknownNameError
from affect_store.store.features.feature_options import FeatureOptions
from affect_store.store.home import STORE_FILE, Home
from affect_store.store.offline.feature_store import FeatureStore
from affect_store.store.publication.publish import publish, write_store
from affect_store.store.sources.synthetic.corpus import ShotRequest, render_shot
from affect_store.store.sources.synthetic.shot import INTERNAL_SCALE
from affect_store.store.vocabulary import EMOTIONS, FRONTAL_DEG, NEUTRAL, PARTS, VECTOR_LENGTH
from tests import soak
from tests.store.publishing import writable

HAPPY, SAD, SURPRISED = EMOTIONS[4], EMOTIONS[6], EMOTIONS[7]
SHOTS = ((NEUTRAL, "frontal"), (NEUTRAL, "left"), (HAPPY, "frontal"), (SURPRISED, "frontal"))
PEOPLE = 2
FEATURES = ("aligned", "landmarks", "pixels")
FIRST_RUN = "0000000000000001"
ROUNDS = soak.times(2, 20)


def write_manifest(folder: Path, corrected: dict[str, str]) -> None:
    """Write a manifest of all photographs; `corrected` gives another emotion by file name."""
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "subject", "emotion", "angle", "gaze", "sex", "type"])
        for path in sorted(folder.glob("*.jpg")):
            _, person, population, sex, emotion, gaze = path.stem.split("_")
            label = corrected.get(path.name, emotion)
            writer.writerow([path.name, f"p{person}", label, FRONTAL_DEG, gaze, sex, population])


def step(home: Home, folder: Path, name: str, decode_scale: float = 1.0) -> dict[str, str]:
    """Run everything up to a publication; returns the ids of the splits."""
    ingest_folder(folder, "manifest", "lab", home)
    materialize_landmarks(home, FeatureOptions(decode_scale))
    materialize_deltas(home)
    split_ids = store_splits(home, 1)
    add_run(home, f"{name:0>16}", split_ids["by_person"])
    publish(home, name, lambda target: write_store(home.work, target / STORE_FILE, with_faces=True))
    return split_ids


def add_run(home: Home, run_id: str, split_id: str) -> None:
    """Record a run on a split, without a model."""
    run = {"model": "mm2", "recipe": "corrected", "service": "mm2.corrected", "service_version": "v", "seed": 7}
    run |= {
        "code_version": "0",
        "duration_s": 1.0,
        "status": "failed",
        "run_id": run_id,
        "configuration": run_id,
        "split_id": split_id,
    }
    run |= dict.fromkeys(("feature_versions", "library_versions", "parameters"), "{}")
    run |= dict.fromkeys(("started_at", "requested_at"), clock.now())
    with open_work(home) as connection:
        rows = write.batch("registry.runs", {column: [value] for column, value in run.items()})
        write.append(connection, "registry.runs", rows)


def rows_of(store: FeatureStore, split_id: str) -> Sequence[object]:
    return [
        batch.to_pydict() for part in ("train", "validate", "test") for batch in store.training_batches(split_id, part)
    ]


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A home after a correction and an extraction at half scale, with the rows of its first publication."""
    folder = tmp_path_factory.mktemp("photographs")
    for person in range(1, PEOPLE + 1):
        for emotion, gaze in SHOTS:
            render_shot(ShotRequest(folder, 7, person, emotion, gaze, (FRONTAL_DEG,), INTERNAL_SCALE))
    home = Home(tmp_path_factory.mktemp("home"))
    write_manifest(folder, {})
    first = step(home, folder, "1")
    with FeatureStore.open(home) as store:
        before = {name: rows_of(store, split_id) for name, split_id in first.items()}
    between = datetime.now(UTC)
    wrong = next(path.name for path in sorted(folder.glob("*.jpg")) if f"_{NEUTRAL}_frontal" in path.name)
    write_manifest(folder, {wrong: SAD})
    second = step(home, folder, "2", 0.5)
    return {
        "home": home,
        "folder": folder,
        "first": first,
        "second": second,
        "before": before,
        "between": between,
        "wrong": wrong,
    }


def test_the_old_training_set_comes_back_bit_for_bit(corrected: dict) -> None:
    with FeatureStore.open(corrected["home"]) as store:
        for strategy, split_id in corrected["first"].items():
            assert rows_of(store, split_id) == corrected["before"][strategy]
            assert store.fingerprint(split_id) == stored_fingerprint(corrected["home"], split_id)
            assert corrected["second"][strategy] != split_id
            assert store.fingerprint(corrected["second"][strategy]) != store.fingerprint(split_id)


def stored_fingerprint(home: Home, split_id: str) -> str:
    return run_query(home, f"SELECT fingerprint FROM splits.sets WHERE split_id = '{split_id}'").rows[0][0]


@pytest.mark.long
def test_every_split_is_unchanged_after_many_corrections(corrected: dict, tmp_path: Path) -> None:
    home, folder = Home(tmp_path / "home"), corrected["folder"]
    shutil.copytree(corrected["home"].root, home.root, symlinks=True)
    rng = np.random.default_rng(7)
    names = [path.name for path in sorted(folder.glob("*.jpg"))]
    rows_by_split: dict[str, Sequence[object]] = {}
    for number in range(ROUNDS):
        chosen = rng.choice(names, size=3, replace=False)
        write_manifest(folder, {name: EMOTIONS[rng.integers(len(EMOTIONS))] for name in chosen})
        split_ids = step(home, folder, f"1{number:03d}", (1.0, 0.5)[number % 2])
        with FeatureStore.open(home) as store:
            new = set(split_ids.values()) - set(rows_by_split)
            rows_by_split |= {split_id: rows_of(store, split_id) for split_id in new}
    with FeatureStore.open(home) as store:
        for split_id, rows in rows_by_split.items():
            assert rows_of(store, split_id) == rows
            assert store.fingerprint(split_id) == stored_fingerprint(home, split_id)
    assert len(rows_by_split) > ROUNDS


def test_a_moment_gives_the_versions_and_values_of_that_time(corrected: dict) -> None:
    with FeatureStore.open(corrected["home"]) as store:
        now, then = store.get_features("aligned"), store.get_features("aligned", as_of=corrected["between"])
        assert now.service.version != then.service.version
        assert store.get_features("aligned", as_of=corrected["between"].isoformat()).image_ids == then.image_ids
        ids, matrix = then.matrix()
        assert matrix.shape == (len(ids), VECTOR_LENGTH) and len(ids) == PEOPLE * len(SHOTS)
        later = dict(zip(*now.matrix(), strict=True))
        assert not any(
            np.array_equal(row, later[image]) for image, row in zip(ids, matrix, strict=True) if image in later
        )


@pytest.mark.parametrize(("service", "names"), [("aligned", ("aligned",)), ("mm2.corrected", FEATURES)])
def test_a_run_gives_the_features_of_its_split_after_correction_and_extraction(
    corrected: dict, service: str, names: tuple[str, ...]
) -> None:
    with FeatureStore.open(corrected["home"]) as store:
        of_run = store.get_features(service, as_of=FIRST_RUN).polars()
        today = store.get_features(service).polars()
        batches = [
            batch for part in PARTS for batch in store.training_batches(corrected["first"]["by_person"], part, service)
        ]
    trained = pl.concat([pl.DataFrame(pl.from_arrow(pa.table(batch))) for batch in batches])
    expected = trained.rename({"rgb": "pixels"}, strict=False).select("image_id", *names).sort("image_id")
    expected = expected.filter(pl.any_horizontal(pl.col(*names).is_not_null()))
    assert of_run.select("image_id", *names).sort("image_id").equals(expected) and len(expected) > 0
    assert not today.select("image_id", *names).sort("image_id").equals(expected)


def test_a_version_is_read_by_its_name_and_an_unknown_one_lists_similar_ones(corrected: dict) -> None:
    with FeatureStore.open(corrected["home"]) as store:
        then = store.service("aligned", as_of=corrected["between"])
        assert store.get_features("aligned", version=then.views["aligned"][1]).service.views == then.views
        assert store.get_features("aligned", version=then.version).service.version == then.version
        with pytest.raises(UnknownNameError, match=then.version):
            store.get_features("aligned", version=then.version[:-1] + "x")
        with pytest.raises(UnknownNameError, match="first known at"):
            store.get_features("aligned", as_of="2020-01-01")
        with pytest.raises(UnknownNameError, match="did you mean aligned"):
            store.get_features("alined")


def test_a_correction_changes_the_reference_and_stays_in_the_history(corrected: dict) -> None:
    labels = run_query(
        corrected["home"],
        "FROM catalogue.labels AS l JOIN catalogue.images AS i USING (image_id) SELECT l.emotion, i.emotion "
        f"WHERE ends_with(path, '{corrected['wrong']}') ORDER BY known_at",
    )
    assert labels.rows == [(NEUTRAL, SAD), (SAD, SAD)]
    references = run_query(
        corrected["home"],
        "FROM features.present AS n JOIN features.deltas AS d USING (image_id, version, created_at) "
        "JOIN catalogue.images AS r ON r.image_id = d.reference_image_id SELECT DISTINCT r.emotion",
    )
    assert references.rows == [(NEUTRAL,)]


def test_one_photograph_and_the_arrow_of_many_agree(corrected: dict) -> None:
    with FeatureStore.open(corrected["home"]) as store:
        features = store.get_features("mm2.corrected")
        assert features.arrow.column_names == ["image_id", "aligned", "landmarks", "pixels"]
        frame = features.polars()
        for row in frame.iter_rows(named=True):
            latest = store.latest(row["image_id"], "mm2.corrected")
            for name in ("aligned", "landmarks"):
                assert (latest[name] is None) == (row[name] is None)
                assert latest[name] is None or np.array_equal(latest[name], np.array(row[name], np.float32))
            assert latest["pixels"].tobytes() == row["pixels"]
        assert frame["aligned"].null_count() == 1  # the only neutral left of one person
        with pytest.raises(UnknownNameError, match="no photograph"):
            store.latest("f" * 64)
        some = [features.image_ids[3], features.image_ids[0], features.image_ids[3]]
        assert np.array_equal(
            store.get_features("landmarks", image_ids=some).matrix()[1], features.matrix("landmarks")[1][[3, 0, 3]]
        )


def test_an_unknown_split_part_or_photograph_is_an_error(corrected: dict) -> None:
    with FeatureStore.open(corrected["home"]) as store:
        with pytest.raises(UnknownNameError, match=corrected["first"]["by_person"]):
            store.training_batches(corrected["first"]["by_person"][:-1], "train")
        with pytest.raises(UnknownNameError, match="validate"):
            store.training_batches(corrected["first"]["by_person"], "validation")
        with pytest.raises(UnknownNameError, match="no photograph 'zzz'"):
            store.get_features("landmarks", image_ids=["zzz"])
        with pytest.raises(UnknownNameError, match="not ISO 8601"):
            store.get_features("landmarks", as_of="feedface")


def test_a_wrong_moment_or_list_of_ids_is_an_error(corrected: dict) -> None:
    with FeatureStore.open(corrected["home"]) as store:
        assert (
            store.get_features("aligned", as_of=date(2999, 1, 1)).image_ids == store.get_features("aligned").image_ids
        )
        with pytest.raises(StoreError, match="expected a datetime"):
            store.get_features("aligned", as_of=3)
        with pytest.raises(StoreError, match="expected a list of identifiers"):
            store.get_features("aligned", image_ids="abc")
        assert store.get_features("aligned", image_ids=[]).matrix()[1].shape == (0, VECTOR_LENGTH)


def test_reading_thumbnails_that_were_not_published_is_an_error(corrected: dict, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    publish(home, "1", lambda target: write_store(corrected["home"].work, target / STORE_FILE))
    with FeatureStore.open(home) as store:
        for read in (lambda: store.get_features("cnn.corrected"), lambda: store.latest("x", "pixels")):
            with pytest.raises(StoreError, match="--with-faces"):
                read()
        assert store.fingerprint(corrected["first"]["by_person"]) == stored_fingerprint(
            home, corrected["first"]["by_person"]
        )


def test_reading_leaves_the_settings_of_other_connections_alone(corrected: dict) -> None:
    path = str(corrected["home"].published_store.resolve())
    limit = "SELECT current_setting('memory_limit'), current_setting('threads')"
    with duckdb.connect(path, read_only=True) as notebook:
        before = notebook.execute(limit).fetchall()
        with FeatureStore.open(corrected["home"]) as store:
            store.get_features("aligned")
            assert notebook.execute(limit).fetchall() == before


def test_a_notebook_may_have_the_store_open_in_the_same_process(corrected: dict) -> None:
    path = str(writable(corrected["home"].published.resolve()))
    with duckdb.connect(path, read_only=True), FeatureStore.open(corrected["home"]) as store:
        assert store.get_features("aligned").image_ids
    with duckdb.connect(path), pytest.raises(StoreLockedError, match="close that connection"):
        FeatureStore.open(corrected["home"])
