import http.client
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from affect_store.flows.runtime import dashboard_server
from affect_store.store.errors import NotPublishedError, StoreError
from affect_store.store.home import STORE_FILE, Home
from tests.finished import AFFECT


def publish(home: Home, name: str) -> None:
    folder = home.publications / name
    (folder / "dashboards").mkdir(parents=True)
    (folder / "audits" / "rows").mkdir(parents=True)
    (folder / "dashboards" / "index.html").write_text(f"<h1>{name}</h1>")
    (folder / "audits" / "rows" / "audit.html").write_text("<h1>audit</h1>")
    (folder / STORE_FILE).write_text("store")
    home.published.unlink(missing_ok=True)
    os.symlink(folder, home.published)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    publish(home, "first")
    return home


@pytest.fixture
def port(home: Home) -> Iterator[int]:
    with dashboard_server.server(home, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.server_port
        running.shutdown()


def get(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("GET", path, skip_host=True)  # the path as it is, not normalised by the client
    connection.putheader("Host", f"{host}:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), dict(answer.getheaders())


def test_pages_are_served_and_the_root_redirects_to_the_first(port: int) -> None:
    status, _, headers = get(port, "/")
    assert (status, headers["Location"]) == (302, "/dashboards/index.html")
    status, text, headers = get(port, headers["Location"])
    assert (status, text) == (200, "<h1>first</h1>") and headers["Cache-Control"] == "no-store"
    assert get(port, "/audits/rows/audit.html")[:2] == (200, "<h1>audit</h1>")


@pytest.mark.parametrize(
    "path",
    [
        f"/{STORE_FILE}",
        f"/dashboards/../{STORE_FILE}",
        f"/dashboards/%2e%2e/{STORE_FILE}",
        "/dashboards/../../../../../../../../etc/passwd",
        "//etc/passwd",
        "/dashboards/",
        "/audits",
        "/dashboards/nothing.html",
        "/dashboards/" + "x" * 300,
        "/%00",
        "/dashboards/%00",
        "/dashboards/index.html%00",
        "/dashboards/index.html%00.css",
        "/dashboards/%ff%fe",
        "/dashboards/%0d%0aX:%201",
        "/dashboards/index.html/",
        "/dashboards/loop.html",
        "/%5c..%5c..%5cetc%5cpasswd",
    ],
)
def test_nothing_else_is_served(home: Home, port: int, path: str, capfd: pytest.CaptureFixture[str]) -> None:
    (home.published / "dashboards" / "loop.html").symlink_to("loop.html")
    assert get(port, path)[0] == 404
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("path", ["/", "/dashboards/index.html", "/dashboards/nothing.html"])
def test_every_answer_forbids_the_network_and_other_kinds_of_content(port: int, path: str) -> None:
    headers = get(port, path)[2]
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';") and "frame-ancestors 'none'" in policy
    assert "http" not in policy and "unsafe-eval" not in policy


def test_links_out_of_the_pages_are_not_followed(home: Home, port: int, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    (home.published / "dashboards" / "link.html").symlink_to(tmp_path / "secret.html")
    (home.published / "dashboards" / "store.html").symlink_to(home.published / STORE_FILE)
    assert {get(port, f"/dashboards/{name}.html")[0] for name in ("link", "store")} == {404}


def test_other_host_names_are_refused(port: int) -> None:
    assert get(port, "/dashboards/index.html", host="attacker.example")[0] == 403
    assert get(port, "/dashboards/index.html", host="localhost")[0] == 200


def test_a_new_publication_is_served_at_once(home: Home, port: int) -> None:
    publish(home, "second")
    assert get(port, "/dashboards/index.html")[1] == "<h1>second</h1>"


def test_the_server_listens_on_loopback_only(home: Home) -> None:
    with dashboard_server.server(home, 0) as running:
        assert running.server_address[0] == "127.0.0.1"
        with pytest.raises(StoreError, match=f"port {running.server_port} .*choose another with `--port`"):
            dashboard_server.server(home, running.server_port)


def test_without_a_publication_both_are_errors(tmp_path: Path) -> None:
    for show in (dashboard_server.server, dashboard_server.open_pages):
        with pytest.raises(NotPublishedError, match="run `affect demo` or `affect run`"):
            show(Home(tmp_path))


def test_open_pages_opens_the_browser(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(dashboard_server.webbrowser, "open", opened.append)  # no browser in tests
    assert dashboard_server.open_pages(home) == home.dashboards
    assert opened == [home.dashboards.as_uri()]


def test_the_command_prints_its_address_and_ends_with_ctrl_c(home: Home) -> None:
    command = [*AFFECT, "serve", "--port", "0", "--home", str(home.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            port = int(line.split("127.0.0.1:")[1].split("/")[0])
            assert get(port, "/dashboards/index.html")[0] == 200
            running.send_signal(signal.SIGINT)
            assert running.wait(timeout=120) == 0
        finally:
            running.kill()
