"""Whether a run could find anything new: nothing has changed, or one thing has."""

import errno
import inspect
import io
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from affect_store.flows import pipeline as flows_pipeline
from affect_store.flows.pipeline import pipeline
from affect_store.flows.retrain import retrain
from affect_store.flows.steps import unchanged
from affect_store.flows.steps.catalogue import ingest_folder
from affect_store.flows.steps.erasure import erase_person
from affect_store.flows.steps.missing_features import record_missing_features
from affect_store.store.engine import file_index, locks
from affect_store.store.engine.file_index import FileIndex
from affect_store.store.engine.settings import put_setting
from affect_store.store.engine.work_store import open_work
from affect_store.store.features.photo_files import image_id_of
from affect_store.store.home import Home
from affect_store.store.sources.folder_state import FINE_NS, folder_state
from tests.flows import corpus

OPTIONS = {"models": ["lda"], "with_faces": None, "folds": 0, "same": []}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus.render(tmp_path / "lab", 1)
    return tmp_path / "lab"


@pytest.fixture
def home(tmp_path: Path, folder: Path) -> Home:
    """A home whose last run has ended."""
    home = Home(tmp_path / "home")
    time.sleep(FINE_NS / 1e9)
    run(home, folder)
    return home


def run(home: Home, folder: Path) -> None:
    before = unchanged.photographs_before(home, str(folder))
    ingest_folder(folder, "rafd", "lab", home)
    unchanged.remember(home, "pipeline", OPTIONS, str(folder), "lab", before)


def is_unchanged(home: Home, folder: Path, **options: object) -> bool:
    return unchanged.unchanged_since(home, "pipeline", {**OPTIONS, **options}, str(folder)) is not None


