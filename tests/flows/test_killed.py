"""Killed with SIGKILL in any situation, and run again, a home holds the same as one whose run was never broken.

In `make test` one home is killed in two situations, one after the other; in `make soak` a home in each of all of them.
"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from store.sources.synthetic.corpus import ShotOrder, file_name, fulfil
from store.sources.synthetic.shot import INTERNAL_SCALE
from store.tables import publish
from store.tables.catalog import TABLES
from store.tables.connection import open_work
from store.tables.home import Home
from store.tables.listing import listed
from store.vocabulary import FRONTAL_DEG, NEUTRAL
from tests import soak
from tests.flows import corpus
from tests.flows.content import Content, content, differing, is_of_the_moment, rows_of
from tests.flows.situations import IN_SHORT, NEW, PREPARED, PUBLISHED, SITUATIONS, TRAINED, Situation

LEAST = 20
ROOT = Path(__file__).parents[2]


def run(folder: Path, home: Path, situation: str | None = None) -> int:
    """Exit code of a run; what it said is shown where it failed."""
    command = [sys.executable, "-m", "tests.flows.killed", str(folder), str(home), *([situation] if situation else [])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=600)
    if done.returncode not in (0, -signal.SIGKILL):
        print(done.stdout[-2000:], done.stderr[-2000:])
    return done.returncode


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("corpora") / "lab"
    corpus.render(made)
    return made


@pytest.fixture(scope="module")
def folder(photographs: Path) -> Callable[[str], Path]:
    """The corpus that a run finds: for a published home, a gaze was corrected, and a person has come."""
    wrong, right = (photographs / file_name(1, NEUTRAL, gaze, FRONTAL_DEG) for gaze in ("left", "right"))
    order = ShotOrder(photographs.parent, 7, corpus.PEOPLE + 1, NEUTRAL, "frontal", (FRONTAL_DEG,), INTERNAL_SCALE)
    fulfil(order)
    (coming,) = photographs.parent.glob("*.jpg")
    come = photographs / coming.name

    def of(start: str) -> Path:
        """It stays where it is: in another folder it would be another corpus."""
        (old, new), (here, there) = ((wrong, right), (coming, come))
        if start != PUBLISHED:
            old, new, here, there = new, old, there, here
        for before, after in ((old, new), (here, there)):
            if before.exists():
                before.rename(after)
        return photographs

    return of


@pytest.fixture(scope="module")
def unbroken(folder: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The home of a run that nothing broke, and of a second one on the later corpus."""
    homes = tmp_path_factory.mktemp("homes")

    def of(start: str) -> Path:
        home = homes / ("second" if start == PUBLISHED else "first")
        if not home.exists():
            if start == PUBLISHED:
                shutil.copytree(of(NEW), home, symlinks=True)
            assert run(folder(start), home) == 0
        return home

    return of


@pytest.fixture(scope="module")
def expected(unbroken: Callable[[str], Path]) -> Callable[[str], Content]:
    known: dict[Path, Content] = {}

    def of(start: str) -> Content:
        home = unbroken(start)
        return known.get(home) or known.setdefault(home, content(home))

    return of


@pytest.fixture(scope="module")
def begun(folder: Callable[[str], Path], unbroken: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """The home that a run begins with that is to be killed, copied to a path; a new one is not there."""
    trained = tmp_path_factory.mktemp("homes") / "trained"

    def copy(start: str, home: Path) -> None:
        if start == TRAINED and not trained.exists():
            assert run(folder(start), trained, PREPARED.name) == -signal.SIGKILL
        if start != NEW:
            shutil.copytree(trained if start == TRAINED else unbroken(NEW), home, symlinks=True)

    return copy


@pytest.mark.skipif(not soak.IS_LONG, reason="takes half an hour")
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_a_killed_run_is_made_up_for_by_the_next(
    situation: Situation, folder: Callable[[str], Path], expected: Callable[[str], Content], begun, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    begun(situation.start, home)
    assert run(folder(situation.start), home, situation.name) == -signal.SIGKILL, "the situation was not reached"
    assert run(folder(situation.start), home) == 0
    require_whole(home, expected(situation.start))


@pytest.mark.skipif(not soak.IS_PATIENT, reason="takes three runs: `make deployed` runs it")
def test_a_run_killed_twice_is_made_up_for(
    folder: Callable[[str], Path], expected: Callable[[str], Content], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    for situation in (one for one in SITUATIONS if one.name in IN_SHORT):
        assert run(folder(NEW), home, situation.name) == -signal.SIGKILL, "the situation was not reached"
    assert run(folder(NEW), home) == 0
    require_whole(home, expected(NEW))


def require_whole(home: Path, expected: Content) -> None:
    """It holds what it should, is published, and nothing is left over."""
    assert differing(content(home), expected) == []
    assert publish.is_current(Home(home)) and all(one.schema_version for one in listed(Home(home)))
    hidden = {str(path.relative_to(home)) for path in (*home.glob("*/.*"), *home.glob(".*"))}
    assert hidden == {".lock"} and not (home / "work.duckdb.wal").exists()


def test_the_situations_are_many_and_all_different() -> None:
    names, places = ({getattr(one, told) for one in SITUATIONS} for told in ("name", "place"))
    print(f"{len(SITUATIONS)} situations, {len(places)} different steps:", *names, sep="\n  ")
    assert len({replace(one, name="") for one in SITUATIONS}) == len(names) == len(SITUATIONS)
    assert len(places) >= LEAST and names > set(IN_SHORT)


@pytest.mark.skipif(not soak.IS_PATIENT, reason="takes a run: `make deployed` runs it")
def test_a_home_that_lacks_something_is_told(unbroken: Callable[[str], Path], expected, tmp_path: Path) -> None:
    """The comparison sees what is to be seen: otherwise the tests above would always pass."""
    home = tmp_path / "home"
    shutil.copytree(unbroken(NEW), home, symlinks=True)
    with open_work(Home(home)) as work:
        work.execute("UPDATE registry.epochs SET learning_rate = learning_rate / 2")
        work.execute("UPDATE quality.results SET observed = 'nothing' WHERE suite = 'registry.runs'")
    next(home.glob("published/dashboards/*.html")).unlink()
    assert [one.split(":")[0] for one in differing(content(home), expected(NEW))] == [
        "work registry.epochs", "work quality.results", "pages",
    ]  # fmt: skip
    network = next(home.glob("artifacts/*/model.keras"))
    network.write_bytes(network.read_bytes()[:-1])
    with pytest.raises(AssertionError, match="not what the registry says"):
        content(home)


@pytest.mark.skipif(not soak.IS_LONG, reason="takes another run")
def test_what_is_not_compared_differs_between_two_unbroken_runs(
    unbroken: Callable[[str], Path], folder: Callable[[str], Path], expected: Callable[[str], Content], tmp_path: Path
) -> None:
    again = tmp_path / "home"
    assert run(folder(NEW), again) == 0
    assert differing(content(again), expected(NEW)) == []
    with open_work(Home(again)) as one, open_work(Home(unbroken(NEW))) as other:
        for table in TABLES:
            rows = [rows_of(store, table.qualified, every=True) for store in (one, other)]
            for column in filter(is_of_the_moment, table.columns):
                seen = [set(each[column].to_list()) - {None} for each in rows]
                assert not all(seen) or seen[0] != seen[1], f"{table.qualified}.{column} could be compared"
