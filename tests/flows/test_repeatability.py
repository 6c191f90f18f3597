"""`affect repeatability` on a copy of a finished run's home: measured, published, not repeated, and erased."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from affect_store.store.engine import write
from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from tests.finished import Finished, affect

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def home(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that ran before, with photographs of its own."""
    assert finished.done.returncode == 0, finished.done.stderr
    place = tmp_path_factory.mktemp("repeatability")
    shutil.copytree(finished.pristine, place / "home", symlinks=True)
    shutil.copytree(finished.photographs, place / "lab")
    with open_work(Home(place / "home")) as connection:
        rows = connection.execute("SELECT image_id, path FROM catalogue.images").fetchall()
        moved = [(image_id, str(place / "lab" / Path(path).name)) for image_id, path in rows]
        write.move_photos(connection, moved)
    return place / "home"


@pytest.fixture(scope="module")
def measured(home: Path) -> subprocess.CompletedProcess[str]:
    return affect("repeatability", "--photographs", "12", home=home)


def answer(home: Path, query: str) -> list[dict]:
    result = affect("sql", query, "--json", home=home)
    assert result.returncode == 0, result.stderr
    rows: list[dict] = json.loads(result.stdout)
    return rows


def page(home: Path) -> str:
    return (home / "published" / "dashboards" / "repeatability.html").read_text(encoding="utf-8")


def test_the_page_says_how_to_measure_before_it_was_done(home: Path) -> None:
    assert "<code>affect repeatability</code>" in page(home)


def test_it_is_measured_printed_audited_and_published(measured: subprocess.CompletedProcess[str], home: Path) -> None:
    assert measured.returncode == 0, measured.stderr + measured.stdout
    assert "96 copies of 12 photographs" in measured.stdout and "audit features" in measured.stdout
    assert "action_unit_proxies" in measured.stdout and "mirrored" in measured.stdout
    assert "Accuracy" not in measured.stdout
    rows = answer(home, "select * from repeatability where feature = 'aligned' and component = 'all'")
    assert len(rows) == 9 and {row["n_images"] for row in rows} == {12}
    assert all(row["icc_low"] < row["icc"] < row["icc_high"] for row in rows), "eight people"
    assert "A sample of 12 photographs" in page(home) and "Aligned deltas: relative change" in page(home)


def test_a_second_call_does_nothing_and_says_so(measured: subprocess.CompletedProcess[str], home: Path) -> None:
    before = (home / "published").readlink()
    again = affect("repeatability", "--photographs", "12", home=home)
    assert again.returncode == 0 and "Nothing new: the repeatability" in again.stdout, again.stderr
    assert "find faces in copies" not in again.stdout and "mirrored" in again.stdout
    assert (home / "published").readlink() == before
    unknown = affect("repeatability", "--corpus", "lap", home=home)
    assert unknown.returncode == 1 and "no corpus 'lap'; did you mean lab?" in unknown.stderr
    assert "workflow engine" not in unknown.stdout


def test_an_erased_person_leaves_no_repeatability(measured: subprocess.CompletedProcess[str], home: Path) -> None:
    erased = affect("forget", "lab-03", "--yes", home=home)
    assert erased.returncode == 0, erased.stderr
    assert answer(home, "select count(*) as n from features.repeatability") == [{"n": 0}]
    assert "<code>affect repeatability</code>" in page(home)
