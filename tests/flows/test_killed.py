"""A run killed with SIGKILL in any situation, and run again, leaves the same home as an uninterrupted run.

`make deployed` kills one home in two situations, one after the other; `make soak` kills a home in each situation.
"""

import ast
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from affect_store.store.engine.work_store import open_work
from affect_store.store.home import Home
from affect_store.store.publication import publish
from affect_store.store.publication.listing import list_publications
from affect_store.store.schema.tables import TABLES
from affect_store.store.sources.synthetic.corpus import ShotRequest, file_name, render_shot
from affect_store.store.sources.synthetic.shot import INTERNAL_SCALE
from affect_store.store.vocabulary import FRONTAL_DEG, NEUTRAL
from tests import soak, syntax
from tests.flows import corpus
from tests.flows.content import Content, content, differing, is_of_the_moment, rows_of
from tests.flows.situations import IN_SHORT, NEW, PREPARED, PUBLISHED, SITUATIONS, TRAINED, Situation

LEAST = 20
ROOT = Path(__file__).parents[2]


def run(folder: Path, home: Path, situation: str | None = None) -> int:
    """Exit code of a run; the output of a failed one is shown."""
    command = [sys.executable, "-m", "tests.flows.killed", str(folder), str(home), *([situation] if situation else [])]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=600)
    if result.returncode not in (0, -signal.SIGKILL):
        print(result.stdout[-2000:], result.stderr[-2000:])
    return result.returncode


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora") / "lab"
    corpus.render(folder)
    return folder


@pytest.fixture(scope="module")
def folder(photographs: Path) -> Callable[[str], Path]:
    """The corpus of a run: for a published home, a gaze is corrected and a person is added."""
    wrong, right = (photographs / file_name(1, NEUTRAL, gaze, FRONTAL_DEG) for gaze in ("left", "right"))
    order = ShotRequest(photographs.parent, 7, corpus.PEOPLE + 1, NEUTRAL, "frontal", (FRONTAL_DEG,), INTERNAL_SCALE)
    render_shot(order)
    (outside,) = photographs.parent.glob("*.jpg")
    inside = photographs / outside.name

    def of(start: str) -> Path:
        """Always the same folder: another folder would be another corpus."""
        for before, after in ((wrong, right), (outside, inside)):
            source, target = (before, after) if start == PUBLISHED else (after, before)
            if source.exists():
                source.rename(target)
        return photographs

    return of


@pytest.fixture(scope="module")
def uninterrupted(folder: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The home of an uninterrupted run, and of a second one on the later corpus."""
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
def expected(uninterrupted: Callable[[str], Path]) -> Callable[[str], Content]:
    known: dict[Path, Content] = {}

    def of(start: str) -> Content:
        home = uninterrupted(start)
        return known.get(home) or known.setdefault(home, content(home))

    return of


@pytest.fixture(scope="module")
def prepared(
    folder: Callable[[str], Path], uninterrupted: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
):  # type: ignore[no-untyped-def]
    """Copies the home that the killed run starts with to a path; a new home does not exist yet."""
    trained = tmp_path_factory.mktemp("homes") / "trained"

    def copy(start: str, home: Path) -> None:
        if start == TRAINED and not trained.exists():
            assert run(folder(start), trained, PREPARED.name) == -signal.SIGKILL
        if start != NEW:
            shutil.copytree(trained if start == TRAINED else uninterrupted(NEW), home, symlinks=True)

    return copy


@pytest.mark.skipif(not soak.IS_LONG, reason="takes half an hour")
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_next_run_completes_a_killed_one(
    situation: Situation, folder: Callable[[str], Path], expected: Callable[[str], Content], prepared, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    prepared(situation.start, home)
    assert run(folder(situation.start), home, situation.name) == -signal.SIGKILL, "the situation was not reached"
    assert run(folder(situation.start), home) == 0
    assert_complete(home, expected(situation.start))


@pytest.mark.long
def test_the_next_run_completes_one_killed_twice(
    folder: Callable[[str], Path], expected: Callable[[str], Content], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    for situation in (situation for situation in SITUATIONS if situation.name in IN_SHORT):
        assert run(folder(NEW), home, situation.name) == -signal.SIGKILL, "the situation was not reached"
    assert run(folder(NEW), home) == 0
    assert_complete(home, expected(NEW))


def assert_complete(home: Path, expected: Content) -> None:
    """The home has the expected content, is published, and holds no leftovers."""
    assert differing(content(home), expected) == []
    assert publish.is_current(Home(home)) and all(
        publication.schema_version for publication in list_publications(Home(home))
    )
    hidden = {str(path.relative_to(home)) for path in (*home.glob("*/.*"), *home.glob(".*"))}
    assert hidden == {".lock"} and not (home / "work.duckdb.wal").exists()


def functions_of(module: str) -> set[str]:
    """Names of the functions that a module of this repository defines."""
    path = ROOT / "src" / f"{module.replace('.', '/')}.py"
    return {node.name for node in syntax.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("situation", (PREPARED, *SITUATIONS), ids=lambda situation: situation.name)
def test_the_steps_of_a_situation_exist(situation: Situation) -> None:
    for name in (situation.step, situation.within):
        module, _, function = name.rpartition(".")
        assert function in functions_of(module), f"{name} was moved or renamed"


def test_the_situations_are_distinct() -> None:
    names = {situation.name for situation in SITUATIONS}
    places = {situation.place for situation in SITUATIONS}
    print(f"{len(SITUATIONS)} situations, {len(places)} different steps:", *names, sep="\n  ")
    assert len({replace(situation, name="") for situation in SITUATIONS}) == len(names) == len(SITUATIONS)
    assert len(places) >= LEAST and names > set(IN_SHORT)


@pytest.mark.long
def test_the_comparison_sees_differences(uninterrupted: Callable[[str], Path], expected, tmp_path: Path) -> None:
    """Otherwise the tests above would always pass."""
    home = tmp_path / "home"
    shutil.copytree(uninterrupted(NEW), home, symlinks=True)
    with open_work(Home(home)) as work:
        work.execute("UPDATE registry.epochs SET learning_rate = learning_rate / 2")
        work.execute("UPDATE quality.results SET observed = 'nothing' WHERE suite = 'registry.runs'")
    next(home.glob("published/dashboards/*.html")).unlink()
    assert [difference.split(":")[0] for difference in differing(content(home), expected(NEW))] == [
        "work registry.epochs", "work quality.results", "pages",
    ]  # fmt: skip
    network = next(home.glob("artifacts/*/model.keras"))
    network.write_bytes(network.read_bytes()[:-1])
    with pytest.raises(AssertionError, match="not what the registry says"):
        content(home)


@pytest.mark.skipif(not soak.IS_LONG, reason="takes another run")
def test_excluded_columns_differ_between_two_uninterrupted_runs(
    uninterrupted: Callable[[str], Path],
    folder: Callable[[str], Path],
    expected: Callable[[str], Content],
    tmp_path: Path,
) -> None:
    again = tmp_path / "home"
    assert run(folder(NEW), again) == 0
    assert differing(content(again), expected(NEW)) == []
    with open_work(Home(again)) as first, open_work(Home(uninterrupted(NEW))) as second:
        for table in TABLES:
            rows = [rows_of(store, table.qualified, every=True) for store in (first, second)]
            for column in filter(is_of_the_moment, table.columns):
                values = [set(frame[column].to_list()) - {None} for frame in rows]
                assert not all(values) or values[0] != values[1], f"{table.qualified}.{column} could be compared"
