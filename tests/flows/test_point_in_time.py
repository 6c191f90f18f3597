"""After a corrected label and features of another parameter, an old split is still the same, bit for bit."""

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

from flows.deltas import compute_missing
from flows.ingest import ingest_folder
from flows.landmarks import extract_missing
from flows.split import store_splits
from store.errors import StoreError, StoreLockedError, UnknownNameError
from store.sources.synthetic.corpus import ShotOrder, fulfil
from store.sources.synthetic.shot import INTERNAL_SCALE
from store.tables import write
from store.tables.connection import open_work
from store.tables.home import STORE_FILE, Home
from store.tables.publish import publish, write_store
from store.tables.query import ask
from store.tables.store import Store
from store.vocabulary import EMOTIONS, FRONTAL_DEG, NEUTRAL, PARTS, VECTOR_LENGTH
from tests import soak
from tests.store.tables.publishing import writable

HAPPY, SAD, SURPRISED = EMOTIONS[4], EMOTIONS[6], EMOTIONS[7]
SHOTS = ((NEUTRAL, "frontal"), (NEUTRAL, "left"), (HAPPY, "frontal"), (SURPRISED, "frontal"))
PEOPLE = 2
FEATURES = ("aligned", "landmarks", "pixels")
FIRST_RUN = "0000000000000001"
ROUNDS = soak.times(2, 20)


def write_manifest(folder: Path, corrected: dict[str, str]) -> None:
    """A manifest of all pictures; `corrected` gives another emotion by file name."""
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "subject", "emotion", "angle", "gaze", "sex", "type"])
        for path in sorted(folder.glob("*.jpg")):
            _, person, population, sex, emotion, gaze = path.stem.split("_")
            told = corrected.get(path.name, emotion)
            writer.writerow([path.name, f"p{person}", told, FRONTAL_DEG, gaze, sex, population])


def step(home: Home, folder: Path, name: str, decode_scale: float = 1.0) -> dict[str, str]:
    """Everything up to a publication; returns the splits."""
    ingest_folder(folder, "manifest", "lab", home)
    extract_missing(home, decode_scale)
    compute_missing(home)
    made = store_splits(home, 1)
    add_run(home, f"{name:0>16}", made["by_person"])
    publish(home, name, lambda target: write_store(home.work, target / STORE_FILE, with_faces=True))
    return made


def add_run(home: Home, run_id: str, split_id: str) -> None:
    """A run on a split, without a model."""
    told = {"model": "mm2", "recipe": "corrected", "service": "mm2.corrected", "service_version": "v", "seed": 7}
    told |= {
        "code_version": "0",
        "duration_s": 1.0,
        "status": "failed",
        "run_id": run_id,
        "configuration": run_id,
        "split_id": split_id,
    }
    told |= dict.fromkeys(("feature_versions", "library_versions", "parameters"), "{}")
    told |= dict.fromkeys(("started_at", "requested_at"), write.now())
    with open_work(home) as connection:
        rows = write.batch("registry.runs", {column: [value] for column, value in told.items()})
        write.append(connection, "registry.runs", rows)


