"""No proxy stands between Prefect and this machine."""

import os
from urllib.request import proxy_bypass

import httpx
import pytest

from affect_store.flows.runtime import environment

PROXY = "http://127.0.0.1:9"
OWN_SERVERS = ("http://127.0.0.1:4200/api", "http://localhost:4200/api", "http://[::1]:4200/api")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without proxies, whose changes end with the test."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("no_proxy", "NO_PROXY", *environment.ENVIRONMENT):
        monkeypatch.setenv(name, "")  # so that the value after the test is restored
        monkeypatch.delenv(name)


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("before", [{}, {"NO_PROXY": "example.org"}, {"no_proxy": "", "NO_PROXY": "example.org"}])
def test_loopback_never_goes_through_a_proxy(
    name: str, before: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in {name: PROXY, **before}.items():
        monkeypatch.setenv(variable, value)
    environment.apply()
    with httpx.Client() as client, httpx.Client(trust_env=False) as direct:
        kinds = {type(client._transport_for_url(httpx.URL(url))._pool) for url in OWN_SERVERS}
        assert kinds == {type(direct._transport._pool)}
    assert all(proxy_bypass(host) for host in environment.LOOPBACK)


def test_proxies_and_exceptions_of_the_user_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", PROXY)
    monkeypatch.setenv("NO_PROXY", "example.org, .lab")
    environment.apply()
    environment.apply()
    assert os.environ["http_proxy"] == PROXY
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "example.org,.lab,127.0.0.1,localhost,::1"


def test_no_proxy_for_any_host_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    environment.apply()
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "*"


@pytest.mark.parametrize("proxy", ["socks4://127.0.0.1:9", "ftp://127.0.0.1:9"])
def test_a_proxy_of_a_kind_that_fails_for_every_address_is_removed(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setenv("https_proxy", "127.0.0.1:9")  # without a scheme it is one for HTTP
    environment.apply()
    assert "ALL_PROXY" not in os.environ and os.environ["https_proxy"] == "127.0.0.1:9"
    httpx.Client().close()
