"""Commands with SQL, odd arguments, full disks and dead servers: the right thing, or one sentence."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.flows.cli.errors import errors
from tests.cases.folders import TIMED_OUT, ended, start
from tests.finished import AFFECT
from tests.stores.known import small_home

CROSS_JOIN = "select count(*) from range(1e9::bigint) a, range(1e9::bigint) b"
DEAD = "http://127.0.0.1:9/api"


def affect(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--home", str(small_home().root)])


@pytest.mark.parametrize("query", ["", ";", "  ", "/* nothing */"])
def test_an_empty_query_is_one_sentence(query: str) -> None:
    done = affect("sql", query)
    assert done.exit_code == 1 and done.stderr.startswith("affect: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 1) TO 'written.csv'",
        "EXPORT DATABASE 'written'",
        "SELECT content FROM read_text('secret.txt')",
        "INSTALL httpfs",
    ],
)
def test_sql_that_writes_reads_files_or_installs_is_refused(
    query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.chdir(tmp_path)
    done = affect("sql", query)
    assert done.exit_code == 1 and "not allowed" in done.stderr or "denied" in done.stderr or "off" in done.stderr
    assert os.listdir(tmp_path) == ["secret.txt"] and done.stdout == ""


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
def test_ctrl_c_ends_a_query_that_never_ends() -> None:
    query = start("sql", CROSS_JOIN, "--home", str(small_home().root))
    while query.poll() is None and cpu_seconds(query.pid) < 3:  # by then DuckDB computes
        time.sleep(0.1)
    query.send_signal(signal.SIGINT)
    code, _, messages = ended(query, timeout_s=60)
    assert code == 130 and code != TIMED_OUT and "Traceback" not in messages


def test_a_full_disk_is_one_sentence_with_the_path(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught, errors():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/home/work.duckdb")
    message = capsys.readouterr().err
    assert caught.value.exit_code == 1 and "/data/home/work.duckdb" in message and "free some space" in message


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_to_a_full_disk_is_one_sentence() -> None:
    with open("/dev/full", "w") as full:
        command = [*AFFECT, "sql", "--csv", "from coverage", "--home", str(small_home().root)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "no space left" in done.stderr and done.stderr.count("\n") == 1


def test_a_stopped_prefect_server_is_named_with_the_way_out(tmp_path: Path) -> None:
    environment = os.environ | {
        "PREFECT_API_URL": DEAD, "PREFECT_HOME": str(tmp_path / "prefect"), "AFFECT_HOME": str(tmp_path / "home"),
        "http_proxy": "http://127.0.0.1:10",
    }  # fmt: skip
    code, _, message = ended(start("schedule", env=environment), timeout_s=200)
    assert code == 1 and f"no Prefect server answers at {DEAD}" in message, message
    assert "Connection refused" in message and message.count("\n") == 1
    assert "prefect server start" in message and "or unset PREFECT_API_URL" in message
