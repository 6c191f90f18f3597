import http.client
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import serving
from store.errors import NotPublishedError, StoreError
from store.tables.home import STORE_FILE, Home
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
    place = Home(tmp_path / "home")
    publish(place, "first")
    return place


@pytest.fixture
def port(home: Home) -> Iterator[int]:
    with serving.server(home, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.server_port
        running.shutdown()


def ask(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest("GET", path, skip_host=True)  # the path as it is, not made harmless by the client
    connection.putheader("Host", f"{host}:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), dict(answer.getheaders())


def test_pages_are_served_and_the_address_alone_leads_to_the_first(port: int) -> None:
    status, _, headers = ask(port, "/")
    assert (status, headers["Location"]) == (302, "/dashboards/index.html")
    status, text, headers = ask(port, headers["Location"])
    assert (status, text) == (200, "<h1>first</h1>") and headers["Cache-Control"] == "no-store"
    assert ask(port, "/audits/rows/audit.html")[:2] == (200, "<h1>audit</h1>")


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
    ],
)
def test_nothing_else_is(port: int, path: str) -> None:
    assert ask(port, path)[0] == 404


def test_a_link_leads_nowhere_else(home: Home, port: int, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    (home.published / "dashboards" / "link.html").symlink_to(tmp_path / "secret.html")
    (home.published / "dashboards" / "store.html").symlink_to(home.published / STORE_FILE)
    assert {ask(port, f"/dashboards/{name}.html")[0] for name in ("link", "store")} == {404}


def test_another_name_than_this_machines_is_refused(port: int) -> None:
    assert ask(port, "/dashboards/index.html", host="attacker.example")[0] == 403
    assert ask(port, "/dashboards/index.html", host="localhost")[0] == 200


def test_a_new_publication_is_shown_at_once(home: Home, port: int) -> None:
    publish(home, "second")
    assert ask(port, "/dashboards/index.html")[1] == "<h1>second</h1>"


def test_only_this_machine_is_listened_to(home: Home) -> None:
    with serving.server(home, 0) as running:
        assert running.server_address[0] == "127.0.0.1"
        with pytest.raises(StoreError, match=f"port {running.server_port} .*`--port` names another"):
            serving.server(home, running.server_port)


def test_without_a_publication_both_say_so(tmp_path: Path) -> None:
    for show in (serving.server, serving.open_pages):
        with pytest.raises(NotPublishedError, match="`affect demo` or `affect run` makes them"):
            show(Home(tmp_path))


def test_opening_hands_the_page_to_the_browser(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(serving.webbrowser, "open", opened.append)  # a test machine has no desktop
    assert serving.open_pages(home) == home.dashboards
    assert opened == [home.dashboards.as_uri()]


def test_the_command_tells_its_address_and_ends_with_ctrl_c(home: Home) -> None:
    command = [*AFFECT, "serve", "--port", "0", "--home", str(home.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            told = running.stdout.readline()
            port = int(told.split("127.0.0.1:")[1].split("/")[0])
            assert ask(port, "/dashboards/index.html")[0] == 200
            running.send_signal(signal.SIGINT)
            assert running.wait(timeout=20) == 0
        finally:
            running.kill()
