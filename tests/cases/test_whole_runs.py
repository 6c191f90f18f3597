"""Cases that show in whole runs only, through the command line: each ends with a home that publishes."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import time
from pathlib import Path

import pytest

from affect_store.store.home import Home
from tests.cases.folders import HEADER, LABELS, TIMED_OUT, ended, rows, start
from tests.finished import affect
from tests.flows import corpus
from tests.flows.deployed import ROOT, Prefect, wait_for

pytestmark = pytest.mark.long
PEOPLE = 6


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs of six people, read-only."""
    folder = tmp_path_factory.mktemp("rendered") / "lab"
    corpus.render(folder, PEOPLE)
    return folder


@pytest.fixture
def folder(rendered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(rendered, tmp_path / "lab"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def run(folder: Path, home: Home, *options: str) -> str:
    """Run the pipeline on a folder, which must succeed; returns the output."""
    done = affect("run", "--images", str(folder), "--models", "lda", *options, home=home.root)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def publications(home: Home) -> int:
    return len(list(home.publications.iterdir()))


def test_a_renamed_folder_is_run_and_published(folder: Path, home: Home) -> None:
    run(folder, home)
    renamed = folder.rename(folder.with_name("lab_renamed"))
    assert "which keeps its name" in run(renamed, home)
    assert rows(home, "SELECT DISTINCT corpus FROM catalogue.images WHERE excluded_reason IS NULL") == [("lab",)]
    assert publications(home) == 2  # the paths of the photographs changed


def test_an_erased_person_does_not_return_with_a_renamed_folder(folder: Path, home: Home) -> None:
    run(folder, home)
    assert affect("forget", "lab-03", "--yes", home=home.root).returncode == 0
    printed = run(folder.rename(folder.with_name("study")), home)
    count = len(corpus.SHOTS)
    assert f"{count} skipped (consent withdrawn)" in printed
    assert rows(home, "SELECT count(DISTINCT subject_id) FROM catalogue.images") == [(PEOPLE - 1,)]


def test_two_spellings_of_ids_stop_the_run_and_the_printed_command_leads_out(folder: Path, home: Home) -> None:
    lines = []
    for number, path in enumerate(sorted(folder.glob("*.jpg"))):
        person, emotion = path.name.split("_")[1], path.name.split("_")[4]
        lines.append(f"{path.name},{person if number % 2 else person.lstrip('0')},{emotion},{LABELS}\n")
    (folder / "manifest.csv").write_text(HEADER + "".join(lines))
    done = affect("run", "--images", str(folder), "--models", "lda", home=home.root)
    assert done.returncode == 1 and "'01'" in done.stderr and "'1'" in done.stderr
    assert not home.published.exists()
    same = [option for number in range(1, PEOPLE + 1) for option in ("--same", f"{number}=0{number}")]
    assert " ".join(same) in done.stderr
    run(folder, home, *same)
    assert rows(home, "SELECT count(DISTINCT subject_id) FROM catalogue.images") == [(PEOPLE,)]


def test_a_photograph_that_becomes_a_pipe_does_not_block_the_run_and_is_tried_again(folder: Path, home: Home) -> None:
    path = sorted(folder.glob("*.jpg"))[-1]
    content = path.read_bytes()
    environment = os.environ | {"AFFECT_HOME": str(home.root)}
    running = start("run", "--images", str(folder), "--models", "lda", env=environment)
    assert running.stdout is not None
    while "catalogue photographs" not in (line := running.stdout.readline()):
        assert line, ended(running, 10)
    path.unlink()
    os.mkfifo(path)
    code, printed, messages = ended(running, timeout_s=300)
    assert code != TIMED_OUT, printed
    assert code == 0, printed + messages
    assert "not a regular file" in printed or "named pipe" in printed
    path.unlink()
    path.write_bytes(content)
    run(folder, home)
    ids = f"SELECT image_id FROM catalogue.images WHERE path = '{path}'"
    assert rows(home, f"SELECT count(*) FROM features.landmarks WHERE image_id IN ({ids})") == [(1,)]


def test_a_manifest_that_is_a_pipe_is_refused(folder: Path, home: Home) -> None:
    os.mkfifo(folder / "manifest.csv")
    code, _, message = ended(start("run", "--images", str(folder), "--home", str(home.root)), timeout_s=200)
    assert code == 1 and "manifest.csv' is a named pipe" in message


def test_proxies_do_not_keep_a_run_from_starting(folder: Path, home: Home) -> None:
    for path in sorted(folder.glob("*.jpg"))[1:]:
        path.unlink()
    proxies = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    command = start("run", "--images", str(folder), "--home", str(home.root), env=os.environ | proxies)
    code, printed, message = ended(command, timeout_s=200)
    assert code == 1 and "catalogue photographs" in printed and "proxy" not in message and "Prefect" not in message


def test_one_neutral_photograph_a_person_is_explained_before_training(folder: Path, home: Home) -> None:
    for path in folder.glob("*.jpg"):
        if not path.stem.endswith(("neutral_frontal", "happy_frontal")):
            path.unlink()
    done = affect("run", "--images", str(folder), "--models", "vector_mlp", home=home.root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Cannot be trained: vector_mlp" in done.stdout and "neutral photograph is the reference" in done.stdout
    assert "Can be trained" in done.stdout


SERVER = re.compile(r"^nohup prefect server start .*$|^prefect server start .*$", re.MULTILINE)


def test_the_documented_prefect_server_outlives_its_terminal(tmp_path: Path) -> None:
    (line,) = SERVER.findall((ROOT / "docs" / "guides" / "retraining.md").read_text(encoding="utf-8"))
    server = Prefect(tmp_path)
    environment = server.environment | {"PREFECT_SERVER_API_PORT": str(server.port), "PREFECT_LOGGING_LEVEL": "DEBUG"}
    shell, terminal = pty.fork()
    if shell == 0:
        os.chdir(tmp_path)
        os.execvpe("bash", ["bash", "--norc", "-i"], environment)
    os.write(terminal, f"{line}\necho pid=$!.\n".encode())
    printed = b""
    while not (match := re.search(rb"pid=(\d+)\.", printed)):
        printed += os.read(terminal, 4096)
    try:
        wait_for(server.is_healthy, "the server answers", 120)
        os.close(terminal)
        os.waitpid(shell, 0)
        for _ in range(5):
            time.sleep(1)
            assert server.is_healthy()
    finally:
        os.kill(int(match[1]), signal.SIGTERM)


def processes_of(home: Home) -> list[int]:
    """Return the processes of Prefect's servers that were started with this home."""
    servers = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            environment, command = (path / "environ").read_bytes(), (path / "cmdline").read_bytes()
        except OSError:
            continue
        if f"PREFECT_HOME={home.prefect}".encode() in environment and b"uvicorn" in command:
            servers.append(int(path.name))
    return servers


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
def test_a_killed_run_leaves_no_server(folder: Path, home: Home) -> None:
    running = start("run", "--images", str(folder), "--home", str(home.root))
    assert running.stdout is not None
    while "start the workflow engine" not in (line := running.stdout.readline()):
        assert line, ended(running, 10)
    assert processes_of(home) != []
    running.kill()
    running.communicate()
    try:
        time.sleep(20)
        assert processes_of(home) == []
    finally:
        for pid in processes_of(home):
            os.kill(pid, 9)