def rows_of(store: Store, split_id: str) -> Sequence[object]:
    return [batch.to_pydict() for part in ("train", "validate", "test") for batch in store.training(split_id, part)]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A home before and after a correction and an extraction at half scale, with what the first publication held."""
    folder = tmp_path_factory.mktemp("photographs")
    for person in range(1, PEOPLE + 1):
        for emotion, gaze in SHOTS:
            fulfil(ShotOrder(folder, 7, person, emotion, gaze, (FRONTAL_DEG,), INTERNAL_SCALE))
    home = Home(tmp_path_factory.mktemp("home"))
    write_manifest(folder, {})
    first = step(home, folder, "1")
    with Store.open(home) as store:
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


def test_the_old_training_set_comes_back_bit_for_bit(told: dict) -> None:
    with Store.open(told["home"]) as store:
        for strategy, split_id in told["first"].items():
            assert rows_of(store, split_id) == told["before"][strategy]
            assert store.fingerprint(split_id) == stored_fingerprint(told["home"], split_id)
            assert told["second"][strategy] != split_id
            assert store.fingerprint(told["second"][strategy]) != store.fingerprint(split_id)


def stored_fingerprint(home: Home, split_id: str) -> str:
    return ask(home, f"SELECT fingerprint FROM splits.sets WHERE split_id = '{split_id}'").rows[0][0]


def test_after_many_corrections_every_split_is_still_what_it_was(told: dict, tmp_path: Path) -> None:
    home, folder = Home(tmp_path / "home"), told["folder"]
    shutil.copytree(told["home"].root, home.root, symlinks=True)
    rng = np.random.default_rng(7)
    names = [path.name for path in sorted(folder.glob("*.jpg"))]
    seen: dict[str, Sequence[object]] = {}
    for number in range(ROUNDS):
        chosen = rng.choice(names, size=3, replace=False)
        write_manifest(folder, {name: EMOTIONS[rng.integers(len(EMOTIONS))] for name in chosen})
        made = step(home, folder, f"1{number:03d}", (1.0, 0.5)[number % 2])
        with Store.open(home) as store:
            seen |= {split_id: rows_of(store, split_id) for split_id in made.values() if split_id not in seen}
    with Store.open(home) as store:
        for split_id, rows in seen.items():
            assert rows_of(store, split_id) == rows
            assert store.fingerprint(split_id) == stored_fingerprint(home, split_id)
    assert len(seen) > ROUNDS


def test_a_moment_gives_the_versions_and_values_that_counted_then(told: dict) -> None:
    with Store.open(told["home"]) as store:
        now, then = store.features("aligned"), store.features("aligned", as_of=told["between"])
        assert now.service.version != then.service.version
        assert store.features("aligned", as_of=told["between"].isoformat()).image_ids == then.image_ids
        ids, matrix = then.matrix()
        assert matrix.shape == (len(ids), VECTOR_LENGTH) and len(ids) == PEOPLE * len(SHOTS)
        later = dict(zip(*now.matrix(), strict=True))
        assert not any(np.array_equal(row, later[one]) for one, row in zip(ids, matrix, strict=True) if one in later)


@pytest.mark.parametrize(("service", "names"), [("aligned", ("aligned",)), ("mm2.corrected", FEATURES)])
def test_a_run_gives_the_features_of_its_split_after_correction_and_extraction(
    told: dict, service: str, names: tuple[str, ...]
) -> None:
    with Store.open(told["home"]) as store:
        found = store.features(service, as_of=FIRST_RUN).polars()
        today = store.features(service).polars()
        batches = [batch for part in PARTS for batch in store.training(told["first"]["by_person"], part, service)]
    trained = pl.concat([pl.DataFrame(pl.from_arrow(pa.table(batch))) for batch in batches])
    expected = trained.rename({"rgb": "pixels"}, strict=False).select("image_id", *names).sort("image_id")
    expected = expected.filter(pl.any_horizontal(pl.col(*names).is_not_null()))
    assert found.select("image_id", *names).sort("image_id").equals(expected) and len(expected) > 0
    assert not today.select("image_id", *names).sort("image_id").equals(expected)


def test_a_version_is_read_by_its_name_and_an_unknown_one_names_the_near(told: dict) -> None:
    with Store.open(told["home"]) as store:
        then = store.service("aligned", as_of=told["between"])
        assert store.features("aligned", version=then.views["aligned"][1]).service.views == then.views
        assert store.features("aligned", version=then.version).service.version == then.version
        with pytest.raises(UnknownNameError, match=then.version):
            store.features("aligned", version=then.version[:-1] + "x")
        with pytest.raises(UnknownNameError, match="first known at"):
            store.features("aligned", as_of="2020-01-01")
        with pytest.raises(UnknownNameError, match="near it: aligned"):
            store.features("alined")


def test_a_correction_changes_the_reference_from_then_on_and_is_told_of(told: dict) -> None:
    labels = ask(
        told["home"],
        "FROM catalogue.labels AS l JOIN catalogue.images AS i USING (image_id) SELECT l.emotion, i.emotion "
        f"WHERE ends_with(path, '{told['wrong']}') ORDER BY known_at",
    )
    assert labels.rows == [(NEUTRAL, SAD), (SAD, SAD)]
    references = ask(
        told["home"],
        "FROM features.present AS n JOIN features.deltas AS d USING (image_id, version, created_at) "
        "JOIN catalogue.images AS r ON r.image_id = d.reference_image_id SELECT DISTINCT r.emotion",
    )
    assert references.rows == [(NEUTRAL,)]


def test_one_photograph_and_the_arrow_of_many_agree(told: dict) -> None:
    with Store.open(told["home"]) as store:
        found = store.features("mm2.corrected")
        assert found.arrow.column_names == ["image_id", "aligned", "landmarks", "pixels"]
        frame = found.polars()
        for row in frame.iter_rows(named=True):
            one = store.latest(row["image_id"], "mm2.corrected")
            for name in ("aligned", "landmarks"):
                assert (one[name] is None) == (row[name] is None)
                assert one[name] is None or np.array_equal(one[name], np.array(row[name], np.float32))
            assert one["pixels"].tobytes() == row["pixels"]
        assert frame["aligned"].null_count() == 1  # the only neutral left of one person
        with pytest.raises(UnknownNameError, match="no photograph"):
            store.latest("f" * 64)
        some = [found.image_ids[3], found.image_ids[0], found.image_ids[3]]
        assert np.array_equal(
            store.features("landmarks", image_ids=some).matrix()[1], found.matrix("landmarks")[1][[3, 0, 3]]
        )


def test_an_unknown_split_part_and_photograph_are_named(told: dict) -> None:
    with Store.open(told["home"]) as store:
        with pytest.raises(UnknownNameError, match=told["first"]["by_person"]):
            store.training(told["first"]["by_person"][:-1], "train")
        with pytest.raises(UnknownNameError, match="validate"):
            store.training(told["first"]["by_person"], "validation")
        with pytest.raises(UnknownNameError, match="no photograph 'zzz'"):
            store.features("landmarks", image_ids=["zzz"])
        with pytest.raises(UnknownNameError, match="no moment in ISO 8601"):
            store.features("landmarks", as_of="feedface")


def test_what_is_no_moment_and_no_list_of_ids_is_said_to_be_none(told: dict) -> None:
    with Store.open(told["home"]) as store:
        assert store.features("aligned", as_of=date(2999, 1, 1)).image_ids == store.features("aligned").image_ids
        with pytest.raises(StoreError, match="expected a moment"):
            store.features("aligned", as_of=3)
        with pytest.raises(StoreError, match="expected a list of identifiers"):
            store.features("aligned", image_ids="abc")
        assert store.features("aligned", image_ids=[]).matrix()[1].shape == (0, VECTOR_LENGTH)


def test_thumbnails_that_were_not_published_are_asked_for_in_vain(told: dict, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    publish(home, "1", lambda target: write_store(told["home"].work, target / STORE_FILE))
    with Store.open(home) as store:
        for ask_for in (lambda: store.features("cnn.corrected"), lambda: store.latest("x", "pixels")):
            with pytest.raises(StoreError, match="--with-faces"):
                ask_for()
        assert store.fingerprint(told["first"]["by_person"]) == stored_fingerprint(home, told["first"]["by_person"])


def test_reading_leaves_the_settings_of_others_alone(told: dict) -> None:
    path = str(told["home"].published_store.resolve())
    limit = "SELECT current_setting('memory_limit'), current_setting('threads')"
    with duckdb.connect(path, read_only=True) as notebook:
        before = notebook.execute(limit).fetchall()
        with Store.open(told["home"]) as store:
            store.features("aligned")
            assert notebook.execute(limit).fetchall() == before


def test_a_notebook_may_have_the_store_open_in_the_same_process(told: dict) -> None:
    path = str(writable(told["home"].published.resolve()))
    with duckdb.connect(path, read_only=True), Store.open(told["home"]) as store:
        assert store.features("aligned").image_ids
    with duckdb.connect(path), pytest.raises(StoreLockedError, match="close that connection"):
        Store.open(told["home"])
