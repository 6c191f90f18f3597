"""The server on loopback: refusals, headers, bounded uploads, errors in a sentence, one analysis at a time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from affect_store.flows.webapp import server, upload
from affect_store.flows.webapp.access import TOKEN_HEADER
from affect_store.flows.webapp.upload import LENGTH_HEADER, Upload
from affect_store.store.errors import ShapeError, StoreError, WorkerDiedError
from tests.flows.webapp.serving import PAGE, Served, served

ERRORS = {
    b"died": (WorkerDiedError("a process was killed; try again"), 503, "a process was killed; try again"),
    b"shape": (ShapeError("coinciding points"), 422, "coinciding points"),
}


def lengths(pictures: Upload) -> dict[str, Any]:
    """Answer with the lengths of the pictures; some pictures are errors."""
    if pictures.photograph in ERRORS:
        raise ERRORS[pictures.photograph][0]
    if pictures.photograph == b"bug":
        raise KeyError("secret")
    return {"photograph": len(pictures.photograph), "neutral": len(pictures.neutral or b"")}


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    with served(lengths) as own:
        yield own


def test_the_page_and_its_uploads_are_answered(running: Served) -> None:
    page = running.get()
    assert (page.status, page.body.decode()) == (200, PAGE.html)
    answer = running.post(b"x" * 1_000_000, b"y" * 300_000)
    assert (answer.status, answer.document) == (200, {"photograph": 1_000_000, "neutral": 300_000})


def test_other_hosts_origins_and_tokens_are_refused(running: Served) -> None:
    assert running.get("/", Host="attacker.example").status == 403
    for wrong in ({"Host": "attacker.example"}, {"Origin": "http://attacker.example"}, {TOKEN_HEADER: "x"}):
        assert running.post(b"x", **wrong).status == 403
    assert (
        running.get("/analysis").status == 405
        and running.get("/docs").status == running.get("/openapi.json").status == 404
    )


@pytest.mark.parametrize("path", ["/", "/analysis", "/nothing", "//", "/%2e%2e/etc/passwd"])
def test_every_answer_forbids_other_content_and_caches(running: Served, path: str) -> None:
    for answer in (running.get(path), running.get(path, Host="attacker.example"), running.post(b"x", Origin="null")):
        assert answer.headers["content-security-policy"] == PAGE.policy
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY" and answer.headers["referrer-policy"] == "no-referrer"
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("picture", ERRORS)
def test_expected_errors_are_sentences(running: Served, picture: bytes) -> None:
    answer = running.post(picture)
    assert (answer.status, answer.document) == (ERRORS[picture][1], {"problem": ERRORS[picture][2]})


def test_an_unexpected_error_is_reported_without_its_text(running: Served) -> None:
    answer = running.post(b"bug")
    assert answer.status == 500 and "KeyError" in answer.document["problem"] and b"secret" not in answer.body
    assert [str(error) for error in running.reported] == ["'secret'"]
    running.reported.clear()
    assert running.post(b"x").status == 200


def test_a_picture_that_is_too_large_is_refused_before_it_is_sent(running: Served) -> None:
    assert answered(running, {LENGTH_HEADER: str(upload.MAX_BYTES + 1)}, b"") == 413
    both = {LENGTH_HEADER: "1", "Content-Length": str(upload.MAX_BYTES + 2)}
    assert answered(running, both, b"x") == 413


def test_a_body_without_an_announced_length_is_bounded_while_it_is_read(
    running: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "MAX_BYTES", 100_000)
    headers = {LENGTH_HEADER: "10", "Transfer-Encoding": "chunked"}
    chunk = b"%x\r\n%s\r\n" % (50_000, b"x" * 50_000)
    assert answered(running, headers, chunk * 3) == 413  # the body has no end


def answered(running: Served, headers: dict[str, str], body: bytes) -> int:
    """Return the status of the answer to a request whose body is not finished."""
    with connected(running, headers) as connection:
        connection.sendall(body)
        return int(connection.recv(1000).split()[1])


def connected(running: Served, headers: dict[str, str]) -> socket.socket:
    sent = {"Host": f"127.0.0.1:{running.access.port}", **running.headers, **headers}
    connection = socket.create_connection(("127.0.0.1", running.access.port), timeout=60)
    connection.sendall(
        b"POST /analysis HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in sent.items()).encode() + b"\r\n"
    )
    return connection


def test_a_page_that_is_closed_during_an_upload_is_no_error(running: Served) -> None:
    with connected(running, {LENGTH_HEADER: "10", "Content-Length": "10"}) as connection:
        connection.sendall(b"xxx")
        time.sleep(0.2)
    assert running.post(b"x").status == 200 and running.reported == []


def test_analyses_run_one_at_a_time_while_the_page_is_served() -> None:
    running_now, most, lock = [0], [0], threading.Lock()

    def slow(pictures: Upload) -> dict[str, Any]:
        with lock:
            running_now[0] += 1
            most[0] = max(most[0], running_now[0])
        time.sleep(0.1)
        with lock:
            running_now[0] -= 1
        return {}

    with served(slow) as own, ThreadPoolExecutor(5) as clients:
        answers = [clients.submit(own.post, b"x") for _ in range(5)]
        started = time.monotonic()
        assert own.get().status == 200 and time.monotonic() - started < 0.4
        assert [answer.result().status for answer in answers] == [200] * 5 and most == [1]


def test_it_listens_on_loopback_only_and_names_a_port_in_use() -> None:
    with server.listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        port = listener.getsockname()[1]
        with pytest.raises(StoreError, match=f"port {port} .*choose another with `--port`"):
            server.listen(port)
