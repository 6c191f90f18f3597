"""The command `app`: mistakes in one sentence, and a page that ends with Ctrl-C and leaves no file."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from affect_store.flows.cli.app import app
from affect_store.flows.webapp import server
from affect_store.store.home import Home
from tests.finished import AFFECT
from tests.flows.predicting import CORPUS, MODELS, photographs_of, predicting_home
from tests.stores.known import RUNS, small_home


def run(*arguments: str, home: Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments, env={"AFFECT_HOME": str(home), "COLUMNS": "160"})
    return done.exit_code, done.stderr


def test_without_a_store_the_error_is_that_of_predict(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    code, message = run("app", "--no-browser", home=tmp_path / "nowhere")
    assert code == 1 and message.startswith("affect: there is no store in '") and message.count("\n") == 1
    assert (code, message) == run("predict", str(tmp_path / "photo.jpg"), home=tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_mistakes_are_one_sentence() -> None:
    with server.listen(0) as listener:
        port = listener.getsockname()[1]
        for arguments, message in (
            (("--port", str(port)), f"port {port} of 127.0.0.1 is not available"),
            (("--model", "point_mpl, lda"), "there is no system or run 'point_mpl'; did you mean point_mlp"),
            (("--model", "lda", "--model", RUNS[0].run_id), "no run of lda has a model"),
            (("--model", RUNS[0].run_id), RUNS[0].run_id),
        ):
            code, error = run("app", "--no-browser", *arguments, home=small_home().root)
            assert code == 1 and message in error and error.count("\n") == 1, arguments


def listed(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.rglob("*"))}


@pytest.mark.long
def test_the_page_ends_with_ctrl_c_and_leaves_no_file(tmp_path: Path) -> None:
    home, folder = predicting_home()
    photographs = [path.read_bytes() for path in photographs_of(folder, f"{CORPUS}-02")[:2]]
    command = [*AFFECT, "app", "--no-browser", "--home", str(home.root), "--model", ",".join(MODELS)]
    temporary, before = tmp_path / "temporary", listed(home.root)
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path, start_new_session=True
    ) as running:
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            assert "load models" in line and all(f"{name}.corrected" in line for name in MODELS)
            port = int(running.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
            probabilities = predicted(port, *photographs)
            assert len(probabilities) == len(MODELS) and [path.suffix for path in temporary.iterdir()] == [".log"]
            os.killpg(running.pid, signal.SIGINT)  # as a terminal does, to the processes that find faces, too
            assert running.wait(timeout=120) == 0 and running.stdout.read() == "stopped\n"
        finally:
            running.kill()
    assert list(temporary.iterdir()) == [] and listed(home.root) == before
    assert [path.name for path in tmp_path.iterdir()] == ["temporary"]


def predicted(port: int, photograph: bytes, neutral: bytes) -> list[list[float]]:
    """Return the probabilities of each system, asked for as the page does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/")
    (text,) = re.findall(r'id="page-data">(.*?)</script>', connection.getresponse().read().decode())
    data = json.loads(text)
    headers = {
        data["tokenHeader"]: data["token"], data["lengthHeader"]: str(len(photograph)),
        "Origin": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    connection.request("POST", "/analysis", photograph + neutral, headers)
    return [row["probabilities"] for row in json.loads(connection.getresponse().read())["predictions"]]


@pytest.mark.long
def test_a_signal_to_end_leaves_no_file_either(tmp_path: Path) -> None:
    home: Home = predicting_home()[0]
    command = [*AFFECT, "app", "--no-browser", "--home", str(home.root), "--model", MODELS[0]]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        try:
            assert running.stdout is not None and "load models" in running.stdout.readline()
            assert "127.0.0.1" in running.stdout.readline()
            running.terminate()
            assert running.wait(timeout=120) == 0
        finally:
            running.kill()
    assert list(tmp_path.iterdir()) == []
