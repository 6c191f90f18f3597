"""Which requests the page answers: those of itself, on this machine; everything else is refused."""

from __future__ import annotations

import pytest

from affect_store.flows.webapp.access import TOKEN_HEADER, Access

ACCESS = Access(8899)
SAME = {"host": "127.0.0.1:8899", "origin": "http://127.0.0.1:8899", TOKEN_HEADER: ACCESS.token}


def refusal(method: str, headers: dict[str, str], *more: tuple[str, str], access: Access = ACCESS) -> str | None:
    pairs = [*headers.items(), *more]
    return access.refusal(method, [(name.encode(), value.encode()) for name, value in pairs])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_requests_of_the_page_are_answered(name: str) -> None:
    own = {**SAME, "host": f"{name}:8899", "origin": f"http://{name}:8899"}
    assert refusal("GET", {"host": own["host"]}) is None and refusal("POST", own) is None
    assert refusal("POST", {key.title(): value for key, value in own.items()}) is None


@pytest.mark.parametrize(
    "host",
    ["attacker.example", "attacker.example:8899", "127.0.0.1", "localhost:8898", "127.0.0.1:8899.example", "[::1]:8899",
     "127.0.0.1:8899@attacker.example", "LOCALHOST:8899", "localhost.:8899", "0.0.0.0:8899", ""],
)  # fmt: skip
def test_another_host_is_refused(host: str) -> None:
    for method in ("GET", "POST"):
        assert "only for this machine" in str(refusal(method, {**SAME, "host": host, "origin": f"http://{host}"}))


def test_no_host_and_two_hosts_are_refused() -> None:
    assert refusal("GET", {}) is not None
    assert refusal("GET", {"host": SAME["host"]}, ("host", "attacker.example")) is not None


@pytest.mark.parametrize(
    "origin",
    ["http://attacker.example", "null", "", "https://127.0.0.1:8899", "http://localhost:8899", "http://127.0.0.1:8898",
     "http://127.0.0.1:8899/"],
)  # fmt: skip
def test_another_origin_is_refused(origin: str) -> None:
    assert "expected a request of the page itself" in str(refusal("POST", {**SAME, "origin": origin}))


@pytest.mark.parametrize("missing", ["origin", TOKEN_HEADER])
def test_a_request_without_origin_or_token_is_refused(missing: str) -> None:
    assert refusal("POST", {name: value for name, value in SAME.items() if name != missing}) is not None


@pytest.mark.parametrize(
    "token",
    ["", "x", ACCESS.token[:-1], ACCESS.token + "x", "é", Access(8899).token],
    ids=["empty", "short", "cut", "longer", "not ASCII", "of another start"],  # the same in all processes
)
def test_another_token_is_refused(token: str) -> None:
    assert "load it again" in str(refusal("POST", {**SAME, TOKEN_HEADER: token}))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get"])
def test_methods_other_than_reading_need_the_token(method: str) -> None:
    assert refusal(method, {"host": SAME["host"]}) is not None


def test_browsers_leave_out_port_80() -> None:
    access = Access(80)
    assert refusal("GET", {"host": "localhost"}, access=access) is None
    own = {"host": "127.0.0.1", "origin": "http://127.0.0.1", TOKEN_HEADER: access.token}
    assert refusal("POST", own, access=access) is None


def test_the_token_is_long_and_not_shown() -> None:
    assert len(ACCESS.token) >= 40 and ACCESS.token not in repr(ACCESS) and ACCESS.token != Access(8899).token
