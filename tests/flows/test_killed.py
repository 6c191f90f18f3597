"""Killed with SIGKILL anywhere, and run again, a home holds the same as one whose run was never broken.

One moment in `make test`, in the middle; 24 in `make soak` (AFFECT_SOAK=1).
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pytest

from store.tables.catalog import FIELDS, TABLES, Table
from store.tables.connection import open_published, open_work
from store.tables.home import Home
from tests.flows import corpus

MOMENTS = 24 if os.environ.get("AFFECT_SOAK") else 1
OF_THE_MOMENT = {"duration_s", "artifact_sha256", "learning_rate", "audit_id"}
"""Columns that differ between any two runs, beside the points in time."""

NOT_COMPARED = {"quality.results", "quality.settings"}


def run(folder: Path, home: Path, moment: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.flows.killed", str(folder), str(home), str(moment)]
    root = Path(__file__).parents[2]
    return subprocess.run(command, capture_output=True, text=True, cwd=root, timeout=600)


def content(home: Path) -> dict[str, pl.DataFrame]:
    """Every table of the work store and the published one, without what no two runs share, in one order."""
    place = Home(home)
    with open_work(place) as work:
        found = {f"work {one.qualified}": _rows(work, one) for one in TABLES if one.qualified not in NOT_COMPARED}
    published = open_published(place)
    try:
        found |= {
            f"published {one.qualified}": _rows(published, one) for one in TABLES if one.qualified not in NOT_COMPARED
        }
    finally:
        published.close()
    return found


def _rows(connection: object, table: Table) -> pl.DataFrame:
    columns = [name for name in table.columns if FIELDS[name].sql_type != "TIMESTAMPTZ" and name not in OF_THE_MOMENT]
    query = f"SELECT {', '.join(columns)} FROM {table.qualified} ORDER BY ALL"
    found = pl.DataFrame(pl.from_arrow(connection.execute(query).to_arrow_table()))
    return found.with_columns(cs.float().round(9))  # sums over two threads differ in the last digits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("corpora") / "lab"
    corpus.render(made)
    return made


@pytest.fixture(scope="module")
def unbroken(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, pl.DataFrame], int]:
    home = tmp_path_factory.mktemp("homes") / "unbroken"
    done = run(folder, home)
    assert done.returncode == 0, done.stderr[-2000:]
    return content(home), int(done.stdout.split()[-1])


@pytest.mark.parametrize("number", range(1, MOMENTS + 1))
def test_a_killed_run_is_made_up_for_by_the_next(
    number: int, folder: Path, unbroken: tuple[dict[str, pl.DataFrame], int], tmp_path: Path
) -> None:
    expected, calls = unbroken
    killed = run(folder, tmp_path / "home", number * calls // (MOMENTS + 1))
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
    again = run(folder, tmp_path / "home")
    assert again.returncode == 0, again.stdout[-2000:] + again.stderr[-2000:]
    found = content(tmp_path / "home")
    assert [name for name in expected if not found[name].equals(expected[name])] == []
    leftovers = [path.name for path in (tmp_path / "home").glob("*/.*")]
    assert leftovers == []