def test_nothing_has_changed(home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_unchanged(home, folder)
    assert is_unchanged(home, folder, seeds=1, images="elsewhere", verify=True), "defaults, and what is no option"
    monkeypatch.chdir(folder.parent)
    assert is_unchanged(home, Path("lab"))
    for path in (home.logs / "run.log", home.prefect / "prefect.db", home.caches / "keras" / "x", home.lock):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert is_unchanged(home, folder), "what every run writes"


def store_setting(home: Home, folder: Path) -> None:
    with open_work(home) as connection:
        put_setting(connection, "a setting", "a value")


CHANGES: dict[str, Callable[[Home, Path], object]] = {
    "a new photograph": lambda home, folder: (folder / "new.jpg").touch(),
    "a changed photograph": lambda home, folder: os.utime(next(folder.glob("*.jpg"))),
    "a photograph that is gone": lambda home, folder: next(folder.glob("*.jpg")).unlink(),
    "the work store": store_setting,
    "the link to the publication": lambda home, folder: home.published.symlink_to("publications"),
    "a model": lambda home, folder: (home.root / "artifacts").mkdir() or (home.root / "artifacts" / "x").touch(),
    "an erasure that was interrupted": lambda home, folder: home.erasure_marker.touch(),
    "extensions": lambda home, folder: home.extensions.write_text("files = []\n"),
    "no record": lambda home, folder: home.unchanged.unlink(),
    "a damaged record": lambda home, folder: home.unchanged.write_text("{"),
    "a record of another version": lambda home, folder: home.unchanged.write_text('{"x": {"at": 1}}'),
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_thing_has_changed(home: Home, folder: Path, change: str) -> None:
    CHANGES[change](home, folder)
    assert not is_unchanged(home, folder)


def test_other_options_code_libraries_and_variables_are_other_runs(
    home: Home, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_unchanged(home, folder, seeds=2)
    assert not is_unchanged(home, folder, with_faces=False), "not the same as no answer"
    assert unchanged.unchanged_since(home, "retrain", OPTIONS, str(folder)) is None
    shutil.copytree(folder, tmp_path / "copy")
    assert not is_unchanged(home, tmp_path / "copy")
    with monkeypatch.context() as patch:
        patch.setattr(unchanged, "code_version", lambda: "another")
        assert not is_unchanged(home, folder)
    with monkeypatch.context() as patch:
        (tmp_path / "keras-99.dist-info").mkdir()
        patch.syspath_prepend(tmp_path)
        assert not is_unchanged(home, folder)
    with monkeypatch.context() as patch:
        patch.setenv("AFFECT_TRAINING_PROCESSES", "1")
        assert not is_unchanged(home, folder)
    assert is_unchanged(home, folder)


def test_photographs_that_changed_during_the_run_are_not_recorded(home: Home, folder: Path) -> None:
    before = unchanged.photographs_before(home, str(folder))
    (folder / "new.jpg").touch()
    unchanged.remember(home, "pipeline", OPTIONS, str(folder), "lab", before)
    assert not is_unchanged(home, folder)


def test_several_runs_are_remembered_as_long_as_the_home_stays_as_it_is(home: Home, folder: Path) -> None:
    before = unchanged.photographs_before(home, str(folder))
    unchanged.remember(home, "retrain", OPTIONS, str(folder), "lab", before)
    assert is_unchanged(home, folder) and unchanged.unchanged_since(home, "retrain", OPTIONS, str(folder))
    store_setting(home, folder)
    unchanged.remember(home, "retrain", OPTIONS, str(folder), "lab", before)
    assert not is_unchanged(home, folder) and unchanged.unchanged_since(home, "retrain", OPTIONS, str(folder))


def test_a_record_holds_until_something_is_due(home: Home, folder: Path) -> None:
    now = datetime.now(UTC)
    for until, holds in ((now + timedelta(days=7), True), (now - timedelta(seconds=1), False)):
        before = unchanged.photographs_before(home, str(folder))
        unchanged.remember(home, "pipeline", OPTIONS, str(folder), "lab", before, until=until)
        assert is_unchanged(home, folder) == holds


def test_a_home_in_the_folder_of_photographs_is_no_photograph(folder: Path) -> None:
    home = Home(folder / ".affect")
    run(home, folder)
    assert is_unchanged(home, folder)


def test_due_photographs_are_read_once_a_day(home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(days=file_index.DAYS)
    today = int(later.timestamp() // 86_400)
    monkeypatch.setattr(unchanged, "_day", lambda moment: today)
    monkeypatch.setattr(time, "time", lambda: later.timestamp())
    assert is_unchanged(home, folder)
    index = FileIndex(home.file_index(folder), today=today)
    paths = list(folder.glob("*.jpg"))
    assert all(index.image_id(path, path.stat()) for path in paths), "they are recorded as read"

    first = paths[0]
    wrong = FileIndex(home.file_index(folder), is_used=False, today=today - file_index.DAYS)
    wrong.add(first, first.stat(), 64 * "0", time.time_ns() + FINE_NS)  # the file has other bytes than it had then
    wrong.save({64 * "0"})
    assert is_unchanged(home, folder), "not twice a day"
    monkeypatch.setattr(unchanged, "_day", lambda moment: today + 1)
    assert not is_unchanged(home, folder)
    assert FileIndex(home.file_index(folder)).image_id(first, first.stat()) is None, "the next run reads it"


def test_a_run_reads_new_photographs_only(home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from affect_store.flows.steps import catalogue

    read = []
    monkeypatch.setattr(catalogue, "read_photo_file", lambda path: read.append(path) or path.read_bytes())
    time.sleep(FINE_NS / 1e9)
    assert ingest_folder(folder, "rafd", "lab", home) == 0 and read == []
    changed = sorted(folder.glob("*.jpg"))[0]
    content = changed.read_bytes()
    changed.write_bytes(content[:-2] + b"\0" + content[-2:])  # one more byte before the end of the JPEG
    ingest_folder(folder, "rafd", "lab", home, accept_missing=True)
    assert set(read) == {changed}
    read.clear()
    ingest_folder(folder, "rafd", "lab", home, accept_missing=True, verify=True)
    assert set(read) == set(folder.glob("*.jpg"))


def test_a_file_that_could_not_be_read_is_tried_again_by_every_run(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from affect_store.flows.steps import catalogue

    def fail(path: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    new = folder / "Rafd090_99_Caucasian_male_sad_left.jpg"
    shutil.copy(next(folder.glob("*.jpg")), new)
    with new.open("ab") as file:
        file.write(b"\0")
    with monkeypatch.context() as patch:
        patch.setattr(catalogue, "read_photo_file", fail)
        run(home, folder)
    with open_work(home) as connection:
        (reject,) = connection.execute("FROM catalogue.rejects SELECT reason, detail").fetchall()
    assert reject[0] == "read error" and "Input/output error; every run tries again" in reject[1]
    assert not is_unchanged(home, folder)
    run(home, folder)
    assert is_unchanged(home, folder)
    with open_work(home) as connection:
        assert connection.execute("SELECT count(*) FROM catalogue.rejects").fetchall() == [(0,)]


def test_a_copy_of_a_photograph_of_another_corpus_may_be_accepted_later(
    home: Home, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    corpus.render(other, 2)
    ingest_folder(other, "rafd", "other", home)
    copy = folder / "Rafd090_98_Caucasian_male_sad_left.jpg"
    shutil.copy(next(other.glob("Rafd090_02_*.jpg")), copy)
    run(home, folder)
    assert not is_unchanged(home, folder)
    copy.unlink()
    run(home, folder)
    assert is_unchanged(home, folder)


def test_a_photograph_whose_features_could_not_be_computed_is_tried_again(home: Home, folder: Path) -> None:
    with open_work(home) as connection:
        image_id = connection.execute("FROM catalogue.images SELECT image_id LIMIT 1").fetchall()[0][0]
        record_missing_features(connection, [(image_id, "landmarks", "v1", "cannot be read: EIO")])
    run(home, folder)
    assert not is_unchanged(home, folder)


def test_a_home_with_folders_behind_links_is_not_compared(home: Home, folder: Path, tmp_path: Path) -> None:
    home.artifacts.symlink_to(tmp_path / "elsewhere")
    run(home, folder)
    assert not is_unchanged(home, folder)


def test_due_photographs_are_not_read_beside_another_run(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "_day", lambda moment: 0)
    with ThreadPoolExecutor() as pool, locks.hold(home):
        assert not pool.submit(is_unchanged, home, folder).result()
    assert is_unchanged(home, folder)


def test_the_index_holds_no_hash_of_people_who_withdrew_consent(home: Home, folder: Path) -> None:
    subject = "lab-01"
    image_ids = [image_id_of(path) for path in folder.glob("*.jpg")]
    for person in (2, 3):
        corpus.add_person(folder, person)
    run(home, folder)
    assert erase_person(home, subject) is not None and not home.file_indexes.exists()
    for number, path in enumerate(sorted(folder.glob("Rafd090_01_*.jpg")), start=1):
        path.rename(folder / f"Rafd090_{40 + number}_Caucasian_male_sad_left.jpg")  # recognised by its bytes
    time.sleep(FINE_NS / 1e9)
    run(home, folder)
    frame = pl.read_parquet(io.BytesIO(home.file_index(folder).read_bytes()[64:]))
    assert frame.height == 8 and not set(frame["image_id"]) & set(image_ids)


def test_a_deployed_run_says_that_nothing_is_new(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(flows_pipeline.prefect, "parameters", lambda: OPTIONS)
    assert flows_pipeline.is_unchanged(home, "pipeline", str(folder))
    assert f"files of '{folder}', the options and the home are unchanged" in capsys.readouterr().out
    (folder / "new.jpg").touch()
    assert not flows_pipeline.is_unchanged(home, "pipeline", str(folder))
    assert capsys.readouterr().out == ""


def test_the_sentence_names_what_could_not_be_used(home: Home, folder: Path) -> None:
    (folder / "Rafd090_99_Caucasian_male_sad_left.jpg").write_text("no picture")
    run(home, folder)
    record = unchanged.unchanged_since(home, "pipeline", OPTIONS, str(folder))
    assert record is not None and record.files == folder_state(folder).files
    text = unchanged.sentence(record, str(folder))
    assert f"the {record.files} files of '{folder}'" in text and "1 files cannot be used" in text
    assert "--verify reads every byte" in text


@pytest.mark.parametrize("flow", [pipeline, retrain])
def test_defaults_of_options_are_those_of_the_flows(flow: object) -> None:
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(flow.fn).parameters.items()  # type: ignore[attr-defined]
        if parameter.default is not None and name not in ("verify", "challengers")
    }
    if flow is retrain:
        assert defaults.pop("folds") == 5, "both the command and deployments give it"
    normal = {name: list(value) if isinstance(value, tuple) else value for name, value in defaults.items()}
    assert normal == {name: unchanged.DEFAULTS[name] for name in defaults}
